"""Published worked examples, and what every coefficient must always do.

`derived_trap` in the cases is the right answer to a wrong question: the same
ratings with only the used categories declared. It is kept to show that the
declared domain decides, and is reproduced like the others.
"""

import json
import time
from functools import partial
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from triangulation import (
    PREVALENCE_NOTE,
    Gate,
    Metric,
    NothingToDrawError,
    RatingsError,
    UndefinedError,
    Weighting,
    agreement_of,
    bootstrap,
    cohen_kappa,
    falls_in_two_categories,
    gate,
    gwet_ac,
    krippendorff_alpha,
    tally_counts,
    tally_table,
    tally_units,
)
from triangulation.agreement import _quantile
from triangulation.tallies import added

CASES = json.loads(
    (Path(__file__).parent / "cases" / "agreement_cases.json").read_text("utf-8")
)["agreement_cases"]
BY_ID = {case["id"]: case for case in CASES}
TALLIES = {
    "units_by_raters": tally_units,
    "table": tally_table,
    "counts_by_category": tally_counts,
}
DOMAIN = [1, 2, 3, 4]
REPORT = BY_ID["report-practice-kalpha-ordinal"]["data"]


def figures(found):
    """Every figure by its dotted name."""
    flat = {}
    for name, value in found.as_json().items():
        if isinstance(value, dict) and name != "undefined":
            flat |= {f"{name}.{kind}": figure for kind, figure in value.items()}
        elif name != "undefined":
            flat[name] = value
    return flat


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_worked_example_is_reproduced_to_its_decimals(case):
    tally = TALLIES[case["shape"]](case["data"], case["categories"])

    found = agreement_of(tally, case.get("weight_matrix")).as_json()

    value = found[case["statistic"]]
    name = case["statistic"]
    if isinstance(value, dict):
        value, name = value[case["weights"]], f"{name}.{case['weights']}"
    if case["expected"] is None:
        assert value is None
        assert found["undefined"][name] == "not calculable: no variation"
    else:
        half_a_unit = 0.5 * 10 ** -case["decimals"]
        assert value == pytest.approx(case["expected"], abs=half_a_unit)
        assert value == pytest.approx(case["full_precision"], abs=1e-9)
        assert name not in found["undefined"]


def test_ac_depends_on_the_declared_domain_and_kappa_does_not():
    declared, used = tally_units(REPORT, DOMAIN), tally_units(REPORT, [3, 4])

    assert gwet_ac(declared, Weighting.LINEAR) > gwet_ac(used, Weighting.LINEAR)
    assert cohen_kappa(declared, Weighting.LINEAR) == cohen_kappa(
        used, Weighting.LINEAR
    )


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (Metric.NOMINAL, 0.743),
        (Metric.ORDINAL, 0.815),  # Gwet's ordinal weights would give 0.834
        (Metric.INTERVAL, 0.849),
        (Metric.RATIO, 0.797),
    ],
)
def test_krippendorffs_own_example_holds_by_every_metric(metric, expected):
    data = BY_ID["kripp-4obs-12u-nominal"]["data"]

    alpha = krippendorff_alpha(tally_units(data, [1, 2, 3, 4, 5]), metric)

    assert float(alpha) == pytest.approx(expected, abs=0.0005)


def test_counts_table_and_units_tell_the_same():
    units = [[1, 1], [1, 2], [2, 2], [2, 2]]
    by_units = agreement_of(tally_units(units, [1, 2]))
    by_table = agreement_of(tally_table([[1, 1], [0, 2]], [1, 2]))
    by_counts = agreement_of(tally_counts([[2, 0], [1, 1], [0, 2], [0, 2]], [1, 2]))

    assert by_units == by_table
    assert by_counts.krippendorff_alpha == by_units.krippendorff_alpha
    assert by_counts.gwet_ac == by_units.gwet_ac
    assert set(by_counts.cohen_kappa.values()) == {None}
    assert by_counts.undefined["cohen_kappa.identity"] == "needs exactly two raters"


