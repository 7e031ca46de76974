"""What stands still, since when, and what did a person decide about a message?"""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.models.base import Base, Code


class BreakerRow(Base):
    """How far a provider that kept failing is trusted; no row: it never failed."""

    __tablename__ = "breaker"

    provider: Mapped[str] = mapped_column(Code, primary_key=True)
    state: Mapped[str] = mapped_column(Code)
    since: Mapped[datetime]
    # When an open one lets probes through, and a half-open one new probes
    until: Mapped[datetime | None]
    # Of this half-open time: probes let through, and those that went well
    probes: Mapped[int]
    passed: Mapped[int]


class TemplatePauseRow(Base):
    """A purpose whose texts stand still because networks filter them out."""

    __tablename__ = "template_pause"
    __table_args__ = (
        # At most one pause of a purpose that has not ended.
        Index(
            "uq_template_pause_one_open",
            "channel",
            "purpose",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(Code)
    purpose: Mapped[str] = mapped_column(Code)
    code: Mapped[str | None]
    since: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


class ReplyStopRow(Base):
    """A number that gets no automatic reply, because replies went in a loop."""

    __tablename__ = "reply_stop"

    contact_hmac: Mapped[bytes] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code)
    since: Mapped[datetime]


class DeliveryDecisionRow(Base):
    """What a person decided about a message that the program gave up."""

    __tablename__ = "delivery_decision"
    __table_args__ = (Index(None, "message_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("message.id"))
    # requeued or cancelled
    what: Mapped[str] = mapped_column(Code)
    reason_sealed: Mapped[bytes | None]
    # None where it was decided at the command line
    by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
