"""Who answers by text, and how far have they come?"""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.models.base import Base, Code


class ConversationRow(Base):
    """One person's answering by text; what they answer is kept with the response."""

    __tablename__ = "conversation"
    __table_args__ = (
        Index(None, "number_hmac"),
        CheckConstraint(
            "state IN ('offered', 'asking', 'unclear', 'waiting', 'on_web', 'done',"
            " 'stopped', 'closed')",
            name="known_state",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("review.id"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participant.id"))
    contact_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contact.id"))
    invitation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("invitation.id"), unique=True
    )
    # The number that was offered it: another number is another person's
    number_hmac: Mapped[bytes]
    state: Mapped[str] = mapped_column(Code)
    # What was asked last, and the text that asks it
    question: Mapped[str | None] = mapped_column(Code)
    asked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("message.id"))
    # How many texts of ours it has taken so far
    texts: Mapped[int]
    offered_at: Mapped[datetime]
    # When the person agreed to answer by text
    started_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
