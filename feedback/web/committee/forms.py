"""Which report is to be built, what was decided about it, and what does it say?"""

from collections.abc import Mapping
from typing import Final

from flask_wtf import FlaskForm
from typing_extensions import override
from wtforms import BooleanField, Field, StringField

from feedback.domain.paper_boxes import BOXES, Box, Part
from feedback.domain.report import Period
from feedback.services.build_report import Order
from feedback.web.committee.periods import check_days
from feedback.web.fields import (
    DayField,
    WordsField,
    add_error,
    free_text,
    is_blank,
)

LONGEST_LINE: Final = 300


class BuildForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A period, and the recorded decision about the grades."""

    first = DayField("First day")
    last = DayField("Last day")
    open_grades = BooleanField(
        "Show how many reviews were given each grade",
        description=(
            "Your decision, kept with the report. Without it grades given to 1 to 5 "
            "reviews are withheld."
        ),
    )
    reason = WordsField(
        "Why may they be shown?",
        free_text(),
        description=(
            "Say why nobody can be recognised from these numbers. Your reason is "
            "printed in the report."
        ),
    )

    def is_sound(self) -> bool:
        """Check that there is a period, and a reason where grades are opened."""
        is_sound = bool(self.validate_on_submit())
        check_days(self.first, self.last)
        if self.open_grades.data and is_blank(self.reason):
            add_error(self.reason, "Say why the grades may be shown")
        elif not self.open_grades.data and not is_blank(self.reason):
            add_error(self.open_grades, "Tick the box, or empty the reason")
        return is_sound and not self.errors

    @property
    def has_period(self) -> bool:
        """Whether the days are sound, whatever else is not; ask is_sound first."""
        has_days = self.first.data is not None and self.last.data is not None
        return has_days and not (self.first.errors or self.last.errors)

    @property
    def period(self) -> Period:
        """The period, once the form is sound."""
        if self.first.data is None or self.last.data is None:
            raise ValueError("ask is_sound first")
        return Period(first=self.first.data, last=self.last.data)

    def order(self) -> Order:
        """Give the report to build."""
        # Without a reason the grades stay withheld; the form says so.
        is_open = self.open_grades.data and not is_blank(self.reason)
        return Order(
            period=self.period,
            open_grades_reason=self.reason.data if is_open else None,
            words=self.words(),
        )

    def words(self) -> Mapping[str, str]:
        """Give the officer's words; here there are none yet."""
        return {}


class PaperForm(BuildForm):
    """The same, with a box for each of the officer's words."""

    @override
    def words(self) -> Mapping[str, str]:
        """Give the officer's words, exactly as typed."""
        return {box.key: self[box.key].data or "" for box in BOXES}

    def says_enough(self) -> bool:
        """Check that no box is empty that must not be."""
        is_sound = self.is_sound()
        for box in BOXES:
            if box.is_required and is_blank(self[box.key]):
                add_error(self[box.key], f"{box.label}: write something here")
        return is_sound and not self.errors

    def boxes(self, *parts: Part) -> list[tuple[Box, Field]]:
        """Give the boxes of some parts with their fields."""
        return [(box, self[box.key]) for box in BOXES if box.part in parts]


def _field(box: Box) -> Field:
    if box.rows == 1:
        return StringField(
            box.label, free_text(LONGEST_LINE), description=box.hint or ""
        )
    return WordsField(box.label, free_text(), description=box.hint or "")


for _box in BOXES:
    setattr(PaperForm, _box.key, _field(_box))
