"""Who is at a review, and how far did their invitation come?"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from feedback.db.models import (
    ContactRow,
    DutyContactRow,
    InvitationRow,
    MessageRow,
    ParticipantRow,
    QuestionnaireRow,
    ReviewRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A participant's row with what belongs to it; `invitation` is the newest."""

    review: ReviewRow
    participant: ParticipantRow
    contacts: tuple[ContactRow, ...]
    invitation: InvitationRow | None


def people_of(session: Session, reviews: Collection[UUID]) -> tuple[Person, ...]:
    """List everybody at these reviews, in four questions however many they are."""
    return _people(
        session,
        session.scalars(
            select(ParticipantRow)
            .where(ParticipantRow.review_id.in_(reviews))
            .order_by(ParticipantRow.review_id, ParticipantRow.position)
        ).all(),
    )


def person(session: Session, participant: UUID) -> Person | None:
    """Find one participant."""
    row = session.get(ParticipantRow, participant)
    return None if row is None else _people(session, [row])[0]


def _people(session: Session, rows: Collection[ParticipantRow]) -> tuple[Person, ...]:
    ids = {row.id for row in rows}
    reviews = {row.review_id for row in rows}
    # By review where many are asked for: the list of names stays short.
    review_rows = {
        row.id: row
        for row in session.scalars(select(ReviewRow).where(ReviewRow.id.in_(reviews)))
    }
    contacts = _grouped(
        session.scalars(
            select(ContactRow)
            .where(ContactRow.review_id.in_(reviews))
            .order_by(ContactRow.position)
        ),
        ids,
    )
    invitations = {
        row.participant_id: row
        for row in session.scalars(
            select(InvitationRow)
            .where(InvitationRow.review_id.in_(reviews))
            .order_by(InvitationRow.wave)
        )
    }
    return tuple(
        Person(
            review=review_rows[row.review_id],
            participant=row,
            contacts=tuple(contacts.get(row.id, ())),
            invitation=invitations.get(row.id),
        )
        for row in rows
    )


def _grouped(
    rows: Iterable[ContactRow], people: Collection[UUID]
) -> Mapping[UUID, list[ContactRow]]:
    found: dict[UUID, list[ContactRow]] = {}
    for row in rows:
        if row.participant_id in people:
            found.setdefault(row.participant_id, []).append(row)
    return found


def newest_forms(session: Session) -> Mapping[str, UUID]:
    """Name the newest published version of every form."""
    rows = session.execute(
        select(QuestionnaireRow.form, QuestionnaireRow.id).order_by(
            QuestionnaireRow.version
        )
    )
    # A later version takes the place of the one before.
    return {row.form: row.id for row in rows}


def has_duty_route(session: Session) -> bool:
    """Tell whether anybody is set to hear of a child who is not safe."""
    return bool(session.scalar(select(exists().where(DutyContactRow.id.is_not(None)))))


def queued_since(session: Session, account: UUID, since: datetime) -> int:
    """Count the messages that a member of staff queued."""
    counted = session.scalar(
        select(func.count()).where(
            MessageRow.queued_by == account, MessageRow.created_at > since
        )
    )
    return counted or 0


def messages_so_far(session: Session, participant: UUID, purpose: str) -> int:
    """Count the messages of one purpose that a participant was ever to get."""
    counted = session.scalar(
        select(func.count()).where(
            MessageRow.participant_id == participant, MessageRow.purpose == purpose
        )
    )
    return counted or 0
