"""How is each coefficient of agreement computed from a tally?

All arithmetic is exact, in fractions, so that *undefined* is a fact (nought by
nought) and never the accident of a rounding. Every coefficient is 1 for full
agreement, 0 for agreement no better than chance as that coefficient sees it,
and negative below it.
"""

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from triangulation.tallies import Pair, Tally
from triangulation.weights import (
    NO_ORDER,
    NOUGHT,
    Metric,
    UndefinedError,
    Weighting,
    Weights,
    check_metric,
    distance_of,
    identity,
    weights_of,
)

NO_PAIR: Final = "no unit has two ratings"


NO_VARIATION: Final = "not calculable: no variation"


NOT_TWO_RATERS: Final = "needs exactly two raters"


NOT_RATED_BY_BOTH: Final = "no unit is rated by both raters"


NO_WEIGHTS: Final = "no weights are given"


ONE_CATEGORY: Final = "needs at least two declared categories"


_TWO: Final = 2


def observed_agreement(tally: Tally, weights: Weights) -> Fraction:
    """Average, over units with two or more ratings, the agreement of their pairs.

    Raises:
        UndefinedError: If no unit has two ratings.
    """
    units = sum(count for size, count in tally.sizes.items() if size >= _TWO)
    if not units:
        raise UndefinedError(NO_PAIR)
    agreeing = sum(
        Fraction(2 * count, size * (size - 1)) * weights(*pair)
        for size, pairs in tally.pairs.items()
        for pair, count in pairs.items()
    )
    return Fraction(agreeing) / units


def percent_agreement(tally: Tally) -> Fraction:
    """Give the share of identical pairs, as a mean over units, 0 to 1.

    Raises:
        UndefinedError: If no unit has two ratings.
    """
    return observed_agreement(tally, identity)


def fleiss_kappa(tally: Tally) -> Fraction:
    """Compute Fleiss' kappa; units with one rating count towards chance only.

    Raises:
        UndefinedError: If no unit has two ratings or all ratings are the same.

    Source:
        Fleiss, Psychological Bulletin 76 (1971) 378-382; missing ratings as in
        Gwet, Handbook of Inter-Rater Reliability (4th ed., 2014).
    """
    chance = sum((share**2 for share in _shares(tally).values()), NOUGHT)
    return _beyond(observed_agreement(tally, identity), chance)


def brennan_prediger(tally: Tally) -> Fraction:
    """Compute Brennan and Prediger's kappa: chance is one by the categories.

    Raises:
        UndefinedError: If no unit has two ratings or one category is declared.

    Source:
        Brennan and Prediger, Educational and Psychological Measurement 41
        (1981) 687-699.
    """
    observed = observed_agreement(tally, identity)
    return _beyond(observed, Fraction(1, len(tally.categories)), ONE_CATEGORY)


def gwet_ac(tally: Tally, weighting: Weighting) -> Fraction:
    """Compute Gwet's AC1 (identity weights) or AC2 over the declared categories.

    Units with one rating count towards chance only.

    Raises:
        UndefinedError: If no unit has two ratings, one category is declared, or
            the weighting needs an order that strings do not have.

    Source:
        Gwet, British Journal of Mathematical and Statistical Psychology 61
        (2008) 29-48; Handbook of Inter-Rater Reliability (4th ed., 2014).
    """
    weights = weights_of(tally, weighting)
    q = len(tally.categories)
    observed = observed_agreement(tally, weights)
    if q < _TWO:
        raise UndefinedError(ONE_CATEGORY)
    # Weights depend on the distance alone: q - d pairs of places lie d apart.
    total = sum(2 * (q - apart) * weights(0, apart) for apart in range(1, q)) + q
    spread = sum((s * (1 - s) for s in _shares(tally).values()), NOUGHT)
    return _beyond(observed, total * spread / (q * (q - 1)))


