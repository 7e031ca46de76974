"""How does the sending stand, for the people who run the service?

Keys, states and codes: never a name, a number or a word.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import MessageRow
from feedback.db.queries import delivery as queries
from feedback.db.queries import message as messages
from feedback.domain.contact import Channel
from feedback.domain.delivery import AttemptState, MessageState
from feedback.domain.failure import classify
from feedback.services import clocks, pulse, tick_log
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
        until: When it is tried again; None where a person must end it.
    """

    what: str
    name: str
    code: str | None
    since: datetime
    until: datetime | None


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
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryHealth:
    """Everything that the page about delivery shows.

    Args:
        sent_last_hour: Attempts that providers took within the last hour.
        waiting_texts: Texts that wait for a person to read them.
        unmatched_texts: Those of them from numbers that nobody is known by.
        orphans: Receipts that no message of ours belongs to.
        held_up: What the scheduler does by itself and something holds up.
    """

    pulse: Pulse
    halts: tuple[Halt, ...]
    dead_letters: tuple[Letter, ...]
    unknown: tuple[Letter, ...]
    sent_last_hour: int
    tried_last_hour: int
    waiting_texts: int
    unmatched_texts: int
    orphans: int
    skew: Skew
    held_up: tuple[TickTimes, ...]


def health(session: Session, *, now: datetime) -> DeliveryHealth:
    """Gather how the sending stands, in a fixed number of questions."""
    tried = queries.attempts_by_state(session, since=now - HOUR)
    texts = queries.inbound_by_kind(session)
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
        waiting_texts=sum(
            count for (_, triage), count in texts.items() if triage == queries.WAITING
        ),
        unmatched_texts=queries.unmatched_inbound(session),
        orphans=queries.orphans(session),
        skew=clocks.skew(session),
        held_up=tick_log.held_up(tick_log.read(session), now),
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
        *(
            Halt(
                what="channel",
                name=row.channel,
                code=row.code,
                since=row.since,
                until=row.probe_at,
            )
            for row in messages.open_pauses(session).values()
        ),
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
        since=row.next_at,
    )
