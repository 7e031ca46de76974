"""Which period is asked for?"""

from flask_wtf import FlaskForm

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
        for field, name in ((self.first, "first"), (self.last, "last")):
            if field.data is None and not field.errors:
                add_error(field, f"Enter the {name} day of the period")
        first, last = self.first.data, self.last.data
        if first is not None and last is not None and last < first:
            add_error(self.last, "The last day comes before the first")
        if self.errors or first is None or last is None:
            return None
        return Period(first=first, last=last)
