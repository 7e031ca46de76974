"""Is a due message still right to send? The last check before the call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from feedback.domain.contact import HoldReason, Verdict
from feedback.domain.delivery import MessageState, Purpose, Step
from feedback.domain.invitation import OPEN_STATUSES, InvitationStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFacts:
    """What is true of a due message at the moment it is claimed.

    Args:
        expires_at: When it would say something that is no longer so; None for
            never.
        contact: Whether safe contact allows it; None for staff.
        status: Where the invitation it speaks of stands; None where it
            speaks of none.
        permitted_at: The next permitted instant; None where there is none.
    """

    purpose: Purpose
    expires_at: datetime | None
    permitted_at: datetime | None
    is_suppressed: bool = False
    is_review_open: bool = True
    contact: Verdict | None = None
    status: InvitationStatus | None = None


# Whom a message about an invitation still has something to say to.
_AWAITING: Final[Mapping[Purpose, frozenset[InvitationStatus]]] = {
    Purpose.INVITATION: frozenset(
        {InvitationStatus.NOT_INVITED, InvitationStatus.INVITED}
    ),
    Purpose.REMINDER: frozenset({InvitationStatus.INVITED}),
    Purpose.TEXT_FIRST: OPEN_STATUSES,
    Purpose.TEXT_QUESTION: OPEN_STATUSES,
    Purpose.TEXT_AGAIN: OPEN_STATUSES,
    Purpose.TEXT_LINK: OPEN_STATUSES,
}
# A check of the contact that grew old can be renewed: the message waits for it.
LOOK_AGAIN_AFTER: Final = timedelta(hours=1)


def judge_claim(facts: ClaimFacts, *, now: datetime) -> Step:
    """Decide at the last moment whether a due message is still right to send.

    Returns:
        A step to calling where it is; else to an end, or back to due with the
        time at which to look again.
    """
    if facts.purpose.is_urgent:
        return Step(state=MessageState.CALLING)
    return _lapsed(facts, now) or _held(facts, now) or _timed(facts, now)


def _lapsed(facts: ClaimFacts, now: datetime) -> Step | None:
    if facts.expires_at is not None and now >= facts.expires_at:
        return Step(state=MessageState.EXPIRED, reason="expired")
    if not facts.is_review_open:
        return Step(state=MessageState.CANCELLED, reason="review-closed")
    wanted = _AWAITING.get(facts.purpose)
    if wanted and facts.status is not None and facts.status not in wanted:
        return Step(state=MessageState.CANCELLED, reason=facts.status.value)
    return None


def _held(facts: ClaimFacts, now: datetime) -> Step | None:
    if facts.is_suppressed:
        return Step(state=MessageState.SUPPRESSED, reason="asked-to-stop")
    hold = facts.contact.reason if facts.contact else None
    if hold is HoldReason.UNVERIFIED:
        again = _by_its_end(now + LOOK_AGAIN_AFTER, facts)
        return Step(state=MessageState.DUE, next_at=again, reason=hold.value)
    if hold is not None:
        return Step(state=MessageState.SUPPRESSED, reason=hold.value)
    return None


def _timed(facts: ClaimFacts, now: datetime) -> Step:
    if facts.permitted_at is None:
        return Step(state=MessageState.SUPPRESSED, reason="no-permitted-hour")
    if facts.permitted_at > now:
        waits = _by_its_end(facts.permitted_at, facts)
        return Step(state=MessageState.DUE, next_at=waits, reason="quiet-hours")
    return Step(state=MessageState.CALLING)


def _by_its_end(at: datetime, facts: ClaimFacts) -> datetime:
    """Look again at the end at the latest, so that it is then found expired."""
    return at if facts.expires_at is None else min(at, facts.expires_at)
