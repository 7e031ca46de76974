"""How does an action stand, what happened to it, and what may its reader do?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from feedback.db.queries import action as queries
from feedback.db.queries.action import ActionLine, StepLine
from feedback.db.vault import ErasedError, vault_of
from feedback.domain.access import (
    BY_MEMBERSHIP,
    AccountId,
    Action,
    Standing,
    Viewer,
    may,
)
from feedback.domain.action import MOVING, OwnedAction, Step
from feedback.domain.grading import Judgement
from feedback.domain.review import ReviewState
from feedback.services import audit
from feedback.services.act import (
    FOLLOWING,
    NoSuchActionError,
    as_owned,
    follower_of,
    step_place,
)
from feedback.services.raise_concern import concern_place
from feedback.services.record_words import recommendation_place


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAction:
    """An action in a list.

    Args:
        about: The dimension or headline; None for an area of significant concern.
        words: What is to be done; None where they may not be read now, or no more.
        is_erased: Whether the words went with their review.
    """

    id: UUID
    reference: str
    about: Judgement | None
    words: str | None
    is_erased: bool
    owner: str
    assigned_name: str | None
    action: OwnedAction


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken:
    """One line of an action's history."""

    step: Step
    at: datetime
    by: str | None
    words: str | None
    shown_by: str | None
    due_on: date
    assigned_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody whom an action may be assigned to."""

    account: AccountId
    name: str
    job_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionPage:
    """An action with its history, and the steps that its reader may take."""

    listed: ListedAction
    history: tuple[StepTaken, ...]
    steps: tuple[Step, ...]
    is_said_by_reader: bool
    colleagues: tuple[Colleague, ...]

    @property
    def last_done(self) -> StepTaken | None:
        """What was last said to be done, where that stands."""
        if self.listed.action.done_by is None:
            return None
        done = (one for one in reversed(self.history) if one.step is Step.DONE)
        return next(done, None)

    @property
    def last_move(self) -> StepTaken | None:
        """The step by which it came to stand where it does; None while it is new."""
        moved = (one for one in reversed(self.history) if one.step in MOVING)
        return next(moved, None)


def standing_at(
    session: Session, action: UUID, account: AccountId, *, now: datetime
) -> Standing:
    """Tell how an account stands to an action: whoever follows it is a moderator.

    Raises:
        NoSuchActionError: If there is none.
    """
    found = queries.footing(session, action, account, now=now)
    if found is None:
        raise NoSuchActionError(str(action))
    return Standing(is_moderator=found.is_moderator or found.is_assigned)


def sees_all(viewer: Viewer) -> bool:
    """Tell whether a viewer follows the actions of all reviews."""
    return bool(viewer.roles & (FOLLOWING - BY_MEMBERSHIP))


def open_to(viewer: Viewer, *, now: datetime) -> ColumnElement[bool]:
    """Say which actions a viewer may follow, from the table of access."""
    if sees_all(viewer):
        return queries.everywhere()
    if viewer.roles & FOLLOWING:
        return queries.is_of(viewer.account, now)
    return ~queries.everywhere()


def read_action(
    session: Session, action: UUID, viewer: Viewer, *, now: datetime
) -> ActionPage:
    """Open an action with its history; the caller has checked who asks.

    Raises:
        NoSuchActionError: If there is none.
    """
    line = queries.one(session, action)
    if line is None:
        raise NoSuchActionError(str(action))
    (listed,) = as_listed(session, [line], viewer)
    by = audit.staff(viewer.account)
    steps = listed.action.steps_for(follower_of(session, by))
    deed = audit.Deed(
        action="action_read", review=line.action.review_id, subject=action
    )
    audit.record(session, deed, by=by, now=now)
    return ActionPage(
        listed=listed,
        history=tuple(
            _taken(session, line, one) for one in queries.steps_of(session, action)
        ),
        steps=steps,
        is_said_by_reader=listed.action.done_by == viewer.account,
        colleagues=colleagues(session) if Step.ASSIGNED in steps else (),
    )


def colleagues(session: Session) -> tuple[Colleague, ...]:
    """List whom an action may be assigned to."""
    return tuple(
        Colleague(account=AccountId(one.id), name=one.name, job_title=one.job_title)
        for one in queries.followers(session, FOLLOWING)
    )


def as_listed(
    session: Session, lines: Sequence[ActionLine], viewer: Viewer
) -> tuple[ListedAction, ...]:
    """Make the values from lines, the keys of all reviews opened at once."""
    vault_of(session).open_review_keys({one.action.review_id for one in lines})
    return tuple(_listed(session, one, viewer) for one in lines)


def note_reading(
    session: Session, count: int, viewer: Viewer, *, now: datetime
) -> None:
    """Note that somebody read the words of so many actions."""
    deed = audit.Deed(action="actions_read", facts={"count": count})
    audit.record(session, deed, by=audit.staff(viewer.account), now=now)


def _listed(session: Session, line: ActionLine, viewer: Viewer) -> ListedAction:
    row = line.action
    words, is_erased = _words(session, line, viewer)
    return ListedAction(
        id=row.id,
        reference=line.reference,
        about=None if row.dimension is None else Judgement(row.dimension),
        words=words,
        is_erased=is_erased,
        owner=row.owner,
        assigned_name=line.assigned_name,
        action=as_owned(row),
    )


def _words(
    session: Session, line: ActionLine, viewer: Viewer
) -> tuple[str | None, bool]:
    """Open what is to be done, and tell whether it is gone for ever."""
    row, vault = line.action, vault_of(session)
    try:
        if row.recommendation_id is not None:
            place = recommendation_place(row.recommendation_id, row.review_id)
            return vault.unseal_if_any(place, line.recommended), False
        if row.concern_id is None or not _may_read_concern(line, viewer):
            return None, False
        place = concern_place(row.concern_id, row.review_id)
        return vault.unseal_if_any(place, line.raised), False
    except ErasedError:
        return None, True


def _may_read_concern(line: ActionLine, viewer: Viewer) -> bool:
    """Decide who reads a concern: before the grades are locked, the Head alone."""
    is_locked = ReviewState(line.review_state).is_locked
    return is_locked or may(viewer, Action.RAISE_CONCERN, Standing())


def _taken(session: Session, line: ActionLine, one: StepLine) -> StepTaken:
    step = one.step
    opened = [
        _said(session, line, step.id, column, sealed)
        for column, sealed in (
            ("words_sealed", step.words_sealed),
            ("shown_by_sealed", step.shown_by_sealed),
        )
    ]
    return StepTaken(
        step=Step(step.what),
        at=step.at,
        by=one.by,
        words=opened[0],
        shown_by=opened[1],
        due_on=step.due_on,
        assigned_name=one.assigned_name,
    )


def _said(
    session: Session, line: ActionLine, step: UUID, column: str, sealed: bytes | None
) -> str | None:
    place = step_place(column, step, line.action.review_id)
    try:
        return vault_of(session).unseal_if_any(place, sealed)
    except ErasedError:
        return None
