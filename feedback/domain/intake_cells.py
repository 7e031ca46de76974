"""What does one cell of a sheet mean, as people and Excel write it?"""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Final

from feedback.domain.calendar import END_OF_DAY, at_wall_time
from triangulation import AgeBand

Cell = str | int | float | bool | None
"""What stands in one cell; a day or a time is written out, as ISO 8601 has it."""

DAY_LENGTH: Final = len("2026-11-24")
FLAGS: Final[Mapping[str, bool]] = {
    "yes": True,
    "y": True,
    "true": True,
    "no": False,
    "n": False,
    "false": False,
}
# What Excel makes of 5-8 and 9-12 in a file of commas.
TAKEN_FOR_DAYS: Final[Mapping[str, str]] = {
    "05-aug": AgeBand.FROM_5.value,
    "5-aug": AgeBand.FROM_5.value,
    "09-dec": AgeBand.FROM_9.value,
    "9-dec": AgeBand.FROM_9.value,
}
_DAY_FIRST: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{1,2}:\d{2}))?")


def text_in(cell: Cell) -> str | None:
    """Read a cell as text; programs turn a number's digits into a number."""
    if cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def band_in(cell: Cell) -> str | None:
    """Read an age band, also where a spreadsheet took 5-8 for the 5th of August."""
    text = text_in(cell)
    if text is None:
        return None
    with suppress(ValueError):
        taken = date.fromisoformat(text)
        return f"{taken.day}-{taken.month}"
    return TAKEN_FOR_DAYS.get(text.casefold(), text)


def flag_in(cell: Cell) -> object:
    """Read a yes or a no; what is neither stays as it is."""
    return FLAGS.get(cell.strip().casefold(), cell) if isinstance(cell, str) else cell


def moment_in(cell: Cell, *, is_end: bool = False) -> object:
    """Read a day or a time of London's clocks; what has an offset stays as it is."""
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    turned = _DAY_FIRST.fullmatch(text)
    if turned is not None:
        day, month, year, clock = turned.groups()
        text = f"{year}-{month:0>2}-{day:0>2}" + (f" {clock:0>5}" if clock else "")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return cell
    if found.tzinfo is not None:
        return text
    is_day = len(text) <= DAY_LENGTH
    wall = END_OF_DAY if is_end and is_day else found.time()
    return at_wall_time(found.date(), wall).isoformat()
