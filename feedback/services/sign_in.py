"""Is this the member of staff they say they are? Password, then a code that works once.

Staff never sign in by a link.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import AccountRow, FailureRow, StaffSessionRow
from feedback.db.queries import guard
from feedback.db.vault import KeyName, vault_of
from feedback.domain.access import AccountId, Role, Viewer
from feedback.services import audit

IDLE: Final = timedelta(minutes=15)
ABSOLUTE: Final = timedelta(hours=10)
CODE_TIME: Final = timedelta(minutes=10)
FAILURE_MEMORY: Final = timedelta(minutes=10)
MOST_FAILURES: Final = 10
MOST_FAILURES_FROM_ANYWHERE: Final = 100
SIGN_IN: Final = "sign_in"
STEP_SECONDS: Final = 30
# How exactly use is noted: not every page view needs a write.
SEEN_STEP: Final = timedelta(minutes=1)

HASHER: Final = PasswordHasher()
# Checked where no account is found, so that the answer takes as long.
NOBODYS_HASH: Final = HASHER.hash(secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is signed in, as pages may know them."""

    session: UUID
    account: AccountId
    name: str
    email: str
    job_title: str
    roles: frozenset[Role]
    is_complete: bool
    seen_at: datetime

    def is_due_to_be_noted(self, now: datetime) -> bool:
        """Whether the last use on record is old enough to write a new one."""
        return now - self.seen_at >= SEEN_STEP

    @property
    def viewer(self) -> Viewer:
        """The same person, as far as access is concerned."""
        return Viewer(account=self.account, roles=self.roles)


class TooManyTriesError(Exception):
    """This account had too many failed tries; wait ten minutes."""


def check_password(
    session: Session, email: str, password: str, *, source: str, now: datetime
) -> str | None:
    """Begin a session that still waits for the code; give its cookie token.

    Returns:
        The token, or None where email and password do not fit: the caller tells
        the same sentence whichever of them is wrong.

    Raises:
        TooManyTriesError: If this email failed ten times within ten minutes from
            this source, or a hundred times from anywhere.
    """
    known_as = email.strip().casefold()
    doors = _password_doors(known_as, source)
    _refuse_flood(session, doors, now)
    account = session.scalars(
        select(AccountRow).where(
            AccountRow.email == known_as, AccountRow.disabled_at.is_(None)
        )
    ).one_or_none()
    fits = _fits(account.password_hash if account else NOBODYS_HASH, password)
    if account is None or not fits:
        _fail(session, doors, now)
        return None
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSessionRow(
            id=new_id(),
            token_digest=_digest(session, token),
            account_id=account.id,
            is_complete=False,
            started_at=now,
            seen_at=now,
        )
    )
    return token


def check_code(
    session: Session, signed_in: SignedIn, code: str, *, now: datetime
) -> str | None:
    """Complete a session with the authenticator's code; give its new cookie token.

    Returns:
        The token, or None where the code does not fit or was used before.

    Raises:
        TooManyTriesError: If this account failed ten times within ten minutes.
    """
    doors = _code_doors(signed_in.email)
    _refuse_flood(session, doors, now)
    account = session.get_one(AccountRow, signed_in.account, with_for_update=True)
    step = _step_of(_secret_of(session, account), code, now)
    if step is None or step <= (account.totp_last_step or 0):
        _fail(session, doors, now)
        return None
    account.totp_last_step = step
    token = secrets.token_urlsafe(32)
    row = session.get_one(StaffSessionRow, signed_in.session)
    row.token_digest = _digest(session, token)
    row.is_complete = True
    row.seen_at = now
    audit.record(
        session,
        audit.Deed(action="signed_in", subject=account.id),
        by=audit.staff(signed_in.account),
        now=now,
    )
    return token


