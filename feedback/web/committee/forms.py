"""Which report is to be built, and what was decided about its grades?"""

from flask_wtf import FlaskForm
from wtforms import BooleanField

from feedback.domain.report import Period
from feedback.services.report import Order
from feedback.web.fields import (
    DayField,
    WordsField,
    add_error,
    free_text,
    is_blank,
)


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
        description="Say why nobody can be recognised from these numbers.",
    )

    def is_sound(self) -> bool:
        """Check that there is a period, and a reason where grades are opened."""
        is_sound = bool(self.validate_on_submit())
        for field, name in ((self.first, "first"), (self.last, "last")):
            if field.data is None and not field.errors:
                add_error(field, f"Enter the {name} day of the period")
        first, last = self.first.data, self.last.data
        if first is not None and last is not None and last < first:
            add_error(self.last, "The last day comes before the first")
        if self.open_grades.data and is_blank(self.reason):
            add_error(self.reason, "Say why the grades may be shown")
        elif not self.open_grades.data and not is_blank(self.reason):
            add_error(self.open_grades, "Tick the box, or empty the reason")
        return is_sound and not self.errors

    def order(self) -> Order:
        """Give the report to build."""
        if self.first.data is None or self.last.data is None:
            raise ValueError("ask is_sound first")
        return Order(
            period=Period(first=self.first.data, last=self.last.data),
            open_grades_reason=self.reason.data if self.open_grades.data else None,
        )
