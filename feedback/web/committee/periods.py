"""Which period is asked for?"""

from flask_wtf import FlaskForm
from wtforms import Field

from feedback.domain.report import Period
from feedback.web.fields import DayField, add_error


class PeriodForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A first and a last day, in the address: the page can be kept and sent."""

    class Meta:
        """Nothing is changed by looking, so there is nothing to forge."""

        csrf = False

    first = DayField("First day", description="For example, 1 9 2026")
    last = DayField("Last day", description="For example, 28 2 2027")

    def period(self) -> Period | None:
        """Give the period; None where it is none, with what to put right."""
        self.validate()
        check_days(self.first, self.last)
        first, last = self.first.data, self.last.data
        if self.errors or first is None or last is None:
            return None
        return Period(first=first, last=last)


def check_days(first: Field, last: Field) -> None:
    """Say at its field what is wrong with the days of a period, if something is."""
    for field, name in ((first, "first"), (last, "last")):
        if field.data is None and not field.errors:
            add_error(field, f"Enter the {name} day of the period")
    if first.data is not None and last.data is not None and last.data < first.data:
        add_error(last, "The last day comes before the first")
