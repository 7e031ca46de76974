"""What is due, is it still right to send, and what did the provider say?

Each message goes through three short transactions: a lease is taken, an attempt is
put on record, and its outcome is written. Between the last two the provider is
called, with no connection to the database held.
"""

import logging
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import SealBrokenError
from feedback.db.ids import new_id
from feedback.db.models import AttemptRow, MessageRow
from feedback.db.queries import message as messages
from feedback.db.vault import ErasedError
from feedback.domain.contact import Channel
from feedback.domain.delivery import AttemptState, MessageState, Step
from feedback.messaging.compose import ComposeError
from feedback.messaging.sender import Accepted, Outcome, Outgoing, Refused, Unknown
from feedback.services import breaker, pause, receive, settle, unsubscribe
from feedback.services.claim import Claim, ReadNow, claims
from feedback.services.dispatch import Dispatch
from feedback.services.judge import judge
from feedback.services.write import NothingToSendError, letter

log = logging.getLogger(__name__)

PROBE: Final = "probe"
UNWRITABLE: Final = "cannot-be-written"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What came of a round of sending."""

    sent: int = 0
    refused: int = 0
    unknown: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """An attempt on record, ready to be made."""

    claim: Claim
    attempt: UUID
    outgoing: Outgoing


def deliver_due(
    dispatch: Dispatch,
    *,
    read_now: ReadNow,
    limit: int | None = None,
    urgent_only: bool = False,
) -> Tally:
    """Send what is due, alerts first.

    Args:
        dispatch: What sending needs.
        read_now: Tells the time, which passes while messages are sent.
        limit: The most messages to take; None for all that are due.
        urgent_only: Whether to take alerts and escalations only.
    """
    taken = claims(dispatch, read_now, limit, urgent_only=urgent_only)
    counted = Counter(_deliver_each(dispatch, taken, read_now))
    return Tally(
        sent=counted["sent"],
        refused=counted["refused"],
        unknown=counted["unknown"],
        held=counted["held"],
    )


def _deliver_each(
    dispatch: Dispatch, taken: Iterator[Claim], read_now: ReadNow
) -> Iterator[str]:
    """Send several at a time; no lease is taken before a thread is nearly free."""
    if dispatch.threads == 1:
        yield from (deliver_one(dispatch, claim, read_now) for claim in taken)
        return
    with ThreadPoolExecutor(dispatch.threads, "deliver") as pool:
        on_the_way: set[Future[str]] = set()
        for claim in taken:
            on_the_way.add(pool.submit(deliver_one, dispatch, claim, read_now))
            while len(on_the_way) > dispatch.threads:
                done, on_the_way = wait(on_the_way, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in done)
        yield from (one.result() for one in on_the_way)


def deliver_one(dispatch: Dispatch, claim: Claim, read_now: ReadNow) -> str:
    """Judge, send and settle one message that was claimed; tell how it went."""
    if claim.channel is Channel.SMS and not claim.is_urgent:
        dispatch.pacer.wait()
    with dispatch.database.transaction() as session:
        call = _begin(session, dispatch, claim, read_now())
    if call is None:
        return "held"
    outcome = dispatch.senders[claim.channel].send(call.outgoing)
    with dispatch.database.transaction() as session:
        return _record(session, dispatch, call, outcome, now=read_now())


def _begin(
    session: Session, dispatch: Dispatch, claim: Claim, now: datetime
) -> _Call | None:
    """Judge a message for the last time, and put the attempt on record."""
    row = messages.locked(session, claim.message)
    if row.state != MessageState.DUE or row.lease_epoch != claim.epoch:
        return None
    if _is_halted(session, dispatch, claim, row):
        row.lease_until = None
        return None
    subject = messages.subject_of(session, row)
    step = judge(session, subject, dispatch.rules, now)
    if step.state is not MessageState.CALLING:
        settle.take(row, step)
        return None
    attempt = new_id()
    outgoing = _outgoing(session, dispatch, subject, attempt, now)
    if outgoing is None:
        log.error("message %s cannot be written", row.id)
        settle.take(row, Step(state=MessageState.DEAD_LETTER, reason=UNWRITABLE))
        settle.tell_if_alert_failed(session, row, rules=dispatch.rules, now=now)
        return None
    settle.take(row, step)
    row.lease_until = now + dispatch.rules.lease
    row.attempts += 1
    session.add(
        AttemptRow(
            id=attempt,
            message_id=row.id,
            n=row.attempts,
            provider=dispatch.senders[claim.channel].provider,
            state=AttemptState.CALLING,
            started_at=now,
        )
    )
    return _Call(claim=claim, attempt=attempt, outgoing=outgoing)


def _is_halted(
    session: Session, dispatch: Dispatch, claim: Claim, row: MessageRow
) -> bool:
    """Tell whether something came to a halt since the message was claimed."""
    if claim.is_urgent:
        return False
    found = pause.halts(session, row, dispatch.senders[claim.channel].provider)
    return found.template or found.provider or (found.channel and not claim.is_probe)


def _outgoing(
    session: Session,
    dispatch: Dispatch,
    subject: messages.Subject,
    attempt: UUID,
    now: datetime,
) -> Outgoing | None:
    """Write the message out; None where it cannot be written."""
    row = subject.message
    rules = dispatch.rules
    try:
        opened = letter(session, subject, rules=rules.invite)
        written = dispatch.composer.compose(
            row.purpose,
            values=opened.values,
            language=row.language,
            by_text=opened.by_text,
        )
    except (ComposeError, NothingToSendError, ErasedError, SealBrokenError):
        return None
    is_text = row.channel == Channel.SMS
    receipts = rules.receipts_url if is_text else None
    return Outgoing(
        channel=Channel(row.channel),
        to=opened.to,
        subject=None if is_text else written.subject,
        body=written.sms if is_text else written.body,
        message_id=str(row.id),
        attempt_id=str(attempt),
        at=now,
        status_callback=f"{receipts}?attempt={attempt}" if receipts else None,
        list_unsubscribe=None if is_text else _unsubscribe(session, dispatch, row),
        by_second_sender=is_text and settle.wants_other_sender(session, row),
    )


def _unsubscribe(session: Session, dispatch: Dispatch, row: MessageRow) -> str | None:
    """Give the address of one-click unsubscribing, where it is not for staff."""
    if row.invitation_id is None:
        return None
    base_url = dispatch.rules.invite.public_base_url
    return unsubscribe.link(session, row.invitation_id, base_url=base_url)


def _record(
    session: Session,
    dispatch: Dispatch,
    call: _Call,
    outcome: Outcome,
    *,
    now: datetime,
) -> str:
    """Write an attempt's outcome, unless somebody else took the message over."""
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


def _note_health(
    session: Session, call: _Call, attempt: AttemptRow, outcome: Outcome, now: datetime
) -> None:
    """Note how the provider did, whatever became of the message."""
    attempt.is_provider_fault = breaker.is_fault(outcome)
    if attempt.is_provider_fault:
        session.flush()
        breaker.failed(session, attempt, now=now)
    elif call.claim.is_trial:
        breaker.passed(session, attempt.provider, now=now)
