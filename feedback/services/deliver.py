"""What is due, is it still right to send, and what did the provider say?

Each message goes through three short transactions: a lease is taken, an attempt is
put on record, and its outcome is written. Between the last two the provider is
called, with no connection to the database held.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from uuid import UUID

from sqlalchemy import and_, false, or_
from sqlalchemy.orm import Session

from feedback.db.crypto import SealBrokenError
from feedback.db.ids import new_id
from feedback.db.models import AttemptRow, MessageRow
from feedback.db.queries import message as messages
from feedback.db.vault import ErasedError
from feedback.domain.calendar import LONDON, at_wall_time
from feedback.domain.contact import Channel
from feedback.domain.delivery import AttemptState, MessageState, Purpose, Step
from feedback.domain.retry import PROBE_EVERY
from feedback.messaging.compose import ComposeError
from feedback.messaging.sender import Accepted, Outcome, Outgoing, Refused, Unknown
from feedback.services import receive, settle
from feedback.services.dispatch import DeliveryRules, Dispatch
from feedback.services.judge import judge
from feedback.services.write import NothingToSendError, letter

log = logging.getLogger(__name__)

ReadNow = Callable[[], datetime]

# Small, so that an alert never waits behind many others.
BATCH: Final = 10
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
class _Claim:
    """A message that is ours until the lease runs out; the epoch fences it."""

    message: UUID
    epoch: int
    channel: Channel
    is_urgent: bool
    is_probe: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """An attempt on record, ready to be made."""

    claim: _Claim
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
    counted: Counter[str] = Counter()
    for claim in _claims(dispatch, read_now, limit, urgent_only=urgent_only):
        counted[_deliver(dispatch, claim, read_now)] += 1
    return Tally(
        sent=counted["sent"],
        refused=counted["refused"],
        unknown=counted["unknown"],
        held=counted["held"],
    )


def _claims(
    dispatch: Dispatch, read_now: ReadNow, limit: int | None, *, urgent_only: bool
) -> Iterator[_Claim]:
    left = limit
    while left is None or left > 0:
        size = BATCH if left is None else min(BATCH, left)
        with dispatch.database.transaction() as session:
            claims = _claim(
                session, dispatch.rules, size, read_now(), urgent_only=urgent_only
            )
        yield from claims
        if not claims:
            return
        left = None if left is None else left - len(claims)


def _claim(
    session: Session,
    rules: DeliveryRules,
    size: int,
    now: datetime,
    *,
    urgent_only: bool,
) -> list[_Claim]:
    """Take a lease on a few due messages."""
    pauses = messages.open_pauses(session)
    is_free = false() if urgent_only else MessageRow.channel.not_in(pauses)
    wanted = or_(messages.is_urgent(), is_free)
    rows = messages.claimable(session, now=now, limit=size, where=wanted)
    probes = [] if urgent_only else _probes(session, now)
    within = _within_cap(session, [*rows, *probes], rules, now)
    return [_leased(row, rules, now, is_probe=row in probes) for row in within]


def _probes(session: Session, now: datetime) -> list[MessageRow]:
    """Let one message of each paused channel try, once its time has come."""
    found: list[MessageRow] = []
    for channel, pause in messages.open_pauses(session).items():
        if pause.probe_at <= now:
            where = and_(MessageRow.channel == channel, ~messages.is_urgent())
            rows = messages.claimable(session, now=now, limit=1, where=where)
            if rows:
                pause.probe_at = now + PROBE_EVERY
            found.extend(rows)
    return found


def _within_cap(
    session: Session,
    rows: Sequence[MessageRow],
    rules: DeliveryRules,
    now: datetime,
) -> Sequence[MessageRow]:
    """Leave out what the day's cap holds; alerts pass, and are counted."""
    ordinary = [row for row in rows if not Purpose(row.purpose).is_urgent]
    if not ordinary:
        return rows
    midnight = at_wall_time(now.astimezone(LONDON).date(), time.min)
    urgent = len(rows) - len(ordinary)
    left = rules.cap_sms_per_day - urgent - messages.texts_since(session, midnight)
    if left <= 0:
        log.error("the day's cap of texts is reached; only alerts are sent")
    held = set(ordinary[max(left, 0) :])
    return [row for row in rows if row not in held]


def _leased(
    row: MessageRow, rules: DeliveryRules, now: datetime, *, is_probe: bool
) -> _Claim:
    row.lease_until = now + rules.lease
    row.lease_epoch += 1
    return _Claim(
        message=row.id,
        epoch=row.lease_epoch,
        channel=Channel(row.channel),
        is_urgent=Purpose(row.purpose).is_urgent,
        is_probe=is_probe,
    )


def _deliver(dispatch: Dispatch, claim: _Claim, read_now: ReadNow) -> str:
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
    session: Session, dispatch: Dispatch, claim: _Claim, now: datetime
) -> _Call | None:
    """Judge a message for the last time, and put the attempt on record."""
    row = messages.locked(session, claim.message)
    if row.state != MessageState.DUE or row.lease_epoch != claim.epoch:
        return None
    if _is_paused(session, claim):
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


def _is_paused(session: Session, claim: _Claim) -> bool:
    if claim.is_urgent or claim.is_probe:
        return False
    return claim.channel in messages.open_pauses(session)


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
            row.purpose, values=opened.values, language=row.language
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
    )


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
    match outcome:
        case Accepted(provider_sid=sid):
            # True also where it comes late: the provider has it.
            settle.accepted(session, a_try, sid, rules=rules, now=now)
            receive.apply_waiting(session, a_try, rules=rules, now=now)
            if call.claim.is_probe:
                settle.end_pause(session, call.claim.channel, by=PROBE, now=now)
            dispatch.pacer.recover()
            return "sent"
        case Refused() if is_ours and row.state == MessageState.CALLING:
            failure = settle.refused(session, a_try, outcome, rules=rules, now=now)
            if failure.slows_down:
                dispatch.pacer.slow_down()
            return "refused"
        case Unknown() if is_ours and row.state == MessageState.CALLING:
            settle.unknown(a_try, outcome, rules=rules, now=now)
            return "unknown"
        case _:
            return "held"
