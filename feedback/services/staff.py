"""Who works here? Accounts are created, disabled and given new secrets."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import AccountRoleRow, AccountRow, StaffSessionRow
from feedback.db.vault import vault_of
from feedback.domain.access import AccountId, Role
from feedback.domain.address import InvalidEmailError, parse_email
from feedback.services import audit
from feedback.services.sign_in import hash_password, totp_place

PASSWORD_FLOOR: Final = 12


class StaffError(Exception):
    """Something about an account that cannot be done; the sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """What is needed to make an account."""

    email: str
    name: str
    job_title: str
    roles: frozenset[Role]
    is_independent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What the account's holder needs to sign in: shown once, never again."""

    password: str
    totp_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """A member of staff, as a page may show them to another."""

    account: AccountId
    name: str
    job_title: str
    is_independent: bool


def colleagues(session: Session, role: Role) -> tuple[Colleague, ...]:
    """List who holds a role and can sign in, by name."""
    rows = session.scalars(
        select(AccountRow)
        .join(AccountRoleRow)
        .where(AccountRoleRow.role == role, AccountRow.disabled_at.is_(None))
        .order_by(AccountRow.name)
    )
    return tuple(
        Colleague(
            account=AccountId(row.id),
            name=row.name,
            job_title=row.job_title,
            is_independent=row.is_independent,
        )
        for row in rows
    )


def new_secrets() -> Secrets:
    """Make a password and an authenticator secret."""
    return Secrets(
        password=secrets.token_urlsafe(15), totp_secret=pyotp.random_base32()
    )


def create(
    session: Session,
    account: NewAccount,
    given: Secrets,
    *,
    by: audit.Actor,
    now: datetime,
) -> AccountId:
    """Create an account that can sign in at once.

    Raises:
        StaffError: If the email is taken or none, or the password short.
    """
    try:
        # Alerts go there: what a mail server would not take is refused here.
        email = parse_email(account.email.strip()).canonical
    except InvalidEmailError as error:
        raise StaffError(str(error)) from None
    if len(given.password) < PASSWORD_FLOOR:
        raise StaffError(f"A password has at least {PASSWORD_FLOOR} characters")
    if session.scalars(select(AccountRow).where(AccountRow.email == email)).first():
        raise StaffError(f"{email} has an account already; see staff reset")
    row = AccountRow(
        id=new_id(),
        email=email,
        name=account.name,
        job_title=account.job_title,
        password_hash=hash_password(given.password),
        totp_sealed=b"",
        is_independent=account.is_independent,
        created_at=now,
    )
    row.totp_sealed = vault_of(session).seal(totp_place(row.id), given.totp_secret)
    session.add(row)
    session.flush()
    session.add_all(
        AccountRoleRow(account_id=row.id, role=role) for role in sorted(account.roles)
    )
    _note(session, "staff_created", row, by=by, now=now)
    return AccountId(row.id)


def disable(session: Session, email: str, *, by: audit.Actor, now: datetime) -> None:
    """Shut an account out at once, wherever it is signed in.

    Raises:
        StaffError: If there is no such account.
    """
    row = _account(session, email)
    row.disabled_at = now
    _end_sessions(session, row, now)
    _note(session, "staff_disabled", row, by=by, now=now)


def reset(
    session: Session, email: str, given: Secrets, *, by: audit.Actor, now: datetime
) -> None:
    """Give an account a new password and authenticator secret.

    Raises:
        StaffError: If there is no such account.
    """
    row = _account(session, email)
    row.password_hash = hash_password(given.password)
    row.totp_sealed = vault_of(session).seal(totp_place(row.id), given.totp_secret)
    row.totp_last_step = None
    row.disabled_at = None
    _end_sessions(session, row, now)
    _note(session, "staff_reset", row, by=by, now=now)


def _account(session: Session, email: str) -> AccountRow:
    row = session.scalars(
        select(AccountRow).where(AccountRow.email == email.strip().casefold())
    ).one_or_none()
    if row is None:
        raise StaffError(f"There is no account {email}; see staff create")
    return row


def _end_sessions(session: Session, row: AccountRow, now: datetime) -> None:
    session.execute(
        update(StaffSessionRow)
        .where(StaffSessionRow.account_id == row.id, StaffSessionRow.ended_at.is_(None))
        .values(ended_at=now)
    )


def _note(
    session: Session,
    action: str,
    row: AccountRow,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    audit.record(session, audit.Deed(action=action, subject=row.id), by=by, now=now)
