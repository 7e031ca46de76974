"""Which tables does a report print?"""

from collections.abc import Iterator
from dataclasses import replace

from feedback.domain.paper import Line, Printed
from feedback.domain.report import MARK, Cell, Figures, Row, Table
from feedback.domain.report_figures import MOVEMENT_COLUMNS, RECOMMENDATION_COLUMNS
from feedback.domain.report_words import share_words


def tables(found: Figures) -> dict[str, Printed]:
    """Print the tables of a report; none where there is no review."""
    return {one.id: one for one in _tables(found)} if found.reviews else {}


def _tables(found: Figures) -> Iterator[Printed]:
    yield printed(
        "grades",
        "Agreed grades, practice and outcomes apart",
        "Judgement",
        found.grades,
    )
    yield printed(
        "movement",
        "From the reviewer's first grade to the agreed one",
        "All judgements",
        Table(columns=MOVEMENT_COLUMNS, rows=(found.movement,)),
    )
    yield _with_totals(
        printed("people", "Who was asked, and who answered", "Group", found.people),
        "People",
        found.people,
    )
    yield printed(
        "voices",
        "Where voices and the reviewer's grade agreed, and where not",
        "Dimension",
        found.statuses,
    )
    if found.attention_said != 0:
        yield printed(
            "attention",
            "Reviews in which the work paid attention to an aspect of identity",
            "Aspect",
            found.attention,
        )
    if found.recommendations.total != 0:
        yield _recommendations(found.recommendations)
    yield from _actions(found.actions)


def _actions(found: Table) -> Iterator[Printed]:
    # Where even their number is withheld, a sentence says so: no table of marks.
    if found.sums is None or not found.sums.total:
        return
    made = replace(found, rows=tuple(row for row in found.rows if row.total != 0))
    title = "Actions and how far they have come"
    table = printed("actions", title, "What they are about", made)
    yield _with_totals(table, "Actions", made)


def printed(identity: str, title: str, corner: str, table: Table) -> Printed:
    """Print a table: shares, count first, and what they are shares of."""
    rows = table.rows if table.sums is None else (*table.rows, table.sums)
    return Printed(
        id=identity,
        title=title,
        corner=corner,
        columns=tuple(label for _, label in table.columns),
        lines=tuple(
            Line(label=row.label, cells=tuple(_cell(cell, row) for cell in row.cells))
            for row in rows
        ),
        has_sums=table.sums is not None,
    )


def _with_totals(printed: Printed, heading: str, table: Table) -> Printed:
    """Print what each row comes to as well: it is told where its parts are not."""
    rows = table.rows if table.sums is None else (*table.rows, table.sums)
    return replace(
        printed,
        columns=(heading, *printed.columns),
        lines=tuple(
            replace(line, cells=(_count(row.total), *line.cells))
            for line, row in zip(printed.lines, rows, strict=True)
        ),
    )


def _recommendations(row: Row) -> Printed:
    """Print how many recommendations are about what; what has none is left out."""
    lines = [
        Line(label=label, cells=(_count(cell),))
        for (_, label), cell in zip(RECOMMENDATION_COLUMNS, row.cells, strict=True)
        if cell != 0
    ]
    return Printed(
        id="recommendations",
        title="Recommendations by what they are about",
        corner="What they are about",
        columns=("How many",),
        lines=(*lines, Line(label="All", cells=(_count(row.total),))),
        has_sums=True,
    )


def _cell(cell: Cell, row: Row) -> str:
    if cell == 0:
        return "0"
    if cell is not None and row.total is None:
        return str(cell)
    return share_words(cell, row.total)


def _count(cell: Cell) -> str:
    return MARK if cell is None else str(cell)
