"""Who did, or read, what? Every change and every read of people's words is noted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session
from typing_extensions import override

from feedback.db.models import AuditEventRow
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


def record(session: Session, deed: Deed, *, by: Actor, now: datetime) -> None:
    """Note a deed in the audit trail, in the caller's transaction."""
    session.add(
        AuditEventRow(
            at=now,
            actor=str(by),
            action=deed.action,
            review_id=deed.review,
            subject=None if deed.subject is None else str(deed.subject),
            facts=dict(deed.facts or {}),
        )
    )
