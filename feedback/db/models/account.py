"""Who works here, what may they do, and where are they signed in?"""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback.db.models.base import Base, Code


class AccountRow(Base):
    """A member of staff, or of the reviewing agency."""

    __tablename__ = "account"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    job_title: Mapped[str]
    password_hash: Mapped[str]
    totp_sealed: Mapped[bytes]
    # The last time step whose code was used: a code works once.
    totp_last_step: Mapped[int | None]
    is_independent: Mapped[bool]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    roles: Mapped[list["AccountRoleRow"]] = relationship(lazy="raise")


class AccountRoleRow(Base):
    """One role that an account holds."""

    __tablename__ = "account_role"

    account_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("account.id"), primary_key=True
    )
    role: Mapped[str] = mapped_column(Code, primary_key=True)


class StaffSessionRow(Base):
    """A signed-in browser of a member of staff; the cookie's token is a digest here."""

    __tablename__ = "staff_session"
    __table_args__ = (Index(None, "account_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("account.id"))
    # False between password and code.
    is_complete: Mapped[bool]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class FailureRow(Base):
    """A failed try, of a sign-in or of a link, under a digest that tells no address."""

    __tablename__ = "failure"
    __table_args__ = (
        Index(None, "kind", "source_digest", "at"),
        CheckConstraint("kind IN ('sign_in', 'link')", name="known_kind"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    source_digest: Mapped[bytes]
    at: Mapped[datetime]
