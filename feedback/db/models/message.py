"""What is to be sent, what was tried, and what did the providers say?"""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from feedback.db.models.base import Base, Code


class MessageRow(Base):
    """A message: a row before it is a network call."""

    __tablename__ = "message"
    __table_args__ = (
        Index(None, "state", "priority", "next_at"),
        Index(None, "review_id"),
        Index(None, "participant_id"),
        Index(None, "invitation_id"),
        # A failed message is followed by one on another channel at most.
        Index(None, "fallback_of", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    # None for messages to staff about no one review
    review_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("review.id"))
    # None for messages to staff and to the duty contact
    participant_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("participant.id")
    )
    contact_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("contact.id"))
    alert_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("alert.id"))
    # Whose link it carries; the link itself stays sealed with the invitation
    invitation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("invitation.id"))
    purpose: Mapped[str] = mapped_column(Code)
    wave: Mapped[int]
    channel: Mapped[str] = mapped_column(Code)
    # Alerts 0, everything else 1: the lower is claimed first
    priority: Mapped[int]
    template_version: Mapped[str] = mapped_column(Code)
    # Sealed JSON: the address where it is no participant's, and what the text needs
    params_sealed: Mapped[bytes]
    language: Mapped[str] = mapped_column(Code)
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(Code)
    reason: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    lease_epoch: Mapped[int]
    attempts: Mapped[int]
    next_at: Mapped[datetime]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    queued_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    # The failed message that this one, on another channel, stands in for
    fallback_of: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("message.id"))


class AttemptRow(Base):
    """One try to send a message, on record before the provider is called."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("message_id", "n"),
        Index(None, "started_at"),
        Index(None, "provider", "started_at"),
        # At most one attempt whose outcome is open.
        Index(
            "uq_attempt_one_open",
            "message_id",
            unique=True,
            sqlite_where=text("state IN ('calling', 'unknown')"),
            postgresql_where=text("state IN ('calling', 'unknown')"),
        ),
        CheckConstraint(
            "state IN ('calling', 'accepted', 'refused', 'unknown', 'not-found')",
            name="known_state",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("message.id"))
    n: Mapped[int]
    provider: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    provider_sid: Mapped[str | None] = mapped_column(unique=True)
    code: Mapped[str | None]
    http: Mapped[int | None]
    # Whether the provider was to blame; None while nobody knows how it ended
    is_provider_fault: Mapped[bool | None]


class ProviderEventRow(Base):
    """A receipt as the provider gave it: but for its times it is never changed."""

    __tablename__ = "provider_event"
    __table_args__ = (
        Index(None, "attempt_id"),
        Index(None, "provider_sid"),
        Index(None, "applied_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    # sid|status|code
    event_key: Mapped[str] = mapped_column(unique=True)
    attempt_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("attempt.id"))
    provider_sid: Mapped[str]
    status: Mapped[str] = mapped_column(Code)
    code: Mapped[str | None]
    received_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    # When it was told that no message of ours belongs to it
    orphaned_at: Mapped[datetime | None]


class InboundRow(Base):
    """A text that somebody sent us."""

    __tablename__ = "inbound"
    __table_args__ = (
        Index(None, "triage_state"),
        Index(None, "worked_at"),
        Index(None, "from_hmac", "received_at"),
        Index(None, "alert_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(Code)
    sid: Mapped[str] = mapped_column(unique=True)
    from_hmac: Mapped[bytes]
    # The number itself: somebody may have to ring a person we do not know
    from_sealed: Mapped[bytes | None]
    body_sealed: Mapped[bytes]
    received_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(Code)
    triage_state: Mapped[str] = mapped_column(Code)
    triaged_at: Mapped[datetime | None]
    triaged_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))
    # The alert that was raised for what it says
    alert_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("alert.id"))
    # When it was read as an answer, a keyword or a disclosure; None for not yet
    worked_at: Mapped[datetime | None]
    # Whose answer it was taken to be; None for nobody's
    conversation_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("conversation.id")
    )


class SuppressionRow(Base):
    """An address that must not be written to again."""

    __tablename__ = "suppression"
    __table_args__ = (Index(None, "contact_hmac", "channel"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    contact_hmac: Mapped[bytes]
    channel: Mapped[str] = mapped_column(Code)
    scope: Mapped[str] = mapped_column(Code)
    reason: Mapped[str] = mapped_column(Code)
    since: Mapped[datetime]
    cleared_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("account.id"))


class DeliveryPauseRow(Base):
    """A channel that stands still because the provider refuses our account."""

    __tablename__ = "delivery_pause"
    __table_args__ = (
        # At most one pause of a channel that has not ended.
        Index(
            "uq_delivery_pause_one_open",
            "channel",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(Code)
    code: Mapped[str | None]
    since: Mapped[datetime]
    # When one message may try whether the provider takes us again
    probe_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


class HeartbeatRow(Base):
    """When a part of the program that works by itself was last alive."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(Code, primary_key=True)
    at: Mapped[datetime]
