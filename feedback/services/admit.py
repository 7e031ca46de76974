"""How does this member of staff stand to this review? Asked on every request."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import MemberRow, ReviewRow
from feedback.db.queries import guard as queries
from feedback.domain.access import (
    BY_MEMBERSHIP,
    AccountId,
    ReviewId,
    Role,
    Standing,
    Viewer,
)
from feedback.domain.review import ReviewState

REVIEWER: Final = "reviewer"
MODERATOR: Final = "moderator"


class NoSuchReviewError(Exception):
    """There is no such review, or none that this viewer may know of."""


def standing_at(
    session: Session, reference: str, account: AccountId, *, now: datetime
) -> tuple[ReviewId, Standing]:
    """Find a review by its reference, and how an account stands to it.

    Raises:
        NoSuchReviewError: If there is no review of this reference.
    """
    lines = queries.seats_at(session, reference, now)
    if not lines:
        raise NoSuchReviewError(reference)
    seats = {(line.account, line.capacity) for line in lines}
    return ReviewId(lines[0].review), Standing(
        is_reviewer=(account, REVIEWER) in seats,
        is_moderator=(account, MODERATOR) in seats,
        is_locked=ReviewState(lines[0].state).is_locked,
        is_head_the_reviewer=any(
            line.is_head for line in lines if line.capacity == REVIEWER
        ),
        has_open_alert=lines[0].has_open_alert,
    )


def reviews_open_to(viewer: Viewer, *, now: datetime) -> ColumnElement[bool]:
    """Say which reviews' existence a viewer may know of, as a condition on ReviewRow.

    Coordinators and the Head of Safeguarding and QA see all; reviewers and
    moderators those at which they have a seat; others none.
    """
    if viewer.roles & {Role.COORDINATOR, Role.HEAD_SQA}:
        return ReviewRow.id.is_not(None)
    seats = viewer.roles & BY_MEMBERSHIP
    if seats:
        # A reviewer may deputise at a meeting, and then sits as a moderator.
        seats |= {Role.MODERATOR}
    return or_(
        ReviewRow.id.is_(None), *(_has_seat(viewer, role, now) for role in seats)
    )


def seat(
    session: Session,
    review: UUID,
    accounts: Iterable[AccountId],
    capacity: str,
    *,
    now: datetime,
) -> None:
    """Give accounts a seat at a review from now on."""
    session.add_all(
        MemberRow(
            id=new_id(),
            review_id=review,
            account_id=account,
            capacity=capacity,
            since=now,
        )
        for account in accounts
    )


def _has_seat(viewer: Viewer, role: Role, now: datetime) -> ColumnElement[bool]:
    return exists().where(
        MemberRow.review_id == ReviewRow.id,
        MemberRow.account_id == viewer.account,
        MemberRow.capacity == role.value,
        _is_current(now),
    )


def _is_current(now: datetime) -> ColumnElement[bool]:
    return (MemberRow.since <= now) & (
        MemberRow.until.is_(None) | (MemberRow.until > now)
    )
