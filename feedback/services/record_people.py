"""How does a person look in the tables? Rows are made and sealed in one place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import ContactRow, ParticipantRow
from feedback.db.vault import KeyName, vault_of
from feedback.domain.calendar import ALL_DAYS, ContactWindow
from feedback.domain.intake import NewContact, NewPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """A person with their place at a review; the form is settled."""

    review: UUID
    position: int
    key: str
    person: NewPerson


def person_row(session: Session, joining: Joining, *, now: datetime) -> ParticipantRow:
    """Make the row of a person, sealed under their review's key."""
    row = ParticipantRow(
        id=new_id(),
        review_id=joining.review,
        position=joining.position,
        key=joining.key,
        created_at=now,
    )
    write_person(session, row, joining.person)
    return row


def contact_rows(
    session: Session,
    person: ParticipantRow,
    contacts: Iterable[NewContact],
    *,
    first: int = 0,
) -> Sequence[ContactRow]:
    """Make the rows of a person's contacts, in the order in which they are used."""
    rows = []
    for position, contact in enumerate(contacts, start=first):
        row = ContactRow(
            id=new_id(),
            review_id=person.review_id,
            participant_id=person.id,
            position=position,
        )
        write_contact(session, row, contact)
        rows.append(row)
    return rows


def write_contact(session: Session, row: ContactRow, contact: NewContact) -> None:
    """Put what is known of a contact into its row."""
    vault, window = vault_of(session), contact.window
    row.channel = contact.channel
    row.value_sealed = vault.seal(
        contact_place(row, "value_sealed"), contact.address.value
    )
    row.value_index = vault.fingerprint(KeyName.BLIND_INDEX, contact.address.canonical)
    row.is_safe = contact.safe
    row.verified_at = contact.verified_at
    row.is_shared_device = contact.shared_device
    row.is_high_risk = contact.high_risk
    row.answers_by_text = contact.answers_by_text
    row.safe_days = _days(window)
    row.safe_from = window.safe_from
    row.safe_until = window.safe_until
    row.blocked_dates = ",".join(
        day.isoformat() for day in sorted(window.blocked_dates)
    )
    row.code_word_sealed = (
        None
        if contact.code_word is None
        else vault.seal(contact_place(row, "code_word_sealed"), contact.code_word)
    )


def write_person(session: Session, row: ParticipantRow, person: NewPerson) -> None:
    """Put what is known of a person into their row."""
    row.group, row.age_band, row.form, row.language, row.blocks = pinned(person)
    row.consented_at = person.consented_at
    row.language_route = person.language_route
    vault = vault_of(session)
    row.name_sealed = vault.seal(person_place(row, "name_sealed"), person.name)
    for column, words in (
        ("must_not_be_told_sealed", person.must_not_be_told),
        ("not_invited_reason_sealed", person.not_invited_reason),
    ):
        sealed = None if words is None else vault.seal(person_place(row, column), words)
        setattr(row, column, sealed)


def pinned(person: NewPerson) -> tuple[str, str | None, str, str, str]:
    """Say what an invitation is pinned to, as columns hold it."""
    band = None if person.age_band is None else person.age_band.value
    blocks = ",".join(sorted(person.blocks))
    return person.group.value, band, person.form or "", person.language, blocks


def blocks_of(row: ParticipantRow) -> frozenset[str]:
    """Tell which optional parts of their form a person is asked."""
    return blocks_in(row.blocks)


def blocks_in(chosen: str) -> frozenset[str]:
    """Read the optional parts that were chosen, as they are kept: by commas."""
    return frozenset(one for one in chosen.split(",") if one)


def person_place(row: ParticipantRow, column: str) -> Where:
    """Name the place at which a column of a person is sealed."""
    return Where(table="participant", column=column, row=row.id, review=row.review_id)


def contact_place(row: ContactRow, column: str) -> Where:
    """Name the place at which a column of a contact is sealed."""
    return Where(table="contact", column=column, row=row.id, review=row.review_id)


def _days(window: ContactWindow) -> str:
    if window.safe_days == ALL_DAYS:
        return ""
    return "".join(str(day) for day in sorted(window.safe_days))
