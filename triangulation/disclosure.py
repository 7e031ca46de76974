"""Which small numbers must a published table hide so that nobody is revealed?

Counts of 1 to 5 are hidden, and with them whatever would let a reader work them
out: from the totals of the table, from a nought that tells everything about a
small group, or by taking an earlier release away from a later one. A table about
fewer than ten people shows no more than their number, and that from six on.

Source: the practice of English children's statistics, which hide 1 to 5 and then
a second count; the thresholds are ours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from triangulation.deduction import (
    Layout,
    cover,
    known_sums,
    list_layout,
    table_layout,
)
from triangulation.errors import TriangulationError

LARGEST_HIDDEN: Final = 5
"""Counts from 1 to this one are hidden."""

_SMALL_GROUP: Final = 10
_NOUGHT_COST: Final = 4
_TOTAL_COST: Final = 1_000

Shown = int | None
"""A published count, or None where it is suppressed."""


class DisclosureError(TriangulationError):
    """A table that cannot be published safely as it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A person's recorded decision to publish a list of counts unsuppressed.

    Raises:
        DisclosureError: If nobody is named or no reason is given.
    """

    by: str
    reason: str

    def __post_init__(self) -> None:
        if not self.by.strip() or not self.reason.strip():
            raise DisclosureError("a decision to disclose names a person and a reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedList:
    """A list of counts as a reader may see it; None marks a hidden one."""

    cells: tuple[Shown, ...]
    total: Shown
    decision: Decision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTable:
    """A table of counts as a reader may see it; None marks a hidden one."""

    cells: tuple[tuple[Shown, ...], ...]
    row_totals: tuple[Shown, ...]
    column_totals: tuple[Shown, ...]
    total: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierList:
    """What was published before about a part of the same reviews.

    Attributes:
        counts: The true counts of that release.
        published: What it showed of them.
    """

    counts: Sequence[int]
    published: PublishedList


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierTable:
    """What was published before about a part of the same reviews.

    Attributes:
        counts: The true counts of that release, shape (n_rows, n_columns).
        published: What it showed of them.
    """

    counts: Sequence[Sequence[int]]
    published: PublishedTable


def suppress(
    counts: Sequence[int], *, earlier: EarlierList | None = None
) -> PublishedList:
    """Hide what a published list of counts, with its total, must not show.

    Args:
        counts: How many in each category; categories do not overlap.
        earlier: The last release, if it covers a part of the same reviews: the
            difference between the two then reveals nobody either. Releases over
            other reviews need none; of two that share only some of their reviews
            the shared and the new part are to be published apart.

    Raises:
        DisclosureError: If a count is negative, or the earlier release is not a
            part of this one or has another shape.
    """
    before = None
    if earlier is not None:
        _check_shape([earlier.counts, earlier.published.cells], [counts, counts])
        shown = (*earlier.published.cells, earlier.published.total)
        before = _Before(
            counts=_with_total(earlier.counts), hidden=_hidden_places(shown)
        )
    values = _with_total(counts)
    hidden = _to_hide(list_layout(len(counts)), values, before)
    seen = _masked(values, hidden)
    return PublishedList(cells=seen[:-1], total=seen[-1])


def suppress_table(
    counts: Sequence[Sequence[int]], *, earlier: EarlierTable | None = None
) -> PublishedTable:
    """Hide what a published table of counts, with all its totals, must not show.

    Args:
        counts: Shape (n_rows, n_columns), at least one each.
        earlier: As for `suppress`.

    Raises:
        DisclosureError: As `suppress`, or if rows differ in length.
    """
    before = None
    if earlier is not None:
        then = earlier.published
        _check_shape([*earlier.counts, *then.cells], [*counts, *counts])
        shown = (
            *(cell for row in then.cells for cell in row),
            *then.row_totals,
            *then.column_totals,
            then.total,
        )
        before = _Before(
            counts=_with_totals(earlier.counts), hidden=_hidden_places(shown)
        )
    values = _with_totals(counts)
    rows, columns = len(counts), len(counts[0])
    hidden = _to_hide(table_layout(rows, columns), values, before)
    seen = _masked(values, hidden)
    size = rows * columns
    return PublishedTable(
        cells=tuple(seen[n : n + columns] for n in range(0, size, columns)),
        row_totals=seen[size : size + rows],
        column_totals=seen[size + rows : -1],
        total=seen[-1],
    )


def disclose(counts: Sequence[int], decision: Decision) -> PublishedList:
    """Publish a list of counts in full, by a recorded decision.

    Meant for the distribution of grades over all reviews, which is never crossed
    with anything; there is deliberately no such way for a table.

    Raises:
        DisclosureError: If a count is negative.
    """
    *cells, total = _with_total(counts)
    return PublishedList(cells=tuple(cells), total=total, decision=decision)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    counts: tuple[int, ...]
    hidden: frozenset[int]


def _to_hide(layout: Layout, counts: Sequence[int], before: _Before | None) -> set[int]:
    hidden = _revealing(layout, counts)
    if before is None:
        return _protected(layout, counts, counts, hidden, frozenset())
    added = _difference(counts, before)
    hidden |= _revealing(layout, added)
    # What was hidden stays hidden, and is as safe as it was: whatever it may
    # have been then, it may have been together with today's addition.
    return _protected(layout, counts, added, hidden | before.hidden, before.hidden)


def _protected(
    layout: Layout,
    counts: Sequence[int],
    new: Sequence[int],
    hidden: set[int],
    settled: frozenset[int],
) -> set[int]:
    """Hide more until nothing hidden can be worked out from what is left.

    Args:
        layout: The shape of the table.
        counts: The counts of this release.
        new: What they add to the earlier release; without one, the counts.
        hidden: What is hidden to begin with.
        settled: What the earlier release hid; only small additions to these
            need protection still.
    """
    while True:
        more: set[int] = set()
        for arc in sorted(hidden):
            if arc not in settled or _is_small(new[arc]):
                costs = _costs(layout, counts, beside=arc)
                more |= cover(layout, new, hidden | more, arc, costs)
        for values in (counts, new):
            more |= _beside_small_sums(layout, values, hidden | more)
        if not more:
            return hidden
        hidden = hidden | more


def _beside_small_sums(
    layout: Layout, counts: Sequence[int], hidden: set[int]
) -> set[int]:
    """Hide one more in a line whose hidden counts together are a small one."""
    costs = _costs(layout, counts, beside=0)
    return {
        min((arc for arc in shown if counts[arc]), key=lambda arc: costs[arc])
        for total, shown in known_sums(layout, counts, hidden)
        if _is_small(total)
    }


def _revealing(layout: Layout, counts: Sequence[int]) -> set[int]:
    """Find small counts, and noughts that tell everything about a small group."""
    revealing = {arc for arc, count in enumerate(counts) if _is_small(count)}
    grand_total = layout.totals[-1]
    if 0 < counts[grand_total] < _SMALL_GROUP:
        revealing.update(range(grand_total))
    for cells, total in layout.lines:
        is_uniform = len(cells) > 1 and sum(counts[cell] > 0 for cell in cells) == 1
        is_small_group = is_uniform and counts[total] < _SMALL_GROUP
        if _is_small(counts[total]) or is_small_group:
            revealing.update(cells)
    return revealing


def _costs(layout: Layout, counts: Sequence[int], *, beside: int) -> list[int]:
    """Price what may be hidden beside one arc: its next neighbour least.

    Size has no say in it. If the smallest count were hidden first, a reader who
    knows that rule could reason back from what is shown to what is not. A nought
    costs more, because it protects little, and a total far more.
    """
    n = len(counts)
    costs = [
        (n + (arc - beside) % n) * (1 if count else _NOUGHT_COST)
        for arc, count in enumerate(counts)
    ]
    for total in layout.totals:
        costs[total] *= _TOTAL_COST
    costs[layout.totals[-1]] *= _TOTAL_COST
    return costs


def _is_small(count: int) -> bool:
    return 1 <= count <= LARGEST_HIDDEN


def _check_shape(
    earlier: Sequence[Sequence[object]], now: Sequence[Sequence[object]]
) -> None:
    if [len(row) for row in earlier] != [len(row) for row in now]:
        raise DisclosureError("the earlier release has another shape")


def _difference(counts: Sequence[int], before: _Before) -> list[int]:
    added = [now - then for now, then in zip(counts, before.counts, strict=True)]
    if min(added) < 0:
        raise DisclosureError("the earlier release is not a part of this one")
    return added


def _hidden_places(shown: Iterable[Shown]) -> frozenset[int]:
    return frozenset(n for n, count in enumerate(shown) if count is None)


def _masked(counts: Sequence[int], hidden: set[int]) -> tuple[Shown, ...]:
    return tuple(None if n in hidden else count for n, count in enumerate(counts))


def _with_total(counts: Sequence[int]) -> tuple[int, ...]:
    if not counts or min(counts) < 0:
        raise DisclosureError("a table holds at least one count, and none below nought")
    return (*counts, sum(counts))


def _with_totals(table: Sequence[Sequence[int]]) -> tuple[int, ...]:
    if len({len(row) for row in table}) != 1:
        raise DisclosureError("the rows of a table have one length")
    *cells, total = _with_total([count for row in table for count in row])
    rows = (sum(row) for row in table)
    columns = (sum(column) for column in zip(*table, strict=True))
    return (*cells, *rows, *columns, total)
