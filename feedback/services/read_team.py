"""Who reviews, and who moderates?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import AccountRow, MemberRow
from feedback.db.queries import review as queries
from feedback.domain.access import AccountId
from feedback.services import admit


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """Somebody with a seat at a review."""

    account: AccountId
    name: str
    job_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Who reviews and who moderates now."""

    reviewer: Seated | None
    moderators: tuple[Seated, ...]


def team(session: Session, review: UUID, *, now: datetime) -> Team:
    """Read who reviews and who moderates now."""
    return teams_of(session, [review], now=now)[review]


def teams_of(
    session: Session, reviews: Collection[UUID], *, now: datetime
) -> Mapping[UUID, Team]:
    """Read who reviews and who moderates at many reviews."""
    seats = queries.seats_at(session, reviews, now=now)
    return {
        review: Team(
            reviewer=next(iter(_seated(seats, review, admit.REVIEWER)), None),
            moderators=_seated(seats, review, admit.MODERATOR),
        )
        for review in reviews
    }


def _seated(
    seats: Sequence[tuple[MemberRow, AccountRow]], review: UUID, capacity: str
) -> tuple[Seated, ...]:
    return tuple(
        Seated(
            account=AccountId(account.id),
            name=account.name,
            job_title=account.job_title,
        )
        for member, account in seats
        if member.review_id == review and member.capacity == capacity
    )
