"""Which calls are on record before they are made? Judged, written out, then called."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import AttemptRow, MessageRow
from feedback.db.queries import message as messages
from feedback.db.queries import round as rounds
from feedback.db.vault import vault_of
from feedback.domain.delivery import AttemptState, MessageState, Step
from feedback.messaging.sender import Outgoing
from feedback.services import judge, offer_text, pause, settle
from feedback.services.claim import Claim
from feedback.services.dispatch import Dispatch
from feedback.services.write_out import WRITING_FAULTS, write_out

log = logging.getLogger(__name__)

UNWRITABLE: Final = "cannot-be-written"

Leased = tuple[MessageRow, Claim]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An attempt on record, ready to be made.

    Args:
        reason: What the message's row said before, should the call not be made.
        at: When it was put on record, in seconds that only ever grow.
    """

    claim: Claim
    attempt: UUID
    outgoing: Outgoing
    purpose: str
    provider: str
    reason: str | None
    at: float = field(default_factory=time.monotonic)

    def is_fresh(self, good_for: float) -> bool:
        """Whether it is on record for less than so many seconds."""
        return time.monotonic() - self.at < good_for


def begin(
    session: Session, dispatch: Dispatch, claim: Claim, now: datetime
) -> Call | None:
    """Judge one message for the last time, and put the attempt on record."""
    row = messages.locked(session, claim.message)
    # Whoever settled it let go of its lease: a job that comes twice finds it gone.
    is_ours = row.lease_epoch == claim.epoch and row.lease_until is not None
    if row.state != MessageState.DUE or not is_ours:
        return None
    if _is_halted(session, dispatch, claim, row):
        row.lease_until = None
        return None
    return next(iter(begin_all(session, dispatch, [(row, claim)], now)), None)


def begin_all(
    session: Session, dispatch: Dispatch, leased: Sequence[Leased], now: datetime
) -> list[Call]:
    """Judge messages that are locked here, and put their attempts on record.

    The number of questions does not grow with the number of messages.

    Returns:
        The calls to make; whatever else was leased is held, or has come to its end.
    """
    if not leased:
        return []
    rows = [row for row, _ in leased]
    # All that is written is written once, at the end.
    with session.no_autoflush:
        subjects = messages.subjects_of(session, rows)
        reviews = {row.review_id for row in rows}
        vault_of(session).open_review_keys({one for one in reviews if one is not None})
        known = judge.look_up(session, subjects, now)
        talks = offer_text.talks_of(session, subjects)
        calls = [
            _judged(session, dispatch, claim, (subject, known, talks), now)
            for subject, (_, claim) in zip(subjects, leased, strict=True)
        ]
    made = [call for call in calls if call is not None]
    session.flush()
    if made:
        _put_on_record(session, made, rows, now)
    for row in rows:
        if row.reason == UNWRITABLE:
            settle.tell_if_alert_failed(session, row, rules=dispatch.rules, now=now)
    return made


def _judged(
    session: Session,
    dispatch: Dispatch,
    claim: Claim,
    seen: tuple[messages.Subject, judge.Known, offer_text.Talks],
    now: datetime,
) -> Call | None:
    """Judge one message and write it out; None where it is not to be called."""
    subject, known, talks = seen
    row = subject.message
    step = judge.judge(subject, known, dispatch.rules, now)
    if step.state is not MessageState.CALLING:
        settle.take(row, step)
        return None
    attempt = new_id()
    try:
        outgoing = write_out(session, dispatch, (subject, talks), attempt, now)
    except WRITING_FAULTS:
        log.error("message %s cannot be written", row.id)  # noqa: TRY400 - a traceback may hold a value
        settle.take(row, Step(state=MessageState.DEAD_LETTER, reason=UNWRITABLE))
        return None
    reason = row.reason
    known.note(row, now)
    settle.take(row, step)
    row.lease_until = now + dispatch.rules.lease
    row.attempts += 1
    return Call(
        claim=claim,
        attempt=attempt,
        outgoing=outgoing,
        purpose=row.purpose,
        provider=dispatch.senders[claim.channel].provider,
        reason=reason,
    )


def _put_on_record(
    session: Session, calls: Sequence[Call], rows: Sequence[MessageRow], now: datetime
) -> None:
    numbers = {row.id: row.attempts for row in rows}
    session.execute(
        insert(AttemptRow),
        [
            {
                "id": call.attempt,
                "message_id": call.claim.message,
                "n": numbers[call.claim.message],
                "provider": call.provider,
                "state": AttemptState.CALLING,
                "started_at": now,
            }
            for call in calls
        ],
    )


def take_back(session: Session, calls: Sequence[Call]) -> None:
    """Wipe attempts that were put on record and then, certainly, not made.

    Whoever took a message over meanwhile keeps it as it stands.
    """
    rows = rounds.locked(session, [call.claim.message for call in calls])
    ours = [
        call
        for call in calls
        if (row := rows[call.claim.message]).lease_epoch == call.claim.epoch
        and row.state == MessageState.CALLING
    ]
    session.execute(
        delete(AttemptRow).where(
            AttemptRow.id.in_([call.attempt for call in ours]),
            AttemptRow.state == AttemptState.CALLING,
        )
    )
    for call in ours:
        row = rows[call.claim.message]
        settle.take(row, Step(state=MessageState.DUE, reason=call.reason))
        row.attempts -= 1


def _is_halted(
    session: Session, dispatch: Dispatch, claim: Claim, row: MessageRow
) -> bool:
    """Tell whether something came to a halt since the message was claimed."""
    if claim.is_urgent:
        return False
    found = pause.halts(session, row, dispatch.senders[claim.channel].provider)
    return found.template or found.provider or (found.channel and not claim.is_probe)
