"""What does a sheet with a row a person come to, and at which row is a fault?

A sheet becomes the same document as a JSON file, and the same reader judges it. What
cannot be understood here is passed on as it stands, so that it is told there.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from feedback.domain.calendar import END_OF_DAY, at_wall_time
from feedback.domain.contact import Channel
from feedback.domain.review import Service
from triangulation import AgeBand, Group

Cell = str | int | float | bool | None
"""What stands in one cell; a day or a time is written out, as ISO 8601 has it."""

Rows = Sequence[tuple[Cell, ...]]
"""The rows of a sheet, the names of its columns first; an empty one is ()."""

VERSION: Final = 1
DAY_LENGTH: Final = len("2026-11-24")
FLAGS: Final[Mapping[str, bool]] = {
    "yes": True,
    "true": True,
    "no": False,
    "false": False,
}
# What Excel makes of 5-8 and 9-12 in a file of commas.
TAKEN_FOR_DAYS: Final[Mapping[str, str]] = {
    "05-aug": AgeBand.FROM_5.value,
    "5-aug": AgeBand.FROM_5.value,
    "09-dec": AgeBand.FROM_9.value,
    "9-dec": AgeBand.FROM_9.value,
}
_YES_NO: Final = ("yes", "no")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{1,2}:\d{2}))?")
_FAULT: Final = re.compile(
    r"(?P<place>reviews\[\d+\](?:\.people\[\d+\](?:\.contacts\[\d+\])?)?)"
    r"(?:\.(?P<field>\w+))?: (?P<sentence>.*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the sheet.

    Args:
        name: What stands in its first row.
        meaning: What to write below it.
        choices: The words that may stand below it; empty where any may.
        example: A value as it may look.
    """

    name: str
    meaning: str
    choices: tuple[str, ...] = ()
    example: str = ""


def _contact_columns(channel: Channel, what: str, example: str) -> tuple[Column, ...]:
    name = channel.value
    return (
        Column(name=name, meaning=f"Their {what}; empty if none.", example=example),
        Column(
            name=f"{name}_safe",
            meaning=f"Did they say that a message to this {what} is safe? "
            "Empty if nobody has asked: then nothing is sent.",
            choices=_YES_NO,
            example="yes",
        ),
        Column(
            name=f"{name}_verified_at",
            meaning="When this was last checked with them. Older than 30 days counts "
            "as not checked.",
            example="2026-11-23 16:05",
        ),
        Column(
            name=f"{name}_shared_device",
            meaning="Does anybody else read this phone or mailbox?",
            choices=_YES_NO,
            example="no",
        ),
        Column(
            name=f"{name}_high_risk",
            meaning="Would it be dangerous if somebody else read it? Then nothing is "
            "sent: the person is asked in person.",
            choices=_YES_NO,
            example="no",
        ),
    )


