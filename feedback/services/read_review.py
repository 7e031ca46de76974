"""How does a review stand? Lists, counts and the next step: nobody's words."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from feedback.db.models import AccountRoleRow, AccountRow, MemberRow, ReviewRow
from feedback.db.queries import review as queries
from feedback.db.queries.review import Turnout
from feedback.domain.access import AccountId, Role, Viewer
from feedback.domain.action import Tally
from feedback.domain.calendar import london_day
from feedback.domain.journey import Facts, Task, due_tasks, next_task, tasks
from feedback.domain.review import ReviewerKind, ReviewState, Service
from feedback.services import admit, alert_list, quarantine
from feedback.services.alert_list import AlertGlance
from feedback.services.count_actions import action_count_at
from triangulation import Group

PAGE_SIZE: Final = 25
SEATS_TO_FILL: Final = 2


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
    """Make cards of reviews in four selects, however many they are."""
    ids = [row.id for row in rows]
    teams = teams_of(session, ids, now=now)
    turnouts = _by_review(queries.turnouts(session, ids))
    alerts = queries.open_alert_counts(session, ids)
    heads = _heads(session, [team.reviewer for team in teams.values()])
    return tuple(
        ReviewCard(
            head=head_of(row),
            reviewer=_name(teams[row.id].reviewer),
            asked=sum(one.asked for one in turnouts[row.id]),
            answered=sum(one.answered for one in turnouts[row.id]),
            open_alerts=alerts.get(row.id, 0),
            next=next_task(
                _facts(row, teams[row.id], turnouts[row.id], heads, now=now)
            ),
        )
        for row in rows
    )


def hub(session: Session, review: UUID, *, now: datetime) -> Hub:
    """Read how a review stands, what is next, and by whom."""
    row = session.get_one(ReviewRow, review)
    team = teams_of(session, [review], now=now)[review]
    turnouts = queries.turnouts(session, [review])
    facts = _facts(row, team, turnouts, _heads(session, [team.reviewer]), now=now)
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


def team(session: Session, review: UUID, *, now: datetime) -> Team:
    """Read who reviews and who moderates now."""
    return teams_of(session, [review], now=now)[review]


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


def _name(seated: Seated | None) -> str | None:
    return None if seated is None else seated.name


def _facts(
    row: ReviewRow,
    team: Team,
    turnouts: Sequence[Turnout],
    heads: Collection[AccountId],
    *,
    now: datetime,
) -> Facts:
    return Facts(
        state=ReviewState(row.state),
        has_reviewer=team.reviewer is not None,
        has_moderators=len(team.moderators) >= SEATS_TO_FILL,
        has_people=bool(turnouts),
        uninvited=sum(one.uninvited for one in turnouts),
        awaited=sum(one.awaited for one in turnouts),
        takes_answers=now < row.closes_at,
        is_head_the_reviewer=(
            team.reviewer is not None and team.reviewer.account in heads
        ),
    )


def _heads(
    session: Session, reviewers: Collection[Seated | None]
) -> Collection[AccountId]:
    """Tell which of these reviewers are Heads of Safeguarding and QA themselves."""
    accounts = {one.account for one in reviewers if one is not None}
    if not accounts:
        return frozenset()
    rows = session.scalars(
        select(AccountRow.id).where(
            AccountRow.id.in_(accounts),
            exists().where(
                AccountRoleRow.account_id == AccountRow.id,
                AccountRoleRow.role == Role.HEAD_SQA,
            ),
        )
    )
    return frozenset(AccountId(one) for one in rows)


def _by_review(turnouts: Sequence[Turnout]) -> defaultdict[UUID, list[Turnout]]:
    found: defaultdict[UUID, list[Turnout]] = defaultdict(list)
    for one in turnouts:
        found[one.review].append(one)
    return found


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
