"""Who asks, and how do they stand to a review? Read anew at every request.

Each is one statement, built once: every page of the staff begins with them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from feedback.db.models import (
    AccountRoleRow,
    AccountRow,
    AlertRow,
    MemberRow,
    ReviewRow,
    StaffSessionRow,
)
from feedback.domain.access import Role
from feedback.domain.alert import AlertState


class SessionLine(NamedTuple):
    """A session that was not ended, whose it is, and one role they hold."""

    session: UUID
    is_complete: bool
    started_at: datetime
    seen_at: datetime
    account: UUID
    name: str
    email: str
    job_title: str
    role: str | None


class SeatLine(NamedTuple):
    """A review, and one seat that somebody has at it now."""

    review: UUID
    state: str
    has_open_alert: bool
    account: UUID | None
    capacity: str | None
    is_head: bool


_SESSION: Final = (
    select(
        StaffSessionRow.id,
        StaffSessionRow.is_complete,
        StaffSessionRow.started_at,
        StaffSessionRow.seen_at,
        AccountRow.id,
        AccountRow.name,
        AccountRow.email,
        AccountRow.job_title,
        AccountRoleRow.role,
    )
    .join(AccountRow, AccountRow.id == StaffSessionRow.account_id)
    .outerjoin(AccountRoleRow, AccountRoleRow.account_id == AccountRow.id)
    .where(
        StaffSessionRow.token_digest == bindparam("digest"),
        StaffSessionRow.ended_at.is_(None),
        AccountRow.disabled_at.is_(None),
    )
)
_SEATS: Final = (
    select(
        ReviewRow.id,
        ReviewRow.state,
        exists()
        .where(AlertRow.review_id == ReviewRow.id, AlertRow.state != AlertState.CLOSED)
        .correlate(ReviewRow),
        MemberRow.account_id,
        MemberRow.capacity,
        exists()
        .where(
            AccountRoleRow.account_id == MemberRow.account_id,
            AccountRoleRow.role == Role.HEAD_SQA,
        )
        .correlate(MemberRow),
    )
    .outerjoin(
        MemberRow,
        and_(
            MemberRow.review_id == ReviewRow.id,
            MemberRow.since <= bindparam("now"),
            or_(MemberRow.until.is_(None), MemberRow.until > bindparam("now")),
        ),
    )
    .where(ReviewRow.reference == bindparam("reference"))
)


def session_of(session: Session, token_digest: bytes) -> Sequence[SessionLine]:
    """Find a session by its token's digest, a line a role; no line where there is none.

    An account that was shut has no session.
    """
    found = session.execute(_SESSION, {"digest": token_digest})
    return [SessionLine(*row) for row in found]


def seats_at(session: Session, reference: str, now: datetime) -> Sequence[SeatLine]:
    """Find a review and who sits at it now; no line where there is no such review."""
    found = session.execute(_SEATS, {"reference": reference, "now": now})
    return [SeatLine(*row) for row in found]
