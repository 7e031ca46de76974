"""Which grade was given in which layer, and on which evidence?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import EvidenceItemRow, GradingRow
from feedback.db.queries import grading as queries
from feedback.db.vault import vault_of
from feedback.domain.grading import (
    DESCRIPTORS_VERSION,
    EvidenceItem,
    GradeLayer,
    Grading,
    Judgement,
    SourceType,
)
from feedback.services import audit

REVIEWERS_LAYERS: Final = (GradeLayer.INITIAL, GradeLayer.AFTER_TRIANGULATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenGrade:
    """A grade in the layer in which it was given, and why it moved there."""

    grading: Grading
    layer: GradeLayer
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Grades:
    """Every grade of a review, oldest first; none ever replaces another."""

    given: tuple[GivenGrade, ...]

    def in_layer(self, layer: GradeLayer) -> Mapping[Judgement, GivenGrade]:
        """Give one layer's grades by judgement."""
        return {one.grading.judgement: one for one in self.given if one.layer is layer}

    @property
    def reviewers(self) -> Mapping[Judgement, GivenGrade]:
        """Give the reviewer's grades as they stand, revised where they were."""
        return {
            judgement: one
            for layer in REVIEWERS_LAYERS
            for judgement, one in self.in_layer(layer).items()
        }

    def history(self, judgement: Judgement) -> tuple[GivenGrade, ...]:
        """Give one judgement's grades, layer by layer."""
        mine = (self.in_layer(layer).get(judgement) for layer in GradeLayer)
        return tuple(one for one in mine if one is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGrading:
    """A grade to write into a layer, for ever."""

    grading: Grading
    layer: GradeLayer
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEvidence:
    """A piece of evidence as it is kept."""

    id: UUID
    item: EvidenceItem


def grades_of(session: Session, review: UUID) -> Grades:
    """Read the grades of every layer of a review."""
    return as_grades(session, queries.gradings(session, review))


def as_grades(session: Session, rows: Iterable[GradingRow]) -> Grades:
    """Make the value from rows that were read already."""
    return Grades(given=tuple(_as_given(session, row) for row in rows))


def write_grading(
    session: Session,
    review: UUID,
    new: NewGrading,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    """Write a grade into its layer, where it can never change again."""
    row_id = new_id()
    why_not = _grading_place("not_graded_reason_sealed", row_id, review)
    reason = _grading_place("reason_sealed", row_id, review)
    session.add(
        GradingRow(
            id=row_id,
            review_id=review,
            judgement=new.grading.judgement,
            layer=new.layer,
            grade=new.grading.grade,
            not_graded_reason_sealed=seal_if_any(
                session, why_not, new.grading.not_graded_reason
            ),
            reason_sealed=seal_if_any(session, reason, new.reason),
            descriptors_version=DESCRIPTORS_VERSION,
            by=by.account,
            at=now,
        )
    )


def evidence_of(session: Session, review: UUID) -> tuple[KeptEvidence, ...]:
    """List the evidence that stands beside a review's judgements, by date."""
    return tuple(
        KeptEvidence(id=row.id, item=_as_item(session, row))
        for row in queries.evidence(session, review)
    )


def evidence_place(column: str, row: UUID, review: UUID) -> Where:
    """Name the place at which a piece of evidence is sealed."""
    return Where(table="evidence_item", column=column, row=row, review=review)


def seal_if_any(session: Session, where: Where, text: str | None) -> bytes | None:
    """Seal a text where there is one; an empty one is none."""
    return vault_of(session).seal(where, text) if text else None


def _grading_place(column: str, row: UUID, review: UUID) -> Where:
    return Where(table="grading", column=column, row=row, review=review)


def _as_given(session: Session, row: GradingRow) -> GivenGrade:
    vault = vault_of(session)
    reason, why_not = "reason_sealed", "not_graded_reason_sealed"
    return GivenGrade(
        grading=Grading(
            judgement=Judgement(row.judgement),
            grade=row.grade,
            not_graded_reason=vault.unseal_if_any(
                _grading_place(why_not, row.id, row.review_id),
                row.not_graded_reason_sealed,
            ),
        ),
        layer=GradeLayer(row.layer),
        reason=vault.unseal_if_any(
            _grading_place(reason, row.id, row.review_id), row.reason_sealed
        ),
        at=row.at,
    )


def _as_item(session: Session, row: EvidenceItemRow) -> EvidenceItem:
    vault = vault_of(session)
    statement = evidence_place("statement_sealed", row.id, row.review_id)
    so_what = evidence_place("so_what_sealed", row.id, row.review_id)
    return EvidenceItem(
        judgement=Judgement(row.judgement),
        source_type=SourceType(row.source_type),
        observed_on=row.observed_on,
        statement=vault.unseal(statement, row.statement_sealed),
        so_what=vault.unseal(so_what, row.so_what_sealed),
    )