def resume(session: Session, token: str, *, now: datetime) -> SignedIn | None:
    """Find who a cookie's token belongs to; None where the session has ended."""
    lines = guard.session_of(session, _digest(session, token))
    if not lines or _has_ended(lines[0], now):
        return None
    found = lines[0]
    return SignedIn(
        session=found.session,
        account=AccountId(found.account),
        name=found.name,
        email=found.email,
        job_title=found.job_title,
        roles=frozenset(Role(one.role) for one in lines if one.role is not None),
        is_complete=found.is_complete,
        seen_at=found.seen_at,
    )


def touch(session: Session, signed_in: SignedIn, *, now: datetime) -> None:
    """Note that a session was used, so that it does not idle out."""
    session.execute(
        update(StaffSessionRow)
        .where(StaffSessionRow.id == signed_in.session)
        .values(seen_at=now)
    )


def sign_out(session: Session, signed_in: SignedIn, *, now: datetime) -> None:
    """End a session for good."""
    session.execute(
        update(StaffSessionRow)
        .where(StaffSessionRow.id == signed_in.session)
        .values(ended_at=now)
    )


def current_code(secret: str, now: datetime) -> str:
    """Compute the code that an authenticator shows now."""
    return pyotp.TOTP(secret).at(now)


def hash_password(password: str) -> str:
    """Digest a password with argon2id."""
    return HASHER.hash(password)


def totp_place(account: UUID) -> Where:
    """Name the place at which an account's authenticator secret is sealed."""
    return Where(table="account", column="totp_sealed", row=account)


def _secret_of(session: Session, account: AccountRow) -> str:
    return vault_of(session).unseal(totp_place(account.id), account.totp_sealed)


def _has_ended(line: guard.SessionLine, now: datetime) -> bool:
    if not line.is_complete:
        return now - line.started_at > CODE_TIME
    return now - line.seen_at > IDLE or now - line.started_at > ABSOLUTE


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Find which time step a code belongs to: this one or its neighbours."""
    totp = pyotp.TOTP(secret)
    this = int(now.timestamp()) // STEP_SECONDS
    offered = "".join(code.split())
    for step in (this, this - 1, this + 1):
        if secrets.compare_digest(
            totp.at(step * STEP_SECONDS).encode(), offered.encode()
        ):
            return step
    return None


def _fits(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except VerificationError:
        return False


def _refuse_flood(session: Session, doors: Mapping[str, int], now: datetime) -> None:
    """Refuse where a door saw its most failures within the last ten minutes."""
    limits = {_digest(session, door): most for door, most in doors.items()}
    counted = session.execute(
        select(FailureRow.source_digest, func.count())
        .where(
            FailureRow.kind == SIGN_IN,
            FailureRow.source_digest.in_(limits),
            FailureRow.at > now - FAILURE_MEMORY,
        )
        .group_by(FailureRow.source_digest)
    )
    if any(count >= limits[digest] for digest, count in counted):
        raise TooManyTriesError


def _fail(session: Session, doors: Mapping[str, int], now: datetime) -> None:
    """Note a failure at each door; what is older than it counts is forgotten."""
    session.execute(
        delete(FailureRow).where(
            FailureRow.kind == SIGN_IN, FailureRow.at <= now - FAILURE_MEMORY
        )
    )
    session.add_all(
        FailureRow(
            id=new_id(), kind=SIGN_IN, source_digest=_digest(session, door), at=now
        )
        for door in doors
    )


def _password_doors(email: str, source: str) -> Mapping[str, int]:
    """Count tries of one account from one place apart from those of the world.

    Nobody who does not know the password should be able to shut the duty contact
    out from where the duty contact sits.
    """
    return {f"{email}|{source}": MOST_FAILURES, email: MOST_FAILURES_FROM_ANYWHERE}


def _code_doors(email: str) -> Mapping[str, int]:
    """Count wrong codes: whoever tries them knows the password."""
    return {f"code|{email}": MOST_FAILURES}


def _digest(session: Session, value: str) -> bytes:
    return vault_of(session).fingerprint(KeyName.SESSION, value)
