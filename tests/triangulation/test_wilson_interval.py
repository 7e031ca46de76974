"""Wilson's interval, and when a share may have one."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triangulation import ShareError, share, wilson

CASES = json.loads(
    (Path(__file__).parent / "cases" / "agreement_cases.json").read_text("utf-8")
)["interval_cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_published_interval_is_reproduced_to_its_decimals(case):
    found = wilson(case["x"], case["n"], case["confidence"])

    half_a_unit = 0.5 * 10 ** -case["decimals"]
    assert found == pytest.approx(tuple(case["expected"]), abs=half_a_unit)


def test_both_ends_of_the_range_are_exact():
    assert wilson(0, 7)[0] == 0.0
    assert wilson(7, 7)[1] == 1.0


@given(st.integers(1, 200), st.data())
def test_an_interval_encloses_its_share_and_stays_within_the_whole(n, data):
    x = data.draw(st.integers(0, n))

    low, high = wilson(x, n)

    assert 0 <= low <= x / n <= high <= 1
    assert wilson(n - x, n) == pytest.approx((1 - high, 1 - low))


def test_more_confidence_needs_a_wider_interval():
    low, high = wilson(3, 10, 0.95)
    lower, higher = wilson(3, 10, 0.99)

    assert lower < low < high < higher


@pytest.mark.parametrize(("x", "n"), [(0, 0), (-1, 3), (4, 3), (1, -1)])
def test_counts_that_are_no_share_are_refused(x, n):
    with pytest.raises(ShareError, match="is not a share"):
        wilson(x, n)
    with pytest.raises(ShareError, match="is not a share"):
        share(x, n, sampled_at_random=False)


@pytest.mark.parametrize("confidence", [0, 1, -0.5, 1.5, float("nan")])
def test_a_confidence_that_is_none_is_refused(confidence):
    with pytest.raises(ShareError, match="between 0 and 1"):
        wilson(1, 2, confidence)


def test_a_share_of_these_reviews_alone_has_no_interval():
    found = share(6, 10, sampled_at_random=False)

    assert (found.words, found.percent, found.interval) == ("6 of 10", 60, None)


def test_a_share_of_a_random_sample_has_one():
    assert share(8, 10, sampled_at_random=True).interval == wilson(8, 10)


@pytest.mark.parametrize(("x", "n", "percent"), [(1, 3, 33), (2, 3, 67), (1, 8, 13)])
def test_a_percentage_is_rounded_with_halves_up(x, n, percent):
    assert share(x, n, sampled_at_random=False).percent == percent
