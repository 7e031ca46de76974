"""What can a reader work out about counts that are hidden, from those shown?

A table with its totals is a flow: every count is an arc, and at every node, that
is for every line of the table, as much comes in as goes out. A hidden count can
be worked out exactly where no flow around a circle of hidden arcs could change
it, knowing that no count is below nought. For tables of one and two dimensions
this is not an approximation: the circles are all that a reader cannot tell apart.

Source: the network view of cell suppression, as in Castro, European Journal of
Operational Research 216 (2012) 239-253.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

Line = tuple[Sequence[int], int]
"""The arcs of a table's line: its cells, and its total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """One count, as what flows from one node to another."""

    tail: int
    head: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The shape of a table: its counts as arcs, and which make a line.

    Attributes:
        arcs: One for each count, totals included.
        lines: The cells of each row and column, with their total.
        totals: The arcs that are totals; the last is the grand total.
    """

    arcs: tuple[Arc, ...]
    lines: tuple[Line, ...]
    totals: tuple[int, ...]


def list_layout(length: int) -> Layout:
    """Lay out a list of counts; its total is the last arc."""
    cells = tuple(range(length))
    arcs = (*(Arc(tail=0, head=1) for _ in cells), Arc(tail=1, head=0))
    return Layout(arcs=arcs, lines=((cells, length),), totals=(length,))


def table_layout(rows: int, columns: int) -> Layout:
    """Lay out a table row by row, then row totals, column totals, grand total."""
    size = rows * columns
    from_rows, from_columns = rows + columns, rows + columns + 1
    cells = [
        Arc(tail=row, head=rows + column)
        for row in range(rows)
        for column in range(columns)
    ]
    row_totals = [Arc(tail=from_rows, head=row) for row in range(rows)]
    column_totals = [
        Arc(tail=rows + column, head=from_columns) for column in range(columns)
    ]
    grand = size + rows + columns
    along = [
        (range(row * columns, (row + 1) * columns), size + row) for row in range(rows)
    ]
    down = [
        (range(column, size, columns), size + rows + column)
        for column in range(columns)
    ]
    margins = [
        (range(size, size + rows), grand),
        (range(size + rows, grand), grand),
    ]
    return Layout(
        arcs=(
            *cells,
            *row_totals,
            *column_totals,
            Arc(tail=from_columns, head=from_rows),
        ),
        lines=(*along, *down, *margins),
        totals=tuple(range(size, grand + 1)),
    )


def cover(
    layout: Layout,
    counts: Sequence[int],
    hidden: Collection[int],
    arc: int,
    costs: Sequence[int],
) -> set[int]:
    """Find the cheapest further arcs to hide so that one cannot be worked out.

    Args:
        layout: The shape of the table.
        counts: The true count of every arc.
        hidden: The arcs that are hidden, among them `arc`.
        arc: The arc to protect.
        costs: What hiding each arc would cost.

    Returns:
        The arcs to hide; empty where the count is safe already.
    """
    prices = [0 if n in hidden else cost for n, cost in enumerate(costs)]
    edges = _residual(layout, counts, prices, without=arc)
    ends = layout.arcs[arc]
    # One more around a circle, or, where there is any, one fewer.
    ways = [_path(edges, ends.head, ends.tail)]
    if counts[arc]:
        ways.append(_path(edges, ends.tail, ends.head))
    _, used = min(ways, key=lambda way: (way[0], sorted(way[1])))
    return used - set(hidden)


def known_sums(
    layout: Layout, counts: Sequence[int], hidden: Collection[int]
) -> Iterator[tuple[int, list[int]]]:
    """Yield what the hidden counts of a line add up to, where that can be told.

    Yields:
        The sum, and the arcs of the line that are still shown.
    """
    for cells, total in layout.lines:
        unknown = [cell for cell in cells if cell in hidden]
        if unknown and total not in hidden:
            shown = [arc for arc in (*cells, total) if arc not in hidden]
            yield sum(counts[cell] for cell in unknown), shown


_Edge = tuple[int, int, int]  # where to, at which price, along which arc


def _residual(
    layout: Layout, counts: Sequence[int], prices: Sequence[int], *, without: int
) -> Mapping[int, list[_Edge]]:
    """Return where flow may change: up along every arc, down where there is any."""
    edges: defaultdict[int, list[_Edge]] = defaultdict(list)
    for n, arc in enumerate(layout.arcs):
        if n != without:
            edges[arc.tail].append((arc.head, prices[n], n))
            if counts[n]:
                edges[arc.head].append((arc.tail, prices[n], n))
    return edges


def _path(
    edges: Mapping[int, list[_Edge]], start: int, end: int
) -> tuple[int, set[int]]:
    """Find the cheapest way between two nodes: its price and the arcs on it.

    There always is one: flow can rise through a line and its total, and where
    there is flow, it can fall along the circle that it runs in.
    """
    price, node, used = 0, start, tuple[int, ...]()
    queue: list[tuple[int, int, tuple[int, ...]]] = []
    done: set[int] = set()
    while node != end:
        if node not in done:
            done.add(node)
            for there, cost, arc in edges[node]:
                heappush(queue, (price + cost, there, (*used, arc)))
        price, node, used = heappop(queue)
    return price, set(used)
