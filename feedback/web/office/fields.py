"""Which controls do the coordinator's forms need beyond the ordinary ones?"""

from collections.abc import Sequence
from datetime import date, time
from typing import Final

from typing_extensions import override
from wtforms import Form, StringField, ValidationError
from wtforms.validators import StopValidation

from feedback.domain.calendar import LONDON
from feedback.web.context import now

EARLIEST_YEAR: Final = 2000
LATEST_YEAR: Final = 2099
PARTS: Final = 3


class DayField(StringField):  # type: ignore[misc]  # WTForms ships no types
    """A day in three boxes: day, month, year. All empty is no day."""

    data: date | None

    @override
    def process_formdata(self, valuelist: Sequence[str]) -> None:
        parts = [part.strip() for part in valuelist]
        self.data = None
        if not any(parts):
            return
        try:
            day, month, year = (int(part) for part in parts[:PARTS])
            found = date(year, month, day)
        except ValueError:
            raise ValidationError(NOT_A_DAY) from None
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
        except ValueError:
            raise ValidationError("Write a time like 10:00 or 16:30") from None

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
        self.data = frozenset(_one_day(piece) for piece in pieces)

    @override
    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        days = sorted(self.data or ())
        return ", ".join(f"{one.day}/{one.month}/{one.year}" for one in days)


NOT_A_DAY: Final = "Enter a real date, like 27 3 2027"


class Needed:
    """Asks for a value in a field of this module."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __call__(self, form: Form, field: StringField) -> None:
        """Refuse a field in which nothing was given, unless it is a fault already."""
        del form
        if field.data is None and not field.process_errors:
            raise StopValidation(self.sentence)


def not_in_future(form: Form, field: DayField) -> None:
    """Refuse a day that has not come yet."""
    del form
    if field.data is not None and field.data > now().astimezone(LONDON).date():
        raise ValidationError("Enter today, or a day before today")


def no_nul(form: Form, field: StringField) -> None:
    """Refuse the one character that no database stores."""
    del form
    if isinstance(field.data, str) and "\0" in field.data:
        raise ValidationError("This holds a character that cannot be stored")


def _one_day(piece: str) -> date:
    try:
        day, month, year = (int(part) for part in piece.split("/"))
        return date(year, month, day)
    except ValueError:
        raise ValidationError(
            "Write dates like 24/12/2026, with commas between them"
        ) from None
