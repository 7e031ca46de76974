"""What did people say? Apart from who they are."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.models.base import Base, Code


class ResponseRow(Base):
    """One run through a form: draft, submitted, quarantined or withdrawn."""

    __tablename__ = "response"
    __table_args__ = (
        UniqueConstraint("invitation_id", "submission_no"),
        UniqueConstraint("submission_key"),
    )

    # Opaque: tells not even when
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    invitation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("invitation.id"))
    questionnaire_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("questionnaire.id"))
    submission_no: Mapped[int]
    state: Mapped[str] = mapped_column(Code)
    language: Mapped[str] = mapped_column(Code)
    helped_by: Mapped[str] = mapped_column(Code)
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    # The form's idempotency key, and a fingerprint of what came with it
    submission_key: Mapped[str | None]
    fingerprint: Mapped[bytes | None]


class AnswerRow(Base):
    """An answer to one question: an option's id, sealed words, or a skip."""

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("response_id", "question"),
        CheckConstraint(
            "is_skipped OR option IS NOT NULL OR words_sealed IS NOT NULL",
            name="says_something",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    response_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("response.id"))
    question: Mapped[str] = mapped_column(Code)
    option: Mapped[str | None] = mapped_column(Code)
    words_sealed: Mapped[bytes | None]
    is_skipped: Mapped[bool]
    # Whether it was given in the run on screen, for check-your-answers
    session_id: Mapped[uuid.UUID | None]


class RespondentSessionRow(Base):
    """A respondent's browser, from Start; the cookie's token is a digest here."""

    __tablename__ = "respondent_session"
    __table_args__ = (Index(None, "invitation_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    invitation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("invitation.id"))
    has_code_word: Mapped[bool]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CodingRow(Base):
    """Words that a person read as a strength or a concern of one dimension."""

    __tablename__ = "coding"
    __table_args__ = (
        UniqueConstraint("answer_id", "dimension"),
        CheckConstraint("stance IN ('strength', 'concern')", name="known_stance"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    answer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("answer.id"))
    dimension: Mapped[str] = mapped_column(Code)
    stance: Mapped[str] = mapped_column(Code)
    by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
