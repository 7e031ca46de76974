"""On which day does this happen? Fixed dates, or days counted from today."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from feedback.domain.calendar import (
    Calendar,
    at_wall_time,
    london_day,
    same_wall_time_days_later,
)

_SATURDAY: Final = 5
# Long enough to look round first, short enough to wait for.
SOON: Final = timedelta(minutes=20)
# `-3 16:10` counts working days, `day-3 16:10` every day, from today.
_COUNTED: Final = re.compile(r"(day)?([+-]\d+)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Almanac:
    """Reads the days and times of stories, in London's wall time.

    Args:
        now: From when days are counted.
    """

    now: datetime
    calendar: Calendar = field(default_factory=Calendar)

    @property
    def today(self) -> date:
        """The day that it is in London."""
        return london_day(self.now)

    def day(self, text: str) -> date:
        """Read a day: `2024-09-05`, `-3` working days or `day-3` days from today.

        Raises:
            ValueError: If it is neither.
        """
        counted = _COUNTED.fullmatch(text)
        if counted is None:
            return date.fromisoformat(text)
        every_day, days = counted.groups()
        if every_day:
            return self.today + timedelta(days=int(days))
        return self._working_days_from_today(int(days))

    def at(self, text: str) -> datetime:
        """Read a day and a time: `2024-09-05 16:10` or `-3 16:10`.

        `day-3 soon` is three days before what comes in a few minutes from now.

        Raises:
            ValueError: If one of them is missing or wrong.
        """
        day, _, wall = text.partition(" ")
        if wall == "soon":
            apart = (self.day(day) - self.today).days
            return same_wall_time_days_later(self.now + SOON, apart)
        return at_wall_time(self.day(day), time.fromisoformat(wall))

    def _working_days_from_today(self, days: int) -> date:
        step = timedelta(days=1 if days > 0 else -1)
        found, left = self.today, abs(days)
        while left:
            found += step
            if found.weekday() < _SATURDAY and not self.calendar.is_closed(found):
                left -= 1
        return found
