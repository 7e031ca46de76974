"""Is this due message still right to send? What the last check needs, gathered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import MessageRow
from feedback.db.queries import message as messages
from feedback.db.queries import round as rounds
from feedback.domain.calendar import at_wall_time, london_day
from feedback.domain.claim import ClaimFacts, judge_claim
from feedback.domain.contact import HoldReason, Verdict
from feedback.domain.delivery import MessageState, Purpose, Step
from feedback.domain.invitation import InvitationStatus
from feedback.services import fallback, link, reach, settle
from feedback.services.dispatch import DeliveryRules

CAP_WEEK: Final = timedelta(days=7)
# Nobody hears from us more often in one day, whatever went wrong.
MOST_A_DAY: Final = 2
# What asks for answers has no place once a review takes none.
ASKING: Final = frozenset(
    {
        Purpose.INVITATION,
        Purpose.REMINDER,
        Purpose.TEXT_FIRST,
        Purpose.TEXT_QUESTION,
        Purpose.TEXT_AGAIN,
    }
)
# Whoever has just written may be answered there, but where that is a danger.
DANGERS: Final = frozenset({HoldReason.HIGH_RISK, HoldReason.UNSAFE})
# Marks a message that somebody at the demonstration let go before its hour.
RELEASED: Final = "released-in-demonstration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known beside the messages that are judged together.

    Args:
        suppressed: The addresses that asked for no more, each with its channel.
        sent: When each person was messaged of late; `note` adds to it.
        failed: The messages for which others stand in.
    """

    suppressed: frozenset[tuple[bytes, str]]
    sent: dict[UUID, list[datetime]]
    failed: Mapping[UUID, MessageRow]

    def note(self, message: MessageRow, now: datetime) -> None:
        """Count a message that goes out now against its person's cap."""
        if message.participant_id is not None and message.contact_id is not None:
            self.sent.setdefault(message.participant_id, []).append(now)


def look_up(
    session: Session, subjects: Sequence[messages.Subject], now: datetime
) -> Known:
    """Look up what judging these messages takes, in a fixed number of questions."""
    contacts = [one.contact for one in subjects if one.contact is not None]
    people = {one.participant.id for one in subjects if one.participant is not None}
    failed = {one.message.fallback_of for one in subjects}
    return Known(
        suppressed=rounds.suppressed(session, contacts),
        sent=rounds.sent_since(session, people, now - CAP_WEEK),
        failed=rounds.by_ids(session, {one for one in failed if one is not None}),
    )


def judge(
    subject: messages.Subject, known: Known, rules: DeliveryRules, now: datetime
) -> Step:
    """Judge a due message at the moment it would be sent.

    Returns:
        A step to calling where it is right to send; else to an end, or back to due
        with the time at which to look again.
    """
    step = judge_claim(_facts(subject, known, rules, now), now=now)
    person = subject.participant
    if step.state is not MessageState.CALLING or subject.contact is None:
        return step
    # A form by text has a bound of its own, and so have single replies.
    if person is None or Purpose(subject.message.purpose).is_reply:
        return step
    if not fallback.is_still_right(subject, known.failed, now=now):
        return Step(state=MessageState.CANCELLED, reason=fallback.NEEDLESS)
    sent = known.sent.get(person.id, [])
    return _capped(sent, rules.cap_per_person_per_week, now) or step


def _capped(sent: Sequence[datetime], most_a_week: int, now: datetime) -> Step | None:
    """Hold whoever was messaged often enough; None where there is room."""
    if len(sent) >= most_a_week:
        frees_at = sent[-most_a_week] + CAP_WEEK
        return Step(state=MessageState.DUE, next_at=frees_at, reason="cap-per-person")
    today = london_day(now)
    if sum(london_day(at) == today for at in sent) >= MOST_A_DAY:
        tomorrow = at_wall_time(today + timedelta(days=1), time.min)
        return Step(state=MessageState.DUE, next_at=tomorrow, reason="cap-per-day")
    return None


def _facts(
    subject: messages.Subject, known: Known, rules: DeliveryRules, now: datetime
) -> ClaimFacts:
    """Gather what the last check judges."""
    message, review, invitation = subject.message, subject.review, subject.invitation
    is_stopped = invitation is not None and invitation.messages_stopped_at is not None
    contact = subject.contact
    return ClaimFacts(
        purpose=Purpose(message.purpose),
        expires_at=message.expires_at or now + settle.NO_END,
        permitted_at=_permitted_at(subject, rules, now),
        is_suppressed=is_stopped
        or (
            contact is not None
            and (contact.value_index, contact.channel) in known.suppressed
        ),
        is_review_open=review is None
        or Purpose(message.purpose) not in ASKING
        or link.takes_answers(review, now),
        contact=_verdict(subject, now),
        status=None if invitation is None else InvitationStatus(invitation.status),
    )


def _verdict(subject: messages.Subject, now: datetime) -> Verdict | None:
    if Purpose(subject.message.purpose).is_for_staff:
        return None
    if subject.contact is None or subject.participant is None:
        return Verdict(reason=HoldReason.NO_CONTACT)
    verdict = reach.verdict_on(
        subject.contact,
        among=subject.contacts,
        participant=subject.participant,
        now=now,
    )
    is_single_reply = subject.message.purpose == Purpose.TEXT_RECEIVED
    if is_single_reply and verdict.reason not in DANGERS:
        return Verdict()
    return verdict


def _permitted_at(
    subject: messages.Subject, rules: DeliveryRules, now: datetime
) -> datetime | None:
    contact, person = subject.contact, subject.participant
    is_released = rules.invite.is_demo and subject.message.reason == RELEASED
    is_reply = Purpose(subject.message.purpose).is_reply
    if contact is None or person is None or is_released or is_reply:
        return now
    return reach.permitted_from(now, contact, person, rules.invite.calendar)
