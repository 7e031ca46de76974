"""What must be known of a review and of each person before anyone is asked?"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Final

from feedback.domain.address import Channel, EmailAddress, PhoneNumber
from feedback.domain.calendar import ContactWindow
from feedback.domain.contact import SafeContact
from feedback.domain.questionnaire import Questionnaire, default_form
from feedback.domain.review import ReviewError, Service
from triangulation import AgeBand, Group, LanguageRoute

LONGEST_REFERENCE: Final = 40
LONGEST_KEY: Final = 100
LONGEST_NAME: Final = 200
LONGEST_WORDS: Final = 10_000
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)

_REFERENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class IntakeError(ReviewError):
    """Something about a review or a person that cannot be taken as it is.

    Args:
        field: Which attribute it is about.
        sentence: What to do about it.
    """

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReview:
    """A review as it is commissioned.

    Args:
        opens_at: From when people may answer.
        closes_at: Until when, in the ordinary course.
        invite_at: Before when no invitation goes; None for as soon as hours allow.
        moderation_on: The day of the moderation meeting, where it is known.

    Raises:
        IntakeError: If the reference could be a name, or time runs backwards.
    """

    reference: str
    service: Service = Service.CHILDRENS_SOCIAL_CARE
    opens_at: datetime
    closes_at: datetime
    invite_at: datetime | None = None
    moderation_on: date | None = None

    def __post_init__(self) -> None:
        check_reference(self.reference)
        if self.closes_at <= self.opens_at:
            raise IntakeError("closes_at", "must come after the day it opens")
        if self.invite_at is not None and self.invite_at >= self.closes_at:
            raise IntakeError("invite_at", "must come before the review closes")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """A way to reach a person, and what they said about using it.

    Args:
        safe: Whether the person said it is safe; None where nobody has asked.
        verified_at: When somebody last checked it with the person.
        code_word: A word agreed in person, asked before the form is shown.
        answers_by_text: Whether they would rather reply to texts than open a link.
    """

    address: PhoneNumber | EmailAddress
    safe: bool | None
    verified_at: datetime | None
    shared_device: bool = False
    high_risk: bool = False
    window: ContactWindow = field(default_factory=ContactWindow)
    code_word: str | None = field(default=None, repr=False)
    answers_by_text: bool = False

    @property
    def channel(self) -> Channel:
        """How a message to it travels."""
        is_phone = isinstance(self.address, PhoneNumber)
        return Channel.SMS if is_phone else Channel.EMAIL

    @property
    def profile(self) -> SafeContact:
        """The same contact without its address, as the rules of sending judge it."""
        return SafeContact(
            channel=self.channel,
            safe=self.safe,
            verified_at=self.verified_at,
            shared_device=self.shared_device,
            high_risk=self.high_risk,
            window=self.window,
            has_code_word=self.code_word is not None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A person whose voice is sought, as the coordinator or a file tells of them.

    Args:
        key: What the review calls them; None for the next free one.
        form: Which form they are asked; None for the usual one of group and band.
        blocks: Which optional parts of it they are asked.
        consented_at: When somebody they trust told them what will come; None
            where nobody has, and then nothing is sent.
        must_not_be_told: Who must not learn that this person was asked.
        not_invited_reason: Why they are not asked; None where they are.

    Raises:
        IntakeError: If there is no name, or the age band does not fit the group.
    """

    group: Group
    name: str = field(repr=False)
    language: str = "en"
    key: str | None = None
    age_band: AgeBand | None = None
    form: str | None = None
    blocks: frozenset[str] = frozenset()
    consented_at: datetime | None = None
    must_not_be_told: str | None = field(default=None, repr=False)
    language_route: LanguageRoute = LanguageRoute.NONE
    not_invited_reason: str | None = field(default=None, repr=False)
    contacts: tuple[NewContact, ...] = ()

    def __post_init__(self) -> None:
        check_line("name", self.name, longest=LONGEST_NAME)
        if self.key is not None:
            check_line("key", self.key, longest=LONGEST_KEY)
        if (self.group is Group.CHILD) and self.age_band is None:
            raise IntakeError(
                "age_band", "a child needs one of 5-8, 9-12, 13-17, 18-25"
            )
        if self.group is not Group.CHILD and self.age_band is not None:
            raise IntakeError("age_band", "only a child or young person has one")


def check_reference(reference: str) -> None:
    """Refuse a reference that could tell who the child is, or break an address.

    Raises:
        IntakeError: With what to write instead.
    """
    if len(reference) > LONGEST_REFERENCE:
        raise IntakeError(
            "reference", f"must be {LONGEST_REFERENCE} characters or fewer"
        )
    if _REFERENCE.fullmatch(reference) is None:
        raise IntakeError(
            "reference",
            "use letters, digits, hyphens, full stops and underscores only, "
            "with no spaces, like H-000123",
        )
    # A case system's numbers hold digits or are all capitals; names are neither.
    if not any(sign.isdigit() for sign in reference) and not reference.isupper():
        raise IntakeError(
            "reference", "this reads like a name: use the case number instead"
        )


def check_line(name: str, text: str, *, longest: int) -> None:
    """Refuse a one-line text that is empty, too long or holds control characters.

    Raises:
        IntakeError: With what to do.
    """
    if not text.strip():
        raise IntakeError(name, "must not be empty")
    if len(text) > longest:
        raise IntakeError(name, f"must be {longest} characters or fewer")
    if any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in text):
        raise IntakeError(name, "must be one line, without control characters")


def forms_for(
    forms: Sequence[Questionnaire], group: Group
) -> tuple[Questionnaire, ...]:
    """List the published forms that a person of this group may be given."""
    return tuple(form for form in forms if form.group == group.value)


def with_form(person: NewPerson, forms: Sequence[Questionnaire]) -> NewPerson:
    """Settle which published form a person is asked, in a language it speaks.

    Raises:
        IntakeError: If there is no such form, it is not offered in the language, or
            has not the optional parts.
    """
    chosen = _choose(person, forms)
    if person.language not in chosen.languages:
        offered = ", ".join(chosen.languages)
        raise IntakeError(
            "language", f"is not offered for this form; it is offered in {offered}"
        )
    if not person.blocks <= chosen.blocks:
        raise IntakeError("blocks", "this is not part of the form that they are asked")
    return replace(person, form=chosen.form)


def _choose(person: NewPerson, forms: Sequence[Questionnaire]) -> Questionnaire:
    if person.form is None:
        usual = default_form(
            forms, group=person.group.value, age_band=_band(person.age_band)
        )
        if usual is None:
            raise IntakeError("group", "no questionnaire is published for them")
        return usual
    fitting = forms_for(forms, person.group)
    found = next((form for form in fitting if form.form == person.form), None)
    if found is None:
        raise IntakeError("form", "is not a published form for this group")
    return found


def _band(age_band: AgeBand | None) -> str | None:
    return None if age_band is None else age_band.value
