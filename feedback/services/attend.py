"""Which aspects of identity does the reviewer say the work paid attention to?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db.models import AttentionRow
from feedback.db.queries import grading as queries
from feedback.db.queries.attention import aspects_in
from feedback.domain.attention import ALL, Aspect, Attention, parse_aspects
from feedback.services import audit
from feedback.services.keep_evidence import refuse_after_lock


def offered(settings: Settings) -> tuple[Aspect, ...]:
    """Tell which aspects this deployment asks about.

    Raises:
        SocialGracesError: If the setting names one that is none, or leaves out
            disability.
    """
    if settings.social_graces is None:
        return ALL
    return parse_aspects(settings.social_graces)


def attend(
    session: Session,
    review: UUID,
    attention: Attention | None,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    """Keep what the reviewer says of the work, or take it back with None.

    Raises:
        GradesLockedError: If the grades are locked.
    """
    refuse_after_lock(queries.review_for_change(session, review))
    if attention == attention_of(session, review):
        return
    if attention is None:
        session.delete(session.get_one(AttentionRow, review))
    else:
        session.merge(
            AttentionRow(
                review_id=review,
                aspects=",".join(attention.paid),
                offered=",".join(attention.offered),
                by=by.account,
                at=now,
            )
        )
    # What is said stays out of the trail, like the grades: nobody learns it there.
    deed = audit.Deed(action="attention_drafted", review=review)
    audit.record(session, deed, by=by, now=now)


def attention_of(session: Session, review: UUID) -> Attention | None:
    """Read what the reviewer says of the work; None where nothing is said."""
    row = session.get(AttentionRow, review)
    if row is None:
        return None
    return Attention(
        aspects=frozenset(aspects_in(row.aspects)), offered=aspects_in(row.offered)
    )
