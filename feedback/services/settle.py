"""What becomes of a message after one try? Accepted, refused, or nobody knows."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.models import AttemptRow, ContactRow, MessageRow
from feedback.db.queries import message as messages
from feedback.domain.contact import Channel
from feedback.domain.delivery import (
    FINAL_STATES,
    POLL_AFTER,
    AttemptState,
    MessageState,
    Purpose,
    Step,
    move_attempt,
    move_message,
)
from feedback.domain.failure import ContactEffect, Failure, FailureClass, classify
from feedback.domain.retry import Tries, after_refusal
from feedback.messaging.sender import Refused, Unknown
from feedback.services import (
    alert,
    audit,
    fallback,
    loop,
    pause,
    remind,
    stop,
    tell_duty,
)
from feedback.services.dispatch import DeliveryRules

log = logging.getLogger(__name__)

# Nothing leaves the demonstration: what its sender takes has arrived.
CONSOLE: Final = "console"
# An alert is tried again soon, whatever the provider's trouble.
URGENT_AGAIN_AFTER: Final = timedelta(minutes=1)
# For messages that end with nothing: long enough for every retry.
NO_END: Final = timedelta(days=7)
OPEN_STATES: Final = frozenset({MessageState.CALLING, MessageState.UNKNOWN})
LOST_STATES: Final = frozenset(
    {MessageState.FAILED_PERMANENT, MessageState.DEAD_LETTER, MessageState.EXPIRED}
)
CHANCE: Final = secrets.SystemRandom()
# Why a message is tried once more at once: by the sender's other number.
OTHER_SENDER: Final = "other-sender"


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """A message with the attempt that is being settled."""

    message: MessageRow
    attempt: AttemptRow

    @property
    def is_newest(self) -> bool:
        """Whether no later attempt was made."""
        return self.attempt.n == self.message.attempts

    @property
    def is_urgent(self) -> bool:
        """Whether no pause may hold it."""
        return Purpose(self.message.purpose).is_urgent


def accepted(
    session: Session,
    a_try: Try,
    provider_sid: str,
    *,
    rules: DeliveryRules,
    now: datetime,
) -> None:
    """Note that the provider took the message, and plan the reminder after it."""
    all_accepted(session, [(a_try, provider_sid)], rules=rules, now=now)


def all_accepted(
    session: Session,
    tries: Sequence[tuple[Try, str]],
    *,
    rules: DeliveryRules,
    now: datetime,
) -> None:
    """Note that the provider took these messages, each with the name it gave."""
    opened = [
        (a_try.message, a_try.attempt.started_at)
        for a_try, sid in tries
        if _note_accepted(a_try, sid, now)
    ]
    session.flush()
    remind.plan_all(session, opened, calendar=rules.invite.calendar, now=now)


def _note_accepted(a_try: Try, provider_sid: str, now: datetime) -> bool:
    """Write that one was taken; tell whether its message was waiting for that."""
    message, attempt = a_try.message, a_try.attempt
    # News of an earlier attempt says nothing about the one that runs now.
    was_open = a_try.is_newest and MessageState(message.state) in OPEN_STATES
    if attempt.state != AttemptState.ACCEPTED:
        attempt.state = move_attempt(AttemptState(attempt.state), AttemptState.ACCEPTED)
        attempt.ended_at = now
        # Why nobody knew for a while is no failure: it went out, and counts.
        attempt.code = None
    attempt.provider_sid = provider_sid
    if was_open:
        take(message, Step(state=MessageState.ACCEPTED, next_at=now + POLL_AFTER[0]))
        if attempt.provider == CONSOLE:
            take(message, Step(state=MessageState.DELIVERED))
    return was_open


def refused(
    session: Session,
    a_try: Try,
    refusal: Refused,
    *,
    rules: DeliveryRules,
    now: datetime,
) -> Failure:
    """Note that the message has not gone out, and decide what follows."""
    a_try.attempt.state = move_attempt(
        AttemptState(a_try.attempt.state), AttemptState.REFUSED
    )
    a_try.attempt.ended_at = now
    a_try.attempt.code = refusal.code
    a_try.attempt.http = refusal.http
    return _failed(session, a_try, refusal, rules, now)


def undelivered(
    session: Session,
    a_try: Try,
    code: str | None,
    *,
    rules: DeliveryRules,
    now: datetime,
) -> Failure:
    """Note that a message which was taken did not arrive after all."""
    a_try.attempt.code = code
    return _failed(session, a_try, Refused(code=code), rules, now)


def unknown(
    session: Session,
    a_try: Try,
    outcome: Unknown,
    *,
    rules: DeliveryRules,
    now: datetime,
) -> None:
    """Note that nobody knows: it is asked about, and never simply sent again."""
    a_try.attempt.state = move_attempt(
        AttemptState(a_try.attempt.state), AttemptState.UNKNOWN
    )
    a_try.attempt.code = outcome.code or outcome.detail
    a_try.attempt.http = outcome.http
    asks_at = max(now, a_try.attempt.started_at + rules.reconcile_after)
    take(a_try.message, Step(state=MessageState.UNKNOWN, next_at=asks_at))
    tell_second_contact(session, a_try.message, rules=rules, now=now)


def take(message: MessageRow, step: Step) -> None:
    """Take a message one step, and let go of it."""
    state = MessageState(message.state)
    if step.state is not state:
        message.state = move_message(state, step.state)
    message.reason = step.reason
    message.next_at = step.next_at or message.next_at
    if step.state is not MessageState.CALLING:
        message.lease_until = None


def _failed(
    session: Session,
    a_try: Try,
    refusal: Refused,
    rules: DeliveryRules,
    now: datetime,
) -> Failure:
    message = a_try.message
    channel = Channel(message.channel)
    failure = classify(refusal.code, refusal.http, channel=channel)
    session.flush()
    tries = _tries(session, a_try, channel)
    step = after_refusal(
        failure,
        tries=tries,
        now=now,
        expires_at=message.expires_at or now + NO_END,
        jitter=CHANCE.uniform(0.5, 1.5),
        retry_after=refusal.retry_after,
    )
    if failure.may_change_sender and rules.has_second_sender and tries.alike == 1:
        step = Step(state=MessageState.DUE, next_at=now, reason=OTHER_SENDER)
    if a_try.is_urgent and step.next_at is not None:
        step = Step(
            state=step.state,
            next_at=min(step.next_at, now + URGENT_AGAIN_AFTER),
            reason=step.reason,
        )
    take(message, step)
    if failure.is_alarm:
        log.error("delivery alarm: code %s, http %s", refusal.code, refusal.http)
    session.flush()
    if failure.kind.pauses:
        pause.pause_channel(session, message.channel, refusal.code, now)
    if failure.kind is FailureClass.CONTENT_STOP:
        pause.pause_if_filtered(session, message, now)
    _teach(session, a_try, failure, now)
    session.flush()
    fallback.plan(session, message, failure, now=now)
    tell_second_contact(session, message, rules=rules, now=now)
    tell_if_alert_failed(session, message, rules=rules, now=now)
    return failure


def tell_second_contact(
    session: Session, message: MessageRow, *, rules: DeliveryRules, now: datetime
) -> None:
    """Tell the second contact at once of an alert that a text may not have carried.

    The email to the first was queued with the text. Of an alert, one message too many
    is better than silence.
    """
    if Purpose(message.purpose).is_urgent and message.alert_id is not None:
        tell_duty.tell_second(session, message.alert_id, rules.links, now=now)


def tell_if_alert_failed(
    session: Session, message: MessageRow, *, rules: DeliveryRules, now: datetime
) -> None:
    """Raise an alert about an alert that could not be brought to its reader."""
    is_lost = MessageState(message.state) in LOST_STATES
    if is_lost and Purpose(message.purpose).is_urgent:
        log.error("alert message %s lost", message.id)
        alert.delivery_failed(session, message.id, rules.links, now=now)


def wants_other_sender(session: Session, message: MessageRow) -> bool:
    """Tell whether a text's last try found that our usual sender cannot reach it."""
    if message.attempts == 0:
        return False
    last = last_try(session, message).attempt
    return classify(last.code, last.http).may_change_sender


