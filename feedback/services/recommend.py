"""What does the meeting recommend, before it signs?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import RecommendationRow
from feedback.db.queries import moderation as queries
from feedback.db.vault import vault_of
from feedback.domain.moderation import ModerationError, Recommendation
from feedback.services import audit
from feedback.services.change_record import clear_signatures, open_meeting_of
from feedback.services.record_words import recommendation_place


def add_recommendation(
    session: Session,
    review: UUID,
    said: Recommendation,
    *,
    by: audit.Actor,
    now: datetime,
) -> int:
    """Add a recommendation; tell how many signatures this cleared.

    Raises:
        ModerationError: If its words or its owner are missing.
        RecordSignedError: If every seat has signed.
    """
    meeting = open_meeting_of(session, review)
    if not said.words.strip() or not said.owner.strip():
        raise ModerationError("A recommendation says what is to be done, and by whom")
    row = RecommendationRow(
        id=new_id(),
        review_id=review,
        dimension=said.dimension,
        words_sealed=b"",
        owner=said.owner,
        due_on=said.due_on,
        by=by.account,
        at=now,
    )
    row.words_sealed = vault_of(session).seal(
        recommendation_place(row.id, review), said.words
    )
    session.add(row)
    deed = audit.Deed(action="recommendation_added", review=review, subject=row.id)
    audit.record(session, deed, by=by, now=now)
    return clear_signatures(session, meeting, by=by, now=now)


def drop_recommendation(
    session: Session,
    review: UUID,
    recommendation: UUID,
    *,
    by: audit.Actor,
    now: datetime,
) -> int:
    """Take a recommendation out again; tell how many signatures this cleared.

    Raises:
        RecordSignedError: If every seat has signed.
    """
    meeting = open_meeting_of(session, review)
    if not queries.drop_recommendation(session, review, recommendation):
        return 0
    deed = audit.Deed(
        action="recommendation_removed", review=review, subject=recommendation
    )
    audit.record(session, deed, by=by, now=now)
    return clear_signatures(session, meeting, by=by, now=now)
