"""What supports a judgement? Evidence is added, taken back and put back until lock."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import EvidenceItemRow, ReviewRow
from feedback.db.queries import grading as queries
from feedback.db.vault import vault_of
from feedback.domain.grade_lock import GradesLockedError
from feedback.domain.grading import EvidenceItem, GradingError, Judgement
from feedback.domain.review import ReviewState
from feedback.services import audit
from feedback.services.read_grades import evidence_place


def add_evidence(
    session: Session,
    review: UUID,
    item: EvidenceItem,
    *,
    by: audit.Actor,
    now: datetime,
) -> UUID:
    """Keep a piece of evidence beside its judgement.

    Raises:
        GradesLockedError: If the grades are locked; a revision brings its own.
    """
    refuse_after_lock(queries.review_for_change(session, review))
    return write_evidence(session, review, item, by=by, now=now)


def remove_evidence(
    session: Session, review: UUID, item: UUID, *, by: audit.Actor, now: datetime
) -> Judgement:
    """Take a piece of evidence back; it can be put back until lock.

    Raises:
        GradesLockedError: If the grades are locked.
        GradingError: If this review has no such evidence.
    """
    row = _to_change(session, review, item)
    row.removed_at = now
    return _noted(session, row, "evidence_removed", by=by, now=now)


def restore_evidence(
    session: Session, review: UUID, item: UUID, *, by: audit.Actor, now: datetime
) -> Judgement:
    """Put a piece of evidence back.

    Raises:
        GradesLockedError: If the grades are locked.
        GradingError: If this review has no such evidence.
    """
    row = _to_change(session, review, item)
    row.removed_at = None
    return _noted(session, row, "evidence_restored", by=by, now=now)


def refuse_after_lock(row: ReviewRow) -> None:
    """Refuse to touch what stands still from the lock on.

    Raises:
        GradesLockedError: If the review's grades are locked.
    """
    if ReviewState(row.state).is_locked:
        raise GradesLockedError


def write_evidence(
    session: Session,
    review: UUID,
    item: EvidenceItem,
    *,
    by: audit.Actor,
    now: datetime,
) -> UUID:
    """Write a piece of evidence, whatever the review's state; return its id."""
    row_id = new_id()
    vault = vault_of(session)
    statement = evidence_place("statement_sealed", row_id, review)
    so_what = evidence_place("so_what_sealed", row_id, review)
    session.add(
        EvidenceItemRow(
            id=row_id,
            review_id=review,
            judgement=item.judgement,
            source_type=item.source_type,
            observed_on=item.observed_on,
            statement_sealed=vault.seal(statement, item.statement),
            so_what_sealed=vault.seal(so_what, item.so_what),
            by=by.account,
            at=now,
        )
    )
    facts = {"judgement": item.judgement.value}
    deed = audit.Deed(
        action="evidence_added", review=review, subject=row_id, facts=facts
    )
    audit.record(session, deed, by=by, now=now)
    return row_id


def _to_change(session: Session, review: UUID, item: UUID) -> EvidenceItemRow:
    refuse_after_lock(queries.review_for_change(session, review))
    row = queries.evidence_item(session, review, item)
    if row is None:
        raise GradingError("This piece of evidence is not there any more")
    return row


def _noted(
    session: Session, row: EvidenceItemRow, what: str, *, by: audit.Actor, now: datetime
) -> Judgement:
    deed = audit.Deed(action=what, review=row.review_id, subject=row.id)
    audit.record(session, deed, by=by, now=now)
    return Judgement(row.judgement)
