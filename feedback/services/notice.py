"""Whom in the office must know of this, without a word of what was said?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.models import AccountRoleRow, AccountRow, ReviewRow
from feedback.domain.access import Role
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.services import outbox


@dataclass(frozen=True, slots=True)
class StaffLinks:
    """The addresses that messages to staff point to."""

    base_url: str

    @property
    def alerts(self) -> str:
        """The list of alerts."""
        return f"{self.base_url}/staff/alerts"

    def review(self, reference: str) -> str:
        """A review's own page."""
        return f"{self.base_url}/staff/reviews/{reference}"


def tell_coordinators(
    session: Session,
    review: UUID,
    about: str,
    links: StaffLinks,
    *,
    purpose: Purpose = Purpose.STAFF_NOTICE,
    now: datetime,
) -> int:
    """Email whoever commissioned a review, or else every coordinator.

    Args:
        session: The caller's transaction.
        review: The review at which something happened.
        about: What it is about, so that one thing is told once.
        links: Where staff find their pages.
        purpose: Which content-free message to send.
        now: When it happened.

    Returns:
        How many messages were queued.
    """
    row = session.get_one(ReviewRow, review)
    queued = 0
    for email in _emails(session, row):
        message = outbox.NewMessage(
            purpose=purpose,
            channel=Channel.EMAIL,
            review=review,
            to=email,
            values={"reference": row.reference, "link": links.review(row.reference)},
            distinct=about,
        )
        queued += outbox.queue(session, message, now=now) is not None
    return queued


def emails_of(session: Session, role: Role) -> tuple[str, ...]:
    """List the emails of everybody who holds a role and can sign in."""
    return tuple(
        session.scalars(
            select(AccountRow.email)
            .join(AccountRoleRow, AccountRoleRow.account_id == AccountRow.id)
            .where(AccountRoleRow.role == role, AccountRow.disabled_at.is_(None))
            .order_by(AccountRow.email)
        )
    )


def _emails(session: Session, review: ReviewRow) -> tuple[str, ...]:
    if review.commissioned_by is not None:
        own = session.scalar(
            select(AccountRow.email).where(
                AccountRow.id == review.commissioned_by,
                AccountRow.disabled_at.is_(None),
            )
        )
        if own is not None:
            return (own,)
    return emails_of(session, Role.COORDINATOR)
