"""What is being done about what was recommended, and what happened to it?"""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.models.base import Base, Code


class ActionRow(Base):
    """Something to be done; its words stay sealed with what it comes from."""

    __tablename__ = "action"
    __table_args__ = (
        Index(None, "review_id"),
        Index(None, "assigned_to"),
        Index(None, "state", "due_on"),
        CheckConstraint(
            "(recommendation_id IS NULL) <> (concern_id IS NULL)", name="one_source"
        ),
        CheckConstraint(
            "state IN ('open', 'done', 'confirmed', 'dropped')", name="known_state"
        ),
        CheckConstraint(
            "(state IN ('done', 'confirmed')) = (done_by IS NOT NULL)",
            name="done_by_somebody",
        ),
        CheckConstraint(
            "(state = 'confirmed') = (confirmed_by IS NOT NULL)",
            name="confirmed_by_somebody",
        ),
        CheckConstraint("confirmed_by <> done_by", name="two_people"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    recommendation_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("recommendation.id"), unique=True
    )
    concern_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("concern.id"), unique=True
    )
    # D1..D9, practice or outcomes; None for a concern
    dimension: Mapped[str | None] = mapped_column(Code)
    # Who owns it as recommended, in words; whoever follows it here, as an account
    owner: Mapped[str]
    assigned_to: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(Code)
    done_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    confirmed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    # The number of its last step
    version: Mapped[int]


class ActionStepRow(Base):
    """One thing that happened to an action: append-only."""

    __tablename__ = "action_step"
    # Two people at once cannot both take the next step.
    __table_args__ = (UniqueConstraint("action_id", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    action_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("action.id"))
    number: Mapped[int]
    what: Mapped[str] = mapped_column(Code)
    came_to: Mapped[str] = mapped_column(Code)
    # None where the program opened it by itself
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    words_sealed: Mapped[bytes | None]
    # What shows that it was done
    shown_by_sealed: Mapped[bytes | None]
    # How the due day and the assigned account stood after this step
    due_on: Mapped[date]
    assigned_to: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
