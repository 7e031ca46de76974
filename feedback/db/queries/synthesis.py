"""What did everybody at a review say, and what stands against it?

The triangulated view is read in few statements, whatever the number of people.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Insert, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from feedback.db.models import (
    AnswerRow,
    CodingRow,
    ConcernRow,
    GradingRow,
    InvitationRow,
    ParticipantRow,
    QuestionnaireRow,
    ResponseRow,
    ReviewKeyRow,
    ReviewRow,
    SynthesisRow,
)
from feedback.domain.response import ResponseState


class ReviewLine(NamedTuple):
    """What a view tells of the review itself, and the key that opens what was said."""

    reference: str
    state: str
    feedback_seen: str | None
    key: UUID | None
    wrapped: bytes | None


class PersonLine(NamedTuple):
    """Somebody at a review, down to one run through a form, and that form's digest."""

    participant: ParticipantRow | None
    invitation: InvitationRow | None
    response: ResponseRow | None
    form: str | None


class SaidLine(NamedTuple):
    """One answer that counts, down to one reading of its words."""

    answer: UUID
    response: UUID
    question: str
    option: str | None
    words_sealed: bytes | None
    coding: UUID | None
    dimension: str | None
    stance: str | None


_PEOPLE: Final = (
    select(
        ReviewRow.reference,
        ReviewRow.state,
        ReviewRow.feedback_seen,
        ReviewKeyRow.id,
        ReviewKeyRow.wrapped,
        ParticipantRow,
        InvitationRow,
        ResponseRow,
        QuestionnaireRow.digest,
    )
    .outerjoin(ReviewKeyRow, ReviewKeyRow.review_id == ReviewRow.id)
    .outerjoin(ParticipantRow, ParticipantRow.review_id == ReviewRow.id)
    .outerjoin(InvitationRow, InvitationRow.participant_id == ParticipantRow.id)
    .outerjoin(ResponseRow, ResponseRow.invitation_id == InvitationRow.id)
    .outerjoin(QuestionnaireRow, QuestionnaireRow.id == ResponseRow.questionnaire_id)
    .where(ReviewRow.id == bindparam("review"))
    .order_by(ParticipantRow.position, InvitationRow.wave, ResponseRow.submission_no)
)
# Plain columns: this is the one list that is long.
_SAID: Final = (
    select(
        AnswerRow.id,
        AnswerRow.response_id,
        AnswerRow.question,
        AnswerRow.option,
        AnswerRow.words_sealed,
        CodingRow.id,
        CodingRow.dimension,
        CodingRow.stance,
    )
    .join(ResponseRow, ResponseRow.id == AnswerRow.response_id)
    .outerjoin(CodingRow, CodingRow.answer_id == AnswerRow.id)
    .where(
        ResponseRow.review_id == bindparam("review"),
        ResponseRow.state == ResponseState.SUBMITTED,
    )
    .order_by(AnswerRow.id, CodingRow.dimension)
)
# Every grade comes with every concern: there are a few dozen of the one and
# hardly ever two of the other.
_GRADES_AND_CONCERNS: Final = (
    select(GradingRow, ConcernRow)
    .outerjoin(ConcernRow, ConcernRow.review_id == GradingRow.review_id)
    .where(GradingRow.review_id == bindparam("review"))
    .order_by(GradingRow.at, GradingRow.id, ConcernRow.raised_at, ConcernRow.id)
)

_TABLE: Final = cast("Table", SynthesisRow.__table__)
_KEEP: Final[Mapping[str, Insert]] = {
    "sqlite": sqlite.insert(_TABLE).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_TABLE).on_conflict_do_nothing(),
}


def people(session: Session, review: UUID) -> tuple[ReviewLine, Sequence[PersonLine]]:
    """Find a review, and list everybody at it, however far they came."""
    rows = session.execute(_PEOPLE, {"review": review}).all()
    # Cut at a number: so the type of every column is checked on either side of it.
    return ReviewLine(*rows[0][:5]), [PersonLine(*row[5:]) for row in rows]


def said(session: Session, review: UUID) -> Sequence[SaidLine]:
    """List every answer that was submitted at a review, and how words were read."""
    return [SaidLine(*row) for row in session.execute(_SAID, {"review": review})]


def grades_and_concerns(
    session: Session, review: UUID
) -> tuple[Sequence[GradingRow], Sequence[ConcernRow]]:
    """List a review's grades and areas of significant concern, in one statement."""
    found = session.execute(_GRADES_AND_CONCERNS, {"review": review})
    lines: list[tuple[GradingRow, ConcernRow | None]] = [
        (grade, concern) for grade, concern in found
    ]
    grades = dict.fromkeys(grade for grade, _ in lines)
    concerns = dict.fromkeys(one for _, one in lines if one is not None)
    return list(grades), list(concerns)


def has_words(session: Session, review: UUID, answer: UUID) -> bool:
    """Tell whether an answer of this review holds words that count."""
    statement = (
        select(AnswerRow.id)
        .join(ResponseRow, ResponseRow.id == AnswerRow.response_id)
        .where(
            AnswerRow.id == answer,
            AnswerRow.words_sealed.is_not(None),
            ResponseRow.review_id == review,
            ResponseRow.state == ResponseState.SUBMITTED,
        )
    )
    return session.scalar(statement) is not None


def coding_at(session: Session, answer: UUID, dimension: str) -> CodingRow | None:
    """Find how an answer's words are read for one dimension."""
    return session.scalars(
        select(CodingRow).where(
            CodingRow.answer_id == answer, CodingRow.dimension == dimension
        )
    ).one_or_none()


def coding(session: Session, review: UUID, coding: UUID) -> CodingRow | None:
    """Find one reading of words of this review."""
    return session.scalars(
        select(CodingRow).where(CodingRow.id == coding, CodingRow.review_id == review)
    ).one_or_none()


def keep(session: Session, row: SynthesisRow) -> None:
    """Keep a synthesis, once for one input and one version of the rules."""
    values = {
        column.name: getattr(row, column.name)
        for column in SynthesisRow.__table__.columns
    }
    session.execute(_KEEP[session.get_bind().dialect.name], values)
