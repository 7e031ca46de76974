"""What is there, in numbers and dates, for somebody's home page?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from feedback.db.models import (
    AccountRoleRow,
    AccountRow,
    AlertRow,
    AuditEventRow,
    ReportRow,
    ReviewRow,
)
from feedback.domain.review import ReviewState

MOST_REPORTS: Final = 5
MOST_DATED: Final = 50


class DatedReview(NamedTuple):
    """A review's reference and its three dates."""

    reference: str
    opens_at: datetime
    closes_at: datetime
    moderation_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedReport:
    """A report that everybody who reads reports may read."""

    id: UUID
    first: date
    last: date
    published_at: datetime


def by_state(session: Session, is_known: ColumnElement[bool]) -> Mapping[str, int]:
    """Count reviews by the step at which they stand."""
    rows = session.execute(
        select(ReviewRow.state, func.count()).where(is_known).group_by(ReviewRow.state)
    )
    return dict(rows.all())


def dated(
    session: Session, is_known: ColumnElement[bool], *, now: datetime, until: datetime
) -> Sequence[DatedReview]:
    """Find reviews under way of which something happens before an instant."""
    # A day of margin: days are London's, and who asks looks at them closely.
    first, last = (now - timedelta(days=1)).date(), until.date()
    rows = session.execute(
        select(
            ReviewRow.reference,
            ReviewRow.opens_at,
            ReviewRow.closes_at,
            ReviewRow.moderation_on,
        )
        .where(
            is_known,
            ReviewRow.state != ReviewState.AGREED,
            or_(
                ReviewRow.opens_at.between(now, until),
                ReviewRow.closes_at.between(now, until),
                ReviewRow.moderation_on.between(first, last),
            ),
        )
        .order_by(ReviewRow.closes_at, ReviewRow.reference)
        .limit(MOST_DATED)
    )
    return [DatedReview(*row) for row in rows]


def published(session: Session) -> Sequence[PublishedReport]:
    """List the reports that were published last."""
    rows = session.execute(
        select(
            ReportRow.id,
            ReportRow.period_from,
            ReportRow.period_to,
            ReportRow.published_at,
        )
        .where(ReportRow.published_at.is_not(None))
        .order_by(ReportRow.published_at.desc())
        .limit(MOST_REPORTS)
    )
    return [
        PublishedReport(id=report, first=first, last=last, published_at=at)
        for report, first, last, at in rows
        if at is not None
    ]


def accounts_by_role(session: Session) -> Mapping[str, int]:
    """Count the accounts that can sign in, by role."""
    rows = session.execute(
        select(AccountRoleRow.role, func.count())
        .join(AccountRow, AccountRow.id == AccountRoleRow.account_id)
        .where(AccountRow.disabled_at.is_(None))
        .group_by(AccountRoleRow.role)
    )
    return dict(rows.all())


def audit_notes(session: Session) -> tuple[int, datetime | None]:
    """Count the deeds in the audit trail, and tell since when."""
    number, first = session.execute(
        select(func.count(), func.min(AuditEventRow.at))
    ).one()
    return number, first


def alerts_by_state(session: Session) -> Mapping[str, int]:
    """Count alerts by state."""
    rows = session.execute(
        select(AlertRow.state, func.count()).group_by(AlertRow.state)
    )
    return dict(rows.all())
