"""What did everybody at a review say, and what stands against it?

The triangulated view is read in few statements, whatever the number of people.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Insert, select
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
    ReviewRow,
    SynthesisRow,
)
from feedback.domain.response import ResponseState


class PersonLine(NamedTuple):
    """Somebody at a review, down to one run through a form and that form."""

    review: ReviewRow
    participant: ParticipantRow | None
    invitation: InvitationRow | None
    response: ResponseRow | None
    form: QuestionnaireRow | None


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


def people(session: Session, review: UUID) -> Sequence[PersonLine]:
    """List everybody at a review, however far they came."""
    statement = (
        select(
            ReviewRow,
            ParticipantRow,
            InvitationRow,
            ResponseRow,
            QuestionnaireRow,
        )
        .outerjoin(ParticipantRow, ParticipantRow.review_id == ReviewRow.id)
        .outerjoin(InvitationRow, InvitationRow.participant_id == ParticipantRow.id)
        .outerjoin(ResponseRow, ResponseRow.invitation_id == InvitationRow.id)
        .outerjoin(
            QuestionnaireRow, QuestionnaireRow.id == ResponseRow.questionnaire_id
        )
        .where(ReviewRow.id == review)
        .order_by(
            ParticipantRow.position, InvitationRow.wave, ResponseRow.submission_no
        )
    )
    return [PersonLine(*row) for row in session.execute(statement)]


def said(session: Session, review: UUID) -> Sequence[SaidLine]:
    """List every answer that was submitted at a review, and how words were read.

    Plain columns: this is the one list that is long.
    """
    statement = (
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
            ResponseRow.review_id == review,
            ResponseRow.state == ResponseState.SUBMITTED,
        )
        .order_by(AnswerRow.id, CodingRow.dimension)
    )
    return [SaidLine(*row) for row in session.execute(statement)]


def grades_and_concerns(
    session: Session, review: UUID
) -> tuple[Sequence[GradingRow], Sequence[ConcernRow]]:
    """List a review's grades and areas of significant concern, in one statement.

    Every grade comes with every concern: there are a few dozen of the one and
    hardly ever two of the other.
    """
    statement = (
        select(GradingRow, ConcernRow)
        .outerjoin(ConcernRow, ConcernRow.review_id == GradingRow.review_id)
        .where(GradingRow.review_id == review)
        .order_by(GradingRow.at, GradingRow.id, ConcernRow.raised_at, ConcernRow.id)
    )
    lines: list[tuple[GradingRow, ConcernRow | None]] = [
        (grade, concern) for grade, concern in session.execute(statement)
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
    dialect = session.get_bind().dialect.name
    insert: Insert
    if dialect == "sqlite":
        insert = sqlite.insert(SynthesisRow).values(values).on_conflict_do_nothing()
    else:
        insert = postgresql.insert(SynthesisRow).values(values).on_conflict_do_nothing()
    session.execute(insert)
