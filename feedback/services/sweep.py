"""Which messages hang in the air, and what does the provider say of them?

An attempt whose answer was lost is asked about, twice, before anything is sent
again; where nobody can be asked, a person decides.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.models import MessageRow
from feedback.db.queries import message as messages
from feedback.domain.contact import Channel
from feedback.domain.delivery import (
    POLL_AFTER,
    UNCONFIRMED_AFTER,
    AttemptState,
    MessageState,
    Step,
    move_attempt,
)
from feedback.domain.retry import RECONCILE_AFTER, UNKNOWN_GIVE_UP_AFTER
from feedback.messaging.lookup import Found, LookupFailedError, RemembersMessages
from feedback.messaging.sender import Unknown
from feedback.services import link, receive, settle
from feedback.services.dispatch import Dispatch
from feedback.services.receive import Receipt
from feedback.services.write import NothingToSendError, letter

log = logging.getLogger(__name__)

ReadNow = Callable[[], datetime]

ROUND: Final = 50
# A provider's clock may run a little behind ours.
SLACK: Final = timedelta(seconds=60)
ASKED_ONCE: Final = "not-found-once"
UNKNOWN_OUTCOME: Final = "unknown-outcome"
LEASE_RAN_OUT: Final = "lease-ran-out"
# The second question comes so many times later than the first.
SECOND_QUESTION: Final = RECONCILE_AFTER[1] / RECONCILE_AFTER[0]
IN_THE_AIR: Final = (MessageState.UNKNOWN, MessageState.ACCEPTED, MessageState.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What to ask a provider about one message."""

    message: UUID
    attempt: UUID
    channel: Channel
    started_at: datetime
    provider_sid: str | None
    to: str | None = field(repr=False)
    token: str | None = field(repr=False)


def sweep(dispatch: Dispatch, *, read_now: ReadNow) -> int:
    """Take up what hangs in the air; return how many messages that were."""
    with dispatch.database.transaction() as session:
        lapsed = _lapse(session, dispatch, read_now())
        receive.tell_orphans(session, now=read_now())
    with dispatch.database.reading() as session:
        questions = _questions(session, dispatch, read_now())
    for question in questions:
        _settle(dispatch, question, read_now)
    return lapsed + len(questions)


def _lapse(session: Session, dispatch: Dispatch, now: datetime) -> int:
    """Turn calls whose lease ran out into unknown outcomes: never into new calls."""
    rows = session.scalars(
        select(MessageRow)
        .where(MessageRow.state == MessageState.CALLING, MessageRow.lease_until <= now)
        .limit(ROUND)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        a_try = settle.last_try(session, row)
        # Whoever comes back late with an answer finds that the message moved on.
        row.lease_epoch += 1
        outcome = Unknown(detail=LEASE_RAN_OUT)
        settle.unknown(session, a_try, outcome, rules=dispatch.rules, now=now)
    return len(rows)


def _questions(
    session: Session, dispatch: Dispatch, now: datetime
) -> tuple[_Question, ...]:
    rows = session.scalars(
        select(MessageRow)
        .where(MessageRow.state.in_(IN_THE_AIR), MessageRow.next_at <= now)
        .order_by(MessageRow.priority, MessageRow.next_at)
        .limit(ROUND)
    ).all()
    return tuple(_question(session, dispatch, row) for row in rows)


def _question(session: Session, dispatch: Dispatch, row: MessageRow) -> _Question:
    attempt = settle.last_try(session, row).attempt
    subject = messages.subject_of(session, row)
    token = None
    if subject.invitation is not None:
        token = link.token_of(session, subject.invitation)
    try:
        to = letter(session, subject, rules=dispatch.rules.invite).to
    except NothingToSendError:
        to = None
    return _Question(
        message=row.id,
        attempt=attempt.id,
        channel=Channel(row.channel),
        started_at=attempt.started_at,
        provider_sid=attempt.provider_sid,
        to=to,
        token=token,
    )


def _settle(dispatch: Dispatch, question: _Question, read_now: ReadNow) -> None:
    """Ask the provider, with no connection held, and write down what it says."""
    found, is_certain = _asked(dispatch, question)
    with dispatch.database.transaction() as session:
        row = messages.locked(session, question.message)
        a_try = settle.last_try(session, row)
        if a_try.attempt.id != question.attempt:
            return
        if MessageState(row.state) not in IN_THE_AIR:
            return
        if found is not None:
            _believe(session, dispatch, a_try, found, now=read_now())
        elif row.state == MessageState.UNKNOWN:
            _still_unknown(session, dispatch, a_try, read_now(), is_certain=is_certain)
        _look_again(a_try, read_now())


def _asked(dispatch: Dispatch, question: _Question) -> tuple[Found | None, bool]:
    """Ask; tell what was found, and whether finding nothing means anything."""
    provider = dispatch.senders[question.channel]
    if not isinstance(provider, RemembersMessages):
        return None, False
    try:
        if question.provider_sid is not None:
            return provider.status_of(question.provider_sid), True
        if question.to is None:
            return None, False
        return provider.find(
            question.to, question.started_at - SLACK, question.token
        ), True
    except LookupFailedError:
        return None, False


def _believe(
    session: Session,
    dispatch: Dispatch,
    a_try: settle.Try,
    found: Found,
    *,
    now: datetime,
) -> None:
    receipt = Receipt(
        provider_sid=found.provider_sid,
        status=found.status,
        code=found.code,
        attempt=a_try.attempt.id,
    )
    rules = dispatch.rules
    receive.settle_sid(session, a_try, found.provider_sid, rules=rules, now=now)
    receive.record_receipt(session, receipt, rules=rules, now=now)


def _still_unknown(
    session: Session,
    dispatch: Dispatch,
    a_try: settle.Try,
    now: datetime,
    *,
    is_certain: bool,
) -> None:
    """Decide what follows where the provider tells of no such message."""
    message, attempt = a_try.message, a_try.attempt
    if is_certain and message.reason == ASKED_ONCE:
        attempt.state = move_attempt(
            AttemptState(attempt.state), AttemptState.NOT_FOUND
        )
        attempt.ended_at = now
        settle.take(message, Step(state=MessageState.DUE, next_at=now))
        return
    if now - attempt.started_at >= UNKNOWN_GIVE_UP_AFTER:
        log.error("outcome of message %s stays unknown", message.id)
        step = Step(state=MessageState.DEAD_LETTER, reason=UNKNOWN_OUTCOME)
        settle.take(message, step)
        settle.tell_if_alert_failed(session, message, rules=dispatch.rules, now=now)
        return
    wait = dispatch.rules.reconcile_after
    if is_certain:
        second = attempt.started_at + wait * SECOND_QUESTION
        step = Step(
            state=MessageState.UNKNOWN, next_at=max(second, now), reason=ASKED_ONCE
        )
    else:
        step = Step(
            state=MessageState.UNKNOWN, next_at=now + wait, reason=message.reason
        )
    settle.take(message, step)


def _look_again(a_try: settle.Try, now: datetime) -> None:
    """Say when to ask next how far an accepted message has come, or let it rest."""
    message = a_try.message
    if MessageState(message.state) not in {MessageState.ACCEPTED, MessageState.SENT}:
        return
    since = a_try.attempt.started_at
    if now - since >= UNCONFIRMED_AFTER:
        settle.take(message, Step(state=MessageState.UNCONFIRMED))
        return
    later: Sequence[datetime] = [since + wait for wait in POLL_AFTER]
    message.next_at = next((at for at in later if at > now), since + UNCONFIRMED_AFTER)
