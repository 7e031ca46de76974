"""How is a day, or an hour on London's clocks, told to people?"""

from datetime import date, datetime, time
from typing import Final

from feedback.domain.calendar import LONDON, london_day

MIDDAY: Final = time(12)
MIDNIGHT: Final = time(0)


def day_words(day: date) -> str:
    """Write a date: 3 March 2027."""
    return f"{day.day} {day:%B %Y}"


def clock_words(clock: time) -> str:
    """Write an hour: 9:05am, 8pm, midday."""
    shown = clock.replace(second=0, microsecond=0)
    if shown == MIDDAY:
        return "midday"
    if shown == MIDNIGHT:
        return "midnight"
    minutes = f":{shown:%M}" if shown.minute else ""
    return f"{shown.hour % 12 or 12}{minutes}{'am' if shown < MIDDAY else 'pm'}"


def moment_words(at: datetime) -> str:
    """Write an instant in London: 9:05am on 3 March 2027."""
    local = at.astimezone(LONDON)
    return f"{clock_words(local.time())} on {day_words(local.date())}"


def came_at(at: datetime, *, now: datetime) -> str:
    """Tell when something came: an hour today, or an hour and its day."""
    local = at.astimezone(LONDON)
    shown = clock_words(local.time())
    if local.date() == london_day(now):
        return shown
    return f"{shown} on {_weekday(local.date(), now=now)}"


def waits_until(at: datetime | None, *, now: datetime) -> str:
    """Say in words how long a message waits, as staff read it."""
    if at is None:
        return "has no permitted hour"
    if at <= now:
        return "goes now"
    local = at.astimezone(LONDON)
    shown = clock_words(local.time())
    if local.date() == london_day(now):
        return f"waits until {shown} today"
    return f"waits until {shown} on {_weekday(local.date(), now=now)}"


def _weekday(day: date, *, now: datetime) -> str:
    """Name a day by its weekday; its year only where it is another."""
    year = "" if day.year == london_day(now).year else f" {day.year}"
    return f"{day:%A} {day.day} {day:%B}{year}"
