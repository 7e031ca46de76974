"""What waits for nothing but the hour, and may go now in the demonstration?"""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from feedback.db.models import MessageRow, ReviewRow
from feedback.domain.delivery import MessageState, Purpose
from feedback.services import audit, judge

# Held for no other reason than the hour.
FOR_THE_HOUR: Final = ("quiet-hours",)


def waiting(session: Session, *, now: datetime) -> int:
    """Count what waits for nothing but a permitted hour."""
    question = select(func.count()).select_from(MessageRow)
    return session.scalar(question.where(_waits_for_its_hour(now))) or 0


def release_waiting(session: Session, *, by: audit.Actor, now: datetime) -> int:
    """Let go, in the demonstration, what waits for nothing but a permitted hour.

    Everything else is judged as ever when it is sent: consent, safe contact, stops.
    """
    released = session.scalars(
        update(MessageRow)
        .where(_waits_for_its_hour(now))
        .values(next_at=now, reason=judge.RELEASED)
        .returning(MessageRow.id)
    ).all()
    facts = {"messages": len(released)}
    deed = audit.Deed(action="quiet_hours_passed_over_in_demonstration", facts=facts)
    audit.record(session, deed, by=by, now=now)
    return len(released)


def _waits_for_its_hour(now: datetime) -> ColumnElement[bool]:
    # A reminder waits for its day, and a review for its opening: these stay.
    may_be_invited = select(ReviewRow.id).where(
        ReviewRow.opens_at <= now,
        or_(ReviewRow.invite_at.is_(None), ReviewRow.invite_at <= now),
    )
    return (
        (MessageRow.state == MessageState.DUE)
        & (MessageRow.next_at > now)
        & (MessageRow.attempts == 0)
        & or_(MessageRow.reason.is_(None), MessageRow.reason.in_(FOR_THE_HOUR))
        & or_(
            MessageRow.not_before <= now,
            (MessageRow.purpose == Purpose.INVITATION)
            & MessageRow.review_id.in_(may_be_invited),
        )
    )
