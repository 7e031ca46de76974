"""What would a staff member's authenticator show? For the demonstration only."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from feedback.db.models import AccountRow
from feedback.db.vault import vault_of
from feedback.services import sign_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What a staff account's authenticator shows now."""

    name: str
    email: str
    roles: tuple[str, ...]
    code: str


def codes(session: Session, *, now: datetime) -> tuple[Code, ...]:
    """Compute what each account's authenticator shows now."""
    rows = session.scalars(
        select(AccountRow)
        .where(AccountRow.disabled_at.is_(None))
        .options(selectinload(AccountRow.roles))
        .order_by(AccountRow.created_at, AccountRow.id)
    ).all()
    vault = vault_of(session)
    return tuple(
        Code(
            name=row.name,
            email=row.email,
            roles=tuple(sorted(one.role for one in row.roles)),
            code=sign_in.current_code(
                vault.unseal(sign_in.totp_place(row.id), row.totp_sealed), now
            ),
        )
        for row in rows
    )


def seconds_left(now: datetime) -> int:
    """Tell how long the codes that are shown now will last."""
    step = sign_in.STEP_SECONDS
    return step - int(now.timestamp()) % step
