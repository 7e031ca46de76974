"""How does the sending stand, for the people who run the service?

Keys, states and codes: never a name, a number or a word.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import MessageRow
from feedback.db.queries import delivery as queries
from feedback.db.queries import message as messages
from feedback.db.queries.desk import unread_texts
from feedback.domain.calendar import at_wall_time, london_day
from feedback.domain.contact import Channel
from feedback.domain.delivery import AttemptState, MessageState
from feedback.domain.failure import classify
from feedback.services import clocks, pause, pulse, tick_log
from feedback.services.clocks import Skew
from feedback.services.decide import NotGivenUpError
from feedback.services.pulse import Pulse
from feedback.services.tick_log import TickTimes

HOUR: Final = timedelta(hours=1)
MOST_SHOWN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """Something that stands still.

    Args:
        what: provider, channel or template.
        name: Which one.
        until: When it is tried again; None where nothing is tried, until a person
            resumes it or the clocks agree.
    """

    what: str
    name: str
    code: str | None
    since: datetime
    until: datetime | None

    @property
    def waits_for_clocks(self) -> bool:
        """Whether it goes on by itself once the clocks agree, and no sooner."""
        return self.code == pause.CLOCKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message that waits for somebody's decision, or for the provider's answer.

    Args:
        words: What its code means.
    """

    id: UUID
    review: str | None
    person: str | None
    purpose: str
    channel: str
    state: str
    reason: str | None
    attempts: int
    code: str | None
    words: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryHealth:
    """Everything that the page about delivery shows.

    Args:
        sent_last_hour: Attempts that providers took within the last hour.
        waiting_texts: Texts that wait for a person to read them.
        unmatched_texts: Those of them from numbers that nobody is known by.
        orphans: Receipts that no message of ours belongs to.
        texts_today: Texts that went out since midnight, as the day's cap counts them.
        cap: How many of them may go out in a day; alerts go out all the same.
        held_up: What the scheduler does by itself and something holds up.
    """

    pulse: Pulse
    halts: tuple[Halt, ...]
    dead_letters: tuple[Letter, ...]
    unknown: tuple[Letter, ...]
    sent_last_hour: int
    tried_last_hour: int
    texts_today: int
    cap: int
    waiting_texts: int
    unmatched_texts: int
    orphans: int
    skew: Skew
    held_up: tuple[TickTimes, ...]

    @property
    def is_cap_reached(self) -> bool:
        """Whether the day's cap holds everything but alerts."""
        return self.texts_today >= self.cap


def health(session: Session, *, cap: int, now: datetime) -> DeliveryHealth:
    """Gather how the sending stands, in a fixed number of questions.

    Args:
        session: The caller's reading.
        cap: How many texts may go out in a day.
        now: When it is asked.
    """
    tried = queries.attempts_by_state(session, since=now - HOUR)
    midnight = at_wall_time(london_day(now), time.min)
    return DeliveryHealth(
        pulse=pulse.pulse(session, now=now),
        halts=halts(session),
        dead_letters=_letters(session, MessageState.DEAD_LETTER),
        unknown=_letters(session, MessageState.UNKNOWN),
        sent_last_hour=sum(
            count
            for (_, state), count in tried.items()
            if state == AttemptState.ACCEPTED
        ),
        tried_last_hour=sum(tried.values()),
        texts_today=messages.texts_since(session, midnight),
        cap=cap,
        waiting_texts=unread_texts(session),
        unmatched_texts=queries.unmatched_inbound(session),
        orphans=queries.orphans(session),
        skew=clocks.skew(session),
        held_up=tick_log.held_up(tick_log.read(session, now=now), now),
    )


def halts(session: Session) -> tuple[Halt, ...]:
    """List everything that stands still."""
    return (
        *(
            Halt(
                what="provider",
                name=row.provider,
                code=row.state,
                since=row.since,
                until=row.until,
            )
            for row in queries.unwell_providers(session)
        ),
        *paused_channels(session),
        *(
            Halt(
                what="template",
                name=row.purpose,
                code=row.code,
                since=row.since,
                until=None,
            )
            for row in queries.template_pauses(session)
        ),
    )


def paused_channels(session: Session) -> tuple[Halt, ...]:
    """List the channels that stand still."""
    return tuple(
        Halt(
            what="channel",
            name=row.channel,
            code=row.code,
            since=row.since,
            until=None if row.code == pause.CLOCKS else row.probe_at,
        )
        for _, row in sorted(messages.open_pauses(session).items())
    )


def dead_letter(session: Session, message: UUID) -> Letter:
    """Find one message that was given up.

    Raises:
        NotGivenUpError: If there is none, or it was not given up.
    """
    found = queries.one_told_of(session, message)
    if found is None:
        raise NotGivenUpError(None)
    row, reference, key = found
    if row.state != MessageState.DEAD_LETTER:
        raise NotGivenUpError(row.state)
    code, http = queries.last_codes(session, [row.id]).get(row.id, (None, None))
    return _letter(row, reference, key, code, http)


def _letters(session: Session, state: MessageState) -> tuple[Letter, ...]:
    found = queries.told_of(session, state, limit=MOST_SHOWN)
    codes = queries.last_codes(session, [row.id for row, _, _ in found])
    return tuple(
        _letter(row, reference, key, *codes.get(row.id, (None, None)))
        for row, reference, key in found
    )


def _letter(
    row: MessageRow,
    reference: str | None,
    key: str | None,
    code: str | None,
    http: int | None,
) -> Letter:
    is_known = code is not None or http is not None
    words = classify(code, http, channel=Channel(row.channel)).words
    return Letter(
        id=row.id,
        review=reference,
        person=key,
        purpose=row.purpose,
        channel=row.channel,
        state=row.state,
        reason=row.reason,
        attempts=row.attempts,
        code=code or (str(http) if http is not None else None),
        words=words if is_known else None,
    )
