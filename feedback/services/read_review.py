"""How does one review stand, and what is next? Nobody's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import ReviewRow
from feedback.db.queries import review as queries
from feedback.db.queries.review import Turnout
from feedback.domain.action import Tally
from feedback.domain.calendar import london_day
from feedback.domain.journey import Task, due_tasks, tasks
from feedback.domain.review import ReviewerKind, ReviewState, Service
from feedback.services import alert_list, quarantine
from feedback.services.alert_list import AlertGlance
from feedback.services.count_actions import action_count_at
from feedback.services.read_team import Team, teams_of
from feedback.services.review_facts import facts_of, graded_among, heads_among
from triangulation import Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What every page about a review says of it."""

    reference: str
    service: Service
    state: ReviewState
    opens_at: datetime
    closes_at: datetime
    invite_at: datetime | None
    moderation_on: date | None
    agreed_at: datetime | None
    reviewer_kind: ReviewerKind | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCount:
    """How many of a group were asked, and how many answered."""

    group: Group
    asked: int
    answered: int
    not_asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A review with its task list, counts and alerts.

    Attributes:
        due: The tasks to be done now, what holds up the review first.
    """

    head: Head
    team: Team
    tasks: tuple[Task, ...]
    due: tuple[Task, ...]
    groups: tuple[GroupCount, ...]
    uninvited: int
    alerts: tuple[AlertGlance, ...]
    quarantined: tuple[UUID, ...]
    actions: Tally

    @property
    def asked(self) -> int:
        """How many people were asked, of all groups."""
        return sum(one.asked for one in self.groups)

    @property
    def answered(self) -> int:
        """How many answered, of all groups."""
        return sum(one.answered for one in self.groups)


def hub(session: Session, review: UUID, *, now: datetime) -> Hub:
    """Read how a review stands, what is next, and by whom."""
    row = session.get_one(ReviewRow, review)
    team = teams_of(session, [review], now=now)[review]
    turnouts = queries.turnouts(session, [review])
    facts = facts_of(
        row,
        team,
        turnouts,
        heads_among(session, [team.reviewer]),
        graded=graded_among(session, [review]),
        now=now,
    )
    return Hub(
        head=head_of(row),
        team=team,
        tasks=tasks(facts),
        due=due_tasks(facts),
        groups=_groups(turnouts),
        uninvited=facts.uninvited,
        alerts=alert_list.alerts_at(session, review),
        quarantined=quarantine.waiting(session, review),
        actions=action_count_at(session, review, london_day(now)),
    )


def head(session: Session, review: UUID) -> Head:
    """Read what every page about a review says of it."""
    return head_of(session.get_one(ReviewRow, review))


def head_of(row: ReviewRow) -> Head:
    """Read a review's row as pages may know it."""
    return Head(
        reference=row.reference,
        service=Service(row.service),
        state=ReviewState(row.state),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        invite_at=row.invite_at,
        moderation_on=row.moderation_on,
        agreed_at=row.agreed_at,
        reviewer_kind=(
            None if row.reviewer_kind is None else ReviewerKind(row.reviewer_kind)
        ),
    )


def _groups(turnouts: Sequence[Turnout]) -> tuple[GroupCount, ...]:
    by_group = {one.group: one for one in turnouts}
    return tuple(
        GroupCount(
            group=group,
            asked=one.asked,
            answered=one.answered,
            not_asked=one.not_asked,
        )
        for group in Group
        if (one := by_group.get(group.value)) is not None
    )
