"""What does a coordinator say of a way to reach a person?"""

from typing import Final

from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, ValidationError

from feedback.domain.address import Channel, ContactError, parse_address
from feedback.domain.calendar import ALL_DAYS, ContactWindow, WindowError, london_day
from feedback.domain.conversation import NotByText
from feedback.domain.intake import NewContact
from feedback.domain.outlook import WEEKDAYS
from feedback.services import link
from feedback.web.context import settings
from feedback.web.fields import (
    ClockField,
    DayField,
    DaysField,
    add_error,
    free_text,
    not_in_future,
)
from feedback.web.office.review_forms import opening, sentence_case

LONGEST_ADDRESS: Final = 254
LONGEST_CODE_WORD: Final = 40
YES, NO, UNKNOWN = "yes", "no", "unknown"
MISSING: Final = {
    Channel.SMS.value: "Enter a mobile number",
    Channel.EMAIL.value: "Enter an email address",
}
MISSING_ANY: Final = "Enter a mobile number or an email address"
SAFE: Final = {YES: True, NO: False, UNKNOWN: None}


class ContactForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A way to reach a person, and what they said about using it."""

    channel = RadioField(
        "How can they be reached?",
        [InputRequired("Choose text or email")],
        choices={Channel.SMS.value: "Text", Channel.EMAIL.value: "Email"},
    )
    value = StringField(
        "Mobile number or email address",
        free_text(LONGEST_ADDRESS),
        description="A UK mobile, like 07700 900123, or an email address.",
    )
    safe = RadioField(
        "Did they say that it is safe to use?",
        [InputRequired("Choose what they said")],
        choices={
            YES: "Yes, it is safe",
            NO: "No, never use it",
            UNKNOWN: "Nobody has asked them yet",
        },
        description="Until they have said yes, nothing is sent.",
    )
    verified_on = DayField(
        "When was this last checked with them?",
        [not_in_future],
        description="A check counts for 30 days. For example, 23 11 2026.",
    )
    is_shared_device = BooleanField(
        "Somebody else can read what arrives there",
        description="A failed message is then not tried by another route.",
    )
    is_high_risk = BooleanField(
        "Domestic abuse, or another high risk, is recorded",
        description="They are then asked in person; no message is sent by any route.",
    )
    safe_days = SelectMultipleField(
        "Days on which a message is safe",
        choices={str(number): day for number, day in enumerate(WEEKDAYS)},
        description="Choose none for any day.",
    )
    safe_from = ClockField(
        "Not before",
        description="Like 10:00. Leave empty for the ordinary hours: "
        "adults 9:00 to 20:00; ages 13 to 17 after school.",
    )
    safe_until = ClockField("Not after", description="Like 12:00.")
    blocked_dates = DaysField(
        "Dates on which not to write",
        description="Court, contact, a birthday or a holy day, like "
        "24/12/2026, 3/1/2027.",
    )
    code_word = StringField(
        "A word agreed with them",
        free_text(LONGEST_CODE_WORD),
        description="It is asked before the form is shown. Leave empty for none.",
    )

    answers_by_text = BooleanField(
        "They would rather answer by text than open a link",
        description="Five short questions, answered with a number each. The texts "
        "stay on their phone, so only for a mobile that nobody else reads, without a "
        "code word, and from the age of 13.",
    )

    def validate_answers_by_text(self, asked: BooleanField) -> None:
        """Offer no reply where texts go out from a name."""
        if asked.data and not link.rules(settings()).takes_replies:
            raise ValidationError(NotByText.ONE_WAY.words)

    def show(self, contact: NewContact, *, with_address: bool) -> None:
        """Start from what is known; the address only for those who may see it."""
        self.channel.data = contact.channel.value
        self.value.data = contact.address.value if with_address else ""
        self.safe.data = next(
            word for word, is_safe in SAFE.items() if is_safe is contact.safe
        )
        self.verified_on.data = (
            london_day(contact.verified_at) if contact.verified_at else None
        )
        self.is_shared_device.data = contact.shared_device
        self.is_high_risk.data = contact.high_risk
        self.answers_by_text.data = contact.answers_by_text
        window = contact.window
        days = frozenset() if window.safe_days == ALL_DAYS else window.safe_days
        self.safe_days.data = [str(day) for day in sorted(days)]
        self.safe_from.data = window.safe_from
        self.safe_until.data = window.safe_until
        self.blocked_dates.data = window.blocked_dates
        self.code_word.data = contact.code_word if with_address else ""

    def is_sound(self, before: NewContact | None = None) -> bool:
        """Check everything that was filled in, the address among it."""
        is_valid = bool(self.validate_on_submit())
        return self._check_address(before) and is_valid

    def _check_address(self, before: NewContact | None) -> bool:
        typed = self.value.data or ""
        if not typed.strip():
            if before is None:
                add_error(self.value, MISSING.get(self.channel.data, MISSING_ANY))
        elif not (self.channel.errors or self.value.errors):
            try:
                parse_address(Channel(self.channel.data), typed)
            except ContactError as error:
                add_error(self.value, sentence_case(str(error)))
        return not self.value.errors

    def contact(self, before: NewContact | None = None) -> NewContact | None:
        """Give the contact; None where a rule refuses it, with the fault beside it.

        An empty address keeps the one before, for those who may not see it.
        """
        window = self._window()
        typed = self.value.data or ""
        try:
            address = (
                before.address
                if before is not None and not typed.strip()
                else parse_address(Channel(self.channel.data), typed)
            )
        except ContactError as error:
            self.value.errors = [sentence_case(str(error))]
            return None
        if window is None:
            return None
        return NewContact(
            address=address,
            safe=SAFE[self.safe.data],
            verified_at=(
                opening(self.verified_on.data) if self.verified_on.data else None
            ),
            shared_device=self.is_shared_device.data,
            high_risk=self.is_high_risk.data,
            window=window,
            code_word=self._code_word(before),
            answers_by_text=self.answers_by_text.data,
        )

    def _code_word(self, before: NewContact | None) -> str | None:
        typed = (self.code_word.data or "").strip()
        if not typed and before is not None and not (self.value.data or "").strip():
            return before.code_word
        return typed or None

    def _window(self) -> ContactWindow | None:
        days = frozenset(int(day) for day in self.safe_days.data or ())
        try:
            return ContactWindow(
                safe_days=days or ALL_DAYS,
                safe_from=self.safe_from.data,
                safe_until=self.safe_until.data,
                blocked_dates=self.blocked_dates.data or frozenset(),
            )
        except WindowError as error:
            self.safe_until.errors = [str(error)]
            return None
