"""Which words does a person read as a strength or a concern, of which dimension?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import CodingRow
from feedback.db.queries import grading as grading_queries
from feedback.db.queries import synthesis as queries
from feedback.domain.errors import FeedbackError
from feedback.domain.review import ReviewState
from feedback.services import audit
from triangulation import CommentStance, Dimension


class CodingError(FeedbackError):
    """Words that cannot be read as asked; the sentence says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """A person's reading of somebody's words."""

    answer: UUID
    dimension: Dimension
    stance: CommentStance


def code_words(
    session: Session, review: UUID, coding: Coding, *, by: audit.Actor, now: datetime
) -> UUID:
    """Note words as a strength or a concern of a dimension, in place of before.

    Raises:
        CodingError: If there are no such words at this review, or the record is
            signed.
    """
    _refuse_once_signed(session, review)
    if by.account is None:
        raise CodingError("Only a member of staff reads words")
    if not queries.has_words(session, review, coding.answer):
        raise CodingError("These words are not there any more")
    row = queries.coding_at(session, coding.answer, coding.dimension)
    if row is None:
        row = CodingRow(
            id=new_id(),
            review_id=review,
            answer_id=coding.answer,
            dimension=coding.dimension,
        )
    row.stance = coding.stance
    row.by = by.account
    row.at = now
    session.add(row)
    facts = {"dimension": coding.dimension.value, "stance": coding.stance.value}
    deed = audit.Deed(
        action="words_coded", review=review, subject=coding.answer, facts=facts
    )
    audit.record(session, deed, by=by, now=now)
    return row.id


def undo_coding(
    session: Session, review: UUID, coding: UUID, *, by: audit.Actor, now: datetime
) -> None:
    """Take a reading of words back.

    Raises:
        CodingError: If it is gone already, or the record is signed.
    """
    _refuse_once_signed(session, review)
    row = queries.coding(session, review, coding)
    if row is None:
        raise CodingError("This reading was taken back already")
    session.delete(row)
    facts = {"dimension": row.dimension, "stance": row.stance}
    deed = audit.Deed(
        action="coding_undone", review=review, subject=row.answer_id, facts=facts
    )
    audit.record(session, deed, by=by, now=now)


def _refuse_once_signed(session: Session, review: UUID) -> None:
    row = grading_queries.review_for_change(session, review)
    if ReviewState(row.state) is ReviewState.AGREED:
        raise CodingError("The record is signed: words keep the reading they have")
