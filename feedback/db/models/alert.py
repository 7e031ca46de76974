"""Who may be unsafe, who was told, and what came of it?"""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.models.base import Base, Code


class DutyContactRow(Base):
    """The duty route as it was set; the newest row counts."""

    __tablename__ = "duty_contact"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]
    hours: Mapped[str]
    backup_name: Mapped[str]
    backup_phone: Mapped[str]
    backup_email: Mapped[str]
    set_at: Mapped[datetime]
    set_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))


class AlertRow(Base):
    """A person may be unsafe now, or asks to be spoken with."""

    __tablename__ = "alert"
    __table_args__ = (Index(None, "state"), Index(None, "review_id"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    # What a message may say: A-XXXXXX
    reference: Mapped[str] = mapped_column(Code, unique=True)
    # None for a text from a number that nobody is known by
    review_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("review.id"))
    participant_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("participant.id")
    )
    response_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("response.id"))
    kind: Mapped[str] = mapped_column(Code)
    question: Mapped[str | None] = mapped_column(Code)
    # What was said, for duty and head_sqa only
    words_sealed: Mapped[bytes | None]
    state: Mapped[str] = mapped_column(Code)
    # 0 duty contact, 1 second contact, 2 Head of Safeguarding and QA
    level: Mapped[int]
    raised_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    # One alert for one thing said: invitation|question|kind|option
    dedupe_key: Mapped[str] = mapped_column(unique=True)


class AlertEventRow(Base):
    """One thing that happened to an alert: append-only."""

    __tablename__ = "alert_event"
    __table_args__ = (Index(None, "alert_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    alert_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("alert.id"))
    # raised, told, acknowledged, noted, closed
    what: Mapped[str] = mapped_column(Code)
    level: Mapped[int]
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    words_sealed: Mapped[bytes | None]
    # yes, no or not_safe_to
    person_told: Mapped[str | None] = mapped_column(Code)
