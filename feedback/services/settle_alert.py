"""What is done about an alert? Taken on, noted, and closed only with an outcome."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import AlertRow
from feedback.domain import alert as rules
from feedback.domain.access import AccountId
from feedback.domain.alert import (
    Acknowledgement,
    Alert,
    AlertId,
    AlertKind,
    Closing,
    OutcomeMissingError,
    Told,
)
from feedback.domain.errors import FeedbackError
from feedback.services import audit
from feedback.services.alert_history import Happening, record_event


class NoSuchAlertError(FeedbackError):
    """There is no such alert."""


def acknowledge(session: Session, alert: UUID, *, by: AccountId, now: datetime) -> None:
    """Take an alert on, which ends its escalation; a second press changes nothing.

    Raises:
        NoSuchAlertError: If there is none.
    """
    row = _held(session, alert)
    if row.acknowledged_at is not None:
        return
    row.state = rules.acknowledge(_as_alert(row), by=by, now=now).state
    row.acknowledged_at = now
    record_event(session, row, Happening(what="acknowledged", by=by), now=now)
    _note(session, row, "alert_acknowledged", by=by, now=now)


def add_note(
    session: Session, alert: UUID, words: str, *, by: AccountId, now: datetime
) -> None:
    """Write down what was done so far.

    Raises:
        NoSuchAlertError: If there is none.
        OutcomeMissingError: If the note says nothing.
    """
    if not words.strip():
        raise OutcomeMissingError
    row = _held(session, alert)
    record_event(session, row, Happening(what="noted", by=by, words=words), now=now)
    _note(session, row, "alert_noted", by=by, now=now)


def close(
    session: Session,
    alert: UUID,
    *,
    outcome: str,
    told_person: Told,
    by: AccountId,
    now: datetime,
) -> None:
    """Close an alert with what came of it, and whether the person was told.

    Raises:
        NoSuchAlertError: If there is none.
        IllegalMoveError: If nobody has acknowledged it, or it is closed.
        OutcomeMissingError: If the outcome says nothing.
    """
    row = _held(session, alert)
    row.state = rules.close(
        _as_alert(row), outcome=outcome, told_person=told_person, by=by, now=now
    ).state
    row.closed_at = now
    closed = Happening(what="closed", by=by, words=outcome, told=told_person)
    record_event(session, row, closed, now=now)
    _note(session, row, "alert_closed", by=by, now=now)


def _held(session: Session, alert: UUID) -> AlertRow:
    row = session.get(AlertRow, alert, with_for_update=True)
    if row is None:
        raise NoSuchAlertError(str(alert))
    return row


def _as_alert(row: AlertRow) -> Alert:
    """Read a row as the value that the rules work on."""
    # Who acknowledged stands in the history; the rules here ask only whether.
    nobody = UUID(int=0)
    return Alert(
        id=AlertId(row.id),
        kind=AlertKind(row.kind),
        raised_at=row.raised_at,
        acknowledgement=(
            None
            if row.acknowledged_at is None
            else Acknowledgement(by=nobody, at=row.acknowledged_at)
        ),
        closing=(
            None
            if row.closed_at is None
            else Closing(
                outcome="on record",
                told_person=Told.YES,
                by=nobody,
                at=row.closed_at,
            )
        ),
    )


def _note(
    session: Session, row: AlertRow, action: str, *, by: AccountId, now: datetime
) -> None:
    deed = audit.Deed(
        action=action,
        review=row.review_id,
        subject=row.id,
        facts={"reference": row.reference},
    )
    audit.record(session, deed, by=audit.staff(by), now=now)
