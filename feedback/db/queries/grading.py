"""Which grades, evidence and concerns does a review hold?"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.models import (
    ConcernRow,
    DraftGradeRow,
    EvidenceItemRow,
    GradingRow,
    ReviewRow,
)


def review_for_change(session: Session, review: UUID) -> ReviewRow:
    """Take a review so that nobody else changes its grades meanwhile."""
    return session.scalars(
        select(ReviewRow).where(ReviewRow.id == review).with_for_update()
    ).one()


def state_of(session: Session, review: UUID) -> str:
    """Tell in which state a review stands."""
    return session.scalars(select(ReviewRow.state).where(ReviewRow.id == review)).one()


def drafts(session: Session, review: UUID) -> Sequence[DraftGradeRow]:
    """List the grades that the reviewer is still forming."""
    return session.scalars(
        select(DraftGradeRow).where(DraftGradeRow.review_id == review)
    ).all()


def draft(session: Session, review: UUID, judgement: str) -> DraftGradeRow | None:
    """Find the draft of one judgement."""
    return session.scalars(
        select(DraftGradeRow).where(
            DraftGradeRow.review_id == review, DraftGradeRow.judgement == judgement
        )
    ).one_or_none()


def evidence(session: Session, review: UUID) -> Sequence[EvidenceItemRow]:
    """List the evidence that stands, by date."""
    return session.scalars(
        select(EvidenceItemRow)
        .where(
            EvidenceItemRow.review_id == review, EvidenceItemRow.removed_at.is_(None)
        )
        .order_by(EvidenceItemRow.observed_on, EvidenceItemRow.id)
    ).all()


def evidence_item(session: Session, review: UUID, item: UUID) -> EvidenceItemRow | None:
    """Find one piece of evidence of this review, taken back or not."""
    return session.scalars(
        select(EvidenceItemRow).where(
            EvidenceItemRow.id == item, EvidenceItemRow.review_id == review
        )
    ).one_or_none()


def gradings(session: Session, review: UUID) -> Sequence[GradingRow]:
    """List the grades of every layer, oldest first."""
    return session.scalars(
        select(GradingRow)
        .where(GradingRow.review_id == review)
        .order_by(GradingRow.at, GradingRow.id)
    ).all()


def concerns(session: Session, review: UUID) -> Sequence[ConcernRow]:
    """List a review's areas of significant concern, oldest first."""
    return session.scalars(
        select(ConcernRow)
        .where(ConcernRow.review_id == review)
        .order_by(ConcernRow.raised_at, ConcernRow.id)
    ).all()


def reference_of(session: Session, review: UUID) -> str:
    """Tell a review's reference."""
    return session.scalars(
        select(ReviewRow.reference).where(ReviewRow.id == review)
    ).one()
