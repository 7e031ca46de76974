"""Who did, or read, what and when? Append-only."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Identity, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.models.base import Base, Code


class AuditEventRow(Base):
    """One thing that happened: ids and codes, never words, names or contacts."""

    __tablename__ = "audit_event"
    __table_args__ = (Index(None, "review_id"),)

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"),
        Identity(always=True),
        primary_key=True,
    )
    at: Mapped[datetime]
    # account:<id>, respondent, system or command
    actor: Mapped[str]
    action: Mapped[str] = mapped_column(Code)
    review_id: Mapped[uuid.UUID | None]
    subject: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
