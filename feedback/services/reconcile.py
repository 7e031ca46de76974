"""What does the provider say of a message of which we do not know what became?

An attempt whose answer was lost is asked about, twice, before anything is sent
again; where nobody can be asked, a person decides. A mail server never can be: an email
goes once more, under the same Message-ID, and then a person decides.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.models import AttemptRow, MessageRow
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
from feedback.domain.retry import (
    MOST_BLIND_RESENDS,
    RECONCILE_AFTER,
    UNKNOWN_GIVE_UP_AFTER,
)
from feedback.messaging.lookup import Found, LookupFailedError, RemembersMessages
from feedback.services import receive, settle
from feedback.services.ask_about import IN_THE_AIR, Question
from feedback.services.dispatch import Dispatch
from feedback.services.receive import Receipt

log = logging.getLogger(__name__)

ReadNow = Callable[[], datetime]

# A provider's clock may run a little behind ours.
SLACK: Final = timedelta(seconds=60)
ASKED_ONCE: Final = "not-found-once"
UNKNOWN_OUTCOME: Final = "unknown-outcome"
# The second question comes so many times later than the first.
SECOND_QUESTION: Final = RECONCILE_AFTER[1] / RECONCILE_AFTER[0]


def settle_one(dispatch: Dispatch, question: Question, read_now: ReadNow) -> bool:
    """Ask the provider, with no connection held, and write down what it says.

    Returns:
        False where it should have answered, and did not.
    """
    try:
        found, is_certain = _asked(dispatch, question)
    except LookupFailedError:
        _settle(dispatch, question, read_now, (), is_certain=False)
        return False
    _settle(dispatch, question, read_now, found, is_certain=is_certain)
    return True


def _settle(
    dispatch: Dispatch,
    question: Question,
    read_now: ReadNow,
    found: Sequence[Found],
    *,
    is_certain: bool,
) -> None:
    with dispatch.database.transaction() as session:
        row = messages.locked(session, question.message)
        a_try = settle.last_try(session, row)
        if a_try.attempt.id != question.attempt:
            return
        if MessageState(row.state) not in IN_THE_AIR:
            return
        ours = _not_anothers(session, a_try.attempt, found)
        if ours is not None:
            _believe(session, dispatch, a_try, ours, now=read_now())
        elif row.state == MessageState.UNKNOWN and _is_blind(dispatch, question):
            _repeat_once(session, dispatch, a_try, read_now())
        elif row.state == MessageState.UNKNOWN:
            _still_unknown(session, dispatch, a_try, read_now(), is_certain=is_certain)
        _look_again(a_try, read_now())


def _asked(dispatch: Dispatch, question: Question) -> tuple[Sequence[Found], bool]:
    """Ask; tell what was found, and whether finding nothing means anything.

    Raises:
        LookupFailedError: If the provider could not be asked.
    """
    provider = dispatch.senders[question.channel]
    if not isinstance(provider, RemembersMessages):
        return (), False
    if question.provider_sid is not None:
        return (provider.status_of(question.provider_sid),), True
    if question.to is None:
        return (), False
    since = question.started_at - SLACK
    return provider.find(question.to, since, question.token), True


def _not_anothers(
    session: Session, attempt: AttemptRow, found: Sequence[Found]
) -> Found | None:
    """Choose what no other attempt of ours is known by: one text is one attempt's."""
    others = set(
        session.scalars(
            select(AttemptRow.provider_sid).where(
                AttemptRow.provider_sid.in_([one.provider_sid for one in found]),
                AttemptRow.id != attempt.id,
            )
        )
    )
    return next((one for one in found if one.provider_sid not in others), None)


def _is_blind(dispatch: Dispatch, question: Question) -> bool:
    """Tell whether nobody can ever be asked, and a second one does little harm."""
    provider = dispatch.senders[question.channel]
    is_email = question.channel is Channel.EMAIL
    return is_email and not isinstance(provider, RemembersMessages)


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


def _repeat_once(
    session: Session, dispatch: Dispatch, a_try: settle.Try, now: datetime
) -> None:
    """Let an email go once more; a mail program that gets both shows one."""
    made = messages.attempts_of(session, a_try.message.id)
    repeated = sum(one.state == AttemptState.NOT_FOUND for one in made)
    if repeated < MOST_BLIND_RESENDS:
        _send_again(a_try, now)
    else:
        _give_up(session, dispatch, a_try.message, now)


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
        _send_again(a_try, now)
        return
    if now - attempt.started_at >= UNKNOWN_GIVE_UP_AFTER:
        _give_up(session, dispatch, message, now)
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


def _send_again(a_try: settle.Try, now: datetime) -> None:
    attempt = a_try.attempt
    attempt.state = move_attempt(AttemptState(attempt.state), AttemptState.NOT_FOUND)
    attempt.ended_at = now
    settle.take(a_try.message, Step(state=MessageState.DUE, next_at=now))


def _give_up(
    session: Session, dispatch: Dispatch, message: MessageRow, now: datetime
) -> None:
    log.error("outcome of message %s stays unknown", message.id)
    settle.take(message, Step(state=MessageState.DEAD_LETTER, reason=UNKNOWN_OUTCOME))
    settle.tell_if_alert_failed(session, message, rules=dispatch.rules, now=now)


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
