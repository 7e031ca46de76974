"""Which texts did people send us, with which alert, and from whose numbers?"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, case, exists, func, select
from sqlalchemy.orm import Session

from feedback.db.models import (
    AlertRow,
    ContactRow,
    ConversationRow,
    InboundRow,
    ParticipantRow,
    ReviewRow,
)
from feedback.db.queries.desk import has_seat
from feedback.domain.access import Role
from feedback.domain.alert import AlertState
from feedback.domain.review import LOCKED_STATES
from feedback.domain.triage import Triage

Found = tuple[InboundRow, AlertRow | None]
"""A text, and the alert that was raised for it."""


class WaitingCount(NamedTuple):
    """How many texts wait for a person, and how many of them have an open alert."""

    all: int
    on_open_alert: int


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
    """List the texts that wait for a person: open alerts, then the oldest first."""
    statement = (
        _with_alert()
        .where(InboundRow.triage_state == Triage.WAITING)
        .order_by(
            # A text without an alert is like one whose alert is closed.
            case((AlertRow.state != AlertState.CLOSED, 0), else_=1),
            InboundRow.received_at,
            InboundRow.id,
        )
    )
    return _found(session, statement, most)


def count_waiting(session: Session) -> WaitingCount:
    """Count the texts that wait for a person."""
    counted = session.execute(
        select(func.count(), func.count(case((AlertRow.state != AlertState.CLOSED, 1))))
        .select_from(InboundRow)
        .outerjoin(AlertRow, InboundRow.alert_id == AlertRow.id)
        .where(InboundRow.triage_state == Triage.WAITING)
    ).one()
    return WaitingCount(*counted)


def settled(session: Session, *, most: int) -> Sequence[Found]:
    """List the newest texts that were dealt with."""
    statement = (
        _with_alert()
        .where(InboundRow.triage_state != Triage.WAITING)
        .order_by(InboundRow.received_at.desc(), InboundRow.id)
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


def at_reviews_to_lock(
    session: Session, texts: Collection[UUID], account: UUID, *, now: datetime
) -> frozenset[UUID]:
    """Tell which texts may be answers at a review whose grades this account is to lock.

    A number that was offered a conversation may have been replaced since.
    """
    reviews = select(ReviewRow.id).where(
        has_seat(account, Role.REVIEWER, now), ReviewRow.state.not_in(LOCKED_STATES)
    )
    is_known = exists().where(
        ContactRow.value_index == InboundRow.from_hmac,
        ContactRow.review_id.in_(reviews),
    )
    is_talking = exists().where(
        ConversationRow.number_hmac == InboundRow.from_hmac,
        ConversationRow.review_id.in_(reviews),
    )
    found = select(InboundRow.id).where(InboundRow.id.in_(texts), is_known | is_talking)
    return frozenset(session.scalars(found))


def _with_alert() -> Select[InboundRow, AlertRow]:
    return select(InboundRow, AlertRow).outerjoin(
        AlertRow, InboundRow.alert_id == AlertRow.id
    )


def _found(
    session: Session, statement: Select[InboundRow, AlertRow], most: int
) -> Sequence[Found]:
    rows = session.execute(statement.limit(most))
    return [(row, alert) for row, alert in rows]
