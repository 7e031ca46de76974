"""Which actions are there, how do they stand, and what happened to each?"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from feedback.db.models import (
    AccountRoleRow,
    AccountRow,
    ActionRow,
    ActionStepRow,
    ConcernRow,
    MemberRow,
    RecommendationRow,
    ReviewRow,
)
from feedback.db.queries.review import is_current
from feedback.domain.access import Role
from feedback.domain.action import SOON, ActionState


class ActionLine(NamedTuple):
    """An action with what a list says of it; its words are sealed."""

    action: ActionRow
    reference: str
    review_state: str
    recommended: bytes | None
    raised: bytes | None
    assigned_name: str | None


class StepLine(NamedTuple):
    """A step with the names of who took it and of whom it was assigned to."""

    step: ActionStepRow
    by: str | None
    assigned_name: str | None


class CountLine(NamedTuple):
    """How many actions about one thing stand in one state."""

    dimension: str | None
    state: str
    is_overdue: bool
    number: int


class Footing(NamedTuple):
    """How an account stands to an action."""

    is_moderator: bool
    is_assigned: bool


def everywhere() -> ColumnElement[bool]:
    """Say nothing of an action: all of them."""
    return ActionRow.id.is_not(None)


def is_of(account: UUID, now: datetime) -> ColumnElement[bool]:
    """Say that an action is a moderator's own: of their review, or theirs to follow."""
    return or_(_is_seated(account, now), is_assigned_to(account))


def is_assigned_to(account: UUID) -> ColumnElement[bool]:
    """Say that an action is assigned to an account."""
    return ActionRow.assigned_to == account


def in_state(*states: ActionState) -> ColumnElement[bool]:
    """Say that an action stands in one of these states."""
    return ActionRow.state.in_(states)


def is_overdue(today: date) -> ColumnElement[bool]:
    """Say that an action's day is past and it is not done."""
    return in_state(ActionState.OPEN) & (ActionRow.due_on < today)


def is_due_soon(today: date) -> ColumnElement[bool]:
    """Say that an action is to be done within two weeks."""
    return in_state(ActionState.OPEN) & ActionRow.due_on.between(today, today + SOON)


def is_confirmable_by(account: UUID) -> ColumnElement[bool]:
    """Say that an action waits for a second person, and this is not the first."""
    return in_state(ActionState.DONE) & (ActionRow.done_by != account)


def is_about(dimension: str | None) -> ColumnElement[bool]:
    """Say what an action is about; None for an area of significant concern."""
    if dimension is None:
        return ActionRow.dimension.is_(None)
    return ActionRow.dimension == dimension


def is_at(reference: str) -> ColumnElement[bool]:
    """Say that an action comes from the review of this reference."""
    return ActionRow.review_id.in_(
        select(ReviewRow.id).where(ReviewRow.reference == reference)
    )


def counted(
    session: Session, within: ColumnElement[bool], which: Sequence[ColumnElement[bool]]
) -> tuple[int, ...]:
    """Count the actions of each kind, in one statement."""
    columns = (func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in which)
    return tuple(session.execute(select(*columns).where(within)).one())


def count_lines(
    session: Session, within: ColumnElement[bool], today: date
) -> Sequence[CountLine]:
    """Count actions by what they are about and how they stand, in one statement."""
    late = case((is_overdue(today), 1), else_=0)
    lines = session.execute(
        select(ActionRow.dimension, ActionRow.state, late, func.count())
        .where(within)
        .group_by(ActionRow.dimension, ActionRow.state, late)
    )
    return [
        CountLine(dimension, state, bool(is_late), number)
        for dimension, state, is_late, number in lines
    ]


def count_lines_of(
    session: Session, chosen: Select[UUID], today: date
) -> Sequence[CountLine]:
    """Count the actions of the chosen reviews, in one statement."""
    return count_lines(session, ActionRow.review_id.in_(chosen), today)


def listed(
    session: Session,
    wanted: ColumnElement[bool],
    *,
    newest_first: bool,
    most: int,
    skip: int,
) -> Sequence[ActionLine]:
    """List actions by the day on which they are due."""
    due = ActionRow.due_on.desc() if newest_first else ActionRow.due_on
    lines = session.execute(
        _lines().where(wanted).order_by(due, ActionRow.id).limit(most).offset(skip)
    )
    return [ActionLine(*line) for line in lines]


