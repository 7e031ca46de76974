"""What did the provider say? Written by whoever still holds the message's lease."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from feedback.db.models import AttemptRow, MessageRow
from feedback.db.queries import message as messages
from feedback.db.queries import round as rounds
from feedback.domain.delivery import MessageState
from feedback.messaging.sender import Accepted, Outcome, Refused, Unknown
from feedback.services import breaker, pause, receive, settle
from feedback.services.begin import Call
from feedback.services.claim import ReadNow
from feedback.services.dispatch import Dispatch

log = logging.getLogger(__name__)

PROBE: Final = "probe"

Done = tuple[Call, Outcome]


def record(session: Session, dispatch: Dispatch, done: Done, *, now: datetime) -> str:
    """Write an attempt's outcome, unless somebody else took the message over."""
    call, outcome = done
    row = messages.locked(session, call.claim.message)
    a_try = settle.Try(message=row, attempt=session.get_one(AttemptRow, call.attempt))
    is_ours = row.lease_epoch == call.claim.epoch
    rules = dispatch.rules
    _note_health(session, call, a_try.attempt, outcome, now)
    match outcome:
        case Accepted(provider_sid=sid):
            # True also where it comes late: the provider has it.
            settle.accepted(session, a_try, sid, rules=rules, now=now)
            receive.apply_waiting(session, a_try, rules=rules, now=now)
            if call.claim.is_probe:
                pause.end_channel(session, call.claim.channel, by=PROBE, now=now)
            dispatch.pacer.recover()
            return "sent"
        case Refused() if is_ours and row.state == MessageState.CALLING:
            failure = settle.refused(session, a_try, outcome, rules=rules, now=now)
            if failure.slows_down:
                dispatch.pacer.slow_down()
            return "refused"
        case Unknown() if is_ours and row.state == MessageState.CALLING:
            settle.unknown(session, a_try, outcome, rules=rules, now=now)
            return "unknown"
        case _:
            return "held"


def record_all(
    dispatch: Dispatch, done: Sequence[Done], read_now: ReadNow
) -> list[str]:
    """Write the outcomes of ordinary calls together; one by one where that fails."""
    if not done:
        return []
    try:
        with dispatch.database.transaction() as session:
            return _together(session, dispatch, done, read_now())
    except SQLAlchemyError as error:
        log.error(  # noqa: TRY400 - a traceback may hold a value
            "outcomes are written one by one: %s", type(error).__name__
        )
    return _one_by_one(dispatch, done, read_now)


def _one_by_one(
    dispatch: Dispatch, done: Sequence[Done], read_now: ReadNow
) -> list[str]:
    told: list[str] = []
    faults: list[SQLAlchemyError] = []
    for one in done:
        try:
            with dispatch.database.transaction() as session:
                told.append(record(session, dispatch, one, now=read_now()))
        except SQLAlchemyError as error:
            # Its lease runs out, and then the provider is asked about it.
            faults.append(error)
    if faults:
        raise faults[0]
    return told


def _together(
    session: Session, dispatch: Dispatch, done: Sequence[Done], now: datetime
) -> list[str]:
    rows = rounds.locked(session, [call.claim.message for call, _ in done])
    attempts = rounds.attempts(session, [call.attempt for call, _ in done])
    taken = [(call, outcome) for call, outcome in done if isinstance(outcome, Accepted)]
    _accept(session, dispatch, taken, (rows, attempts), now)
    rest = [one for one in done if not isinstance(one[1], Accepted)]
    session.flush()
    told = [record(session, dispatch, one, now=now) for one in rest]
    return ["sent"] * len(taken) + told


def _accept(
    session: Session,
    dispatch: Dispatch,
    taken: Sequence[tuple[Call, Accepted]],
    seen: tuple[Mapping[UUID, MessageRow], Mapping[UUID, AttemptRow]],
    now: datetime,
) -> None:
    """Note with a fixed number of questions what the provider took."""
    if not taken:
        return
    rows, attempts = seen
    tries: list[tuple[settle.Try, str]] = []
    for call, outcome in taken:
        attempt = attempts[call.attempt]
        attempt.is_provider_fault = False
        a_try = settle.Try(message=rows[call.claim.message], attempt=attempt)
        tries.append((a_try, outcome.provider_sid))
        dispatch.pacer.recover()
    settle.all_accepted(session, tries, rules=dispatch.rules, now=now)
    told = rounds.told_already(session, [sid for _, sid in tries])
    for a_try, sid in tries:
        if sid in told:
            receive.apply_waiting(session, a_try, rules=dispatch.rules, now=now)


def _note_health(
    session: Session, call: Call, attempt: AttemptRow, outcome: Outcome, now: datetime
) -> None:
    """Note how the provider did, whatever became of the message."""
    attempt.is_provider_fault = breaker.is_fault(outcome)
    if attempt.is_provider_fault:
        session.flush()
        breaker.failed(session, attempt, now=now)
    elif call.claim.is_trial:
        breaker.passed(session, attempt.provider, now=now)
