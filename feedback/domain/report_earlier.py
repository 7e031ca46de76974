"""What did reports that were published before show of a part of the same reviews?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from feedback.domain.report import ALL, Cell, Figures, Row, Table
from feedback.domain.report_figures import MOVEMENT_COLUMNS

_MOVEMENT: Final = tuple(code for code, _ in MOVEMENT_COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What reports published before said about parts of the same reviews.

    The parts share no review with each other. Added up they are one release about
    all of them, in which is hidden what any of them hid.

    Attributes:
        inside: Their true figures, added up.
        shown: What they showed of them, added up.
    """

    inside: Figures
    shown: Figures


def together(parts: Sequence[tuple[Figures, Figures]]) -> Earlier:
    """Add up what was published about parts that share no review.

    Args:
        parts: For each, its true figures and what it showed; at least one.
    """
    insides, shown = zip(*parts, strict=True)
    return Earlier(inside=_added(insides), shown=_added(shown))


def shown_in(found: Mapping[str, Any], inside: Figures) -> Figures:
    """Read back what a frozen report showed.

    Args:
        found: The report's findings.
        inside: Its true figures, for their shape.
    """
    read = found["figures"]
    return replace(
        inside,
        grades=_read_table(read["grades"], inside.grades),
        movement=_read_row(read["movement"][ALL], inside.movement, _MOVEMENT),
        people=_read_table(read["people"], inside.people),
        statuses=_read_table(read["voices"], inside.statuses),
        dissonances=_cell(read["dissonances"][ALL]["dimensions"]),
        dissonant_moved=_cell(read["dissonances"][ALL]["moved"]),
        alerts=_cell(read["alerts"][ALL]["alerts"]),
        reviews_with_alerts=_cell(read["alerts"][ALL]["reviews"]),
        concerns=_cell(read["concerns"][ALL]["concerns"]),
        reviews_with_concerns=_cell(read["concerns"][ALL]["reviews"]),
        attention=_read_table(read["attention"], inside.attention),
        attention_said=_cell(read["attention"][ALL]["said"]),
    )


def _added(parts: Sequence[Figures]) -> Figures:
    """Add up figures of the same shape."""
    first = parts[0]

    def number(name: str) -> Cell:
        return _sum(getattr(one, name) for one in parts)

    def row(name: str) -> Row:
        return _sum_rows([getattr(one, name) for one in parts])

    def table(name: str) -> Table:
        return _sum_tables([getattr(one, name) for one in parts])

    return replace(
        first,
        reviews=sum(one.reviews for one in parts),
        grades=table("grades"),
        movement=row("movement"),
        people=table("people"),
        statuses=table("statuses"),
        dissonances=number("dissonances"),
        dissonant_moved=number("dissonant_moved"),
        alerts=number("alerts"),
        reviews_with_alerts=number("reviews_with_alerts"),
        concerns=number("concerns"),
        reviews_with_concerns=number("reviews_with_concerns"),
        attention=table("attention"),
        attention_said=number("attention_said"),
    )


def _sum(cells: Iterable[Cell]) -> Cell:
    total = 0
    for cell in cells:
        if cell is None:
            return None
        total += cell
    return total


def _sum_rows(rows: Sequence[Row]) -> Row:
    return replace(
        rows[0],
        cells=tuple(
            _sum(cells) for cells in zip(*(r.cells for r in rows), strict=True)
        ),
        total=_sum(row.total for row in rows),
    )


def _sum_tables(tables: Sequence[Table]) -> Table:
    sums = [one.sums for one in tables if one.sums is not None]
    return replace(
        tables[0],
        rows=tuple(
            _sum_rows(rows) for rows in zip(*(t.rows for t in tables), strict=True)
        ),
        sums=_sum_rows(sums) if sums else None,
    )


def _cell(share: Mapping[str, Any]) -> Cell:
    count: int | str = share["count"]
    return None if isinstance(count, str) else count


def _read_row(read: Mapping[str, Any], row: Row, codes: Sequence[str]) -> Row:
    return replace(
        row,
        cells=tuple(_cell(read[code]) for code in codes),
        total=_cell(read["total"]),
    )


def _read_table(read: Mapping[str, Any], table: Table) -> Table:
    codes = [code for code, _ in table.columns]
    sums = table.sums
    return replace(
        table,
        rows=tuple(_read_row(read[row.code], row, codes) for row in table.rows),
        sums=None if sums is None else _read_row(read[ALL], sums, codes),
    )
