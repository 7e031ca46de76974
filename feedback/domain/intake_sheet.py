"""What does a sheet with a row a person come to, and at which row is a fault?

A sheet becomes the same document as a JSON file, and the same reader judges it. What
cannot be understood here is passed on as it stands, so that it is told there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from feedback.domain.contact import Channel
from feedback.domain.intake_cells import Cell, band_in, flag_in, moment_in, text_in
from feedback.domain.intake_columns import (
    COLUMNS,
    CONTACT_COLUMNS,
    PERSON_COLUMNS,
    REVIEW_COLUMNS,
)
from feedback.domain.review import Service

Rows = Sequence[tuple[Cell, ...]]
"""The rows of a sheet, the names of its columns first; an empty one is ()."""


VERSION: Final = 1
_FAULT: Final = re.compile(
    r"(?P<place>reviews\[\d+\](?:\.people\[\d+\](?:\.contacts\[\d+\])?)?)"
    r"(?:\.(?P<field>\w+))?: (?P<sentence>.*)",
    re.DOTALL,
)
_NAMES: Final = tuple(column.name for column in COLUMNS)
NEITHER: Final = (
    "this is neither JSON nor a sheet whose first row names its columns; "
    "start from the template, and put nothing above the names"
)
NOBODY: Final = "row 2: nobody is in this sheet yet; it takes a row for each person"
# A file of JSON says true and false where a sheet says yes and no.
IN_A_SHEET: Final[Mapping[str, str]] = {
    "must be true or false": "must be yes or no",
    "must be a time like 2026-11-24T15:05:00Z": (
        "must be a day like 24/11/2026, or a day and a time"
    ),
}


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
        by_review: What is wrong with single reviews of a sheet, by their paths.
        places: For a sheet, where each part of the document stood.
    """

    document: object
    faults: tuple[str, ...] = ()
    by_review: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
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
        sentence = IN_A_SHEET.get(found["sentence"], found["sentence"])
        return f"{where}: {sentence}"


def read_sheet(rows: Rows) -> Given:
    """Read a sheet as the document that an import takes."""
    names = [_name(cell) for cell in (rows or [()])[0]]
    if not set(names) & set(_NAMES):
        return Given(document=None, faults=(NEITHER,))
    faults = _heading_faults(names, rows[0])
    if faults:
        return Given(document=None, faults=faults)
    if not any(rows[1:]):
        return Given(document=None, faults=(NOBODY,))
    return _Reading().read(names, rows)


def _name(cell: Cell) -> str:
    """Read a column's name as people write it: Consented at for consented_at."""
    return "_".join(re.split(r"[\s_-]+", str(cell or "").strip().casefold()))


def _heading_faults(names: Sequence[str], written: Sequence[Cell]) -> tuple[str, ...]:
    unknown = [
        (name, str(cell).strip())
        for name, cell in zip(names, written, strict=True)
        if name and name not in _NAMES
    ]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    missing = [name for name in _needed() if name not in names]
    return (
        *(f"row 1: {cell} is not a column{_meant(name)}" for name, cell in unknown),
        *(f"row 1: {name} is there twice" for name in twice),
        *(f"row 1: the column {name} is missing" for name in missing),
    )


def _meant(name: str) -> str:
    near = get_close_matches(name, _NAMES, n=1)
    return f"; is it {near[0]}?" if near else "; the template names them all"


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
        self.faults: dict[str, list[str]] = {}

    def read(self, names: Sequence[str], rows: Rows) -> Given:
        for number, row in enumerate(rows[1:], start=2):
            if row:
                cells = dict(zip(names, row, strict=False))
                at = self._add(number, cells)
                if any(cell is not None for cell in row[len(names) :]):
                    self._fault(at, f"row {number}: goes on after the last column")
        return Given(
            document={"version": VERSION, "reviews": self.reviews},
            by_review={path: tuple(found) for path, found in self.faults.items()},
            places=self.places,
        )

    def _fault(self, review: int, fault: str) -> None:
        self.faults.setdefault(f"reviews[{review}]", []).append(fault)

    def _add(self, number: int, cells: Mapping[str, Cell]) -> int:
        """Add a row's person to their review; tell which of the reviews that is."""
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
                self._fault(
                    at,
                    f"row {number}, {name}: differs from the first row of {reference}",
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
        return at


def _review(cells: Mapping[str, Cell]) -> dict[str, object]:
    return {
        "reference": text_in(cells.get("reference")) or "",
        "service": text_in(cells.get("service")) or Service.CHILDRENS_SOCIAL_CARE.value,
        "opens_at": moment_in(cells.get("opens_at")),
        "closes_at": moment_in(cells.get("closes_at"), is_end=True),
        "invite_at": moment_in(cells.get("invite_at")),
    }


def _person(cells: Mapping[str, Cell]) -> dict[str, object]:
    return {
        "key": text_in(cells.get("key")) or "",
        "group": text_in(cells.get("group")) or "",
        "name": text_in(cells.get("name")) or "",
        "age_band": band_in(cells.get("age_band")),
        "language": text_in(cells.get("language")) or "en",
        "consented_at": moment_in(cells.get("consented_at")),
    }


def _contact(cells: Mapping[str, Cell], channel: Channel) -> dict[str, object] | None:
    names = [column.name for column in CONTACT_COLUMNS[channel]]
    address, safe, verified_at, shared, high_risk = map(cells.get, names)
    if all(cells.get(name) is None for name in names):
        return None
    return {
        "channel": channel.value,
        "value": text_in(address) or "",
        "safe": flag_in(safe),
        "verified_at": moment_in(verified_at),
        "shared_device": flag_in(shared),
        "high_risk": flag_in(high_risk),
    }