def next_of_each(
    session: Session, wanted: ColumnElement[bool], *, most: int
) -> Sequence[ActionLine]:
    """List, for everything that actions are about, those that are due first."""
    place = func.row_number().over(
        partition_by=ActionRow.dimension, order_by=(ActionRow.due_on, ActionRow.id)
    )
    ranked = select(ActionRow.id, place.label("place")).where(wanted).subquery()
    lines = session.execute(
        _lines()
        .join(ranked, ranked.c.id == ActionRow.id)
        .where(ranked.c.place <= most)
        .order_by(ActionRow.due_on, ActionRow.id)
    )
    return [ActionLine(*line) for line in lines]


def one(session: Session, action: UUID) -> ActionLine | None:
    """Find an action."""
    found = session.execute(_lines().where(ActionRow.id == action)).one_or_none()
    return None if found is None else ActionLine(*found)


def for_change(session: Session, action: UUID) -> ActionRow | None:
    """Take an action so that nobody else changes it meanwhile."""
    return session.scalars(
        select(ActionRow).where(ActionRow.id == action).with_for_update()
    ).one_or_none()


def footing(
    session: Session, action: UUID, account: UUID, *, now: datetime
) -> Footing | None:
    """Tell how an account stands to an action; None where there is no such one."""
    is_assigned = func.coalesce(is_assigned_to(account), False)
    found = session.execute(
        select(_is_seated(account, now), is_assigned).where(ActionRow.id == action)
    ).one_or_none()
    return None if found is None else Footing(*map(bool, found))


def steps_of(session: Session, action: UUID) -> Sequence[StepLine]:
    """List what happened to an action, the first first."""
    who, whom = aliased(AccountRow), aliased(AccountRow)
    lines = session.execute(
        select(ActionStepRow, who.name, whom.name)
        .outerjoin(who, who.id == ActionStepRow.by)
        .outerjoin(whom, whom.id == ActionStepRow.assigned_to)
        .where(ActionStepRow.action_id == action)
        .order_by(ActionStepRow.number)
    )
    return [StepLine(*line) for line in lines]


def recommendations_without(
    session: Session, review: UUID
) -> Sequence[RecommendationRow]:
    """List what was recommended at a review and has no action yet."""
    return session.scalars(
        select(RecommendationRow)
        .where(
            RecommendationRow.review_id == review,
            ~exists().where(ActionRow.recommendation_id == RecommendationRow.id),
        )
        .order_by(RecommendationRow.at, RecommendationRow.id)
    ).all()


def ids_at(session: Session, review: UUID) -> Sequence[UUID]:
    """Name a review's actions: recommendations as they were said, then concerns."""
    return session.scalars(
        select(ActionRow.id)
        .outerjoin(
            RecommendationRow, RecommendationRow.id == ActionRow.recommendation_id
        )
        .where(ActionRow.review_id == review)
        .order_by(
            ActionRow.recommendation_id.is_(None), RecommendationRow.at, ActionRow.id
        )
    ).all()


def followers(session: Session, roles: Collection[Role]) -> Sequence[AccountRow]:
    """List who can sign in and holds one of the roles that follow actions."""
    holds = exists().where(
        AccountRoleRow.account_id == AccountRow.id, AccountRoleRow.role.in_(roles)
    )
    return session.scalars(
        select(AccountRow)
        .where(AccountRow.disabled_at.is_(None), holds)
        .order_by(AccountRow.name, AccountRow.id)
    ).all()


def _is_seated(account: UUID, now: datetime) -> ColumnElement[bool]:
    return exists().where(
        MemberRow.review_id == ActionRow.review_id,
        MemberRow.account_id == account,
        MemberRow.capacity == Role.MODERATOR,
        is_current(now),
    )


def _lines() -> Select[ActionRow, str, str, bytes | None, bytes | None, str | None]:
    return (
        select(
            ActionRow,
            ReviewRow.reference,
            ReviewRow.state,
            RecommendationRow.words_sealed,
            ConcernRow.words_sealed,
            AccountRow.name,
        )
        .join(ReviewRow, ReviewRow.id == ActionRow.review_id)
        .outerjoin(
            RecommendationRow, RecommendationRow.id == ActionRow.recommendation_id
        )
        .outerjoin(ConcernRow, ConcernRow.id == ActionRow.concern_id)
        .outerjoin(AccountRow, AccountRow.id == ActionRow.assigned_to)
    )
