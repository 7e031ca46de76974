"""How far apart are two ratings, and how much of an agreement are they?"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Final

from triangulation.errors import TriangulationError
from triangulation.evidence import Labelled
from triangulation.tallies import Tally

NO_ORDER: Final = "strings have no order or distance"
BELOW_ZERO: Final = "a ratio scale has no values below zero"
NOUGHT: Final = Fraction(0)


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


def identity(one: int, other: int) -> Fraction:
    """Count the same rating as full agreement, and any other as none."""
    return Fraction(one == other)


def weights_of(tally: Tally, weighting: Weighting) -> Weights:
    """Give the weights that count near misses as asked.

    Raises:
        UndefinedError: If the categories have no order.
    """
    if weighting is Weighting.IDENTITY:
        return identity
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


def check_metric(tally: Tally, metric: Metric) -> None:
    """Refuse a metric that does not fit the categories.

    Raises:
        UndefinedError: If they have no order, or lie below zero on a ratio scale.
    """
    if metric is not Metric.NOMINAL and not tally.is_numeric:
        raise UndefinedError(NO_ORDER)
    if metric is Metric.RATIO and min(_numbers(tally)) < 0:
        raise UndefinedError(BELOW_ZERO)


def _numbers(tally: Tally) -> list[Fraction]:
    return [Fraction(category) for category in tally.categories]


def distance_of(
    tally: Tally, metric: Metric, values: Mapping[int, Fraction]
) -> Weights:
    """Return the squared difference function of alpha, on places."""
    if metric is Metric.NOMINAL:
        return lambda one, other: 1 - identity(one, other)
    if metric is Metric.ORDINAL:
        return _ordinal_distance(len(tally.categories), values)
    numbers = _numbers(tally)
    if metric is Metric.RATIO:
        return _ratio_distance(numbers)
    return lambda one, other: (numbers[one] - numbers[other]) ** 2


def _ordinal_distance(q: int, values: Mapping[int, Fraction]) -> Weights:
    reached = list(accumulate(values.get(place, NOUGHT) for place in range(q)))

    def distance(low: int, high: int) -> Fraction:
        between = reached[high] - reached[low] + values[low]
        return (between - (values[low] + values[high]) / 2) ** 2

    return distance


def _ratio_distance(numbers: Sequence[Fraction]) -> Weights:
    def distance(one: int, other: int) -> Fraction:
        if one == other:
            return NOUGHT  # also nought against nought
        a, b = numbers[one], numbers[other]
        return ((a - b) / (a + b)) ** 2

    return distance
