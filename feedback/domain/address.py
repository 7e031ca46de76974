"""Is this a mobile number or an email address that we can send to?"""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from feedback.domain.errors import FeedbackError

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber as NationalNumber


class Channel(StrEnum):
    """A way a message can travel."""

    SMS = "sms"
    EMAIL = "email"


class PhoneReason(StrEnum):
    """Why a text cannot be a mobile number we send to."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_UK = "not_uk"
    NOT_A_MOBILE = "not_a_mobile"

    @property
    def words(self) -> str:
        """Say to the person who typed it what to do."""
        return _PHONE_WORDS[self]


_PHONE_WORDS: Final = {
    PhoneReason.EMPTY: "Enter a mobile number",
    PhoneReason.NOT_A_NUMBER: "Enter a mobile number, like 07700 900123",
    PhoneReason.TOO_SHORT: "This mobile number is too short; check the digits",
    PhoneReason.TOO_LONG: "This mobile number is too long; check the digits",
    PhoneReason.NOT_UK: "Enter a UK mobile number, starting 07 or +447",
    PhoneReason.NOT_A_MOBILE: "This number cannot receive texts; enter a mobile number",
}


class EmailReason(StrEnum):
    """Why a text cannot be an email address we send to."""

    EMPTY = "empty"
    HAS_CONTROL_CHARACTER = "has_control_character"
    NOT_ONE_AT = "not_one_at"
    TOO_LONG = "too_long"
    BAD_NAME = "bad_name"
    BAD_DOMAIN = "bad_domain"

    @property
    def words(self) -> str:
        """Say to the person who typed it what to do."""
        return _EMAIL_WORDS[self]


_EMAIL_WORDS: Final = {
    EmailReason.EMPTY: "Enter an email address",
    EmailReason.HAS_CONTROL_CHARACTER: "Enter the email address on one line",
    EmailReason.NOT_ONE_AT: "Enter an email address with one @ in it, "
    "like name@example.org",
    EmailReason.TOO_LONG: "This email address is too long; check it",
    EmailReason.BAD_NAME: "Check the part of the email address before the @",
    EmailReason.BAD_DOMAIN: "Check the part of the email address after the @",
}


class ContactError(FeedbackError):
    """An address that cannot be used."""


class InvalidPhoneError(ContactError):
    """A text that cannot be a mobile number we send to."""

    def __init__(self, reason: PhoneReason) -> None:
        super().__init__(reason.words)
        self.reason = reason


class InvalidEmailError(ContactError):
    """A text that cannot be an email address we send to."""

    def __init__(self, reason: EmailReason) -> None:
        super().__init__(reason.words)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNumber:
    """A mobile number in E.164; its representation never shows it."""

    value: str = field(repr=False)

    @property
    def canonical(self) -> str:
        """The one spelling that a blind index or a suppression compares."""
        return self.value

    @property
    def ending(self) -> str:
        """The last two digits: all that a log may say of it."""
        return self.value[-2:]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailAddress:
    """An email address; its representation never shows it."""

    value: str = field(repr=False)

    @property
    def canonical(self) -> str:
        """The one spelling that a blind index or a suppression compares."""
        return self.value.casefold()

    @property
    def domain(self) -> str:
        """The part after the @: all that a log may say of it."""
        return self.value.rpartition("@")[2]


_PHONE_WRITING: Final = re.compile(r"[+(]?[0-9+()./\- ]+", re.ASCII)
# Phones wrap a copied contact in invisible direction marks.
_INVISIBLE: Final = frozenset({"Cf"})
# Ofcom keeps these for drama; the library calls them invalid, and nobody owns them.
_DRAMA: Final = re.compile(r"\+447700900[0-9]{3}")
_UK: Final = 44
_MOBILE_DIGITS: Final = 10  # after the 0 or the +44


def parse_mobile(text: str) -> PhoneNumber:
    """Read a UK mobile number as people write it.

    Raises:
        InvalidPhoneError: With the reason, from which a form takes its sentence.
    """
    plain = _plain_writing(text)
    if not plain:
        raise InvalidPhoneError(PhoneReason.EMPTY)
    if _PHONE_WRITING.fullmatch(plain) is None:
        raise InvalidPhoneError(PhoneReason.NOT_A_NUMBER)
    return PhoneNumber(value=_written_in_full(plain))


def _plain_writing(text: str) -> str:
    """Fold look-alikes to plain digits and signs, and drop invisible marks."""
    folded = "".join(
        "-" if unicodedata.category(character) == "Pd" else character
        for character in unicodedata.normalize("NFKC", text)
        if unicodedata.category(character) not in _INVISIBLE
    )
    return folded.strip()


def _written_in_full(plain: str) -> str:
    # Here: what answers pages mostly reads no number, and the library is large.
    import phonenumbers as library  # noqa: PLC0415

    unparsed = {
        library.NumberParseException.TOO_SHORT_NSN: PhoneReason.TOO_SHORT,
        library.NumberParseException.TOO_SHORT_AFTER_IDD: PhoneReason.TOO_SHORT,
        library.NumberParseException.TOO_LONG: PhoneReason.TOO_LONG,
        library.NumberParseException.INVALID_COUNTRY_CODE: PhoneReason.NOT_UK,
    }
    try:
        number = library.parse(plain, "GB")
    except library.NumberParseException as error:
        reason = unparsed.get(error.error_type, PhoneReason.NOT_A_NUMBER)
        raise InvalidPhoneError(reason) from None
    written = library.format_number(number, library.PhoneNumberFormat.E164)
    if _DRAMA.fullmatch(written) is None:
        _refuse_unusable(number)
    return written


def _refuse_unusable(number: "NationalNumber") -> None:
    import phonenumbers as library  # noqa: PLC0415 - as above

    lengths = {
        library.ValidationResult.TOO_SHORT: PhoneReason.TOO_SHORT,
        library.ValidationResult.TOO_LONG: PhoneReason.TOO_LONG,
    }
    # +44 takes in the Crown dependencies, which share the mobile numbers of the UK.
    if number.country_code != _UK:
        raise InvalidPhoneError(PhoneReason.NOT_UK)
    national = str(number.national_number)
    # Some landlines have nine digits, so the library lets a short mobile pass.
    if national.startswith("7") and len(national) < _MOBILE_DIGITS:
        raise InvalidPhoneError(PhoneReason.TOO_SHORT)
    length = library.is_possible_number_with_reason(number)
    if length in lengths:
        raise InvalidPhoneError(lengths[length])
    if library.number_type(number) != library.PhoneNumberType.MOBILE:
        raise InvalidPhoneError(PhoneReason.NOT_A_MOBILE)


_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL: Final = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_MAX_LOCAL: Final = 64
_MAX_ADDRESS: Final = 254


def parse_email(text: str) -> EmailAddress:
    """Read an email address as people write it; the domain comes out lower case.

    Raises:
        InvalidEmailError: With the reason, from which a form takes its sentence.
    """
    plain = text.strip(" ")
    if not plain:
        raise InvalidEmailError(EmailReason.EMPTY)
    # Before any other strip: a line break here is how a header is injected.
    if any(
        unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in plain
    ):
        raise InvalidEmailError(EmailReason.HAS_CONTROL_CHARACTER)
    if plain.count("@") != 1:
        raise InvalidEmailError(EmailReason.NOT_ONE_AT)
    local, _, domain = plain.partition("@")
    # A mail program would read “=?…?=” as other letters than stand there.
    if _LOCAL.fullmatch(local) is None or "=?" in local:
        raise InvalidEmailError(EmailReason.BAD_NAME)
    address = f"{local}@{_host(domain)}"
    if len(local) > _MAX_LOCAL or len(address) > _MAX_ADDRESS:
        raise InvalidEmailError(EmailReason.TOO_LONG)
    return EmailAddress(value=address)


def _host(domain: str) -> str:
    """Write a domain in its ASCII form."""
    try:
        written = domain.lower().encode("idna").decode("ascii")
    except UnicodeError:
        raise InvalidEmailError(EmailReason.BAD_DOMAIN) from None
    labels = written.split(".")
    if (
        len(labels) < 2  # noqa: PLR2004  a name and its top-level domain
        or labels[-1].isdigit()
        or not all(_LABEL.fullmatch(label) for label in labels)
    ):
        raise InvalidEmailError(EmailReason.BAD_DOMAIN)
    return written


def parse_address(channel: Channel, text: str) -> PhoneNumber | EmailAddress:
    """Read the address that a channel takes.

    Raises:
        ContactError: With the channel's own reason.
    """
    return parse_mobile(text) if channel is Channel.SMS else parse_email(text)
