"""What was recommended is to be done: who does it, and who confirms that it is done?"""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import ActionRow, ActionStepRow, ConcernRow, RecommendationRow
from feedback.db.queries import action as queries
from feedback.db.queries import moderation as moderation_queries
from feedback.db.vault import ErasedError, vault_of
from feedback.domain import action as rules
from feedback.domain.access import TABLE, AccountId, Action, Role
from feedback.domain.action import (
    ActionError,
    ActionState,
    Follower,
    OwnedAction,
    Said,
    Step,
)
from feedback.services import audit

# Who follows actions, from the one table of access.
FOLLOWING: Final = frozenset(TABLE[Action.ACT])


class NoSuchActionError(ActionError):
    """There is no such action, or none that this viewer may know of."""


def open_recommended(
    session: Session, review: UUID, *, by: audit.Actor, now: datetime
) -> int:
    """Make each recommendation of a signed record an action, once; tell how many."""
    found = queries.recommendations_without(session, review)
    for recommendation in found:
        row = _made_of(recommendation)
        row.recommendation_id = recommendation.id
        row.dimension = recommendation.dimension
        _open(session, row, by=by, now=now)
    return len(found)


def open_concern(
    session: Session, concern: ConcernRow, *, by: audit.Actor, now: datetime
) -> UUID:
    """Make an area of significant concern an action; give its identifier."""
    row = _made_of(concern)
    row.concern_id = concern.id
    _open(session, row, by=by, now=now)
    return row.id


def actions_of(session: Session, review: UUID) -> tuple[UUID, ...]:
    """Name a review's actions: recommendations as they were said, then concerns."""
    return tuple(queries.ids_at(session, review))


def take(
    session: Session, action: UUID, said: Said, *, by: audit.Actor, now: datetime
) -> OwnedAction:
    """Take an action one step; who may do what is decided by its rules.

    Returns:
        How the action stands now.

    Raises:
        NoSuchActionError: If there is none.
        ActionError: With the sentence that the person reads.
        IllegalMoveError: If the step does not follow.
    """
    row = queries.for_change(session, action)
    if row is None:
        raise NoSuchActionError(str(action))
    if said.step is Step.ASSIGNED and said.account is not None:
        _check_follower(session, said.account)
    follower = follower_of(session, by)
    after = rules.take(as_owned(row), said, by=follower)
    row.state = after.state
    row.due_on = after.due_on
    row.assigned_to = after.assigned_to
    row.done_by = after.done_by
    row.confirmed_by = after.confirmed_by
    row.version = after.version
    _write_step(session, row, said, by=by, now=now)
    return after


def follower_of(session: Session, by: audit.Actor) -> Follower:
    """Tell how the rules see somebody who acts.

    Raises:
        ActionError: If it is no person.
    """
    if by.account is None:
        raise ActionError("Only people follow actions: the program never does")
    roles = moderation_queries.roles_of(session, by.account)
    return Follower(account=by.account, is_head_sqa=Role.HEAD_SQA in roles)


def as_owned(row: ActionRow) -> OwnedAction:
    """Make the value from a row."""
    return OwnedAction(
        state=ActionState(row.state),
        due_on=row.due_on,
        assigned_to=_account(row.assigned_to),
        done_by=_account(row.done_by),
        confirmed_by=_account(row.confirmed_by),
        version=row.version,
    )


def step_place(column: str, step: UUID, review: UUID) -> Where:
    """Say where the words of a step are sealed."""
    return Where(table="action_step", column=column, row=step, review=review)


def _made_of(origin: RecommendationRow | ConcernRow) -> ActionRow:
    """Make an open action of what is to be done, by whom and until when."""
    return ActionRow(
        id=new_id(),
        review_id=origin.review_id,
        owner=origin.owner,
        due_on=origin.due_on,
        state=ActionState.OPEN,
        version=1,
    )


def _open(session: Session, row: ActionRow, *, by: audit.Actor, now: datetime) -> None:
    session.add(row)
    # The step points to the action: it must be there before.
    session.flush()
    _write_step(session, row, Said(step=Step.OPENED), by=by, now=now)


def _write_step(
    session: Session, row: ActionRow, said: Said, *, by: audit.Actor, now: datetime
) -> None:
    step = new_id()
    session.add(
        ActionStepRow(
            id=step,
            action_id=row.id,
            number=row.version,
            what=said.step,
            came_to=row.state,
            by=by.account,
            at=now,
            words_sealed=_sealed(session, "words_sealed", step, row, said.words),
            shown_by_sealed=_sealed(
                session, "shown_by_sealed", step, row, said.shown_by
            ),
            due_on=row.due_on,
            assigned_to=row.assigned_to,
        )
    )
    session.flush()
    deed = audit.Deed(
        action=f"action_{said.step}",
        review=row.review_id,
        subject=row.id,
        facts={"state": row.state, "number": row.version},
    )
    audit.record(session, deed, by=by, now=now)


def _sealed(
    session: Session, column: str, step: UUID, row: ActionRow, words: str | None
) -> bytes | None:
    if not (words or "").strip():
        return None
    place = step_place(column, step, row.review_id)
    try:
        return vault_of(session).seal(place, words or "")
    except ErasedError:
        raise ActionError(
            "The review was erased: nothing can be written about it any more"
        ) from None


def _check_follower(session: Session, account: AccountId) -> None:
    if account not in {one.id for one in queries.followers(session, FOLLOWING)}:
        raise ActionError("Choose somebody who can follow actions here")


def _account(account: UUID | None) -> AccountId | None:
    return None if account is None else AccountId(account)
