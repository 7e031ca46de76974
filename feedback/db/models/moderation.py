"""Who met, what was considered, and what was agreed?"""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.models.base import Base, Code


class FirstCommentRow(Base):
    """What the first commenter says on a locked review."""

    __tablename__ = "first_comment"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), unique=True)
    words_sealed: Mapped[bytes]
    by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


class MeetingRow(Base):
    """The moderation meeting of a review."""

    __tablename__ = "meeting"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"), unique=True)
    held_on: Mapped[date]
    opened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime]
    # The record as it stands for signing: a digest of what each seat signs
    record_digest: Mapped[bytes | None]
    signed_at: Mapped[datetime | None]


class SeatRow(Base):
    """One of the four seats, and who fills it."""

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("meeting_id", "seat"),
        # Four seats, four people.
        UniqueConstraint("meeting_id", "account_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    meeting_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("meeting.id"))
    seat: Mapped[str] = mapped_column(Code)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    # Why a deputy sits here; None where the seat's own holder does
    deputy_reason: Mapped[str | None]
    signed_digest: Mapped[bytes | None]
    signed_at: Mapped[datetime | None]


class ConsideredRow(Base):
    """What the meeting, or the reviewer, made of a dissonance."""

    __tablename__ = "considered"
    __table_args__ = (UniqueConstraint("review_id", "dimension"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    dimension: Mapped[str] = mapped_column(Code)
    words_sealed: Mapped[bytes]
    by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


class AgreedDraftRow(Base):
    """A grade that the meeting has reached but not yet signed."""

    __tablename__ = "agreed_draft"
    __table_args__ = (UniqueConstraint("review_id", "judgement"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    judgement: Mapped[str] = mapped_column(Code)
    grade: Mapped[int | None]
    not_graded_reason_sealed: Mapped[bytes | None]
    reason_sealed: Mapped[bytes | None]
    by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


class RecommendationRow(Base):
    """What the meeting asks to be done, by whom and by when."""

    __tablename__ = "recommendation"
    __table_args__ = (Index(None, "review_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    dimension: Mapped[str] = mapped_column(Code)
    words_sealed: Mapped[bytes]
    owner: Mapped[str]
    due_on: Mapped[date]
    by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


class ModeratedFindingRow(Base):
    """How a dimension stood when the record was signed: append-only.

    Answers may be erased later; what the meeting saw stays told.
    """

    __tablename__ = "moderated_finding"
    __table_args__ = (UniqueConstraint("review_id", "dimension"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    dimension: Mapped[str] = mapped_column(Code)
    status: Mapped[str] = mapped_column(Code)


class ModeratedVoiceRow(Base):
    """How one group stood at a dimension when the record was signed: append-only.

    Bands and codes only: nobody's words, and nobody's name.
    """

    __tablename__ = "moderated_voice"
    __table_args__ = (
        CheckConstraint("grade BETWEEN 1 AND 4", name="on_scale"),
        CheckConstraint("lo BETWEEN 1 AND hi AND hi <= 4", name="bands"),
        CheckConstraint(
            "(lo IS NULL) = (hi IS NULL) AND (lo IS NULL) = (silence IS NOT NULL)",
            name="speaks_or_is_silent",
        ),
        UniqueConstraint("review_id", "dimension", "group"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    dimension: Mapped[str] = mapped_column(Code)
    group: Mapped[str] = mapped_column(Code)
    # Beside the grade that the meeting met; the grade kept here is the first
    status: Mapped[str] = mapped_column(Code)
    # As it was locked before anybody looked; None where there was none
    grade: Mapped[int | None]
    lo: Mapped[int | None]
    hi: Mapped[int | None]
    coarse: Mapped[bool]
    silence: Mapped[str | None] = mapped_column(Code)
