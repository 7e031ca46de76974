"""Which alerts are open, and what belongs to one?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from feedback.db.models import (
    AccountRow,
    AlertEventRow,
    AlertRow,
    InboundRow,
    ParticipantRow,
    ReviewRow,
)
from feedback.domain.alert import AlertState


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An alert with the review and the person it is about."""

    alert: AlertRow
    review: ReviewRow | None
    participant: ParticipantRow | None


def open_ones(session: Session) -> tuple[Found, ...]:
    """List the alerts that are not closed, the oldest first."""
    return _found(session, AlertRow.state != AlertState.CLOSED, newest_first=False)


def closed_ones(session: Session, *, most: int) -> tuple[Found, ...]:
    """List the alerts that were closed last."""
    return _found(
        session, AlertRow.state == AlertState.CLOSED, newest_first=True, most=most
    )


def one(session: Session, alert: UUID) -> Found | None:
    """Find one alert."""
    return next(iter(_found(session, AlertRow.id == alert, newest_first=False)), None)


def at_review(session: Session, review: UUID) -> tuple[AlertRow, ...]:
    """List a review's alerts, the oldest first."""
    return tuple(
        session.scalars(
            select(AlertRow)
            .where(AlertRow.review_id == review)
            .order_by(AlertRow.raised_at, AlertRow.id)
        )
    )


def unacknowledged(
    session: Session, *, before: datetime, below: int
) -> tuple[UUID, ...]:
    """List the alerts that nobody has acknowledged, raised before an instant.

    Args:
        session: The caller's reading.
        before: The instant.
        below: Only those that have not come to this level yet.
    """
    return tuple(
        session.scalars(
            select(AlertRow.id)
            .where(
                AlertRow.state == AlertState.RAISED,
                AlertRow.raised_at <= before,
                AlertRow.level < below,
            )
            .order_by(AlertRow.raised_at)
        )
    )


def held(session: Session, alert: UUID) -> AlertRow | None:
    """Take one alert for a change; None where somebody else is changing it."""
    return session.scalars(
        select(AlertRow).where(AlertRow.id == alert).with_for_update(skip_locked=True)
    ).one_or_none()


def known_as(session: Session, dedupe_key: str) -> tuple[AlertRow, ...]:
    """List the alerts raised for one thing said, its repetitions included."""
    return tuple(
        session.scalars(
            select(AlertRow).where(
                or_(
                    AlertRow.dedupe_key == dedupe_key,
                    AlertRow.dedupe_key.startswith(f"{dedupe_key}|", autoescape=True),
                )
            )
        )
    )


def text_behind(session: Session, alert: UUID) -> InboundRow | None:
    """Find the text that an alert was raised for; None where it was none."""
    return session.scalars(
        select(InboundRow).where(InboundRow.alert_id == alert).limit(1)
    ).one_or_none()


def has_reference(session: Session, reference: str) -> bool:
    """Tell whether a reference is taken."""
    return (
        session.scalar(select(AlertRow.id).where(AlertRow.reference == reference))
        is not None
    )


def events_of(
    session: Session, alert: UUID
) -> tuple[tuple[AlertEventRow, str | None], ...]:
    """List what happened to an alert, with the names of those who did it."""
    rows = session.execute(
        select(AlertEventRow, AccountRow.name)
        .outerjoin(AccountRow, AccountRow.id == AlertEventRow.by)
        .where(AlertEventRow.alert_id == alert)
        .order_by(AlertEventRow.at, AlertEventRow.id)
    )
    return tuple((event, name) for event, name in rows)


def _found(
    session: Session, condition: object, *, newest_first: bool, most: int | None = None
) -> tuple[Found, ...]:
    order = AlertRow.raised_at.desc() if newest_first else AlertRow.raised_at
    statement = (
        select(AlertRow, ReviewRow, ParticipantRow)
        .outerjoin(ReviewRow, ReviewRow.id == AlertRow.review_id)
        .outerjoin(ParticipantRow, ParticipantRow.id == AlertRow.participant_id)
        .where(condition)  # type: ignore[arg-type]  # a condition on AlertRow
        .order_by(order, AlertRow.id)
        .limit(most)
    )
    return tuple(
        Found(alert=alert, review=review, participant=participant)
        for alert, review, participant in session.execute(statement)
    )
