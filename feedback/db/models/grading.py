"""What did the reviewer grade, on which evidence, and what became of each grade?"""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.models.base import Base, Code


class DraftGradeRow(Base):
    """A grade that the reviewer is still forming; locking copies it to a layer."""

    __tablename__ = "draft_grade"
    __table_args__ = (
        UniqueConstraint("review_id", "judgement"),
        CheckConstraint("grade BETWEEN 1 AND 4", name="on_scale"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    # D1..D9, practice or outcomes
    judgement: Mapped[str] = mapped_column(Code)
    grade: Mapped[int | None]
    not_graded_reason_sealed: Mapped[bytes | None]
    note_sealed: Mapped[bytes | None]
    changed_at: Mapped[datetime]


class GradingRow(Base):
    """One grade in one layer: append-only, kept for ever."""

    __tablename__ = "grading"
    __table_args__ = (
        UniqueConstraint("review_id", "judgement", "layer"),
        CheckConstraint("grade BETWEEN 1 AND 4", name="on_scale"),
        CheckConstraint(
            "(grade IS NULL) = (not_graded_reason_sealed IS NOT NULL)",
            name="graded_or_why_not",
        ),
        CheckConstraint(
            "layer IN ('initial', 'after_triangulation', 'proposed', 'agreed')",
            name="known_layer",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    judgement: Mapped[str] = mapped_column(Code)
    layer: Mapped[str] = mapped_column(Code)
    grade: Mapped[int | None]
    not_graded_reason_sealed: Mapped[bytes | None]
    # Why it moved from the layer before; None in the first layer
    reason_sealed: Mapped[bytes | None]
    descriptors_version: Mapped[str] = mapped_column(Code)
    by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


class EvidenceItemRow(Base):
    """What supports a grade."""

    __tablename__ = "evidence_item"
    __table_args__ = (Index(None, "review_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    judgement: Mapped[str] = mapped_column(Code)
    source_type: Mapped[str] = mapped_column(Code)
    observed_on: Mapped[date]
    statement_sealed: Mapped[bytes]
    so_what_sealed: Mapped[bytes]
    by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    # Taken back before lock; never after
    removed_at: Mapped[datetime | None]


class SynthesisRow(Base):
    """The triangulated view as it was computed, by which rules, from which input."""

    __tablename__ = "synthesis"
    __table_args__ = (UniqueConstraint("review_id", "input_digest", "rules"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    rules: Mapped[str] = mapped_column(Code)
    input_digest: Mapped[bytes]
    findings_sealed: Mapped[bytes]
    computed_at: Mapped[datetime]


class ConcernRow(Base):
    """An area of significant concern: a serious or repeated weakness."""

    __tablename__ = "concern"
    __table_args__ = (Index(None, "review_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    words_sealed: Mapped[bytes]
    owner: Mapped[str]
    due_on: Mapped[date]
    raised_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    raised_at: Mapped[datetime]