def cohen_kappa(tally: Tally, weighting: Weighting) -> Fraction:
    """Compute Cohen's kappa of two raters over units that both rated.

    Raises:
        UndefinedError: If there are not exactly two raters, no unit is rated by
            both, chance alone explains everything, or the weighting needs an
            order that strings do not have.

    Source:
        Cohen, Educational and Psychological Measurement 20 (1960) 37-46;
        Psychological Bulletin 70 (1968) 213-220 for weights.
    """
    return _cohen(tally, weights_of(tally, weighting))


def cohen_kappa_weighted_by(
    tally: Tally, matrix: Sequence[Sequence[float]] | None
) -> Fraction:
    """Compute Cohen's kappa with a matrix of agreement weights.

    Args:
        tally: The ratings of two raters.
        matrix: Shape (q, q), rows for rater 1; None if there is none.

    Raises:
        UndefinedError: As `cohen_kappa`, or if there is no matrix.
    """
    if matrix is None:
        raise UndefinedError(NO_WEIGHTS)
    if not tally.is_numeric:
        raise UndefinedError(NO_ORDER)
    exact = [[Fraction(weight) for weight in row] for row in matrix]
    return _cohen(tally, lambda row, column: exact[row][column])


def krippendorff_alpha(tally: Tally, metric: Metric) -> Fraction:
    """Compute Krippendorff's alpha over all units with two or more ratings.

    Raises:
        UndefinedError: If no unit has two ratings, all that can be paired are
            the same, or the metric does not fit the categories.

    Source:
        Krippendorff, Computing Krippendorff's Alpha-Reliability (2011);
        Content Analysis (4th ed., 2018), chapter on reliability.
    """
    check_metric(tally, metric)
    coincidences: defaultdict[Pair, Fraction] = defaultdict(Fraction)
    for size, pairs in tally.pairs.items():
        for pair, count in pairs.items():
            coincidences[pair] += Fraction(2 * count, size - 1)
    values: defaultdict[int, Fraction] = defaultdict(Fraction)
    for (low, high), together in coincidences.items():
        values[low] += together / 2
        values[high] += together / 2
    if not values:
        raise UndefinedError(NO_PAIR)
    distance = distance_of(tally, metric, values)
    total = sum(values.values(), NOUGHT)
    disagreement = sum(
        (together * distance(*pair) for pair, together in coincidences.items()),
        NOUGHT,
    )
    places = sorted(values)
    expected = sum(
        (
            2 * values[low] * values[high] * distance(low, high)
            for n, low in enumerate(places)
            for high in places[n + 1 :]
        ),
        NOUGHT,
    )
    if not expected:
        raise UndefinedError(NO_VARIATION)
    return 1 - (total - 1) * disagreement / expected


def _beyond(
    observed: Fraction, chance: Fraction, otherwise: str = NO_VARIATION
) -> Fraction:
    if chance == 1:
        raise UndefinedError(otherwise)
    return (observed - chance) / (1 - chance)


def _shares(tally: Tally) -> dict[int, Fraction]:
    """Average each place's share of a unit's ratings over units with any."""
    units = sum(count for size, count in tally.sizes.items() if size)
    shares: defaultdict[int, Fraction] = defaultdict(Fraction)
    for size, used in tally.singles.items():
        for place, count in used.items():
            shares[place] += Fraction(count, size * units)
    return shares


def _cohen(tally: Tally, weights: Weights) -> Fraction:
    if tally.crossed is None:
        raise UndefinedError(NOT_TWO_RATERS)
    total = sum(tally.crossed.values())
    if not total:
        raise UndefinedError(NOT_RATED_BY_BOTH)
    rows: defaultdict[int, int] = defaultdict(int)
    columns: defaultdict[int, int] = defaultdict(int)
    for (row, column), count in tally.crossed.items():
        rows[row] += count
        columns[column] += count
    observed = sum(
        (count * weights(*pair) for pair, count in tally.crossed.items()), NOUGHT
    )
    chance = sum(
        (
            in_row * in_column * weights(row, column)
            for row, in_row in rows.items()
            for column, in_column in columns.items()
        ),
        NOUGHT,
    )
    return _beyond(observed / total, chance / total**2)
