"""Which runs were sent faster than anybody reads, and what becomes of them?"""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import InvitationRow, ResponseRow
from feedback.db.queries import response as queries
from feedback.db.queries.grading import review_for_change
from feedback.domain.errors import FeedbackError
from feedback.domain.invitation import InvitationStatus, may_move
from feedback.domain.response import ResponseState, move_response
from feedback.domain.review import ReviewState
from feedback.services import audit
from feedback.services.end_link import end_link

# Its window may be over: the answers came in before.
COUNTABLE: Final = frozenset({InvitationStatus.STARTED, InvitationStatus.EXPIRED})


class TooLateToCountError(FeedbackError):
    """What happened since forbids that this run counts."""

    def __init__(self) -> None:
        super().__init__("These answers can no longer count. You can leave them out.")


def waiting(session: Session, review: UUID) -> tuple[UUID, ...]:
    """List the runs at a review that wait to be looked at, without their words."""
    return queries.quarantined_at(session, review)


def release(
    session: Session, response: UUID, *, by: audit.Actor, now: datetime
) -> None:
    """Let a run count as the person's response.

    Raises:
        IllegalMoveError: If it no longer waits.
        TooLateToCountError: If the record is signed, or the person has since said
            no, taken their answers out, or that the link was not for them.
    """
    waiting_run = session.get_one(ResponseRow, response)
    # The review first: its record may be signed this very moment.
    review = review_for_change(session, waiting_run.review_id)
    invitation = session.get_one(
        InvitationRow, waiting_run.invitation_id, with_for_update=True
    )
    if (
        InvitationStatus(invitation.status) not in COUNTABLE
        or not ReviewState(review.state).takes_feedback
    ):
        raise TooLateToCountError
    row = _moved(session, response, ResponseState.SUBMITTED)
    if may_move(InvitationStatus(invitation.status), InvitationStatus.ANSWERED):
        end_link(invitation, InvitationStatus.ANSWERED, now=now)
    draft = queries.draft_of(session, row.invitation_id)
    if draft is not None:
        draft.state = move_response(ResponseState.DRAFT, ResponseState.DISCARDED)
    _note(session, row, "quarantine_released", by=by, now=now)


def discard(
    session: Session, response: UUID, *, by: audit.Actor, now: datetime
) -> None:
    """Leave a run out for good; its alerts stand, and the link still opens.

    Raises:
        IllegalMoveError: If it no longer waits.
    """
    row = _moved(session, response, ResponseState.DISCARDED)
    _note(session, row, "quarantine_discarded", by=by, now=now)


def _moved(session: Session, response: UUID, to: ResponseState) -> ResponseRow:
    row = session.get_one(ResponseRow, response, with_for_update=True)
    row.state = move_response(ResponseState(row.state), to)
    return row


def _note(
    session: Session,
    row: ResponseRow,
    action: str,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    deed = audit.Deed(action=action, review=row.review_id, subject=row.id)
    audit.record(session, deed, by=by, now=now)