def _tries(session: Session, a_try: Try, channel: Channel) -> Tries:
    made = messages.attempts_of(session, a_try.message.id)
    failures = [
        classify(one.code, one.http, channel=channel)
        for one in made
        if _has_failed(one) or one.id == a_try.attempt.id
    ]
    return Tries(
        total=len(made),
        counted=sum(failure.counts for failure in failures),
        alike=sum(one.code == a_try.attempt.code for one in made),
    )


def _has_failed(attempt: AttemptRow) -> bool:
    """Tell whether a call was refused, or what was taken did not arrive after all."""
    is_undelivered = attempt.state == AttemptState.ACCEPTED and attempt.code is not None
    return attempt.state == AttemptState.REFUSED or is_undelivered


def _teach(session: Session, a_try: Try, failure: Failure, now: datetime) -> None:
    """Let the contact's record follow what the provider taught us."""
    message = a_try.message
    has_ended = MessageState(message.state) in FINAL_STATES
    if has_ended and message.invitation_id is not None:
        stop.cancel_with_link(session, message.invitation_id, reason="bounced")
    if message.contact_id is None:
        return
    contact = session.get_one(ContactRow, message.contact_id)
    if failure.kind is FailureClass.LOOP:
        loop.stop_replies(session, contact, now=now)
    if failure.contact is ContactEffect.OPTED_OUT:
        stop.suppress(session, [contact], reason="opted_out", now=now)
    elif has_ended and failure.contact is not ContactEffect.NONE:
        # Unverified holds every message until somebody checks with the person.
        contact.verified_at = None
        deed = audit.Deed(
            action="contact_unverified",
            review=contact.review_id,
            subject=contact.id,
            facts={"why": failure.contact.value},
        )
        audit.record(session, deed, by=audit.SYSTEM, now=now)


def try_of(session: Session, attempt: AttemptRow) -> Try:
    """Take an attempt and its message for a change that nobody else makes meanwhile."""
    message = messages.locked(session, attempt.message_id)
    # It may have been settled while we waited for its message.
    fresh = session.get_one(AttemptRow, attempt.id, populate_existing=True)
    return Try(message=message, attempt=fresh)


def last_try(session: Session, message: MessageRow) -> Try:
    """Give the newest attempt of a message that is locked already."""
    attempt = session.scalars(
        select(AttemptRow)
        .where(AttemptRow.message_id == message.id)
        .order_by(AttemptRow.n.desc())
        .limit(1)
    ).one()
    return Try(message=message, attempt=attempt)
