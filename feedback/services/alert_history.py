"""What happened to an alert, and where are its words sealed?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import AlertEventRow, AlertRow
from feedback.db.vault import vault_of
from feedback.domain.alert import EscalationLevel, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of an alert's history: raised, told, acknowledged, noted or closed."""

    what: str
    level: EscalationLevel | None = None
    by: UUID | None = None
    words: str | None = None
    told: Told | None = None


def record_event(
    session: Session, row: AlertRow, happening: Happening, *, now: datetime
) -> None:
    """Write one line of an alert's history; it is never changed afterwards."""
    event_id = new_id()
    place = event_words_place(row, event_id)
    words = happening.words
    sealed = None if words is None else vault_of(session).seal(place, words)
    session.add(
        AlertEventRow(
            id=event_id,
            alert_id=row.id,
            what=happening.what,
            level=row.level if happening.level is None else happening.level,
            by=happening.by,
            at=now,
            words_sealed=sealed,
            person_told=happening.told,
        )
    )


def event_words_place(row: AlertRow, event: UUID) -> Where:
    """Name the place at which a note's words are sealed."""
    return Where(
        table="alert_event", column="words_sealed", row=event, review=row.review_id
    )


def words_place(row: AlertRow) -> Where:
    """Name the place at which what was said is sealed."""
    return Where(table="alert", column="words_sealed", row=row.id, review=row.review_id)
