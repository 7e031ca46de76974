"""What if a person asks a member of staff instead of pressing the button?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import InvitationRow
from feedback.db.queries import response as queries
from feedback.db.queries.grading import review_for_change
from feedback.domain.invitation import InvitationStatus
from feedback.domain.review import ReviewError, ReviewState
from feedback.services import audit, stop
from feedback.services.end_link import end_link, shut_out
from feedback.services.withdraw import withdraw_runs


class LockedError(ReviewError):
    """Grades are locked: answers can no longer be taken out of the view."""


def take_out(
    session: Session, invitation_id: UUID, *, by: audit.Actor, now: datetime
) -> None:
    """Take a person's answers out of the view, because they asked for it.

    Raises:
        LockedError: If the grades are locked.
        IllegalMoveError: If their invitation has ended without answers.
    """
    # The review first: its grades may be locked this very moment.
    review = review_for_change(session, queries.review_of(session, invitation_id))
    row = session.get_one(InvitationRow, invitation_id, with_for_update=True)
    if ReviewState(review.state).is_locked:
        raise LockedError(
            "The grades are locked, so the answers stay. Tell the reviewer what "
            "the person asked."
        )
    end_link(row, InvitationStatus.WITHDRAWN, now=now)
    shut_out(session, row, now=now)
    withdraw_runs(session, row.id)
    stop.cancel_due(session, row.participant_id, reason="withdrawn")
    deed = audit.Deed(
        action="response_withdrawn_on_request", review=row.review_id, subject=row.id
    )
    audit.record(session, deed, by=by, now=now)
