"""What does a person decide about a message that the program gave up?

Trying again is a new attempt at the same message, with the same link; cancelling needs
a reason. Both are kept with the message, and on record.
"""

from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import AttemptRow, DeliveryDecisionRow, MessageRow
from feedback.db.vault import ErasedError, vault_of
from feedback.domain.delivery import (
    AttemptState,
    MessageState,
    Step,
    move_attempt,
)
from feedback.domain.errors import FeedbackError
from feedback.services import audit, settle

BY_STAFF: Final = "cancelled-by-staff"
REQUEUED: Final = "requeued"


class Decision(StrEnum):
    """What was decided."""

    REQUEUED = "requeued"
    CANCELLED = "cancelled"


class NotGivenUpError(FeedbackError):
    """The message is not among those that the program gave up."""

    def __init__(self, state: str | None) -> None:
        super().__init__(
            "there is no such message"
            if state is None
            else f"the message is {state}, not a dead letter"
        )
        self.state = state


class ReasonMissingError(FeedbackError):
    """A message is cancelled with a reason only."""


def requeue(session: Session, message: UUID, *, by: audit.Actor, now: datetime) -> None:
    """Let a message that was given up be tried once more.

    All that holds a message is judged again when it is claimed. An earlier attempt
    whose outcome nobody knows counts as not found from now on, because a person took
    that on.

    Raises:
        NotGivenUpError: If it was not given up.
    """
    row = _given_up(session, message)
    session.execute(
        update(AttemptRow)
        .where(
            AttemptRow.message_id == row.id, AttemptRow.state == AttemptState.UNKNOWN
        )
        .values(
            state=move_attempt(AttemptState.UNKNOWN, AttemptState.NOT_FOUND),
            ended_at=now,
        )
    )
    settle.take(row, Step(state=MessageState.DUE, next_at=now, reason=REQUEUED))
    _keep(session, row, Decision.REQUEUED, None, by=by, now=now)


def cancel(
    session: Session, message: UUID, *, reason: str, by: audit.Actor, now: datetime
) -> None:
    """Give a message up for good.

    Raises:
        NotGivenUpError: If it was not given up.
        ReasonMissingError: If the reason says nothing.
    """
    if not reason.strip():
        raise ReasonMissingError
    row = _given_up(session, message)
    settle.take(row, Step(state=MessageState.CANCELLED, reason=BY_STAFF))
    _keep(session, row, Decision.CANCELLED, reason, by=by, now=now)


def _given_up(session: Session, message: UUID) -> MessageRow:
    row = session.get(MessageRow, message, with_for_update=True, populate_existing=True)
    if row is None or row.state != MessageState.DEAD_LETTER:
        raise NotGivenUpError(None if row is None else row.state)
    return row


def _keep(
    session: Session,
    message: MessageRow,
    what: Decision,
    reason: str | None,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    row_id = new_id()
    place = Where(
        table="delivery_decision",
        column="reason_sealed",
        row=row_id,
        review=message.review_id,
    )
    sealed = None
    # Of an erased review no words are kept, these neither; the deed itself is.
    with suppress(ErasedError):
        sealed = None if reason is None else vault_of(session).seal(place, reason)
    session.add(
        DeliveryDecisionRow(
            id=row_id,
            message_id=message.id,
            what=what,
            reason_sealed=sealed,
            by=by.account,
            at=now,
        )
    )
    deed = audit.Deed(
        action=f"message_{what.value}",
        review=message.review_id,
        subject=message.id,
        facts={"purpose": message.purpose, "channel": message.channel},
    )
    audit.record(session, deed, by=by, now=now)
