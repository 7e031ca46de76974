"""What is counted over the reviews of a period? A fixed number of statements."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, select, text
from sqlalchemy.orm import Session, defer

from feedback.db.models import (
    AlertRow,
    ConcernRow,
    GradingRow,
    InvitationRow,
    ModeratedFindingRow,
    ParticipantRow,
    RecommendationRow,
    ReportRow,
    ResponseRow,
    ReviewRow,
)
from feedback.domain.grading import GradeLayer
from feedback.domain.response import ResponseState

# Ungraded in a layer; a layer that holds no grade at all is NULL.
UNGRADED: Final = 0
PUBLISHING_LOCK: Final = 7_238_462
# Four a year for fifty years; a list is to be looked at.
MOST_LISTED: Final = 200


class JudgedLine(NamedTuple):
    """How many judgements went which way; a grade of 0 is ungraded."""

    judgement: str
    status: str | None
    first: int | None
    standing: int | None
    agreed: int | None
    number: int


class PeopleLine(NamedTuple):
    """How many people of a group came how far."""

    group: str
    has_reason: bool
    status: str | None
    channel: str | None
    submitted: int
    withdrawn: int
    number: int


def agreed_between(
    start: datetime, end: datetime, *, until: datetime | None = None
) -> Select[UUID]:
    """Select the reviews agreed from `start` on, before `end` and not after `until`."""
    found = select(ReviewRow.id).where(
        ReviewRow.agreed_at >= start, ReviewRow.agreed_at < end
    )
    return found if until is None else found.where(ReviewRow.agreed_at <= until)


def last_agreed_at(session: Session) -> datetime | None:
    """Tell when a review was last agreed; None where none was."""
    return session.scalar(select(func.max(ReviewRow.agreed_at)))


def reviews(
    session: Session, within: Select[UUID]
) -> Sequence[tuple[UUID, str | None]]:
    """List the reviews with their reviewer's kind."""
    statement = (
        select(ReviewRow.id, ReviewRow.reviewer_kind)
        .where(ReviewRow.id.in_(within))
        .order_by(ReviewRow.id)
    )
    return [(review, kind) for review, kind in session.execute(statement)]


def how_many(session: Session, within: Select[UUID]) -> int:
    """Count the reviews."""
    return session.scalar(select(func.count()).select_from(within.subquery())) or 0


def grades(session: Session, within: Select[UUID]) -> Iterator[JudgedLine]:
    """Count judgements by status, first, standing and agreed grade."""
    layers = (
        select(
            GradingRow.review_id,
            GradingRow.judgement,
            _grade_in(GradeLayer.INITIAL).label("first"),
            _grade_in(GradeLayer.AFTER_TRIANGULATION).label("after"),
            _grade_in(GradeLayer.AGREED).label("agreed"),
        )
        .where(GradingRow.review_id.in_(within))
        .group_by(GradingRow.review_id, GradingRow.judgement)
        .subquery()
    )
    standing = func.coalesce(layers.c.after, layers.c.first)
    status = ModeratedFindingRow.status
    of_the_same = and_(
        ModeratedFindingRow.review_id == layers.c.review_id,
        ModeratedFindingRow.dimension == layers.c.judgement,
    )
    lines = session.execute(
        select(
            layers.c.judgement,
            status,
            layers.c.first,
            standing,
            layers.c.agreed,
            func.count(),
        )
        .outerjoin(ModeratedFindingRow, of_the_same)
        .group_by(layers.c.judgement, status, layers.c.first, standing, layers.c.agreed)
    )
    return (JudgedLine(*line) for line in lines)


def people(session: Session, within: Select[UUID]) -> Iterator[PeopleLine]:
    """Count people by group and by how far they came."""
    last = (
        select(InvitationRow.participant_id, func.max(InvitationRow.wave).label("wave"))
        .where(InvitationRow.review_id.in_(within))
        .group_by(InvitationRow.participant_id)
        .subquery()
    )
    sent = (
        select(
            InvitationRow.participant_id,
            _any_run(ResponseState.SUBMITTED).label("submitted"),
            _any_run(ResponseState.WITHDRAWN).label("withdrawn"),
        )
        .join(ResponseRow, ResponseRow.invitation_id == InvitationRow.id)
        .where(ResponseRow.review_id.in_(within))
        .group_by(InvitationRow.participant_id)
        .subquery()
    )
    columns = (
        ParticipantRow.group,
        ParticipantRow.not_invited_reason_sealed.is_not(None),
        InvitationRow.status,
        InvitationRow.channel,
        func.coalesce(sent.c.submitted, 0),
        func.coalesce(sent.c.withdrawn, 0),
    )
    lines = session.execute(
        select(*columns, func.count())
        .select_from(ParticipantRow)
        .outerjoin(last, last.c.participant_id == ParticipantRow.id)
        .outerjoin(
            InvitationRow,
            and_(
                InvitationRow.participant_id == ParticipantRow.id,
                InvitationRow.wave == last.c.wave,
            ),
        )
        .outerjoin(sent, sent.c.participant_id == ParticipantRow.id)
        .where(ParticipantRow.review_id.in_(within))
        .group_by(*columns)
    )
    return (PeopleLine(*line) for line in lines)


