"""Which alerts are there, and what does one say to those who may read it?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import (
    AlertEventRow,
    AlertRow,
    ResponseRow,
)
from feedback.db.queries import alert as queries
from feedback.db.vault import vault_of
from feedback.domain.access import AccountId
from feedback.domain.alert import (
    ESCALATES_AFTER,
    AlertKind,
    AlertState,
    EscalationLevel,
    Told,
)
from feedback.services import audit
from feedback.services.alert_history import event_words_place, words_place
from feedback.services.publish import questionnaire_of
from feedback.services.settle_alert import NoSuchAlertError

CLOSED_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertGlance:
    """That an alert exists, its state and time: all that a review's own people see."""

    reference: str
    state: AlertState
    raised_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAlert:
    """An alert in the duty contact's list, without its words.

    Attributes:
        next_at: When the next level is told, if nobody acknowledges.
    """

    id: UUID
    reference: str
    kind: AlertKind
    state: AlertState
    level: EscalationLevel
    raised_at: datetime
    closed_at: datetime | None
    review_reference: str | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEvent:
    """One line of an alert's history."""

    what: str
    level: EscalationLevel
    at: datetime
    by: str | None
    words: str | None
    told: Told | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """What duty and the Head of Safeguarding and QA read of one alert.

    Attributes:
        came_by_text: Whether it was raised for a text, so that there may be a number.
    """

    listed: ListedAlert
    review: UUID | None
    came_by_text: bool
    group: str | None
    age_band: str | None
    wording: str | None
    words: str | None
    history: tuple[AlertEvent, ...]


def alerts_at(session: Session, review: UUID) -> tuple[AlertGlance, ...]:
    """List a review's alerts: that they exist, their state and time."""
    return tuple(
        AlertGlance(
            reference=row.reference,
            state=AlertState(row.state),
            raised_at=row.raised_at,
        )
        for row in queries.at_review(session, review)
    )


def open_alerts(session: Session) -> tuple[ListedAlert, ...]:
    """List every open alert, the oldest first."""
    return tuple(_listed(found) for found in queries.open_ones(session))


def closed_alerts(session: Session) -> tuple[ListedAlert, ...]:
    """List the alerts that were raised last among the closed ones."""
    found = queries.closed_ones(session, most=CLOSED_SHOWN)
    return tuple(_listed(one) for one in found)


def read_alert(
    session: Session, alert: UUID, *, by: AccountId, now: datetime
) -> AlertPage:
    """Open an alert with what was said; that it was read goes on record.

    Raises:
        NoSuchAlertError: If there is none.
    """
    found = find(session, alert)
    row = found.alert
    deed = audit.Deed(action="alert_read", review=row.review_id, subject=row.id)
    audit.record(session, deed, by=audit.staff(by), now=now)
    vault = vault_of(session)
    return AlertPage(
        listed=_listed(found),
        review=row.review_id,
        came_by_text=queries.text_behind(session, row.id) is not None,
        group=None if found.participant is None else found.participant.group,
        age_band=None if found.participant is None else found.participant.age_band,
        wording=_wording(session, row),
        words=vault.unseal_if_any(words_place(row), row.words_sealed),
        history=tuple(
            _event(session, row, event, name)
            for event, name in queries.events_of(session, row.id)
        ),
    )


def find(session: Session, alert: UUID) -> queries.Found:
    """Find an alert.

    Raises:
        NoSuchAlertError: If there is none.
    """
    found = queries.one(session, alert)
    if found is None:
        raise NoSuchAlertError(str(alert))
    return found


def _listed(found: queries.Found) -> ListedAlert:
    row = found.alert
    return ListedAlert(
        id=row.id,
        reference=row.reference,
        kind=AlertKind(row.kind),
        state=AlertState(row.state),
        level=EscalationLevel(row.level),
        raised_at=row.raised_at,
        closed_at=row.closed_at,
        review_reference=None if found.review is None else found.review.reference,
        next_at=_next_at(row),
    )


def _next_at(row: AlertRow) -> datetime | None:
    if row.state != AlertState.RAISED or row.level >= EscalationLevel.HEAD_SQA:
        return None
    return row.raised_at + ESCALATES_AFTER[EscalationLevel(row.level + 1)]


def _wording(session: Session, row: AlertRow) -> str | None:
    if row.question is None or row.response_id is None:
        return None
    response = session.get_one(ResponseRow, row.response_id)
    form = questionnaire_of(session, response.questionnaire_id)
    question = form.question(row.question)
    return None if question is None else question.wording(response.language)


def _event(
    session: Session, row: AlertRow, event: AlertEventRow, name: str | None
) -> AlertEvent:
    place = event_words_place(row, event.id)
    return AlertEvent(
        what=event.what,
        level=EscalationLevel(event.level),
        at=event.at,
        by=name,
        words=vault_of(session).unseal_if_any(place, event.words_sealed),
        told=None if event.person_told is None else Told(event.person_told),
    )
