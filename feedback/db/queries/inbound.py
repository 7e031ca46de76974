"""Which texts did people send us, with which alert, and from whose numbers?"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from feedback.db.models import (
    AlertRow,
    ContactRow,
    InboundRow,
    ParticipantRow,
    ReviewRow,
)

WAITING = "waiting"
Found = tuple[InboundRow, AlertRow | None]
"""A text, and the alert that was raised for it."""


def every_text(session: Session) -> Iterator[Found]:
    """List every text in the order in which they came."""
    statement = _with_alert().order_by(InboundRow.received_at, InboundRow.id)
    yield from ((row, alert) for row, alert in session.execute(statement))


def held(session: Session, text: UUID) -> Found | None:
    """Take one text for a change that nobody else makes meanwhile."""
    statement = _with_alert().where(InboundRow.id == text)
    found = session.execute(statement.with_for_update(of=InboundRow)).first()
    return None if found is None else (found[0], found[1])


def waiting(session: Session, *, most: int) -> Sequence[Found]:
    """List the texts that wait for a person, the oldest first."""
    statement = (
        _with_alert()
        .where(InboundRow.triage_state == WAITING)
        .order_by(InboundRow.received_at)
    )
    return _found(session, statement, most)


def settled(session: Session, *, most: int) -> Sequence[Found]:
    """List the newest texts that were dealt with."""
    statement = (
        _with_alert()
        .where(InboundRow.triage_state != WAITING)
        .order_by(InboundRow.received_at.desc())
    )
    return _found(session, statement, most)


def people_at(
    session: Session, numbers: Collection[bytes]
) -> Mapping[bytes, tuple[tuple[str, str], ...]]:
    """Tell whose these numbers are: a review's reference and a person's key each."""
    found = session.execute(
        select(ContactRow.value_index, ReviewRow.reference, ParticipantRow.key)
        .join(ParticipantRow, ContactRow.participant_id == ParticipantRow.id)
        .join(ReviewRow, ParticipantRow.review_id == ReviewRow.id)
        .where(ContactRow.value_index.in_(numbers))
        .order_by(ReviewRow.reference, ParticipantRow.key)
    )
    people: dict[bytes, tuple[tuple[str, str], ...]] = {}
    for digest, reference, key in found:
        people[digest] = (*people.get(digest, ()), (reference, key))
    return people


def _with_alert() -> Select[InboundRow, AlertRow]:
    return select(InboundRow, AlertRow).outerjoin(
        AlertRow, InboundRow.alert_id == AlertRow.id
    )


def _found(
    session: Session, statement: Select[InboundRow, AlertRow], most: int
) -> Sequence[Found]:
    rows = session.execute(statement.limit(most))
    return [(row, alert) for row, alert in rows]
