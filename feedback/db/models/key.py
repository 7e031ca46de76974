"""Which data keys exist, wrapped by the master key?"""

import uuid
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.models.base import Base, Code


class KeyringRow(Base):
    """One of the program's own keys."""

    __tablename__ = "keyring"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Code, unique=True)
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime]


class ReviewKeyRow(Base):
    """The data key of one review; without `wrapped` the review is erased.

    No foreign key: the row outlives the review, so that an erasure stays on record.
    """

    __tablename__ = "review_key"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    review_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    wrapped: Mapped[bytes | None]
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]
