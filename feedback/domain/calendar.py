"""When may a message go? Quiet hours and days, in Europe/London wall time."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from feedback.domain.errors import FeedbackError

LONDON: Final = ZoneInfo("Europe/London")
END_OF_DAY: Final = time(23, 59, 59)
ALL_DAYS: Final = frozenset(range(7))
HORIZON_DAYS: Final = 400
DEFAULT_SCHOOL_BREAKS_TEXT: Final = "07-20/09-03, 12-19/01-04"
_SATURDAY: Final = 5


class WindowError(FeedbackError):
    """A person's hours or days in which nothing could ever be sent."""


class SchoolBreaksError(FeedbackError):
    """A setting that does not read as date ranges.

    Args:
        part: The piece that does not.
    """

    def __init__(self, part: str) -> None:
        super().__init__(
            f"{part!r} is not a range of dates like 07-20/09-03 "
            "or 2026-10-26/2026-10-30"
        )
        self.part = part


class Audience(StrEnum):
    """Whose quiet hours apply."""

    ADULT = "adult"
    YOUNG_PERSON = "young_person"


def audience_for(age_band: str | None) -> Audience:
    """Tell whose hours a person of this band keeps; from 18 on, an adult's."""
    return Audience.YOUNG_PERSON if age_band == "13-17" else Audience.ADULT


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A stretch of wall time within one day; the end is no longer in it."""

    opens: time
    closes: time

    def narrowed(self, opens: time | None, closes: time | None) -> "Hours":
        """Keep only what also lies between the two times."""
        return Hours(
            opens=max(self.opens, opens or time.min),
            closes=min(self.closes, closes or time.max),
        )

    @property
    def is_empty(self) -> bool:
        """Tell whether no moment is left."""
        return self.opens >= self.closes


ADULT_HOURS: Final = Hours(opens=time(9), closes=time(20))
SCHOOL_DAY_HOURS: Final = Hours(opens=time(16), closes=time(19, 30))
FREE_DAY_HOURS: Final = Hours(opens=time(10), closes=time(18))


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactWindow:
    """The days and hours a person asked for; it only ever narrows.

    Args:
        safe_days: Weekdays, 0 Monday to 6 Sunday.
        safe_from: The first wall time on those days; None for no limit.
        safe_until: The wall time from which it is too late; None for no limit.
        blocked_dates: Days that are never used: court, review, contact,
            birthday, holy days.
    """

    safe_days: frozenset[int] = ALL_DAYS
    safe_from: time | None = None
    safe_until: time | None = None
    blocked_dates: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.safe_days:
            raise WindowError("Choose at least one day")
        if not self.safe_days <= ALL_DAYS:
            raise WindowError("Days are 0 (Monday) to 6 (Sunday)")
        if (self.safe_from or time.min) >= (self.safe_until or time.max):
            raise WindowError("The first safe hour must come before the last")

    def takes(self, day: date) -> bool:
        """Tell whether the person agreed to be messaged on this day."""
        return day.weekday() in self.safe_days and day not in self.blocked_dates


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolBreaks:
    """When school is out: ranges of every year, and ranges of one year.

    Args:
        yearly: Pairs of (month, day), both ends within; may run over new year.
        dated: Pairs of dates, both ends within.
    """

    yearly: frozenset[tuple[tuple[int, int], tuple[int, int]]] = frozenset()
    dated: frozenset[tuple[date, date]] = frozenset()

    def hold(self, day: date) -> bool:
        """Tell whether this day lies in a break."""
        place = (day.month, day.day)
        return any(first <= day <= last for first, last in self.dated) or any(
            first <= place <= last if first <= last else place >= first or place <= last
            for first, last in self.yearly
        )


_YEARLY: Final = re.compile(r"(\d\d)-(\d\d)", re.ASCII)
# A leap year, so that 29 February can begin or end a break.
_ANY_YEAR: Final = 2000


def parse_school_breaks(text: str) -> SchoolBreaks:
    """Read date ranges, separated by commas, both ends within.

    `07-20/09-03` is of every year, `2026-10-26/2026-10-30` of one. An empty
    text means no breaks.

    Raises:
        SchoolBreaksError: With the piece that does not read as a range.
    """
    yearly = set()
    dated = set()
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        first, separator, last = (end.strip() for end in part.partition("/"))
        try:
            if _YEARLY.fullmatch(first) and _YEARLY.fullmatch(last):
                yearly.add((_month_day(first), _month_day(last)))
                continue
            begins, ends = date.fromisoformat(first), date.fromisoformat(last)
        except ValueError:
            raise SchoolBreaksError(part) from None
        if not separator or begins > ends:
            raise SchoolBreaksError(part)
        dated.add((begins, ends))
    return SchoolBreaks(yearly=frozenset(yearly), dated=frozenset(dated))


def _month_day(text: str) -> tuple[int, int]:
    day = date.fromisoformat(f"{_ANY_YEAR}-{text}")
    return day.month, day.day


@lru_cache(maxsize=64)
def _bank_holidays(year: int) -> frozenset[date]:
    """List England's bank holidays of a year, substitute days included."""
    import holidays  # noqa: PLC0415 - not before a day is asked about: it is large

    listed: Iterable[date] = holidays.country_holidays(
        "GB", subdiv="ENG", years=year
    ).keys()
    return frozenset(listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days on which nobody is messaged, and those on which school is on."""

    school_breaks: SchoolBreaks = field(
        default_factory=lambda: parse_school_breaks(DEFAULT_SCHOOL_BREAKS_TEXT)
    )

    def is_closed(self, day: date) -> bool:
        """Tell whether nothing goes out that day: Christmas and bank holidays."""
        return (day.month, day.day) == (12, 25) or day in _bank_holidays(day.year)

    def is_school_day(self, day: date) -> bool:
        """Tell whether pupils are at school that day."""
        return (
            day.weekday() < _SATURDAY
            and not self.is_closed(day)
            and not self.school_breaks.hold(day)
        )

    def hours(self, day: date, audience: Audience) -> Hours:
        """Tell the hours of an audience on a day that is not closed."""
        if audience is Audience.ADULT:
            return ADULT_HOURS
        return SCHOOL_DAY_HOURS if self.is_school_day(day) else FREE_DAY_HOURS


def london_day(at: datetime) -> date:
    """Tell which day it is in London."""
    return at.astimezone(LONDON).date()


def at_wall_time(day: date, wall: time) -> datetime:
    """Find the instant, in UTC, at which London's clocks show this time.

    A time that the March change leaves out becomes the first moment after the
    gap; a time that October shows twice becomes its first showing.
    """
    shown = datetime.combine(day, wall.replace(tzinfo=None), tzinfo=LONDON)
    instant = shown.astimezone(UTC)
    if instant.astimezone(LONDON).replace(tzinfo=None) != shown.replace(tzinfo=None):
        # London's clocks change on the hour, so the gap ends on the hour.
        return instant.replace(minute=0, second=0, microsecond=0)
    return instant


def same_wall_time_days_later(at: datetime, days: int) -> datetime:
    """Count calendar days in London, keeping the time on the clock."""
    shown = at.astimezone(LONDON)
    return at_wall_time(shown.date() + timedelta(days=days), shown.time())


def next_permitted(
    now: datetime,
    *,
    audience: Audience,
    window: ContactWindow | None = None,
    calendar: Calendar | None = None,
) -> datetime | None:
    """Find the first instant, from now on, at which a message may go.

    Returns:
        An aware instant in UTC: now itself if it is permitted; None where no
        hour of the next 400 days is (the person's hours miss the audience's).
    """
    wanted = window or ContactWindow()
    days = calendar or _DEFAULT_CALENDAR
    today = london_day(now)
    for offset in range(HORIZON_DAYS):
        day = today + timedelta(days=offset)
        if days.is_closed(day) or not wanted.takes(day):
            continue
        hours = days.hours(day, audience).narrowed(wanted.safe_from, wanted.safe_until)
        earliest = max(now, at_wall_time(day, hours.opens))
        if not hours.is_empty and earliest < at_wall_time(day, hours.closes):
            return earliest.astimezone(UTC)
    return None


_DEFAULT_CALENDAR: Final = Calendar()
