"""Two coefficients of one table of pairs, through the gates, with their intervals."""

from functools import partial
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triangulation import (
    NO_VARIATION_NOTE,
    PREVALENCE_NOTE,
    Gate,
    Metric,
    UndefinedError,
    Weighting,
    bootstrap,
    coefficients_of,
    gwet_ac,
    krippendorff_alpha,
    tally_table,
    tally_units,
)
from triangulation.paired import both_of, redrawn

BANDS = (1, 2, 3, 4)
# Eight of ten exact, the rest next to it, grades of 3 and 4 only.
EIGHT_OF_TEN = ((0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 1, 1), (0, 0, 1, 7))
KINDS = tuple(combinations_with_replacement(range(4), 2))


def a_table(**counts):
    """A table from cells such as ``c34=2``: grade 3 beside band 4, twice."""
    return tuple(
        tuple(counts.get(f"c{row}{column}", 0) for column in BANDS) for row in BANDS
    )


def test_ten_pairs_with_eight_exact_give_two_figures_that_seem_to_contradict():
    found = coefficients_of(EIGHT_OF_TEN)

    assert found.ac2.value == pytest.approx(0.9112, abs=5e-5)
    assert found.alpha.value == pytest.approx(0.40625, abs=5e-5)
    assert found.note == PREVALENCE_NOTE


def test_ten_pairs_are_indicative_and_their_intervals_are_the_finding():
    found = coefficients_of(EIGHT_OF_TEN)

    assert found.gate is Gate.INDICATIVE
    assert found.alpha.interval.low == pytest.approx(-0.19, abs=0.005)
    assert found.alpha.interval.high == 1.0
    assert found.ac2.interval.low == pytest.approx(0.76, abs=0.005)
    assert found.ac2.interval.high == 1.0


def test_draws_in_which_nothing_varies_are_told_as_undefined():
    found = coefficients_of(EIGHT_OF_TEN)

    assert 0 < found.alpha.interval.undefined_share < 0.1
    assert found.ac2.interval.undefined == 0


def test_nine_pairs_give_counts_only():
    assert coefficients_of(a_table(c33=9)) is None


def test_twenty_nine_pairs_have_an_interval_and_thirty_stand_plain():
    few = coefficients_of(a_table(c33=20, c34=9))
    enough = coefficients_of(a_table(c33=20, c34=10))

    assert few.gate is Gate.INDICATIVE
    assert few.ac2.interval is not None
    assert enough.gate is Gate.PLAIN
    assert enough.ac2.interval is None
    assert enough.alpha.interval is None


def test_without_variation_alpha_says_why_and_ac2_is_said_to_tell_nothing():
    found = coefficients_of(a_table(c44=10))

    assert found.alpha.value is None
    assert found.alpha.undefined == "not calculable: no variation"
    assert found.alpha.interval.undefined_share == 1.0
    assert found.ac2.value == 1.0
    assert found.note == NO_VARIATION_NOTE


def test_grades_over_more_than_two_categories_need_no_note():
    assert coefficients_of(a_table(c11=4, c22=4, c33=4, c44=4)).note is None


@given(st.lists(st.integers(0, 6), min_size=10, max_size=10).filter(any))
def test_both_figures_of_counts_are_those_of_the_exact_statistics(counts):
    rows = [
        (low + 1, high + 1)
        for (low, high), count in zip(KINDS, counts, strict=True)
        for _ in range(count)
    ]
    tally = tally_units(rows, BANDS)
    try:
        alpha = float(krippendorff_alpha(tally, Metric.ORDINAL))
    except UndefinedError:
        alpha = None

    found = both_of(counts)

    assert found[0] == pytest.approx(float(gwet_ac(tally, Weighting.LINEAR)))
    assert found[1] == (None if alpha is None else pytest.approx(alpha))


def test_drawing_pairs_gives_the_interval_of_drawing_reviews():
    reviews = [
        tally_units([(row, column)], BANDS)
        for row in BANDS
        for column in BANDS
        for _ in range(EIGHT_OF_TEN[row - 1][column - 1])
    ]

    ac2, alpha = redrawn(EIGHT_OF_TEN)

    by_review = bootstrap(reviews, partial(gwet_ac, weighting=Weighting.LINEAR))
    assert ac2.low == pytest.approx(by_review.low, abs=0.03)
    by_review = bootstrap(reviews, partial(krippendorff_alpha, metric=Metric.ORDINAL))
    assert alpha.low == pytest.approx(by_review.low, abs=0.03)
    assert alpha.undefined == pytest.approx(by_review.undefined, abs=40)


def test_which_source_said_what_changes_neither_figure_nor_interval():
    lopsided = a_table(c34=6, c44=5, c22=2)
    mirrored = a_table(c43=6, c44=5, c22=2)

    assert coefficients_of(lopsided) == coefficients_of(mirrored)


def test_software_that_saw_only_the_used_categories_would_print_another_ac2():
    used_only = tally_table([[1, 1], [1, 7]], [3, 4])

    assert float(gwet_ac(used_only, Weighting.LINEAR)) == pytest.approx(
        0.7059, abs=5e-5
    )
