"""How do a date in three boxes and a free text come in whole?"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from wtforms import DateField, Field, Form, TextAreaField
from wtforms.validators import Length, ValidationError

LONGEST_TEXT: Final = 10_000
EARLIEST_YEAR: Final = 1990
PARTS_OF_A_DATE: Final = 3
NO_DATE: Final = "Enter a real date, such as 3 11 2026"


class DayField(DateField):  # type: ignore[misc]  # WTForms ships no types
    """A date typed as day, month and year; empty boxes are no date."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the three boxes."""
        self.data: date | None = None
        parts = " ".join(valuelist).split()
        if not parts:
            return
        try:
            day, month, year = (int(part) for part in parts)
            self.data = date(year, month, day)
        except (ValueError, OverflowError):
            raise ValueError(NO_DATE) from None
        if year < EARLIEST_YEAR:
            self.data = None
            raise ValueError(NO_DATE)


class WordsField(TextAreaField):  # type: ignore[misc]  # WTForms ships no types
    """A box for words: kept as typed, but that browsers send line ends as two."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the words with plain line ends."""
        if valuelist:
            self.data = valuelist[0].replace("\r\n", "\n")


def no_nul(_: Form, field: Field) -> None:
    """Refuse the one character that no database keeps."""
    if "\0" in (field.data or ""):
        raise ValidationError("Remove the unreadable character from this text")


def free_text() -> list[Any]:
    """Give the checks of a box for words, which are never trimmed."""
    too_long = f"Write at most {LONGEST_TEXT:,} characters"
    return [Length(max=LONGEST_TEXT, message=too_long), no_nul]


def add_error(field: Field, sentence: str) -> None:
    """Put one more sentence beside a field."""
    field.errors = [*field.errors, sentence]


def is_blank(field: Field) -> bool:
    """Tell whether a text box holds nothing but blanks."""
    return not (field.data or "").strip()
