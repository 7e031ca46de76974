"""What waits for somebody? One select a kind of work."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from feedback.db.models import (
    AccountRoleRow,
    AgreedDraftRow,
    AlertRow,
    DraftGradeRow,
    InboundRow,
    InvitationRow,
    MeetingRow,
    MemberRow,
    MessageRow,
    ParticipantRow,
    ResponseRow,
    ReviewRow,
    SeatRow,
)
from feedback.db.queries.review import is_current
from feedback.domain.access import Role
from feedback.domain.alert import AlertState
from feedback.domain.delivery import MessageState
from feedback.domain.grading import Judgement
from feedback.domain.invitation import BY_LINK, InvitationStatus
from feedback.domain.response import ResponseState
from feedback.domain.triage import Triage

# A desk shows what is next, not all there is: the lists hold the rest.
MOST: Final = 5
TOO_LATE: Final = (MessageState.FAILED_PERMANENT, MessageState.DEAD_LETTER)


class WaitingReview(NamedTuple):
    """A review that waits, and the two dates that may press."""

    reference: str
    closes_at: datetime
    moderation_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Reviews that wait for one kind of work: the first few, and how many in all."""

    reviews: tuple[WaitingReview, ...]
    total: int


def waiting(session: Session, condition: ColumnElement[bool]) -> Waiting:
    """Find the reviews of which something is true, the one that closes first first."""
    rows = session.execute(
        select(
            ReviewRow.reference,
            ReviewRow.closes_at,
            ReviewRow.moderation_on,
            func.count().over(),
        )
        .where(condition)
        .order_by(ReviewRow.closes_at, ReviewRow.reference)
        .limit(MOST)
    ).all()
    return Waiting(
        reviews=tuple(WaitingReview(*row[:3]) for row in rows),
        total=rows[0][3] if rows else 0,
    )


def in_state(*states: str) -> ColumnElement[bool]:
    """Say that a review stands at one of these steps."""
    return ReviewRow.state.in_(states)


def has_seat(account: UUID, capacity: str, now: datetime) -> ColumnElement[bool]:
    """Say that an account has a seat at a review now."""
    return exists().where(
        MemberRow.review_id == ReviewRow.id,
        MemberRow.account_id == account,
        MemberRow.capacity == capacity,
        is_current(now),
    )


def is_reviewed_by_role(role: str, now: datetime) -> ColumnElement[bool]:
    """Say that a review's reviewer holds this role as well."""
    return exists().where(
        MemberRow.review_id == ReviewRow.id,
        MemberRow.capacity == Role.REVIEWER,
        is_current(now),
        AccountRoleRow.account_id == MemberRow.account_id,
        AccountRoleRow.role == role,
    )


def lacks_people() -> ColumnElement[bool]:
    """Say that nobody was added to a review yet."""
    return ~exists().where(ParticipantRow.review_id == ReviewRow.id)


def lacks_reviewer(now: datetime) -> ColumnElement[bool]:
    """Say that a review has no reviewer."""
    return ~exists().where(
        MemberRow.review_id == ReviewRow.id,
        MemberRow.capacity == Role.REVIEWER,
        is_current(now),
    )


def has_uninvited(now: datetime) -> ColumnElement[bool]:
    """Say that somebody who is to be asked has no message and no visit yet."""
    is_asked = exists().where(
        InvitationRow.participant_id == ParticipantRow.id,
        (InvitationRow.status != InvitationStatus.NOT_INVITED)
        | (InvitationRow.channel != BY_LINK),
    )
    return (ReviewRow.closes_at > now) & exists().where(
        ParticipantRow.review_id == ReviewRow.id,
        ParticipantRow.not_invited_reason_sealed.is_(None),
        ~is_asked,
    )


def has_undelivered(now: datetime) -> ColumnElement[bool]:
    """Say that the last message to somebody who has not answered failed for good."""
    return (ReviewRow.closes_at > now) & exists().where(
        MessageRow.review_id == ReviewRow.id,
        MessageRow.state.in_(TOO_LATE),
        InvitationRow.participant_id == MessageRow.participant_id,
        InvitationRow.status == InvitationStatus.INVITED,
    )


def has_quarantined() -> ColumnElement[bool]:
    """Say that a form was sent faster than anybody reads."""
    return exists().where(
        ResponseRow.review_id == ReviewRow.id,
        ResponseRow.state == ResponseState.QUARANTINED,
    )


def has_unsigned_seat(account: UUID) -> ColumnElement[bool]:
    """Say that a meeting is open at which this account has yet to sign."""
    return exists().where(
        MeetingRow.review_id == ReviewRow.id,
        MeetingRow.signed_at.is_(None),
        SeatRow.meeting_id == MeetingRow.id,
        SeatRow.account_id == account,
        SeatRow.signed_at.is_(None),
    )


def is_all_agreed() -> ColumnElement[bool]:
    """Say that the meeting has reached every one of its judgements."""
    reached = select(func.count()).where(AgreedDraftRow.review_id == ReviewRow.id)
    return reached.scalar_subquery() >= len(Judgement)


def is_all_drafted() -> ColumnElement[bool]:
    """Say that the reviewer has given every judgement a grade, or why it has none."""
    drafted = select(func.count()).where(
        DraftGradeRow.review_id == ReviewRow.id,
        DraftGradeRow.grade.is_not(None)
        | DraftGradeRow.not_graded_reason_sealed.is_not(None),
    )
    return drafted.scalar_subquery() >= len(Judgement)


def unread_texts(session: Session) -> int:
    """Count the texts that wait for a person."""
    counted = session.scalar(
        select(func.count()).where(InboundRow.triage_state == Triage.WAITING)
    )
    return counted or 0


def open_alerts(session: Session) -> int:
    """Count the alerts that are not closed."""
    counted = session.scalar(
        select(func.count()).where(AlertRow.state != AlertState.CLOSED)
    )
    return counted or 0
