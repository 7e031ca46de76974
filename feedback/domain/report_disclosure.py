"""What may a report show, so that nobody is found in it or between two of them?

Counts of one to five are withheld, and whatever would give them away. Where reports
that were published before cover a part of the same reviews, a reader could take
those from this one: then what the difference would tell is withheld as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from feedback.domain.report import (
    ALL,
    MOVEMENT_COLUMNS,
    RECOMMENDATION_COLUMNS,
    SUPPRESSED,
    Cell,
    Figures,
    Row,
    Table,
)
from triangulation import (
    DimensionStatus,
    EarlierList,
    EarlierTable,
    PublishedList,
    PublishedTable,
    suppress,
    suppress_table,
)


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


def published(
    inside: Figures, *, grades_opened: bool, earlier: Earlier | None = None
) -> Figures:
    """Suppress what could be somebody's: small counts, and what gives them away.

    How many reviews there were and who carried them out is told always: it says
    nothing about a child.

    Args:
        inside: What was counted.
        grades_opened: The recorded decision of the Head of Safeguarding and QA
            that the grades of the whole set are shown as they are.
        earlier: What was published about a part of the same reviews.
    """
    before = _Before(earlier)
    statuses = before.table(inside.statuses, "statuses")
    dissonances = statuses.sum_of(DimensionStatus.DISSONANT.value)
    moved = before.part(inside, "dissonant_moved", "dissonances")
    alerts = before.part(inside, "alerts", "alerts")
    with_alerts = before.part(inside, "reviews_with_alerts", "alerts")
    is_told = None not in {alerts, with_alerts}
    concerns = before.number(inside, "concerns")
    attention, said = before.attention(inside.attention)
    return replace(
        inside,
        grades=inside.grades if grades_opened else before.rows(inside.grades, "grades"),
        movement=(
            inside.movement
            if grades_opened
            else before.row(inside.movement, "movement")
        ),
        people=before.table(inside.people, "people"),
        statuses=statuses,
        dissonances=dissonances,
        dissonant_moved=None if dissonances is None else moved,
        alerts=alerts if is_told else None,
        reviews_with_alerts=with_alerts if is_told else None,
        concerns=concerns,
        reviews_with_concerns=(
            None if concerns is None else before.number(inside, "reviews_with_concerns")
        ),
        recommendations=before.row(
            inside.recommendations, "recommendations", with_total=True
        ),
        attention=attention,
        attention_said=said,
        # Actions move on between two reports: what was true then is not known now.
        actions=_Before(None).table(inside.actions, "actions")
        if earlier is None
        else _wholly_hidden(inside.actions),
    )


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
        recommendations=replace(
            inside.recommendations,
            cells=tuple(
                _cell(read["recommendations"][code]["made"])
                for code in _RECOMMENDATIONS
            ),
            total=_cell(read["recommendations"][ALL]["made"]),
        ),
        attention=_read_table(read["attention"], inside.attention),
        attention_said=_cell(read["attention"][ALL]["said"]),
    )


_MOVEMENT: Final = tuple(code for code, _ in MOVEMENT_COLUMNS)
_RECOMMENDATIONS: Final = tuple(code for code, _ in RECOMMENDATION_COLUMNS)


class _Before:
    """Suppresses, minding what was published before where there was anything."""

    def __init__(self, earlier: Earlier | None) -> None:
        self.earlier = earlier

    def table(self, table: Table, name: str) -> Table:
        """Suppress a table and its sums, so that nothing is told by subtraction."""
        hidden = suppress_table(_cells(table), earlier=self._earlier_table(name))
        rows = tuple(
            replace(row, cells=cells, total=total)
            for row, cells, total in zip(
                table.rows, hidden.cells, hidden.row_totals, strict=True
            )
        )
        label = "" if table.sums is None else table.sums.label
        sums = Row(
            code=ALL, label=label, cells=hidden.column_totals, total=hidden.total
        )
        return replace(table, rows=rows, sums=sums)

    def rows(self, table: Table, name: str) -> Table:
        """Suppress rows that stand each for itself, their totals told elsewhere."""
        return replace(table, rows=tuple(self._rows(table, name, with_total=False)))

    def attention(self, table: Table) -> tuple[Table, Cell]:
        """Suppress rows of one total, and that total in all of them or in none."""
        rows = self._rows(table, "attention", with_total=True)
        totals = [row.total for row in rows]
        said = None if None in totals else totals[0]
        rows = [replace(row, total=said) for row in rows]
        return replace(table, rows=tuple(rows)), said

    def row(self, row: Row, name: str, *, with_total: bool = False) -> Row:
        """Suppress one row; its total only where it is not told elsewhere."""
        return self._row(row, self._earlier_row(name), with_total=with_total)

    def part(self, inside: Figures, part: str, whole: str) -> Cell:
        """Tell a part of a whole only where neither it nor the rest is small."""
        told = _told_together(getattr(inside, part), getattr(inside, whole))
        if self.earlier is None or told is None:
            return told
        if getattr(self.earlier.shown, part) is None:
            return None
        before = self.earlier.inside
        added = [
            (getattr(inside, one) or 0) - (getattr(before, one) or 0)
            for one in (part, whole)
        ]
        return None if _told_together(*added) is None else told

    def number(self, inside: Figures, name: str) -> Cell:
        """Tell a number that is public, unless the difference would tell of a few."""
        number: int = getattr(inside, name)
        if self.earlier is None:
            return number
        shown = getattr(self.earlier.shown, name)
        return None if shown is None or number - shown in SUPPRESSED else number

    def _rows(self, table: Table, name: str, *, with_total: bool) -> list[Row]:
        return [
            self._row(row, self._earlier_row(name, n), with_total=with_total)
            for n, row in enumerate(table.rows)
        ]

    def _row(self, row: Row, before: EarlierList | None, *, with_total: bool) -> Row:
        hidden = suppress([cell or 0 for cell in row.cells], earlier=before)
        total = hidden.total if with_total else row.total
        return replace(row, cells=hidden.cells, total=total)

    def _earlier_row(self, name: str, place: int | None = None) -> EarlierList | None:
        if self.earlier is None:
            return None
        inside, shown = (
            getattr(one, name) for one in (self.earlier.inside, self.earlier.shown)
        )
        if place is not None:
            inside, shown = inside.rows[place], shown.rows[place]
        return EarlierList(
            counts=inside.cells,
            published=PublishedList(cells=shown.cells, total=shown.total),
        )

    def _earlier_table(self, name: str) -> EarlierTable | None:
        if self.earlier is None:
            return None
        inside: Table = getattr(self.earlier.inside, name)
        shown: Table = getattr(self.earlier.shown, name)
        sums = shown.sums
        if sums is None:
            raise ValueError(f"{name} has no sums")
        return EarlierTable(
            counts=_cells(inside),
            published=PublishedTable(
                cells=tuple(row.cells for row in shown.rows),
                row_totals=tuple(row.total for row in shown.rows),
                column_totals=sums.cells,
                total=sums.total,
            ),
        )


def _cells(table: Table) -> list[list[int]]:
    return [[cell or 0 for cell in row.cells] for row in table.rows]


def _told_together(part: Cell, whole: Cell) -> Cell:
    if part is None or whole is None:
        return None
    return None if part in SUPPRESSED or whole - part in SUPPRESSED else part


def _wholly_hidden(table: Table) -> Table:
    def hide(row: Row) -> Row:
        return replace(row, cells=tuple(None for _ in row.cells), total=None)

    sums = None if table.sums is None else hide(table.sums)
    return replace(table, rows=tuple(hide(row) for row in table.rows), sums=sums)


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
        recommendations=row("recommendations"),
        attention=table("attention"),
        attention_said=number("attention_said"),
        actions=table("actions"),
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
