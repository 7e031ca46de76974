"""Who did, or read, what? Every change and every read of people's words is noted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session
from typing_extensions import override

from feedback.db.models import AuditEventRow
from feedback.db.models.base import Base
from feedback.domain.access import AccountId


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a member of staff, a respondent, the program or an operator."""

    kind: str
    account: AccountId | None = None

    @override
    def __str__(self) -> str:
        return self.kind if self.account is None else f"{self.kind}:{self.account}"


RESPONDENT: Final = Actor("respondent")
SYSTEM: Final = Actor("system")
OPERATOR: Final = Actor("operator")


def staff(account: AccountId) -> Actor:
    """Name a member of staff as the actor."""
    return Actor("staff", account)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What was done, in ids and codes: never words, names or contacts."""

    action: str
    review: UUID | None = None
    subject: UUID | str | None = None
    facts: Mapping[str, str | int | bool | None] | None = None


# Nobody asks which number it got.
_EVENT: Final = insert(Base.metadata.tables[AuditEventRow.__tablename__]).inline()


def record(session: Session, deed: Deed, *, by: Actor, now: datetime) -> None:
    """Note a deed in the audit trail, in the caller's transaction."""
    session.add(AuditEventRow(**_columns(deed, by, now)))


def record_at_once(session: Session, deed: Deed, *, by: Actor, now: datetime) -> None:
    """Note a deed like `record`, where the deed itself was written at once.

    Then nothing waits to be flushed, and a flush for this alone would cost as much as
    several statements.
    """
    session.connection().execute(_EVENT, _columns(deed, by, now))


def _columns(deed: Deed, by: Actor, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "actor": str(by),
        "action": deed.action,
        "review_id": deed.review,
        "subject": None if deed.subject is None else str(deed.subject),
        "facts": dict(deed.facts or {}),
    }