def test_pairs_are_counted_within_units():
    found = agreement_of(
        tally_units([[1, 2, 4], [1, 1, None], [3, None, None]], DOMAIN)
    )

    assert (found.units, found.pairs, found.exact, found.within_one) == (3, 4, 1, 2)
    assert found.percent_agreement == pytest.approx(0.5)


def test_a_unit_with_one_rating_counts_towards_chance_only():
    data = [[1, 1], [2, 2], [1, 2]]
    alone = [*data, [4, None]]

    before, after = (agreement_of(tally_units(rows, DOMAIN)) for rows in (data, alone))

    assert after.percent_agreement == before.percent_agreement
    assert after.krippendorff_alpha == before.krippendorff_alpha
    assert after.cohen_kappa == before.cohen_kappa
    assert after.gwet_ac["identity"] != before.gwet_ac["identity"]
    assert after.fleiss_kappa != before.fleiss_kappa


def test_all_outstanding_is_not_calculable_and_never_nought_or_one():
    found = agreement_of(tally_units([[4, 4]] * 10, DOMAIN))

    assert found.percent_agreement == 1
    assert found.fleiss_kappa is None
    assert set(found.krippendorff_alpha.values()) == {None}
    assert set(found.gwet_ac.values()) == {1.0}
    assert found.brennan_prediger == 1.0
    assert (
        found.undefined["krippendorff_alpha.ordinal"] == "not calculable: no variation"
    )


def test_strings_have_nominal_and_identity_figures_only():
    rows = [["a", "b"], ["a", "a"], ["b", "b"]]

    found = agreement_of(tally_units(rows, ["a", "b"]), [[1, 0], [0, 1]])

    defined = {name for name, value in figures(found).items() if value is not None}
    assert defined == {
        "units",
        "pairs",
        "exact",
        "percent_agreement",
        "fleiss_kappa",
        "brennan_prediger",
        "cohen_kappa.identity",
        "krippendorff_alpha.nominal",
        "gwet_ac.identity",
    }
    assert found.undefined["within_one"] == "strings have no order or distance"
    assert found.undefined["cohen_kappa.custom"] == found.undefined["within_one"]


@pytest.mark.parametrize("rows", [[], [[], []], [[None, None]], [[1, None], [None, 2]]])
def test_without_a_pair_everything_is_undefined_with_its_reason(rows):
    found = agreement_of(tally_units(rows, DOMAIN))

    values = figures(found)
    counts = ("units", "pairs", "exact", "within_one")
    assert [values.pop(name) for name in counts] == [len(rows), 0, 0, 0]
    assert set(values.values()) == {None}
    assert found.undefined.keys() == values.keys()
    assert found.undefined["gwet_ac.linear"] == "no unit has two ratings"


def test_two_raters_who_never_rated_the_same_unit_have_no_kappa():
    found = agreement_of(tally_units([[1, None], [None, 2]], DOMAIN))

    assert found.undefined["cohen_kappa.linear"] == "no unit is rated by both raters"


def test_one_declared_category_leaves_nothing_to_chance():
    found = agreement_of(tally_units([[1, 1]], [1]))

    assert found.undefined["gwet_ac.linear"] == "needs at least two declared categories"
    assert found.undefined["brennan_prediger"] == found.undefined["gwet_ac.linear"]
    assert found.undefined["cohen_kappa.linear"] == "not calculable: no variation"


def test_custom_weights_need_weights_and_change_no_other_figure():
    tally = tally_table([[3, 1], [2, 4]], [1, 2])

    without, with_them = agreement_of(tally), agreement_of(tally, [[1, 0.5], [0, 1]])

    assert without.undefined["cohen_kappa.custom"] == "no weights are given"
    assert with_them.cohen_kappa["custom"] is not None
    assert {**figures(with_them), "cohen_kappa.custom": None} == figures(without)


