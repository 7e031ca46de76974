"""Which aspects of identity did the work under review pay attention to?"""

import uuid
from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.models.base import Base

Codes: Final = String(400)


class AttentionRow(Base):
    """What the reviewer says of it: written until lock, unchanged from then on.

    Codes stand in the program's order with commas between them, so that equal
    answers are equal texts. No row: nothing was said. No code: none of these.
    """

    __tablename__ = "attention"

    review_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("review.id"), primary_key=True
    )
    aspects: Mapped[str] = mapped_column(Codes)
    offered: Mapped[str] = mapped_column(Codes)
    by: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