def alerts(
    session: Session, within: Select[UUID], leaving_out: Sequence[str]
) -> Sequence[tuple[UUID, str, int]]:
    """Count alerts by review and kind."""
    lines = session.execute(
        select(AlertRow.review_id, AlertRow.kind, func.count())
        .where(AlertRow.review_id.in_(within), AlertRow.kind.not_in(leaving_out))
        .group_by(AlertRow.review_id, AlertRow.kind)
    )
    return [
        (review, kind, number) for review, kind, number in lines if review is not None
    ]


def concerns(session: Session, within: Select[UUID]) -> Sequence[tuple[UUID, int]]:
    """Count areas of significant concern by review."""
    lines = session.execute(
        select(ConcernRow.review_id, func.count())
        .where(ConcernRow.review_id.in_(within))
        .group_by(ConcernRow.review_id)
    )
    return [(review, number) for review, number in lines]


def recommendations(
    session: Session, within: Select[UUID]
) -> Sequence[tuple[str, int]]:
    """Count recommendations by what they are about."""
    lines = session.execute(
        select(RecommendationRow.dimension, func.count())
        .where(RecommendationRow.review_id.in_(within))
        .group_by(RecommendationRow.dimension)
    )
    return [(dimension, number) for dimension, number in lines]


def recommendation_rows(
    session: Session, within: Select[UUID], *, at_most: int
) -> Sequence[tuple[RecommendationRow, str]]:
    """List recommendations with their review's reference, soonest due first."""
    return [
        (row, reference)
        for row, reference in session.execute(
            select(RecommendationRow, ReviewRow.reference)
            .join(ReviewRow, ReviewRow.id == RecommendationRow.review_id)
            .where(RecommendationRow.review_id.in_(within))
            .order_by(RecommendationRow.due_on, RecommendationRow.id)
            .limit(at_most)
        )
    ]


def hold_publishing(session: Session) -> None:
    """Let one transaction at a time compare a report with what is published."""
    # SQLite has one writer at a time as it is.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT pg_advisory_xact_lock(:key)"), {"key": PUBLISHING_LOCK}
        )


def report(session: Session, report_id: UUID) -> ReportRow | None:
    """Find a report."""
    return session.get(ReportRow, report_id)


def reports(session: Session, *, with_drafts: bool) -> Sequence[tuple[ReportRow, str]]:
    """List the newest reports, the newest period first, with how many they cover.

    Nothing else that they found is read: it is long.
    """
    statement = (
        select(ReportRow, ReportRow.findings["reviews"].as_string())
        .options(defer(ReportRow.findings, raiseload=True))
        .order_by(
            ReportRow.period_to.desc(), ReportRow.built_at.desc(), ReportRow.id.desc()
        )
        .limit(MOST_LISTED)
    )
    if not with_drafts:
        statement = statement.where(ReportRow.published_at.is_not(None))
    return [(row, str(number)) for row, number in session.execute(statement)]


def published_over(session: Session, first: date, last: date) -> Sequence[ReportRow]:
    """List published reports over any of these days, in the order of publishing."""
    return session.scalars(
        select(ReportRow)
        .where(
            ReportRow.published_at.is_not(None),
            ReportRow.period_from <= last,
            ReportRow.period_to >= first,
        )
        .order_by(ReportRow.published_at, ReportRow.id)
    ).all()


def _grade_in(layer: str) -> ColumnElement[int | None]:
    return func.max(
        case(
            (GradingRow.layer == layer, func.coalesce(GradingRow.grade, UNGRADED)),
        )
    )


def _any_run(state: str) -> ColumnElement[int | None]:
    return func.max(case((ResponseRow.state == state, 1), else_=0))
