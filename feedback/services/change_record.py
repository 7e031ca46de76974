"""May the record still be changed, and which signatures does a change clear?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import MeetingRow
from feedback.db.queries import grading as grading_queries
from feedback.db.queries import moderation as queries
from feedback.domain.moderation import ModerationError, RecordSignedError
from feedback.domain.review import ReviewState
from feedback.services import audit


def open_meeting_of(session: Session, review: UUID) -> MeetingRow:
    """Take the meeting of a review so that nobody changes its record meanwhile.

    Raises:
        RecordSignedError: If every seat has signed.
        ModerationError: If it was not opened yet.
    """
    row = grading_queries.review_for_change(session, review)
    if ReviewState(row.state) is ReviewState.AGREED:
        raise RecordSignedError
    meeting = queries.meeting(session, review)
    if meeting is None:
        raise ModerationError("The moderation meeting was not opened yet")
    return meeting


def clear_signatures(
    session: Session, meeting: MeetingRow, *, by: audit.Actor, now: datetime
) -> int:
    """Take back what was signed of a record that is no more; tell how many."""
    signed = [
        seat
        for seat, _ in queries.seats(session, meeting.id)
        if seat.signed_digest is not None
    ]
    for seat in signed:
        seat.signed_digest = None
        seat.signed_at = None
    if signed:
        facts = {"signatures": len(signed)}
        deed = audit.Deed(
            action="signatures_cleared", review=meeting.review_id, facts=facts
        )
        audit.record(session, deed, by=by, now=now)
    return len(signed)
