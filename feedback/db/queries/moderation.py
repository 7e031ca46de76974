"""Who may sit, who sits, and what has the meeting of a review recorded so far?"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from feedback.db.models import (
    AccountRoleRow,
    AccountRow,
    AgreedDraftRow,
    AuditEventRow,
    ConsideredRow,
    FirstCommentRow,
    InvitationRow,
    MeetingRow,
    MemberRow,
    ModeratedFindingRow,
    RecommendationRow,
    ResponseRow,
    ReviewRow,
    SeatRow,
)
from feedback.domain.invitation import InvitationStatus
from feedback.domain.response import ResponseState

ASKED_TO_WITHDRAW = "withdrawal_asked_after_lock"


def review(session: Session, review: UUID) -> ReviewRow:
    """Find a review."""
    return session.get_one(ReviewRow, review)


def roles_of(session: Session, account: UUID) -> Sequence[str]:
    """List the roles that an account holds."""
    return session.scalars(
        select(AccountRoleRow.role).where(AccountRoleRow.account_id == account)
    ).all()


def staff_with(
    session: Session, roles: Collection[str]
) -> Sequence[tuple[AccountRow, str]]:
    """List who can sign in and holds one of these roles: a line for each role."""
    return [
        (account, role)
        for account, role in session.execute(
            select(AccountRow, AccountRoleRow.role)
            .join(AccountRoleRow, AccountRoleRow.account_id == AccountRow.id)
            .where(AccountRoleRow.role.in_(roles), AccountRow.disabled_at.is_(None))
            .order_by(AccountRow.name, AccountRow.id)
        )
    ]


def members(
    session: Session, review: UUID, *, now: datetime
) -> Sequence[tuple[UUID, str]]:
    """List who is a member of a review now, and in which capacity."""
    return [
        (account, capacity)
        for account, capacity in session.execute(
            select(MemberRow.account_id, MemberRow.capacity).where(
                MemberRow.review_id == review,
                MemberRow.since <= now,
                or_(MemberRow.until.is_(None), MemberRow.until > now),
            )
        )
    ]


def first_comment(
    session: Session, review: UUID
) -> tuple[FirstCommentRow, AccountRow] | None:
    """Find a review's first comment and who made it."""
    found = session.execute(
        select(FirstCommentRow, AccountRow)
        .join(AccountRow, AccountRow.id == FirstCommentRow.by)
        .where(FirstCommentRow.review_id == review)
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def meeting(session: Session, review: UUID) -> MeetingRow | None:
    """Find the meeting of a review."""
    return session.scalars(
        select(MeetingRow).where(MeetingRow.review_id == review)
    ).one_or_none()


def seats(session: Session, meeting: UUID) -> Sequence[tuple[SeatRow, AccountRow]]:
    """List the seats of a meeting and who fills them."""
    return [
        (seat, account)
        for seat, account in session.execute(
            select(SeatRow, AccountRow)
            .join(AccountRow, AccountRow.id == SeatRow.account_id)
            .where(SeatRow.meeting_id == meeting)
        )
    ]


def drafts(session: Session, review: UUID) -> Sequence[AgreedDraftRow]:
    """List the grades that the meeting has reached so far."""
    return session.scalars(
        select(AgreedDraftRow).where(AgreedDraftRow.review_id == review)
    ).all()


def considered(session: Session, review: UUID) -> Sequence[ConsideredRow]:
    """List what the meeting made of each dissonance."""
    return session.scalars(
        select(ConsideredRow).where(ConsideredRow.review_id == review)
    ).all()


def recommendations(session: Session, review: UUID) -> Sequence[RecommendationRow]:
    """List what the meeting recommends, in the order of saying."""
    return session.scalars(
        select(RecommendationRow)
        .where(RecommendationRow.review_id == review)
        .order_by(RecommendationRow.at, RecommendationRow.id)
    ).all()


def drop_recommendation(session: Session, review: UUID, recommendation: UUID) -> bool:
    """Take a recommendation of this review out; tell whether it was there."""
    gone = session.execute(
        delete(RecommendationRow)
        .where(
            RecommendationRow.id == recommendation,
            RecommendationRow.review_id == review,
        )
        .returning(RecommendationRow.id)
    )
    return gone.one_or_none() is not None


def findings(session: Session, review: UUID) -> Sequence[ModeratedFindingRow]:
    """List how each dimension stood when the record was signed."""
    return session.scalars(
        select(ModeratedFindingRow).where(ModeratedFindingRow.review_id == review)
    ).all()


def contributions_withdrawn(session: Session, review: UUID) -> int:
    """Count the people at a review who took their answers out, or asked to."""
    by_status = select(InvitationRow.participant_id).where(
        InvitationRow.review_id == review,
        InvitationRow.status == InvitationStatus.WITHDRAWN,
    )
    by_answers = (
        select(InvitationRow.participant_id)
        .join(ResponseRow, ResponseRow.invitation_id == InvitationRow.id)
        .where(
            ResponseRow.review_id == review,
            ResponseRow.state == ResponseState.WITHDRAWN,
        )
    )
    people = by_status.union(by_answers).subquery()
    withdrawn = session.scalar(select(func.count()).select_from(people)) or 0
    asked = session.scalar(
        select(func.count(func.distinct(AuditEventRow.subject))).where(
            AuditEventRow.review_id == review,
            AuditEventRow.action == ASKED_TO_WITHDRAW,
        )
    )
    return withdrawn + (asked or 0)