def test_rows_of_the_weights_are_rater_one():
    tally = tally_table([[3, 1], [2, 4]], [1, 2])

    one, other = (
        agreement_of(tally, weights).cohen_kappa["custom"]
        for weights in ([[1, 0.5], [0, 1]], [[1, 0], [0.5, 1]])
    )

    # Rater 1 chose 4 and 6, rater 2 chose 5 and 5; one cell in ten counts half,
    # or two do.
    assert one == pytest.approx((0.75 - 0.6) / (1 - 0.6))
    assert other == pytest.approx((0.8 - 0.65) / (1 - 0.65))


def test_weights_beyond_reason_give_a_reason_and_no_crash():
    # Chance is a hair from full agreement, and what is observed is off the chart.
    tally = tally_table([[1, 0], [0, 1]], [1, 2])
    weights = [[1e300, -2e300], [4 + 2**-50, 1e300]]

    found = agreement_of(tally, weights)

    assert found.cohen_kappa["custom"] is None
    assert found.undefined["cohen_kappa.custom"] == "too large to be written"


def test_interval_and_ratio_use_values_and_the_others_places():
    rows = [[1, 2], [2, 2], [10, 2], [1, 1]]
    near = agreement_of(
        tally_units([[{10: 3}.get(r, r) for r in u] for u in rows], [1, 2, 3])
    )
    far = agreement_of(tally_units(rows, [1, 2, 10]))

    assert far.krippendorff_alpha["ordinal"] == near.krippendorff_alpha["ordinal"]
    assert far.krippendorff_alpha["interval"] != near.krippendorff_alpha["interval"]
    assert far.krippendorff_alpha["ratio"] != near.krippendorff_alpha["ratio"]
    assert far.gwet_ac == near.gwet_ac
    assert far.cohen_kappa == near.cohen_kappa


def test_a_ratio_scale_may_hold_nought_and_nothing_below():
    rows = [[0, 0], [0, 1], [1, 1]]

    assert (
        agreement_of(tally_units(rows, [0, 1])).krippendorff_alpha["ratio"] is not None
    )
    below = agreement_of(tally_units(rows, [-1, 0, 1]))
    assert (
        below.undefined["krippendorff_alpha.ratio"]
        == "a ratio scale has no values below zero"
    )


REFUSED = [
    (tally_units, [[1, 2], [1]], [1, 2], "ratings[1]", "has 1 ratings where the first"),
    (tally_units, [[1, 5]], [1, 2], "ratings[0][1]", "5 is not one of the categories"),
    (tally_units, [[1, True]], [1, 2], "ratings[0][1]", "true is not one"),
    (tally_units, [[1, [2]]], [1, 2], "ratings[0][1]", "a list is not one"),
    (tally_units, [["1", 1]], [1, 2], "ratings[0][0]", "'1' is not one"),
    (tally_units, [[1, float("nan")]], [1], "ratings[0][1]", "nan is not one"),
    (tally_units, [], [], "categories", "at least one category"),
    (tally_units, [], [1, 1.0], "categories[1]", "1.0 is given twice"),
    (tally_units, [], [1, "a"], "categories[1]", "cannot be mixed"),
    (tally_units, [], [True], "categories[0]", "must be a number or a string"),
    (tally_units, [], [float("inf")], "categories[0]", "beyond all bounds"),
    (tally_table, [[1, 2]], [1, 2], "table", "has 1 rows for 2 categories"),
    (tally_table, [[1, 2], [3]], [1, 2], "table[1]", "has 1 counts for 2 categories"),
    (tally_table, [[1, 2], [3, -1]], [1, 2], "table[1][1]", "-1 is not a count"),
    (tally_counts, [[1.0, 2]], [1, 2], "counts[0][0]", "1.0 is not a count"),
    (tally_counts, [[True, 2]], [1, 2], "counts[0][0]", "true is not a count"),
    (tally_counts, [[10**16, 2]], [1, 2], "counts[0][0]", "is not a count"),
    (tally_counts, [[1]], [1, 2], "counts[0]", "has 1 counts for 2 categories"),
]


@pytest.mark.parametrize(("tally", "rows", "categories", "path", "problem"), REFUSED)
def test_ratings_that_cannot_be_counted_are_refused(
    tally, rows, categories, path, problem
):
    with pytest.raises(RatingsError) as caught:
        tally(rows, categories)

    assert caught.value.path == path
    assert problem in caught.value.problem


