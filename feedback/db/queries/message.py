"""Which messages are due, about whom, and what became of their attempts?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from feedback.db.models import (
    AttemptRow,
    Base,
    ContactRow,
    DeliveryPauseRow,
    InvitationRow,
    MessageRow,
    ParticipantRow,
    ReviewRow,
    SuppressionRow,
)
from feedback.domain.contact import Channel
from feedback.domain.delivery import AttemptState, MessageState

URGENT = 0
# How a provider says that it gets too many requests.
TOO_MANY = 429
THROTTLED = "20429"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A message's row and the rows of what it is about; None where it has none.

    Attributes:
        contact: Where the message goes.
        contacts: All of the person's, in their order.
    """

    message: MessageRow
    review: ReviewRow | None
    participant: ParticipantRow | None
    contact: ContactRow | None
    contacts: tuple[ContactRow, ...]
    invitation: InvitationRow | None


class _About(NamedTuple):
    """A message by its id, and what it is about."""

    message: UUID
    review: ReviewRow | None
    participant: ParticipantRow | None
    invitation: InvitationRow | None


# Asked for every few messages that go out, so built once.
_CONTACTS: Final = (
    select(ContactRow)
    .where(ContactRow.participant_id.in_(bindparam("people", expanding=True)))
    .order_by(ContactRow.participant_id, ContactRow.position)
)
_ABOUT: Final = (
    select(MessageRow.id, ReviewRow, ParticipantRow, InvitationRow)
    .select_from(MessageRow)
    .outerjoin(ReviewRow, MessageRow.review_id == ReviewRow.id)
    .outerjoin(ParticipantRow, MessageRow.participant_id == ParticipantRow.id)
    .outerjoin(InvitationRow, MessageRow.invitation_id == InvitationRow.id)
    .where(MessageRow.id.in_(bindparam("ids", expanding=True)))
)


def claimable(
    session: Session, *, now: datetime, limit: int, where: ColumnElement[bool]
) -> Sequence[MessageRow]:
    """Take due messages that nobody else holds, alerts first.

    On PostgreSQL rows that another claimer has locked are passed over; on SQLite
    the transaction is the only writer.
    """
    return session.scalars(
        select(MessageRow)
        .where(
            MessageRow.state == MessageState.DUE,
            MessageRow.next_at <= now,
            or_(MessageRow.lease_until.is_(None), MessageRow.lease_until <= now),
            where,
        )
        .order_by(MessageRow.priority, MessageRow.next_at, MessageRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()


def is_urgent() -> ColumnElement[bool]:
    """Say which messages no pause and no cap holds."""
    return MessageRow.priority == URGENT


def locked(session: Session, message: UUID) -> MessageRow:
    """Take one message's row for a change that nobody else makes meanwhile."""
    return session.get_one(
        MessageRow, message, with_for_update=True, populate_existing=True
    )


def subject_of(session: Session, message: MessageRow) -> Subject:
    """Find the rows of what one message is about."""
    (subject,) = subjects_of(session, [message])
    return subject


def subjects_of(session: Session, rows: Sequence[MessageRow]) -> tuple[Subject, ...]:
    """Find the rows of what messages are about, in two questions for any number.

    Every contact of a person comes along: a high risk on one of them holds all.
    """
    if not rows:
        return ()
    contacts: dict[UUID | None, list[ContactRow]] = {}
    people = {row.participant_id for row in rows} - {None}
    if people:
        for contact in session.scalars(_CONTACTS, {"people": list(people)}):
            contacts.setdefault(contact.participant_id, []).append(contact)
    found = session.execute(_ABOUT, {"ids": [row.id for row in rows]})
    about = {line.message: line for line in (_About(*one) for one in found)}
    return tuple(
        _subject(row, about[row.id], contacts.get(row.participant_id, ()))
        for row in rows
    )


def with_newest_attempts(
    session: Session, some: Sequence[UUID]
) -> tuple[tuple[MessageRow, AttemptRow], ...]:
    """Find some messages, each with the attempt that was made last, in their order."""
    found = session.execute(
        select(MessageRow, AttemptRow)
        .join(AttemptRow, AttemptRow.message_id == MessageRow.id)
        .where(MessageRow.id.in_(some), AttemptRow.n == MessageRow.attempts)
    )
    known = {message.id: (message, attempt) for message, attempt in found}
    return tuple(known[one] for one in some if one in known)


def is_suppressed(session: Session, contact: ContactRow) -> bool:
    """Tell whether an address asked, anywhere and ever, for no more messages."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    SuppressionRow.contact_hmac == contact.value_index,
                    SuppressionRow.channel == contact.channel,
                    SuppressionRow.cleared_by.is_(None),
                )
            )
        )
    )


def open_pauses(session: Session) -> Mapping[str, DeliveryPauseRow]:
    """List the channels that stand still."""
    rows = session.scalars(
        select(DeliveryPauseRow).where(DeliveryPauseRow.ended_at.is_(None))
    )
    return {row.channel: row for row in rows}


def texts_since(session: Session, since: datetime) -> int:
    """Count the texts that went out, or may have, since an instant."""
    counted = session.scalar(
        select(func.count())
        .select_from(AttemptRow)
        .join(MessageRow)
        .where(
            AttemptRow.started_at >= since,
            AttemptRow.state != AttemptState.REFUSED,
            MessageRow.channel == Channel.SMS,
        )
    )
    return counted or 0


def throttled_since(session: Session, since: datetime) -> Sequence[datetime]:
    """List when the provider asked us to slow down, since an instant."""
    return session.scalars(
        select(AttemptRow.started_at).where(
            AttemptRow.started_at >= since,
            AttemptRow.state == AttemptState.REFUSED,
            or_(AttemptRow.http == TOO_MANY, AttemptRow.code == THROTTLED),
        )
    ).all()


def attempts_of(session: Session, message: UUID) -> Sequence[AttemptRow]:
    """List a message's attempts in order."""
    return session.scalars(
        select(AttemptRow)
        .where(AttemptRow.message_id == message)
        .order_by(AttemptRow.n)
    ).all()


def add_once(session: Session, row: type[Base], **values: Any) -> bool:  # noqa: ANN401 - columns
    """Insert a row unless one of its unique keys is there; tell whether it was new."""
    return add_all_once(session, row, [values]) == 1


def add_all_once(
    session: Session, row: type[Base], all_values: Sequence[Mapping[str, Any]]
) -> int:
    """Insert rows but those whose unique keys are there; tell how many were new."""
    if not all_values:
        return 0
    # Asking for their ids back would write all rows into one long statement, which is
    # never the same twice: reading it costs more than sending the rows one by one.
    session.flush()  # what they name may wait to be written
    connection = session.connection()
    insert = (
        postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    )
    statement = insert(row).on_conflict_do_nothing()
    return connection.execute(
        statement.execution_options(preserve_rowcount=True), all_values
    ).rowcount


def _subject(row: MessageRow, about: _About, contacts: Sequence[ContactRow]) -> Subject:
    return Subject(
        message=row,
        review=about.review,
        participant=about.participant,
        contact=next((one for one in contacts if one.id == row.contact_id), None),
        contacts=tuple(contacts),
        invitation=about.invitation,
    )
