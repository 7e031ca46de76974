"""Which reviews are there, who takes part, and how can each be reached safely?"""

import uuid
from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.models.base import Base, Code


class ReviewRow(Base):
    """A review of the practice on one child's case."""

    __tablename__ = "review"
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="window_runs_forward"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    service: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code)
    # independent or internal; None until a reviewer is assigned
    reviewer_kind: Mapped[str | None] = mapped_column(Code)
    # none, conversations or forms; None until the reviewer says at lock
    feedback_seen: Mapped[str | None] = mapped_column(Code)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    invite_at: Mapped[datetime | None]
    moderation_on: Mapped[date | None]
    # What an import said, so that a repeat is known as equal or other
    import_digest: Mapped[bytes | None]
    commissioned_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]


class ReviewStepRow(Base):
    """One step in a review's life: append-only."""

    __tablename__ = "review_step"
    __table_args__ = (Index(None, "review_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    came_from: Mapped[str | None] = mapped_column(Code)
    came_to: Mapped[str] = mapped_column(Code)
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


class MemberRow(Base):
    """A member of staff at a review, in one capacity, for a time."""

    __tablename__ = "member"
    __table_args__ = (Index(None, "account_id"), Index(None, "review_id"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    # reviewer or moderator
    capacity: Mapped[str] = mapped_column(Code)
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class ParticipantRow(Base):
    """A person at a review whose voice is sought."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("review_id", "key"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    position: Mapped[int]
    key: Mapped[str]
    group: Mapped[str] = mapped_column(Code)
    age_band: Mapped[str | None] = mapped_column(Code)
    form: Mapped[str] = mapped_column(Code)
    # Optional parts of the form that were chosen for them, by commas
    blocks: Mapped[str] = mapped_column(Code, default="")
    language: Mapped[str] = mapped_column(Code)
    name_sealed: Mapped[bytes]
    must_not_be_told_sealed: Mapped[bytes | None]
    consented_at: Mapped[datetime | None]
    # Why this person is not asked; None where they are
    not_invited_reason_sealed: Mapped[bytes | None]
    language_route: Mapped[str] = mapped_column(Code)
    created_at: Mapped[datetime]


class ContactRow(Base):
    """A way to reach a participant, and when it is safe."""

    __tablename__ = "contact"
    __table_args__ = (
        UniqueConstraint("participant_id", "position"),
        Index(None, "value_index"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant.id"))
    position: Mapped[int]
    channel: Mapped[str] = mapped_column(Code)
    value_sealed: Mapped[bytes]
    value_index: Mapped[bytes]
    # None is unknown, and unknown means do not send
    is_safe: Mapped[bool | None]
    verified_at: Mapped[datetime | None]
    is_shared_device: Mapped[bool]
    is_high_risk: Mapped[bool]
    # Weekdays as digits, Monday 0: "01234"; empty for every day
    safe_days: Mapped[str] = mapped_column(Code)
    safe_from: Mapped[time | None]
    safe_until: Mapped[time | None]
    # ISO dates by commas: court, contact day, birthday, holy days
    blocked_dates: Mapped[str]
    code_word_sealed: Mapped[bytes | None]
    # Whether the person would rather answer by text than by a link
    answers_by_text: Mapped[bool] = mapped_column(default=False)


class InvitationRow(Base):
    """Who is asked, by which form, and how far they came."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("participant_id", "wave"),
        Index(None, "review_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant.id"))
    questionnaire_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("questionnaire.id"))
    wave: Mapped[int]
    status: Mapped[str] = mapped_column(Code)
    # link or in_person
    channel: Mapped[str] = mapped_column(Code)
    token_digest: Mapped[bytes | None] = mapped_column(unique=True)
    # Opens to the link's token until it ends; then wiped
    token_sealed: Mapped[bytes | None]
    code_word_tries: Mapped[int]
    messages_stopped_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