REVIEW_COLUMNS: Final = (
    Column(
        name="reference",
        meaning="The review's case number, the same in the row of each of its people. "
        "Never a name.",
        example="H-000123",
    ),
    Column(
        name="service",
        meaning="Empty for children's social care.",
        choices=tuple(one.value for one in Service),
        example=Service.CHILDRENS_SOCIAL_CARE.value,
    ),
    Column(
        name="opens_at",
        meaning="From when people may answer. A day, or a day and a time; London's.",
        example="2026-11-24",
    ),
    Column(
        name="closes_at",
        meaning="Until when. A day alone is meant to its end.",
        example="2026-12-14",
    ),
    Column(
        name="invite_at",
        meaning="Before when nobody is invited; empty for as soon as hours allow.",
        example="2026-11-25 10:00",
    ),
)
PERSON_COLUMNS: Final = (
    Column(
        name="key",
        meaning="What this review calls the person; each once in a review.",
        example="mother",
    ),
    Column(
        name="group",
        meaning="Whose voice it is.",
        choices=tuple(one.value for one in Group),
        example="family",
    ),
    Column(name="name", meaning="The name to use.", example="Sam Example"),
    Column(
        name="age_band",
        meaning="For a child or young person; empty for everybody else.",
        choices=tuple(one.value for one in AgeBand),
        example="",
    ),
    Column(name="language", meaning="The language of their form.", example="en"),
    Column(
        name="consented_at",
        meaning="When somebody they trust told them what will come. Empty if nobody "
        "has: then nothing is sent.",
        example="2026-11-23 16:05",
    ),
)
CONTACT_COLUMNS: Final[Mapping[Channel, tuple[Column, ...]]] = {
    Channel.SMS: _contact_columns(Channel.SMS, "mobile number", "07700 900123"),
    Channel.EMAIL: _contact_columns(Channel.EMAIL, "email address", "sam@example.org"),
}
COLUMNS: Final = (
    *REVIEW_COLUMNS,
    *PERSON_COLUMNS,
    *(column for columns in CONTACT_COLUMNS.values() for column in columns),
)
_NAMES: Final = tuple(column.name for column in COLUMNS)
NEITHER: Final = (
    "this is neither JSON nor a sheet whose first row names its columns; "
    "start from the template"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the sheet a part of the document came from."""

    row: int
    channel: Channel | None = None

    def column(self, field: str) -> str:
        """Name the column that a field of the document came from."""
        if self.channel is None:
            return field
        return self.channel.value if field == "value" else f"{self.channel}_{field}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A document as a file gave it.

    Args:
        document: What an import reads.
        faults: What kept the file from being understood at all.
        places: For a sheet, where each part of the document stood.
    """

    document: object
    faults: tuple[str, ...] = ()
    places: Mapping[str, Place] | None = None

    def told(self, fault: str) -> str:
        """Say a fault of the document with its row and column, where it has them."""
        found = _FAULT.fullmatch(fault)
        place = None
        if self.places is not None and found is not None:
            place = self.places.get(found["place"])
        if found is None or place is None:
            return fault
        where = f"row {place.row}"
        if found["field"] is not None:
            where += f", {place.column(found['field'])}"
        return f"{where}: {found['sentence']}"


def read_sheet(rows: Rows) -> Given:
    """Read a sheet as the document that an import takes."""
    names = [str(name or "").strip().casefold() for name in (rows or [()])[0]]
    if not set(names) & set(_NAMES):
        return Given(document=None, faults=(NEITHER,))
    faults = _heading_faults(names)
    if faults:
        return Given(document=None, faults=faults)
    return _Reading().read(names, rows)


def _heading_faults(names: Sequence[str]) -> tuple[str, ...]:
    wanted = ", ".join(_NAMES)
    unknown = [name for name in names if name and name not in _NAMES]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    missing = [name for name in _needed() if name not in names]
    return (
        *(f"row 1: {name} is not a column; there are {wanted}" for name in unknown),
        *(f"row 1: {name} is there twice" for name in twice),
        *(f"row 1: the column {name} is missing" for name in missing),
    )


def _needed() -> tuple[str, ...]:
    optional = {"service", "invite_at", "age_band", "language"}
    return tuple(
        column.name
        for column in (*REVIEW_COLUMNS, *PERSON_COLUMNS)
        if column.name not in optional
    )


class _Reading:
    """A document as it grows, row by row."""

    def __init__(self) -> None:
        self.reviews: list[dict[str, object]] = []
        self.people: dict[str, list[object]] = {}
        self.index: dict[str, int] = {}
        self.places: dict[str, Place] = {}
        self.faults: list[str] = []

    def read(self, names: Sequence[str], rows: Rows) -> Given:
        for number, row in enumerate(rows[1:], start=2):
            if row:
                cells = dict(zip(names, row, strict=False))
                self._add(number, cells)
                if any(cell is not None for cell in row[len(names) :]):
                    self.faults.append(f"row {number}: goes on after the last column")
        document = {"version": VERSION, "reviews": self.reviews}
        return Given(document=document, faults=tuple(self.faults), places=self.places)

    def _add(self, number: int, cells: Mapping[str, Cell]) -> None:
        review = _review(cells)
        reference = str(review["reference"])
        if reference not in self.index:
            self.index[reference] = len(self.reviews)
            self.people[reference] = []
            self.places[f"reviews[{len(self.reviews)}]"] = Place(row=number)
            self.reviews.append(review | {"people": self.people[reference]})
        at = self.index[reference]
        for name, value in review.items():
            # What was said in the first row of a review need not be said again.
            if cells.get(name) is not None and value != self.reviews[at][name]:
                self.faults.append(
                    f"row {number}, {name}: differs from the first row of {reference}"
                )
        path = f"reviews[{at}].people[{len(self.people[reference])}]"
        self.places[path] = Place(row=number)
        contacts: list[object] = []
        for channel in CONTACT_COLUMNS:
            contact = _contact(cells, channel)
            if contact is not None:
                place = Place(row=number, channel=channel)
                self.places[f"{path}.contacts[{len(contacts)}]"] = place
                contacts.append(contact)
        self.people[reference].append(_person(cells) | {"contacts": contacts})


def _review(cells: Mapping[str, Cell]) -> dict[str, object]:
    return {
        "reference": _text(cells.get("reference")) or "",
        "service": _text(cells.get("service")) or Service.CHILDRENS_SOCIAL_CARE.value,
        "opens_at": _moment(cells.get("opens_at")),
        "closes_at": _moment(cells.get("closes_at"), is_end=True),
        "invite_at": _moment(cells.get("invite_at")),
    }


def _person(cells: Mapping[str, Cell]) -> dict[str, object]:
    return {
        "key": _text(cells.get("key")) or "",
        "group": _text(cells.get("group")) or "",
        "name": _text(cells.get("name")) or "",
        "age_band": _band(cells.get("age_band")),
        "language": _text(cells.get("language")) or "en",
        "consented_at": _moment(cells.get("consented_at")),
    }


def _contact(cells: Mapping[str, Cell], channel: Channel) -> dict[str, object] | None:
    names = [column.name for column in CONTACT_COLUMNS[channel]]
    address, safe, verified_at, shared, high_risk = map(cells.get, names)
    if all(cells.get(name) is None for name in names):
        return None
    return {
        "channel": channel.value,
        "value": _text(address) or "",
        "safe": _flag(safe),
        "verified_at": _moment(verified_at),
        "shared_device": _flag(shared),
        "high_risk": _flag(high_risk),
    }


def _text(cell: Cell) -> str | None:
    """Read a cell as text; programs turn a number's digits into a number."""
    if cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _band(cell: Cell) -> str | None:
    """Read an age band, also where a spreadsheet took 5-8 for the 5th of August."""
    text = _text(cell)
    if text is None:
        return None
    with suppress(ValueError):
        taken = date.fromisoformat(text)
        return f"{taken.day}-{taken.month}"
    return TAKEN_FOR_DAYS.get(text.casefold(), text)


def _flag(cell: Cell) -> object:
    return FLAGS.get(cell.strip().casefold(), cell) if isinstance(cell, str) else cell


def _moment(cell: Cell, *, is_end: bool = False) -> object:
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
