"""Which published questionnaires exist? A published version never changes."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.models.base import Base, Code


class QuestionnaireRow(Base):
    """One published version of one form, with all its languages."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("form", "version"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(Code)
    version: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str]
    published_at: Mapped[datetime]
