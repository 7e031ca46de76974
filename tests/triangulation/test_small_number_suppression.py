"""Whether a reader, however patient, can work out what a release hides.

The attacker here is a solver of its own: it tries every table of counts that
agrees with what is shown, and knows nothing of how cells were chosen. A second
one knows the whole program and compares everything that would look the same.
"""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triangulation import (
    LARGEST_HIDDEN,
    Decision,
    DisclosureError,
    EarlierList,
    EarlierTable,
    PublishedList,
    disclose,
    suppress,
    suppress_table,
)

counts = st.integers(0, 12)
tables = st.tuples(st.integers(1, 3), st.integers(1, 3)).flatmap(
    lambda shape: st.lists(
        st.lists(counts, min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


def with_totals(table):
    """Every count of a table: cells, row totals, column totals, grand total."""
    cells = [count for row in table for count in row]
    rows = [sum(row) for row in table]
    columns = [sum(column) for column in zip(*table, strict=True)]
    return [*cells, *rows, *columns, sum(cells)]


def shown_counts(published):
    cells = [count for row in published.cells for count in row]
    return [*cells, *published.row_totals, *published.column_totals, published.total]


def candidates(true, shown, at_least=0):
    """Values that one cell might have: one more and one fewer are doubt enough."""
    values = range(max(true - 1, 0), true + 2) if shown is None else [shown]
    return [value for value in values if value >= at_least]


def solutions(true, shown, floor=None):
    """Yield every table near the true one that a reader cannot rule out."""
    width = len(true[0])
    cells = [count for row in true for count in row]
    low = [0] * len(cells) if floor is None else [c for row in floor for c in row]
    choices = [
        candidates(cell, seen, least)
        for cell, seen, least in zip(cells, shown, low, strict=False)
    ]
    size = len(cells)
    row_totals = shown[size : size + len(true)]

    def rows_of(row):
        for values in product(*choices[row * width : (row + 1) * width]):
            if row_totals[row] in (None, sum(values)):
                yield list(values)

    def build(row, table):
        if row == len(true):
            full = with_totals(table)
            if all(s in (None, f) for s, f in zip(shown, full, strict=True)):
                yield full
            return
        for values in rows_of(row):
            yield from build(row + 1, [*table, values])

    yield from build(0, [])


def pinned(true, shown):
    """The hidden counts that have one value in every possible table."""
    hidden = {n for n, count in enumerate(shown) if count is None}
    seen = defaultdict(set)
    for table in solutions(true, shown):
        for n in list(hidden):
            seen[n].add(table[n])
            if len(seen[n]) > 1:
                hidden.discard(n)
        if not hidden:
            break
    return hidden


@settings(max_examples=40)
@given(tables)
def test_no_hidden_count_of_a_table_can_be_worked_out(table):
    shown = shown_counts(suppress_table(table))

    assert pinned(table, shown) == set()


@given(st.lists(counts, min_size=1, max_size=5))
def test_no_hidden_count_of_a_list_can_be_worked_out(values):
    published = suppress(values)

    # A list is a table of one row whose column totals nobody prints.
    nothing = [None] * len(values)
    shown = [*published.cells, published.total, *nothing, published.total]
    columns_hidden = set(range(len(values) + 1, 2 * len(values) + 1))
    assert pinned([values], shown) - columns_hidden == set()


@given(tables)
def test_what_is_shown_is_true_and_never_a_small_number(table):
    for shown, true in zip(
        shown_counts(suppress_table(table)), with_totals(table), strict=True
    ):
        assert shown is None or shown == true
        assert shown is None or not 1 <= shown <= LARGEST_HIDDEN


@given(tables)
def test_hidden_counts_of_a_line_never_add_up_to_a_known_small_number(table):
    published = suppress_table(table)

    lines = [
        *zip(published.cells, table, published.row_totals, strict=True),
        *zip(
            zip(*published.cells, strict=True),
            zip(*table, strict=True),
            published.column_totals,
            strict=True,
        ),
        (published.row_totals, [sum(row) for row in table], published.total),
        (
            published.column_totals,
            [sum(column) for column in zip(*table, strict=True)],
            published.total,
        ),
    ]
    for shown, true, total in lines:
        hidden = sum(t for s, t in zip(shown, true, strict=True) if s is None)
        if total is not None:
            assert not 1 <= hidden <= LARGEST_HIDDEN


@given(st.lists(st.integers(6, 40), min_size=2, max_size=6))
def test_a_list_without_small_numbers_is_shown_in_full(values):
    published = suppress(values)

    assert published == PublishedList(cells=tuple(values), total=sum(values))


def test_a_reader_who_knows_the_program_cannot_work_out_a_list_either():
    alike = defaultdict(list)
    for values in product(range(15), repeat=3):
        published = suppress(values)
        alike[published.cells, published.total].append(values)

    for (cells, _), possible in alike.items():
        if max(map(max, possible)) < 13:  # beyond it, others were not tried
            for n, cell in enumerate(cells):
                assert cell is not None or len({each[n] for each in possible}) > 1


def test_a_reader_who_knows_the_program_cannot_work_out_a_table_either():
    alike = defaultdict(list)
    for a, b, c, d in product(range(8), repeat=4):
        alike[tuple(shown_counts(suppress_table([[a, b], [c, d]])))].append(
            (a, b, c, d)
        )

    for shown, possible in alike.items():
        if max(map(max, possible)) < 6:  # beyond it, others were not tried
            for n, cell in enumerate(shown[:4]):
                assert cell is not None or len({each[n] for each in possible}) > 1


@pytest.mark.parametrize(
    ("values", "cells", "total"),
    [
        ([7, 8, 9], (7, 8, 9), 24),
        ([3, 10, 8], (None, None, 8), 21),  # its next neighbour goes with it
        ([10, 8, 3], (None, 8, None), 21),
        ([2, 1, 20], (None, None, None), 23),  # 2 and 1 would be a known 3
        ([0, 3, 9], (0, None, None), 12),
        ([1, 0, 0, 30], (None, 0, 0, None), 31),
        ([0, 10], (0, 10), 10),  # ten who say the same are not a small group
        ([0, 9], (None, None), 9),
        ([0, 0, 8], (None, None, None), 8),  # all eight said the same
        ([20, 2, 1, 30], (None, None, None, 30), 53),  # a third, from the left
        ([6, 1], (None, None), 7),
        ([3], (None,), None),
        ([0, 0], (0, 0), 0),
    ],
)
def test_a_list_hides_what_it_must_and_no_more(values, cells, total):
    assert suppress(values) == PublishedList(cells=cells, total=total)


def test_a_small_cell_of_a_table_takes_a_square_with_it():
    published = suppress_table([[20, 30, 1], [11, 12, 13], [14, 15, 16]])

    assert published.cells == ((None, 30, None), (None, 12, None), (14, 15, 16))
    assert published.row_totals == (51, 36, 45)
    assert published.column_totals == (45, 57, 30)
    assert published.total == 132


@pytest.mark.parametrize("small", [[0, 3, 0], [0, 2, 3]])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_noughts_of_a_small_group_are_hidden_with_it(small, place):
    table = [[12, 20, 9], [14, 9, 8]]
    table.insert(place, small)
    turned = [list(column) for column in zip(*table, strict=True)]

    by_row, by_column = suppress_table(table), suppress_table(turned)

    assert by_row.cells[place] == (None, None, None)
    assert by_row.row_totals[place] is None
    assert any(None not in row for row in by_row.cells)
    assert [row[place] for row in by_column.cells] == [None, None, None]
    assert by_column.column_totals[place] is None


@pytest.mark.parametrize("place", [0, 1, 2])
def test_noughts_of_a_large_group_are_shown_wherever_it_stands(place):
    table = [[12, 20, 9], [14, 9, 8]]
    table.insert(place, [0, 30, 0])
    turned = [list(column) for column in zip(*table, strict=True)]

    assert suppress_table(table).cells == tuple(map(tuple, table))
    assert suppress_table(turned).cells == tuple(map(tuple, turned))


def test_a_line_of_nine_who_all_say_the_same_is_hidden_and_one_of_ten_is_not():
    assert suppress_table([[0, 9], [20, 30]]).cells[0] == (None, None)
    assert suppress_table([[0, 10], [20, 30]]).cells == ((0, 10), (20, 30))


def test_a_single_category_is_no_sign_that_all_say_the_same():
    assert suppress_table([[6], [8], [20]]).cells == ((6,), (8,), (20,))


def test_small_totals_that_add_up_to_a_known_small_number_take_a_third_along():
    table = [[1, 0], [2, 0], [10, 20]]
    turned = [list(column) for column in zip(*table, strict=True)]

    assert suppress_table(table).row_totals == (None, None, None)
    assert suppress_table(turned).column_totals == (None, None, None)


@pytest.mark.parametrize(
    ("table", "cells", "totals"),
    [
        pytest.param(
            [[2, 0, 20], [0, 15, 15], [0, 20, 8]],
            ((None, 0, None), (None, None, None), (None, 20, None)),
            ((22, 30, 28), (None, None, 43), 80),
            id="cells before totals",
        ),
        pytest.param(
            [[2, 15, 15], [1, 12, 30], [12, 0, 20]],
            ((None, None, None), (None, None, 30), (None, 0, None)),
            ((32, 43, 32), (15, 27, 65), 107),
            id="two counts before a nought",
        ),
        pytest.param(
            [[0, 20, 0], [8, 15, 1], [1, 30, 2]],
            ((0, None, None), (None, None, None), (None, None, None)),
            ((20, 24, 33), (None, 65, None), 77),
            id="a nought stays where nobody's answer follows from it",
        ),
    ],
)
def test_what_is_hidden_beside_a_small_count_costs_the_reader_least(
    table, cells, totals
):
    published = suppress_table(table)

    assert published.cells == cells
    assert (published.row_totals, published.column_totals, published.total) == totals


def test_a_nought_among_many_is_shown():
    published = suppress_table([[0, 30], [12, 20]])

    assert published.cells == ((0, 30), (12, 20))


def release(before, added):
    """Publish a list, then one that holds more; return both as published."""
    earlier = suppress(before)
    now = [b + a for b, a in zip(before, added, strict=True)]
    return earlier, suppress(now, earlier=EarlierList(counts=before, published=earlier))


def test_one_new_child_is_not_revealed_by_taking_the_last_report_away():
    _, later = release([10, 20, 30], [1, 0, 8])

    assert later.cells[0] is None
    assert later.cells.count(None) >= 2


def test_an_addition_that_reveals_nobody_is_shown():
    _, later = release([10, 20, 30], [6, 7, 8])

    assert later == PublishedList(cells=(16, 27, 38), total=81)


def test_what_was_hidden_once_stays_hidden():
    earlier, later = release([3, 20, 30], [10, 10, 10])

    assert earlier.cells[0] is None
    assert later.cells[0] is None


def test_a_small_count_that_a_decision_once_opened_is_hidden_again():
    before = [3, 20, 30]
    opened = disclose(before, Decision(by="head of safeguarding", reason="asked"))

    later = suppress([3, 30, 40], earlier=EarlierList(counts=before, published=opened))

    assert later.cells[0] is None


def test_the_same_release_again_is_the_same():
    earlier, later = release([3, 20, 30], [0, 0, 0])

    assert later == earlier


def releases_pinned(before, shown_before, now, shown_now):
    """What two releases together give away, cell by cell of the first table.

    Returns the hidden counts of either that can have one value only, and the
    differences of 1 to 5 that can.
    """
    size = len(with_totals(before))
    values = [defaultdict(set) for _ in range(3)]
    truth = [with_totals(before), with_totals(now)]
    truth.append([n - b for b, n in zip(*truth, strict=True)])
    wanted = {
        *((0, n) for n in range(size) if shown_before[n] is None),
        *((1, n) for n in range(size) if shown_now[n] is None),
        *((2, n) for n in range(size) if 1 <= truth[2][n] <= LARGEST_HIDDEN),
    }
    width = len(before[0])
    for early in solutions(before, shown_before):
        cells = early[: len(before) * width]
        floor = [cells[n : n + width] for n in range(0, len(cells), width)]
        for late in solutions(now, shown_now, floor):
            added = [b - a for a, b in zip(early, late, strict=True)]
            for which, n in wanted:
                values[which][n].add((early, late, added)[which][n])
            wanted = {key for key in wanted if len(values[key[0]][key[1]]) < 2}
            if not wanted:
                return wanted
    return wanted


pairs_of_tables = st.tuples(st.integers(1, 2), st.integers(2, 2)).flatmap(
    lambda shape: st.tuples(
        *(
            st.lists(
                st.lists(st.integers(0, 9), min_size=shape[1], max_size=shape[1]),
                min_size=shape[0],
                max_size=shape[0],
            )
            for _ in range(2)
        )
    )
)


@settings(max_examples=40)
@given(pairs_of_tables)
def test_two_releases_together_give_nothing_away(pair):
    before, added = pair
    now = [
        [b + a for b, a in zip(*rows, strict=True)]
        for rows in zip(before, added, strict=True)
    ]
    earlier = suppress_table(before)
    later = suppress_table(now, earlier=EarlierTable(counts=before, published=earlier))

    given_away = releases_pinned(
        before, shown_counts(earlier), now, shown_counts(later)
    )

    assert given_away == set()


def test_a_recorded_decision_opens_a_list_of_grades():
    decision = Decision(by="head of safeguarding", reason="members asked")

    published = disclose([0, 0, 2, 8], decision)

    assert published.cells == (0, 0, 2, 8)
    assert published.total == 10
    assert published.decision == decision


@pytest.mark.parametrize(("by", "reason"), [("", "x"), ("x", " ")])
def test_a_decision_names_a_person_and_a_reason(by, reason):
    with pytest.raises(DisclosureError, match="names a person and a reason"):
        Decision(by=by, reason=reason)


@pytest.mark.parametrize("values", [[], [-1, 3]])
def test_counts_that_are_none_are_refused(values):
    with pytest.raises(DisclosureError, match="none below nought"):
        suppress(values)
    with pytest.raises(DisclosureError, match="none below nought"):
        suppress_table([values])


@pytest.mark.parametrize("table", [[], [[1, 2], [3]]])
def test_a_table_with_ragged_rows_is_refused(table):
    with pytest.raises(DisclosureError, match="one length"):
        suppress_table(table)


def test_a_release_that_is_no_part_of_this_one_is_refused():
    earlier = EarlierList(counts=[10, 9], published=suppress([10, 9]))

    with pytest.raises(DisclosureError, match="is not a part"):
        suppress([9, 30], earlier=earlier)


def test_a_release_of_another_shape_is_refused():
    two = EarlierList(counts=[10, 9], published=suppress([10, 9]))
    wide = [[10, 11, 12], [13, 14, 15]]
    table = EarlierTable(counts=wide, published=suppress_table(wide))

    with pytest.raises(DisclosureError, match="another shape"):
        suppress([9, 30, 8], earlier=two)
    with pytest.raises(DisclosureError, match="another shape"):
        suppress_table([[20, 21], [22, 23], [24, 25]], earlier=table)
