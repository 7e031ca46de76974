"""What do the sealed rows of a person and of their contacts say?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import ContactRow, ParticipantRow
from feedback.db.queries.invitation import Person
from feedback.db.vault import vault_of
from feedback.domain.address import parse_address
from feedback.domain.contact import Channel, Verdict
from feedback.domain.intake import NewContact, NewPerson
from feedback.domain.outlook import window_words
from feedback.services import reach
from feedback.services.record_people import blocks_of, contact_place, person_place
from triangulation import AgeBand, Group, LanguageRoute


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldContact:
    """A way to reach a person, as those may see it who may see contact details."""

    id: UUID
    contact: NewContact
    verdict: Verdict
    times: str


def person_of(session: Session, row: ParticipantRow) -> NewPerson:
    """Open a participant's row."""
    vault = vault_of(session)
    return NewPerson(
        group=Group(row.group),
        name=vault.unseal(person_place(row, "name_sealed"), row.name_sealed),
        language=row.language,
        key=row.key,
        age_band=None if row.age_band is None else AgeBand(row.age_band),
        form=row.form,
        blocks=blocks_of(row),
        consented_at=row.consented_at,
        must_not_be_told=vault.unseal_if_any(
            person_place(row, "must_not_be_told_sealed"), row.must_not_be_told_sealed
        ),
        language_route=LanguageRoute(row.language_route),
        not_invited_reason=vault.unseal_if_any(
            person_place(row, "not_invited_reason_sealed"),
            row.not_invited_reason_sealed,
        ),
    )


def contacts_of(
    session: Session, found: Person, now: datetime
) -> tuple[HeldContact, ...]:
    """Open every contact of a person, with whether it may be used now."""
    return tuple(
        HeldContact(
            id=row.id,
            contact=contact_of(session, row),
            times=window_words(reach.window_of(row)),
            verdict=reach.verdict_on(
                row, among=found.contacts, participant=found.participant, now=now
            ),
        )
        for row in found.contacts
    )


def contact_of(session: Session, row: ContactRow) -> NewContact:
    """Open a contact's row."""
    vault = vault_of(session)
    value = vault.unseal(contact_place(row, "value_sealed"), row.value_sealed)
    return NewContact(
        address=parse_address(Channel(row.channel), value),
        safe=row.is_safe,
        verified_at=row.verified_at,
        shared_device=row.is_shared_device,
        high_risk=row.is_high_risk,
        window=reach.window_of(row),
        code_word=vault.unseal_if_any(
            contact_place(row, "code_word_sealed"), row.code_word_sealed
        ),
        answers_by_text=row.answers_by_text,
    )
