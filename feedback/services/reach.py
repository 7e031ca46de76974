"""How may this person be reached? Contact rows as the values that rules judge."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from feedback.db.models import ContactRow, ParticipantRow
from feedback.db.vault import vault_of
from feedback.domain.calendar import (
    ALL_DAYS,
    Audience,
    Calendar,
    ContactWindow,
    audience_for,
    next_permitted,
)
from feedback.domain.contact import (
    Channel,
    HoldReason,
    SafeContact,
    Verdict,
    may_be_messaged,
)
from feedback.services.record_people import contact_place, person_place


def safe_contact(row: ContactRow) -> SafeContact:
    """Read a contact row as the value that the rules judge, without its address."""
    return SafeContact(
        channel=Channel(row.channel),
        safe=row.is_safe,
        verified_at=row.verified_at,
        shared_device=row.is_shared_device,
        high_risk=row.is_high_risk,
        window=window_of(row),
        has_code_word=row.code_word_sealed is not None,
    )


def window_of(row: ContactRow) -> ContactWindow:
    """Read the days and hours that a person asked for."""
    days = frozenset(int(digit) for digit in row.safe_days)
    blocked = (date.fromisoformat(one) for one in row.blocked_dates.split(",") if one)
    return ContactWindow(
        safe_days=days or ALL_DAYS,
        safe_from=row.safe_from,
        safe_until=row.safe_until,
        blocked_dates=frozenset(blocked),
    )


def verdict_on(
    contact: ContactRow,
    *,
    among: Sequence[ContactRow],
    participant: ParticipantRow,
    now: datetime,
) -> Verdict:
    """Judge one contact of a person; a high risk on any other holds it too."""
    if any(other.is_high_risk for other in among):
        return Verdict(reason=HoldReason.HIGH_RISK)
    return may_be_messaged(
        safe_contact(contact),
        age_band=participant.age_band,
        consented_at=participant.consented_at,
        now=now,
    )


def permitted_from(
    at: datetime,
    contact: ContactRow,
    participant: ParticipantRow,
    calendar: Calendar,
) -> datetime | None:
    """Find the first instant from `at` on at which this contact may be messaged."""
    return next_permitted(
        at,
        audience=audience_of(participant),
        window=window_of(contact),
        calendar=calendar,
    )


def audience_of(participant: ParticipantRow) -> Audience:
    """Tell whose quiet hours a participant keeps."""
    return audience_for(participant.age_band)


def address_of(session: Session, row: ContactRow) -> str:
    """Open a contact's number or email address."""
    place = contact_place(row, "value_sealed")
    return vault_of(session).unseal(place, row.value_sealed)


def name_of(session: Session, row: ParticipantRow) -> str:
    """Open a participant's name."""
    place = person_place(row, "name_sealed")
    return vault_of(session).unseal(place, row.name_sealed)
