"""How is each coefficient of agreement computed from a tally?

All arithmetic is exact, in fractions, so that *undefined* is a fact (nought by
nought) and never the accident of a rounding. Every coefficient is 1 for full
agreement, 0 for agreement no better than chance as that coefficient sees it,
and negative below it.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Final

from triangulation.errors import TriangulationError
from triangulation.evidence import Labelled
from triangulation.tallies import Pair, Tally

NO_PAIR: Final = "no unit has two ratings"
NO_VARIATION: Final = "not calculable: no variation"
NOT_TWO_RATERS: Final = "needs exactly two raters"
NOT_RATED_BY_BOTH: Final = "no unit is rated by both raters"
NO_WEIGHTS: Final = "no weights are given"
NO_ORDER: Final = "strings have no order or distance"
ONE_CATEGORY: Final = "needs at least two declared categories"
BELOW_ZERO: Final = "a ratio scale has no values below zero"

_TWO: Final = 2
_NOUGHT: Final = Fraction(0)


class UndefinedError(TriangulationError):
    """A statistic is nought by nought, or does not fit the ratings."""


class Weighting(Labelled):
    """How near misses count, by places in the declared order."""

    IDENTITY = "identity", "Only identical ratings agree"
    LINEAR = "linear", "Misses weigh by their distance"
    QUADRATIC = "quadratic", "Misses weigh by the square of their distance"
    GWET_ORDINAL = "gwet_ordinal", "Misses weigh by the pairs of ranks they span"


class Metric(Labelled):
    """How far apart Krippendorff's alpha takes two ratings to be."""

    NOMINAL = "nominal", "The same or not"
    ORDINAL = "ordinal", "By the ratings that lie between them"
    INTERVAL = "interval", "By their difference"
    RATIO = "ratio", "By their difference over their sum"


Weights = Callable[[int, int], Fraction]
"""Agreement of a rating in one place with one in another: 1 full, 0 none."""


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
    return observed_agreement(tally, _identity)


def fleiss_kappa(tally: Tally) -> Fraction:
    """Compute Fleiss' kappa; units with one rating count towards chance only.

    Raises:
        UndefinedError: If no unit has two ratings or all ratings are the same.

    Source:
        Fleiss, Psychological Bulletin 76 (1971) 378-382; missing ratings as in
        Gwet, Handbook of Inter-Rater Reliability (4th ed., 2014).
    """
    chance = sum((share**2 for share in _shares(tally).values()), _NOUGHT)
    return _beyond(observed_agreement(tally, _identity), chance)


def brennan_prediger(tally: Tally) -> Fraction:
    """Compute Brennan and Prediger's kappa: chance is one by the categories.

    Raises:
        UndefinedError: If no unit has two ratings or one category is declared.

    Source:
        Brennan and Prediger, Educational and Psychological Measurement 41
        (1981) 687-699.
    """
    observed = observed_agreement(tally, _identity)
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
    weights = _weights(tally, weighting)
    q = len(tally.categories)
    observed = observed_agreement(tally, weights)
    if q < _TWO:
        raise UndefinedError(ONE_CATEGORY)
    # Weights depend on the distance alone: q - d pairs of places lie d apart.
    total = sum(2 * (q - apart) * weights(0, apart) for apart in range(1, q)) + q
    spread = sum((s * (1 - s) for s in _shares(tally).values()), _NOUGHT)
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
    return _cohen(tally, _weights(tally, weighting))


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
    _check_metric(tally, metric)
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
    distance = _distance(tally, metric, values)
    total = sum(values.values(), _NOUGHT)
    disagreement = sum(
        (together * distance(*pair) for pair, together in coincidences.items()),
        _NOUGHT,
    )
    places = sorted(values)
    expected = sum(
        (
            2 * values[low] * values[high] * distance(low, high)
            for n, low in enumerate(places)
            for high in places[n + 1 :]
        ),
        _NOUGHT,
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
        (count * weights(*pair) for pair, count in tally.crossed.items()), _NOUGHT
    )
    chance = sum(
        (
            in_row * in_column * weights(row, column)
            for row, in_row in rows.items()
            for column, in_column in columns.items()
        ),
        _NOUGHT,
    )
    return _beyond(observed / total, chance / total**2)


def _identity(one: int, other: int) -> Fraction:
    return Fraction(one == other)


def _weights(tally: Tally, weighting: Weighting) -> Weights:
    if weighting is Weighting.IDENTITY:
        return _identity
    if not tally.is_numeric:
        raise UndefinedError(NO_ORDER)
    q = len(tally.categories)
    farthest = _cost(weighting, q - 1)
    # Within one declared category nothing can miss.
    costs = [Fraction(_cost(weighting, n), farthest or 1) for n in range(q)]
    return lambda one, other: 1 - costs[abs(one - other)]


def _cost(weighting: Weighting, apart: int) -> int:
    match weighting:
        case Weighting.LINEAR:
            return apart
        case Weighting.QUADRATIC:
            return apart**2
        case _:
            return apart * (apart + 1) // 2


def _check_metric(tally: Tally, metric: Metric) -> None:
    if metric is not Metric.NOMINAL and not tally.is_numeric:
        raise UndefinedError(NO_ORDER)
    if metric is Metric.RATIO and min(_numbers(tally)) < 0:
        raise UndefinedError(BELOW_ZERO)


def _numbers(tally: Tally) -> list[Fraction]:
    return [Fraction(category) for category in tally.categories]


def _distance(tally: Tally, metric: Metric, values: Mapping[int, Fraction]) -> Weights:
    """Return the squared difference function of alpha, on places."""
    if metric is Metric.NOMINAL:
        return lambda one, other: 1 - _identity(one, other)
    if metric is Metric.ORDINAL:
        return _ordinal_distance(len(tally.categories), values)
    numbers = _numbers(tally)
    if metric is Metric.RATIO:
        return _ratio_distance(numbers)
    return lambda one, other: (numbers[one] - numbers[other]) ** 2


def _ordinal_distance(q: int, values: Mapping[int, Fraction]) -> Weights:
    reached = list(accumulate(values.get(place, _NOUGHT) for place in range(q)))

    def distance(low: int, high: int) -> Fraction:
        between = reached[high] - reached[low] + values[low]
        return (between - (values[low] + values[high]) / 2) ** 2

    return distance


def _ratio_distance(numbers: Sequence[Fraction]) -> Weights:
    def distance(one: int, other: int) -> Fraction:
        if one == other:
            return _NOUGHT  # also nought against nought
        a, b = numbers[one], numbers[other]
        return ((a - b) / (a + b)) ** 2

    return distance