def test_a_whole_number_written_with_a_point_is_the_same_category():
    assert tally_units([[1.0, 2]], [1, 2]) == tally_units([[1, 2]], [1, 2])


rows_of = st.integers(2, 4).flatmap(
    lambda raters: st.lists(
        st.lists(st.sampled_from([*DOMAIN, None]), min_size=raters, max_size=raters),
        min_size=1,
        max_size=12,
    )
)


@given(rows_of, st.randoms(use_true_random=False))
def test_reordering_units_and_raters_changes_no_symmetric_figure(rows, random):
    order = list(range(len(rows[0])))
    random.shuffle(order)
    other = [[row[n] for n in order] for row in rows]
    random.shuffle(other)

    before, after = (agreement_of(tally_units(each, DOMAIN)) for each in (rows, other))

    assert figures(after) == figures(before)
    assert after.undefined == before.undefined


@given(rows_of)
def test_renaming_categories_changes_nothing_that_needs_no_values(rows):
    names = {1: "a", 2: "b", 3: "c", 4: "d", None: None}
    other = [[names[rating] for rating in row] for row in rows]

    before = agreement_of(tally_units(rows, DOMAIN))
    after = agreement_of(tally_units(other, ["a", "b", "c", "d"]))

    assert after.krippendorff_alpha["nominal"] == before.krippendorff_alpha["nominal"]
    assert after.gwet_ac["identity"] == before.gwet_ac["identity"]
    assert after.cohen_kappa["identity"] == before.cohen_kappa["identity"]
    assert after.fleiss_kappa == before.fleiss_kappa


@given(rows_of)
def test_the_order_of_the_domain_turned_round_changes_nothing(rows):
    before = agreement_of(tally_units(rows, DOMAIN))
    after = agreement_of(tally_units(rows, DOMAIN[::-1]))

    assert figures(after) == pytest.approx(figures(before))


@given(st.lists(st.sampled_from(DOMAIN), min_size=2, max_size=12))
def test_full_agreement_on_two_grades_or_more_is_exactly_one(grades):
    assume(len(set(grades)) > 1)

    found = agreement_of(tally_units([[grade, grade] for grade in grades], DOMAIN))

    values = figures(found)
    for name in ("units", "pairs", "exact", "within_one", "cohen_kappa.custom"):
        del values[name]
    assert set(values.values()) == {1.0}


@given(rows_of)
def test_no_figure_is_ever_above_one_and_each_none_has_a_reason(rows):
    found = agreement_of(tally_units(rows, DOMAIN))

    values = figures(found)
    assert {name for name, value in values.items() if value is None} == set(
        found.undefined
    )
    for name in ("units", "pairs", "exact", "within_one"):
        del values[name]
    assert all(value is None or value <= 1 for value in values.values())


def test_a_hundred_thousand_units_take_no_more_than_the_patterns_among_them():
    rows = [[1 + n % 4, 1 + n * n % 4, None, 2] for n in range(100_000)]

    start = time.perf_counter()
    found = agreement_of(tally_units(rows, DOMAIN))
    taken = time.perf_counter() - start

    assert found.units == 100_000
    assert taken < 5  # far above the usual tenth of a second: a busy machine


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (0, Gate.COUNTS_ONLY),
        (9, Gate.COUNTS_ONLY),
        (10, Gate.INDICATIVE),
        (29, Gate.INDICATIVE),
        (30, Gate.PLAIN),
    ],
)
def test_few_pairs_let_little_be_printed(pairs, expected):
    assert gate(pairs) is expected


def test_grades_in_two_categories_carry_the_note():
    assert falls_in_two_categories(tally_units(REPORT, DOMAIN))
    assert not falls_in_two_categories(tally_units(REPORT, [3, 4]))
    assert not falls_in_two_categories(tally_units([[1, 2], [3, 4]], DOMAIN))
    assert not falls_in_two_categories(tally_units([], DOMAIN))
    nine_tenths = [[3, 4]] * 9 + [[1, 2]]
    assert not falls_in_two_categories(tally_units(nine_tenths, DOMAIN))
    assert "pulled down" in PREVALENCE_NOTE


