"""Which reviews, seats and people are there? Selects that several services share."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, exists, func, select, text
from sqlalchemy.orm import Session, aliased

from feedback.db.models import (
    AccountRow,
    AlertRow,
    ContactRow,
    InvitationRow,
    MemberRow,
    MessageRow,
    ParticipantRow,
    QuestionnaireRow,
    ReviewRow,
)
from feedback.domain.alert import AlertState
from feedback.domain.invitation import BY_LINK, OPEN_STATUSES, InvitationStatus
from feedback.domain.review import LOCKED_STATES, ReviewState

# Below the least number of values that either database takes in one statement.
AT_ONCE: Final = 1_000
COMMISSIONING_LOCK: Final = 7_238_461

Item = TypeVar("Item")


def in_batches(items: Collection[Item]) -> Iterator[Sequence[Item]]:
    """Cut what a statement asks for into pieces that a database takes."""
    source = iter(items)
    while batch := tuple(islice(source, AT_ONCE)):
        yield batch


def hold_references(session: Session) -> None:
    """Let one transaction at a time decide which references are free."""
    # SQLite has one writer at a time as it is.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            text("SELECT pg_advisory_xact_lock(:key)"), {"key": COMMISSIONING_LOCK}
        )


def digests_of(
    session: Session, references: Collection[str]
) -> Mapping[str, bytes | None]:
    """Find which of these references exist, and what an import said of them."""
    found: dict[str, bytes | None] = {}
    for batch in in_batches(references):
        rows = session.execute(
            select(ReviewRow.reference, ReviewRow.import_digest).where(
                ReviewRow.reference.in_(batch)
            )
        )
        found.update((reference, digest) for reference, digest in rows)
    return found


def id_of(session: Session, reference: str) -> UUID | None:
    """Find a review by its reference."""
    return session.scalar(select(ReviewRow.id).where(ReviewRow.reference == reference))


def seats_at(
    session: Session, reviews: Collection[UUID], *, now: datetime
) -> Sequence[tuple[MemberRow, AccountRow]]:
    """List who has a seat at these reviews now, the earliest first."""
    return [
        (member, account)
        for member, account in session.execute(
            select(MemberRow, AccountRow)
            .join(AccountRow, AccountRow.id == MemberRow.account_id)
            .where(MemberRow.review_id.in_(reviews), is_current(now))
            .order_by(MemberRow.id)
        )
    ]


def is_current(now: datetime) -> ColumnElement[bool]:
    """Say that a seat is held now."""
    return (MemberRow.since <= now) & (
        MemberRow.until.is_(None) | (MemberRow.until > now)
    )


def messages_at(session: Session, review: UUID) -> Mapping[UUID, list[MessageRow]]:
    """List the messages to each person at a review, the oldest first."""
    found: dict[UUID, list[MessageRow]] = {}
    for row in session.scalars(
        select(MessageRow)
        .where(MessageRow.review_id == review, MessageRow.participant_id.is_not(None))
        .order_by(MessageRow.id)
    ):
        if row.participant_id is not None:
            found.setdefault(row.participant_id, []).append(row)
    return found


def is_address_at(session: Session, review: UUID, index: bytes) -> bool:
    """Tell whether an address is somebody's contact at a review."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    ContactRow.review_id == review, ContactRow.value_index == index
                )
            )
        )
    )


def newest_forms(session: Session) -> Sequence[QuestionnaireRow]:
    """List the newest published version of each form."""
    newest = (
        select(QuestionnaireRow.form, func.max(QuestionnaireRow.version).label("top"))
        .group_by(QuestionnaireRow.form)
        .subquery()
    )
    return session.scalars(
        select(QuestionnaireRow).join(
            newest,
            (QuestionnaireRow.form == newest.c.form)
            & (QuestionnaireRow.version == newest.c.top),
        )
    ).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """How many people of one group at one review were asked, and how far they came."""

    review: UUID
    group: str
    asked: int
    not_asked: int
    answered: int
    uninvited: int
    awaited: int


def turnouts(session: Session, reviews: Collection[UUID]) -> Sequence[Turnout]:
    """Count the people of reviews by group, each by their latest invitation."""
    later = aliased(InvitationRow)
    is_latest = ~exists().where(
        later.participant_id == InvitationRow.participant_id,
        later.wave > InvitationRow.wave,
    )
    is_asked = ParticipantRow.not_invited_reason_sealed.is_(None)
    status = InvitationRow.status
    waits = status.is_(None) | (
        (status == InvitationStatus.NOT_INVITED) & (InvitationRow.channel == BY_LINK)
    )
    rows = session.execute(
        select(
            ParticipantRow.review_id,
            ParticipantRow.group,
            _sum(is_asked),
            _sum(~is_asked),
            _sum(status == InvitationStatus.ANSWERED),
            _sum(is_asked & waits),
            _sum(is_asked & ~waits & status.in_(OPEN_STATUSES)),
        )
        .select_from(ParticipantRow)
        .outerjoin(
            InvitationRow,
            (InvitationRow.participant_id == ParticipantRow.id) & is_latest,
        )
        .where(ParticipantRow.review_id.in_(reviews))
        .group_by(ParticipantRow.review_id, ParticipantRow.group)
    )
    return [
        Turnout(
            review=review,
            group=group,
            asked=asked,
            not_asked=not_asked,
            answered=answered,
            uninvited=uninvited,
            awaited=awaited,
        )
        for review, group, asked, not_asked, answered, uninvited, awaited in rows
    ]


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def found(
    session: Session, is_open: ColumnElement[bool], search: str
) -> tuple[Select[ReviewRow], int]:
    """Make the select of the reviews that a viewer may know and looks for."""
    wanted = select(ReviewRow).where(is_open)
    if search:
        wanted = wanted.where(ReviewRow.reference.icontains(search, autoescape=True))
    total = session.scalar(select(func.count()).select_from(wanted.subquery()))
    return wanted, total or 0


def by_need() -> tuple[ColumnElement[Any], ...]:
    """Put reviews with open alerts first, then by the day that presses; done last."""
    is_done = ReviewRow.state == ReviewState.AGREED
    has_alert = exists().where(
        AlertRow.review_id == ReviewRow.id, AlertRow.state != AlertState.CLOSED
    )
    is_over = ReviewRow.state.in_(LOCKED_STATES - {ReviewState.AGREED})
    return (
        case((is_done, 1), else_=0),
        case((has_alert, 0), else_=1),
        # Locked reviews wait for their meeting, the others for people's answers.
        case((is_over, 0), else_=1),
        case((is_done, None), (is_over, None), else_=ReviewRow.closes_at),
        case((is_done, None), else_=ReviewRow.moderation_on),
        ReviewRow.agreed_at.desc(),
        ReviewRow.created_at.desc(),
        ReviewRow.reference.desc(),
    )


def open_alert_counts(
    session: Session, reviews: Collection[UUID]
) -> Mapping[UUID, int]:
    """Count the open alerts of reviews that have any."""
    rows = session.execute(
        select(AlertRow.review_id, func.count().label("n"))
        .where(AlertRow.review_id.in_(reviews), AlertRow.state != AlertState.CLOSED)
        .group_by(AlertRow.review_id)
    )
    return {row.review_id: row.n for row in rows}
