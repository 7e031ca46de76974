"""Which reports were built? A report is a document, not a query."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.models.base import Base, Code


class ReportRow(Base):
    """A frozen report: its findings, thresholds, version and input digest."""

    __tablename__ = "report"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    period_from: Mapped[date]
    period_to: Mapped[date]
    version: Mapped[str] = mapped_column(Code)
    input_digest: Mapped[str]
    # Only figures after suppression: what the public may read
    findings: Mapped[dict[str, Any]] = mapped_column(JSON)
    # The recorded decision that opens the grade distribution; None where it stays shut
    grades_opened_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    grades_opened_reason: Mapped[str | None]
    built_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    built_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
