"""What would each person receive and when, and what about it is not safe yet?

Everything is foreseen as if nobody answered, so that no message is left untold.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from feedback.domain.address import Channel
from feedback.domain.calendar import Calendar, audience_for
from feedback.domain.contact import VERIFIED_FOR, SafeContact
from feedback.domain.delivery import Purpose
from feedback.domain.invitation import MAX_REMINDERS, InvitationStatus, next_reminder
from feedback.domain.outlook import Outlook, OutlookKind
from feedback.domain.sms import Segments
from triangulation import LIVED_EXPERIENCE, Group

PENCE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Danger:
    """Something that is not safe, or not as wanted, before a review goes live.

    Args:
        sentence: What it is and what would help.
        is_red: Whether it could hurt somebody or keep everybody from being asked;
            otherwise it is only worth knowing.
    """

    sentence: str
    is_red: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMessage:
    """One message as it would arrive; its link is shown without its token.

    Args:
        segments: What a text costs; None for an email.
    """

    purpose: Purpose
    channel: Channel
    at: datetime
    language: str
    subject: str | None
    words: str
    segments: Segments | None

    @property
    def parts(self) -> int:
        """In how many parts it is charged."""
        return 0 if self.segments is None else self.segments.parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How a person would be reached, as far as it decides what is dangerous.

    Args:
        shares_with: Keys of others who are reached at the same number or address.
        must_not_be_told: Whether somebody must not learn that they were asked.
        has_words: Whether the message is written in their language.
        is_by_text: Whether its text offers to answer by text.
    """

    contact: SafeContact
    age_band: str | None
    language: str
    shares_with: tuple[str, ...] = ()
    must_not_be_told: bool = False
    has_words: bool = True
    is_by_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsedPerson:
    """What one person would receive, and what about it is not safe.

    Args:
        is_invited: Whether they were invited before: then only what follows is told.
        id: Which person of the program they are.
    """

    key: str
    name: str = field(repr=False)
    group: Group
    outlook: Outlook
    language: str
    is_invited: bool = False
    messages: tuple[PlannedMessage, ...] = ()
    dangers: tuple[Danger, ...] = ()
    id: UUID | None = None

    @property
    def parts(self) -> int:
        """In how many parts their texts would be charged."""
        return sum(one.parts for one in self.messages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A review before it goes live.

    Args:
        pence_per_part: What the provider charges for a part of a text.
    """

    reference: str
    people: tuple[RehearsedPerson, ...]
    dangers: tuple[Danger, ...]
    pence_per_part: Decimal

    @property
    def is_safe(self) -> bool:
        """Whether nothing red stands in the way."""
        return not any(danger.is_red for _, danger in self.all_dangers)

    @property
    def all_dangers(self) -> tuple[tuple[RehearsedPerson | None, Danger], ...]:
        """Every danger with whom it is about, the red ones first."""
        found = [(None, danger) for danger in self.dangers] + [
            (person, danger) for person in self.people for danger in person.dangers
        ]
        return tuple(sorted(found, key=lambda one: not one[1].is_red))

    @property
    def texts(self) -> int:
        """How many texts would go if nobody answered."""
        return sum(one.segments is not None for one in self._messages())

    @property
    def parts(self) -> int:
        """In how many parts they would be charged."""
        return sum(one.parts for one in self._messages())

    @property
    def pounds(self) -> Decimal:
        """What these parts would cost at most."""
        return self.price(self.parts)

    @property
    def is_running(self) -> bool:
        """Whether somebody was invited before."""
        return any(one.is_invited for one in self.people)

    def price(self, parts: int) -> Decimal:
        """Say what so many parts cost, in pounds."""
        return (parts * self.pence_per_part / PENCE).quantize(Decimal("0.01"))

    def _messages(self) -> tuple[PlannedMessage, ...]:
        return tuple(one for person in self.people for one in person.messages)


def foreseen(
    first: datetime, reached: Reached, *, expires_at: datetime, calendar: Calendar
) -> tuple[datetime, ...]:
    """Foresee when the invitation and each reminder would go to a silent person."""
    times = [first]
    while len(times) <= MAX_REMINDERS:
        following = next_reminder(
            status=InvitationStatus.INVITED,
            reminders_sent=len(times) - 1,
            last_sent_at=times[-1],
            expires_at=expires_at,
            audience=audience_for(reached.age_band),
            window=reached.contact.window,
            calendar=calendar,
        )
        if following is None:
            break
        times.append(following)
    return tuple(times)


def dangers_of(
    reached: Reached, times: Sequence[datetime], *, is_from_the_start: bool = True
) -> tuple[Danger, ...]:
    """Say what about reaching this person is not safe, or not as wanted.

    Args:
        reached: How they are reached.
        times: When each message goes to them.
        is_from_the_start: Whether the first of these is the invitation.
    """
    contact = reached.contact
    device = "phone" if contact.channel is Channel.SMS else "mailbox"
    found = []
    if contact.shared_device and reached.must_not_be_told:
        found.append(
            Danger(
                sentence=f"Somebody must not learn that they are asked, and others "
                f"read this {device}. Reach them in person, or at another contact."
            )
        )
    if contact.shared_device and not contact.has_code_word:
        found.append(
            Danger(
                sentence=f"Others read this {device}, and no code word is agreed. "
                "Agree one in person: it is asked before the form shows what it is."
            )
        )
    if reached.shares_with:
        others = " and ".join(reached.shares_with)
        found.append(
            Danger(
                sentence=f"{others} would be reached at the same {device}: each could "
                "open the other's form. Ask for another contact, or ask in person."
            )
        )
    if (late := _first_unverified(contact, times)) is not None:
        found.append(
            Danger(
                sentence=f"By {late.day} {late:%B} the check of this contact is older "
                "than 30 days: what is due then waits until somebody checks again.",
                is_red=False,
            )
        )
    if is_from_the_start and len(times) <= MAX_REMINDERS:
        fits = "No reminder fits" if len(times) == 1 else "Only one reminder fits"
        found.append(Danger(sentence=f"{fits} before the review closes.", is_red=False))
    if not reached.has_words:
        found.append(
            Danger(
                sentence="The message itself is in English; their form is not.",
                is_red=False,
            )
        )
    return tuple(found)


def dangers_of_review(
    people: Sequence[RehearsedPerson],
    *,
    has_duty_route: bool,
    has_reviewer: bool,
    telling: Sequence[str],
) -> tuple[Danger, ...]:
    """Say what about the review as a whole is not ready.

    Args:
        people: Everybody at the review.
        has_duty_route: Whether a duty contact is set.
        has_reviewer: Whether somebody reviews.
        telling: Words of the public address that give away what this is.
    """
    asked = {
        one.group
        for one in people
        if one.is_invited or one.outlook.kind is not OutlookKind.NOT_ASKED
    }
    found = []
    if Group.CHILD in asked and not has_duty_route:
        found.append(
            Danger(
                sentence="A child is to be asked, and no duty contact is set: "
                "invitations are refused until an operator sets one with duty set."
            )
        )
    if telling:
        words = ", ".join(telling)
        found.append(
            Danger(
                sentence=f"The address in every message tells what this is ({words}). "
                "Ask an operator to set a neutral PUBLIC_BASE_URL."
            )
        )
    if not people:
        found.append(Danger(sentence="Nobody is added yet.", is_red=False))
    elif not asked & set(LIVED_EXPERIENCE):
        found.append(
            Danger(
                sentence="Neither the child nor the family is asked: no dimension can "
                "be convergent.",
                is_red=False,
            )
        )
    if not has_reviewer:
        found.append(Danger(sentence="Nobody reviews it yet.", is_red=False))
    return tuple(found)


def _first_unverified(
    contact: SafeContact, times: Sequence[datetime]
) -> datetime | None:
    if contact.verified_at is None:
        return None
    lapses = contact.verified_at + VERIFIED_FOR
    return lapses if any(at > lapses for at in times) else None
