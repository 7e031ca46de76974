"""How reviews are drawn again and again: repeatably, and no more often than needed."""

from functools import partial
from itertools import product

import pytest

from triangulation import (
    NothingToDrawError,
    Weighting,
    bootstrap,
    falls_in_two_categories,
    gwet_ac,
    tally_units,
)

DOMAIN = [1, 2, 3, 4]
AC2 = partial(gwet_ac, weighting=Weighting.LINEAR)
# Sixteen reviews, no two alike: hardly two seeds draw the same interval.
UNLIKE = [tally_units([pair, (4, 4)], DOMAIN) for pair in product(DOMAIN, DOMAIN)]


@pytest.mark.parametrize("draws", [3, 4, 5])
def test_the_same_seed_draws_the_same_reviews_on_every_day(draws):
    first = bootstrap(UNLIKE, AC2, draws=draws, seed=7)

    assert bootstrap(UNLIKE, AC2, draws=draws, seed=7) == first
    assert bootstrap(UNLIKE, AC2, draws=draws, seed=8) != first


def test_without_a_seed_next_years_reader_finds_this_years_interval():
    found = bootstrap(UNLIKE, AC2, draws=200)

    assert (found.low, found.high) == pytest.approx((0.482356, 0.776225), abs=1e-6)


def test_reviews_with_equal_counts_are_one_kind_and_computed_once():
    asked = []

    def counting(tally):
        asked.append(tally)
        return AC2(tally)

    alike = [tally_units([[3, 4], [2, 2]], DOMAIN) for _ in range(30)]
    bootstrap(alike, counting, draws=50)

    assert len(asked) == 1


def test_a_bootstrap_of_nothing_is_refused_in_words():
    with pytest.raises(NothingToDrawError, match=r"^a bootstrap needs at least one"):
        bootstrap([], AC2)


def test_two_of_only_three_categories_carry_the_note_too():
    assert falls_in_two_categories(tally_units([[1, 2]] * 9, [1, 2, 3]))
    assert not falls_in_two_categories(tally_units([[1, 2], [3, 3]], [1, 2, 3]))