ALPHA = partial(krippendorff_alpha, metric=Metric.ORDINAL)
AC2 = partial(gwet_ac, weighting=Weighting.LINEAR)


def reviews(*groups):
    return [tally_units(rows, DOMAIN) for rows in groups]


def test_ten_pairs_say_next_to_nothing_and_the_interval_shows_it():
    each = reviews(*([row] for row in REPORT))

    alpha, ac2 = bootstrap(each, ALPHA), bootstrap(each, AC2)

    assert (alpha.low, alpha.high) == pytest.approx((-0.19, 1.0), abs=0.01)
    assert (ac2.low, ac2.high) == pytest.approx((0.76, 1.0), abs=0.01)
    assert alpha.draws == 2000
    assert 0 < alpha.undefined_share < 0.1
    assert ac2.undefined_share == 0


def test_the_same_seed_gives_the_same_interval_and_another_a_near_one():
    each = reviews(*([row] for row in REPORT))

    assert bootstrap(each, AC2, seed=1) == bootstrap(each, AC2, seed=1)
    assert bootstrap(each, AC2, draws=50, seed=1) != bootstrap(
        each, AC2, draws=50, seed=4
    )


def test_whole_reviews_are_drawn_not_units():
    together = reviews([[1, 1], [4, 1]], [[1, 1], [4, 1]])

    found = bootstrap(together, ALPHA, draws=40)

    # Two reviews with the same ratings: every draw is the same table.
    assert found.low == found.high
    assert found.undefined == 0


def test_draws_that_are_all_undefined_leave_no_interval():
    found = bootstrap(reviews([[4, 4]], [[4, 4]]), ALPHA, draws=20)

    assert (found.low, found.high, found.undefined_share) == (None, None, 1.0)


def test_reviews_of_three_raters_can_be_drawn_too():
    found = bootstrap(reviews([[4, 4, 3], [2, 2, 2]], [[1, 2, 2]]), ALPHA, draws=20)

    assert found.low <= found.high


def test_more_confidence_never_narrows_the_interval():
    each = reviews(*([row] for row in REPORT))

    narrow = bootstrap(each, AC2, confidence=0.5)
    wide = bootstrap(each, AC2, confidence=0.95)

    assert wide.low <= narrow.low <= narrow.high <= wide.high


@pytest.mark.parametrize(
    ("share", "expected"), [(0, 1.0), (0.25, 1.75), (0.5, 3.0), (0.9, 6.8), (1, 8.0)]
)
def test_an_end_of_the_interval_lies_between_its_two_nearest_draws(share, expected):
    assert _quantile([1.0, 2.0, 4.0, 8.0], share) == pytest.approx(expected)
    assert _quantile([5.0], share) == 5.0


def test_adding_tallies_is_counting_their_units_together():
    one = [[1, 2], [2, 2], [4, None], [1, 1], [1, 1]]
    other = [[3, 4], [2, 2]]
    tallies = (tally_units(one, DOMAIN), 3), (tally_units(other, DOMAIN), 2)

    total = added(tallies, tallies[0][0])

    assert total == tally_units(one * 3 + other * 2, DOMAIN)


def test_nothing_cannot_be_drawn_from():
    with pytest.raises(NothingToDrawError):
        bootstrap([], ALPHA)


def test_a_drawn_sample_with_two_raters_keeps_them_apart():
    kappa = partial(cohen_kappa, weighting=Weighting.IDENTITY)
    one = reviews([[1, 2], [2, 2], [1, 1]])

    found = bootstrap(one, kappa, draws=3)

    assert found.low == float(kappa(one[0]))


def test_an_undefined_statistic_says_why_when_it_is_asked_alone():
    with pytest.raises(UndefinedError, match="no variation"):
        ALPHA(tally_units([[4, 4]], DOMAIN))
