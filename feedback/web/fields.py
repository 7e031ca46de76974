"""Which controls do staff's forms need beyond the ordinary ones?

Days, times and words come in whole: what was typed stands in the page again when it
is refused, and words are never trimmed.
"""

from collections.abc import Sequence
from datetime import date, time
from typing import Any, Final

from typing_extensions import override
from wtforms import Field, Form, StringField, TextAreaField, ValidationError
from wtforms.validators import Length, StopValidation

from feedback.domain.answering import LONGEST_WORDS
from feedback.domain.calendar import london_day
from feedback.web.context import now

EARLIEST_YEAR: Final = 1990
LATEST_YEAR: Final = 2099
LONGEST_LINE: Final = 200
NOT_A_DAY: Final = "Enter a real date, like 27 3 2027"
NOT_A_TIME: Final = "Write a time like 10:00 or 16:30"
NOT_DAYS: Final = "Write dates like 24/12/2026, with commas between them"


class DayField(StringField):  # type: ignore[misc]  # WTForms ships no types
    """A day in three boxes: day, month, year. All empty is no day."""

    data: date | None

    @override
    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = None
        parts = " ".join(valuelist).split()
        if not parts:
            return
        found = _day_of(parts, NOT_A_DAY)
        if not EARLIEST_YEAR <= found.year <= LATEST_YEAR:
            raise ValidationError(NOT_A_DAY)
        self.data = found

    @override
    def _value(self) -> str:
        return "" if self.data is None else f"{self.data:%d %m %Y}"


class ClockField(StringField):  # type: ignore[misc]  # WTForms ships no types
    """A time on the clock, like 10:00. Empty is no time."""

    data: time | None

    @override
    def process_formdata(self, valuelist: Sequence[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            hour, _, minute = typed.replace(".", ":").partition(":")
            self.data = time(int(hour), int(minute or "0"))
        except (ValueError, OverflowError):
            raise ValidationError(NOT_A_TIME) from None

    @override
    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:%H:%M}"


class DaysField(StringField):  # type: ignore[misc]  # WTForms ships no types
    """Days separated by commas, like 24/12/2026, 3/1/2027. Empty is none."""

    data: frozenset[date]

    @override
    def process_formdata(self, valuelist: Sequence[str]) -> None:
        typed = valuelist[0] if valuelist else ""
        pieces = [piece.strip() for piece in typed.split(",") if piece.strip()]
        self.data = frozenset()
        self.data = frozenset(_day_of(piece.split("/"), NOT_DAYS) for piece in pieces)

    @override
    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        days = sorted(self.data or ())
        return ", ".join(f"{one.day}/{one.month}/{one.year}" for one in days)


class WordsField(TextAreaField):  # type: ignore[misc]  # WTForms ships no types
    """A box for words: kept as typed, but that browsers send line ends as two."""

    @override
    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if valuelist:
            self.data = valuelist[0].replace("\r\n", "\n")


class Needed:
    """Asks for a value in a field whose empty value is None."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse a field in which nothing was given, unless it is a fault already."""
        del form
        if field.data is None and not field.process_errors:
            raise StopValidation(self.sentence)


class SaysSomething:
    """Asks for words in a box."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse a box that holds nothing but blanks."""
        del form
        if is_blank(field):
            raise StopValidation(self.sentence)


def no_nul(form: Form, field: Field) -> None:
    """Refuse the one character that no database keeps."""
    del form
    if "\0" in (field.data or ""):
        raise ValidationError("Remove the unreadable character from this text")


def not_in_future(form: Form, field: DayField) -> None:
    """Refuse a day that has not come yet."""
    del form
    if field.data is not None and field.data > london_day(now()):
        raise ValidationError("Enter today, or a day before today")


def free_text(longest: int = LONGEST_WORDS) -> list[Any]:
    """Give the checks of words, which are never trimmed."""
    return [
        Length(max=longest, message=f"Write at most {longest:,} characters"),
        no_nul,
    ]


def chosen_day(field: DayField) -> date:
    """Give the day of a form that was found sound.

    Raises:
        ValueError: If there is none: nobody asked the form.
    """
    if field.data is None:
        raise ValueError("ask is_sound first")
    return field.data


def add_error(field: Field, sentence: str) -> None:
    """Put one more sentence beside a field."""
    field.errors = [*field.errors, sentence]


def is_blank(field: Field) -> bool:
    """Tell whether a text box holds nothing but blanks."""
    return not (field.data or "").strip()


def _day_of(parts: Sequence[str], advice: str) -> date:
    """Read a day, a month and a year.

    Raises:
        ValidationError: With the advice, if they are no day.
    """
    try:
        day, month, year = (int(part) for part in parts)
        return date(year, month, day)
    except (ValueError, OverflowError):
        raise ValidationError(advice) from None
