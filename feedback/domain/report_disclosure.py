"""What may a report show, so that nobody is found in it or between two of them?

Counts of one to five are withheld, and whatever would give them away. Where reports
that were published before cover a part of the same reviews, a reader could take
those from this one: then what the difference would tell is withheld as well.
"""

from dataclasses import replace
from typing import Final

from feedback.domain.report import ALL, SUPPRESSED, Cell, Figures, Row, Table
from feedback.domain.report_earlier import Earlier
from feedback.domain.report_figures import FROM_CONCERNS
from triangulation import (
    DimensionStatus,
    EarlierList,
    EarlierTable,
    PublishedList,
    PublishedTable,
    suppress,
    suppress_table,
)

# Of fewer reviews than these, "in all of them" tells of each.
FEW_REVIEWS: Final = 10


def published(
    inside: Figures, *, grades_opened: bool, earlier: Earlier | None = None
) -> Figures:
    """Suppress what could be somebody's: small counts, and what gives them away.

    How many reviews there were, who carried them out, what was recommended and how
    far that has come is told always: it is the service's own work, and says nothing
    about a child. Only where the number of concerns is withheld, so are the actions
    that each of them opened.

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
    without = before.rest(inside, "reviews_with_alerts")
    is_told = None not in {alerts, with_alerts, without}
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
        attention=attention,
        attention_said=said,
        actions=_without_concerns(inside.actions)
        if concerns is None
        else inside.actions,
    )


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

    def row(self, row: Row, name: str) -> Row:
        """Suppress one row, its total told elsewhere."""
        return self._row(row, self._earlier_row(name), with_total=False)

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

    def rest(self, inside: Figures, part: str) -> Cell:
        """Tell in how many reviews something was, unless the others are few."""
        told = _told_of_reviews(getattr(inside, part), inside.reviews)
        if self.earlier is None or told is None:
            return told
        before = self.earlier.inside
        added = told - (getattr(before, part) or 0)
        apart = inside.reviews - before.reviews
        return None if _told_of_reviews(added, apart) is None else told

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


def _without_concerns(actions: Table) -> Table:
    """Withhold what follows from concerns, and with it what all actions come to.

    Every concern opens one action: counted, they would tell how many concerns.
    """
    code, _ = FROM_CONCERNS
    return replace(
        actions,
        rows=tuple(_hidden(row) if row.code == code else row for row in actions.rows),
        sums=None if actions.sums is None else _hidden(actions.sums),
    )


def _hidden(row: Row) -> Row:
    return replace(row, cells=(None,) * len(row.cells), total=None)


def _told_of_reviews(part: Cell, reviews: int) -> Cell:
    if part and part == reviews and reviews < FEW_REVIEWS:
        return None
    return _told_together(part, reviews) if part else part


def _told_together(part: Cell, whole: Cell) -> Cell:
    if part is None or whole is None:
        return None
    return None if part in SUPPRESSED or whole - part in SUPPRESSED else part
