"""Which reviews, seats and people are there? Selects that several services share."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, text
from sqlalchemy.orm import Session

from feedback.db.models import (
    AccountRow,
    ContactRow,
    InvitationRow,
    MemberRow,
    MessageRow,
    ParticipantRow,
    QuestionnaireRow,
    ReviewRow,
)

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


def people_at(session: Session, review: UUID) -> Sequence[ParticipantRow]:
    """List the people of a review in the order they were added."""
    return session.scalars(
        select(ParticipantRow)
        .where(ParticipantRow.review_id == review)
        .order_by(ParticipantRow.position)
    ).all()


def contacts_at(session: Session, review: UUID) -> Mapping[UUID, list[ContactRow]]:
    """List every contact at a review by person, the first choice first."""
    found: dict[UUID, list[ContactRow]] = {}
    for row in session.scalars(
        select(ContactRow)
        .where(ContactRow.review_id == review)
        .order_by(ContactRow.position)
    ):
        found.setdefault(row.participant_id, []).append(row)
    return found


def invitations_at(session: Session, review: UUID) -> Mapping[UUID, InvitationRow]:
    """Find each person's latest invitation at a review."""
    rows = session.scalars(
        select(InvitationRow)
        .where(InvitationRow.review_id == review)
        .order_by(InvitationRow.wave)
    )
    return {row.participant_id: row for row in rows}


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
