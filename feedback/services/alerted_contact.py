"""How can somebody be reached whom an open alert is about? That it was read is noted.

Whoever calls these has asked the access table whether the viewer may know.
"""

from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import ContactRow
from feedback.db.queries import alert as queries
from feedback.db.queries import response as response_queries
from feedback.db.vault import vault_of
from feedback.domain.access import AccountId
from feedback.domain.alert import AlertState
from feedback.domain.contact import Channel
from feedback.services import audit
from feedback.services.alert_list import find
from feedback.services.inbound import sender_place
from feedback.services.reach import address_of, name_of
from feedback.services.record_people import person_place


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeRoute:
    """How a person said they can be reached safely."""

    channel: Channel
    value: str
    is_safe: bool | None
    is_shared_device: bool
    is_high_risk: bool
    safe_days: tuple[int, ...]
    safe_from: time | None
    safe_until: time | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom an alert is about, for those who may see contact details."""

    name: str
    must_not_be_told: str | None
    routes: tuple[SafeRoute, ...]


def person_of(
    session: Session, alert: UUID, *, by: AccountId, now: datetime
) -> Person | None:
    """Give a person's name and safe routes.

    Returns:
        None where the alert is about no one person, or is closed.
    """
    found = find(session, alert)
    person = found.participant
    if person is None or found.alert.state == AlertState.CLOSED:
        return None
    deed = audit.Deed(action="contact_read", review=person.review_id, subject=person.id)
    audit.record(session, deed, by=audit.staff(by), now=now)
    vault = vault_of(session)
    return Person(
        name=name_of(session, person),
        must_not_be_told=vault.unseal_if_any(
            person_place(person, "must_not_be_told_sealed"),
            person.must_not_be_told_sealed,
        ),
        routes=tuple(
            _route(session, contact)
            for contact in response_queries.contacts_of(session, person.id)
        ),
    )


def number_of(
    session: Session, alert: UUID, *, by: AccountId, now: datetime
) -> str | None:
    """Give the number that a text came from, so that somebody can ring it.

    Returns:
        None where it came by no text or no number was kept, or the alert is closed.
    """
    row = find(session, alert).alert
    text = queries.text_behind(session, row.id)
    if text is None or row.state == AlertState.CLOSED:
        return None
    number = vault_of(session).unseal_if_any(sender_place(text.id), text.from_sealed)
    if number is not None:
        deed = audit.Deed(action="contact_read", review=row.review_id, subject=text.id)
        audit.record(session, deed, by=audit.staff(by), now=now)
    return number


def _route(session: Session, contact: ContactRow) -> SafeRoute:
    return SafeRoute(
        channel=Channel(contact.channel),
        value=address_of(session, contact),
        is_safe=contact.is_safe,
        is_shared_device=contact.is_shared_device,
        is_high_risk=contact.is_high_risk,
        safe_days=tuple(int(day) for day in contact.safe_days),
        safe_from=contact.safe_from,
        safe_until=contact.safe_until,
    )
