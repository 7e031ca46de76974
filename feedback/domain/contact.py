"""May this person be messaged, and by which of their contacts?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from feedback.domain.address import (
    Channel,
    ContactError,
    EmailAddress,
    EmailReason,
    InvalidEmailError,
    InvalidPhoneError,
    PhoneNumber,
    PhoneReason,
    parse_address,
    parse_email,
    parse_mobile,
)
from feedback.domain.calendar import ContactWindow

__all__ = [
    "IN_PERSON_BANDS",
    "VERIFIED_FOR",
    "Channel",
    "Choice",
    "ContactError",
    "EmailAddress",
    "EmailReason",
    "HoldReason",
    "InvalidEmailError",
    "InvalidPhoneError",
    "PhoneNumber",
    "PhoneReason",
    "SafeContact",
    "Verdict",
    "choose_contact",
    "in_person_only",
    "may_be_messaged",
    "may_fall_back",
    "parse_address",
    "parse_email",
    "parse_mobile",
]

VERIFIED_FOR: Final = timedelta(days=30)
# Children under 13 are reached in person, never by a message of their own.
IN_PERSON_BANDS: Final = frozenset({"5-8", "9-12"})


class HoldReason(StrEnum):
    """Why nobody may be messaged there."""

    UNDER_13 = "under_13"
    HIGH_RISK = "high_risk"
    NO_CONTACT = "no_contact"
    UNSAFE = "unsafe"
    UNKNOWN = "unknown"
    UNVERIFIED = "unverified"
    NO_CONVERSATION = "no_conversation"

    @property
    def words(self) -> str:
        """Say to staff what holds the message, and what would help."""
        return _HOLD_WORDS[self]


_HOLD_WORDS: Final = {
    HoldReason.UNDER_13: "Under 13: reached in person, not by message. "
    "Open the form on a device with them.",
    HoldReason.HIGH_RISK: "High risk is recorded: reached in person, not by message.",
    HoldReason.NO_CONTACT: "No contact is recorded. Add one, or reach them in person.",
    HoldReason.UNSAFE: "This contact is not safe to use. Reach them in person, "
    "or add another contact.",
    HoldReason.UNKNOWN: "Nobody has said whether this contact is safe, so nothing "
    "is sent. Ask the person, then record what they say.",
    HoldReason.UNVERIFIED: "This contact was not checked in the last 30 days. "
    "Check it with the person, then record the date.",
    HoldReason.NO_CONVERSATION: "No conversation with this person is recorded. "
    "Someone they trust tells them first, then a message may go.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeContact:
    """What a person said about one way of reaching them, without the address.

    Args:
        safe: Whether the person said it is safe; None where nobody asked,
            which sends nothing.
        verified_at: When somebody last checked it with the person.
        shared_device: Whether others may read what arrives there.
        high_risk: Whether a message could put the person in danger.
        window: The days and hours they asked for.
        has_code_word: Whether a word agreed in person is asked at the start.
    """

    channel: Channel
    safe: bool | None = None
    verified_at: datetime | None = None
    shared_device: bool = False
    high_risk: bool = False
    window: ContactWindow = field(default_factory=ContactWindow)
    has_code_word: bool = False

    def is_verified(self, now: datetime) -> bool:
        """Tell whether the last check with the person is recent enough."""
        return self.verified_at is not None and now - self.verified_at <= VERIFIED_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a message may go, and what holds it if not."""

    reason: HoldReason | None = None

    @property
    def is_allowed(self) -> bool:
        """Tell whether nothing holds the message."""
        return self.reason is None

    @property
    def words(self) -> str:
        """Say to staff how it stands."""
        return "May be messaged." if self.reason is None else self.reason.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which contact to use first: its place in the order given, or why none."""

    index: int | None
    verdict: Verdict


def may_be_messaged(
    contact: SafeContact,
    *,
    age_band: str | None,
    consented_at: datetime | None,
    now: datetime,
) -> Verdict:
    """Judge one contact; the gravest reason against it is the one told.

    Args:
        contact: What the person said about this way of reaching them.
        age_band: 5-8, 9-12, 13-17 or 18-25; None for adults without a band.
        consented_at: When somebody they trust told them what will come; None
            where no such conversation is recorded.
        now: The instant at which the last check is judged.
    """
    holds = {
        HoldReason.UNDER_13: age_band in IN_PERSON_BANDS,
        HoldReason.HIGH_RISK: contact.high_risk,
        HoldReason.UNSAFE: contact.safe is False,
        HoldReason.UNKNOWN: contact.safe is None,
        HoldReason.UNVERIFIED: not contact.is_verified(now),
        HoldReason.NO_CONVERSATION: consented_at is None,
    }
    return Verdict(
        reason=next((why for why, is_held in holds.items() if is_held), None)
    )


def choose_contact(
    contacts: Sequence[SafeContact],
    *,
    age_band: str | None,
    consented_at: datetime | None,
    now: datetime,
) -> Choice:
    """Choose the first contact in the order given that may be used.

    Risk belongs to the person, not to the phone: one high-risk contact holds
    all the others too. Where none may be used, the first one's reason is told.
    """
    if age_band in IN_PERSON_BANDS:
        return Choice(index=None, verdict=Verdict(reason=HoldReason.UNDER_13))
    if any(contact.high_risk for contact in contacts):
        return Choice(index=None, verdict=Verdict(reason=HoldReason.HIGH_RISK))
    verdicts = [
        may_be_messaged(contact, age_band=age_band, consented_at=consented_at, now=now)
        for contact in contacts
    ]
    for index, verdict in enumerate(verdicts):
        if verdict.is_allowed:
            return Choice(index=index, verdict=verdict)
    none_given = Verdict(reason=HoldReason.NO_CONTACT)
    return Choice(index=None, verdict=verdicts[0] if verdicts else none_given)


def may_fall_back(first: SafeContact, other: SafeContact) -> bool:
    """Tell whether a failed message may go to the other contact by itself.

    A message on a second channel is one more that the wrong person could see.
    """
    if first.channel is other.channel:
        return True
    return not any(
        contact.shared_device or contact.high_risk for contact in (first, other)
    )


def in_person_only(contacts: Sequence[SafeContact], *, age_band: str | None) -> bool:
    """Tell whether somebody has to sit down with this person.

    True under 13, where high risk is recorded, and where every contact they
    have is unsafe. Other holds (nobody asked yet, a check too old) can be
    lifted by asking, so they do not make it true.
    """
    if age_band in IN_PERSON_BANDS or any(contact.high_risk for contact in contacts):
        return True
    return bool(contacts) and all(contact.safe is False for contact in contacts)
