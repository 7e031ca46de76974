"""What happens to this person next: a message, a visit, or nothing yet?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from feedback.domain.address import Channel
from feedback.domain.calendar import (
    ALL_DAYS,
    Calendar,
    ContactWindow,
    audience_for,
    next_permitted,
)
from feedback.domain.contact import SafeContact, choose_contact, in_person_only
from feedback.domain.spoken_time import clock_words, day_words, waits_until

MESSAGE_WORDS: Final = {Channel.SMS: "A text", Channel.EMAIL: "An email"}
WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
NO_HOUR: Final = (
    "No hour that is safe for them comes before the review closes. "
    "Reach them in person, or ask for other hours."
)


class OutlookKind(StrEnum):
    """What comes next for a person."""

    MESSAGE = "message"
    IN_PERSON = "in_person"
    HELD = "held"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What comes next for a person, and the sentence that tells it to staff.

    Args:
        at: When a message may go; None where none is to go.
    """

    kind: OutlookKind
    sentence: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What decides how a person may be asked."""

    contacts: Sequence[SafeContact]
    age_band: str | None
    consented_at: datetime | None
    is_asked: bool = True


def outlook(
    asked: Asked,
    *,
    earliest: datetime,
    closes_at: datetime,
    calendar: Calendar,
    now: datetime,
) -> Outlook:
    """Foresee what pressing Invite does for a person.

    Nothing goes before `earliest`: now, or when the review opens.
    """
    if not asked.is_asked:
        return Outlook(kind=OutlookKind.NOT_ASKED, sentence="Will not be asked.")
    if in_person_only(asked.contacts, age_band=asked.age_band):
        return Outlook(kind=OutlookKind.IN_PERSON, sentence=_why_in_person(asked))
    choice = choose_contact(
        asked.contacts,
        age_band=asked.age_band,
        consented_at=asked.consented_at,
        now=now,
    )
    if choice.index is None:
        return Outlook(kind=OutlookKind.HELD, sentence=choice.verdict.words)
    contact = asked.contacts[choice.index]
    at = next_permitted(
        earliest,
        audience=audience_for(asked.age_band),
        window=contact.window,
        calendar=calendar,
    )
    if at is None or at >= closes_at:
        return Outlook(kind=OutlookKind.HELD, sentence=NO_HOUR)
    return Outlook(
        kind=OutlookKind.MESSAGE,
        sentence=f"{MESSAGE_WORDS[contact.channel]} {waits_until(at, now=now)}.",
        at=at,
    )


def window_words(window: ContactWindow) -> str:
    """Say in words when a person may be messaged."""
    days = "Any day"
    if window.safe_days != ALL_DAYS:
        days = ", ".join(WEEKDAYS[day] for day in sorted(window.safe_days))
    hours = ", in ordinary hours"
    if window.safe_from or window.safe_until:
        begins = f" from {clock_words(window.safe_from)}" if window.safe_from else ""
        ends = f" until {clock_words(window.safe_until)}" if window.safe_until else ""
        hours = f",{begins}{ends}"
    blocked = ", ".join(map(day_words, sorted(window.blocked_dates)))
    return f"{days}{hours}" + (f"; never on {blocked}" if blocked else "")


def _why_in_person(asked: Asked) -> str:
    if any(contact.high_risk for contact in asked.contacts):
        why = "a message could put them at risk"
    elif asked.contacts and all(contact.safe is False for contact in asked.contacts):
        why = "no contact of theirs is safe"
    else:
        why = "children under 13 are not messaged"
    return f"Will be asked in person: {why}."
