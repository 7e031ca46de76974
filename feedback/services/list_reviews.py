"""Which reviews may somebody know of, and what presses most?"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import ReviewRow
from feedback.db.queries import review as queries
from feedback.db.queries.review import Turnout
from feedback.domain.access import Viewer
from feedback.domain.journey import Task, next_task
from feedback.services import admit
from feedback.services.read_review import Head, head_of
from feedback.services.read_team import Seated, teams_of
from feedback.services.review_facts import facts_of, graded_among, heads_among

PAGE_SIZE: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCard:
    """A review in the list."""

    head: Head
    reviewer: str | None
    asked: int
    answered: int
    open_alerts: int
    next: Task | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewList:
    """One page of the list of reviews."""

    cards: tuple[ReviewCard, ...]
    total: int
    page: int
    search: str

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return self.page * PAGE_SIZE < self.total


def reviews(
    session: Session,
    viewer: Viewer,
    *,
    search: str = "",
    page: int = 1,
    now: datetime,
) -> ReviewList:
    """List the reviews that a viewer may know of, what presses most first."""
    is_open = admit.reviews_open_to(viewer, now=now)
    wanted, total = queries.found(session, is_open, search.strip())
    rows = session.scalars(
        wanted.order_by(*queries.by_need())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return ReviewList(
        cards=cards(session, rows, now=now), total=total, page=page, search=search
    )


def cards(
    session: Session, rows: Sequence[ReviewRow], *, now: datetime
) -> tuple[ReviewCard, ...]:
    """Make cards of reviews in five selects, however many they are."""
    ids = [row.id for row in rows]
    teams = teams_of(session, ids, now=now)
    turnouts = _by_review(queries.turnouts(session, ids))
    alerts = queries.open_alert_counts(session, ids)
    heads = heads_among(session, [team.reviewer for team in teams.values()])
    graded = graded_among(session, ids)
    return tuple(
        ReviewCard(
            head=head_of(row),
            reviewer=_name(teams[row.id].reviewer),
            asked=sum(one.asked for one in turnouts[row.id]),
            answered=sum(one.answered for one in turnouts[row.id]),
            open_alerts=alerts.get(row.id, 0),
            next=next_task(
                facts_of(
                    row, teams[row.id], turnouts[row.id], heads, graded=graded, now=now
                )
            ),
        )
        for row in rows
    )


def _name(seated: Seated | None) -> str | None:
    return None if seated is None else seated.name


def _by_review(turnouts: Sequence[Turnout]) -> defaultdict[UUID, list[Turnout]]:
    found: defaultdict[UUID, list[Turnout]] = defaultdict(list)
    for one in turnouts:
        found[one.review].append(one)
    return found
