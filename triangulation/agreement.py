"""How far do sources agree over many units, how sure is that, and may it be said?

Counts come first and no coefficient stands alone: where most grades fall in two
categories, alpha and the kappa family are pulled down and AC2 up, and neither is
wrong. No coefficient is given a word such as *substantial*.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from random import Random
from typing import Final

from triangulation.coefficients import (
    brennan_prediger,
    cohen_kappa,
    cohen_kappa_weighted_by,
    fleiss_kappa,
    gwet_ac,
    krippendorff_alpha,
    percent_agreement,
)
from triangulation.errors import TriangulationError
from triangulation.evidence import Labelled
from triangulation.tallies import Tally, added
from triangulation.weights import NO_ORDER, Metric, UndefinedError, Weighting

PREVALENCE_NOTE: Final = (
    "Most grades fall in two categories: alpha is pulled down and AC2 up."
)
"""What must stand beside coefficients of such ratings."""

_FEWEST_PAIRS: Final = 10
_ENOUGH_PAIRS: Final = 30
DRAWS: Final = 2_000
SEED: Final = 20_250_701

Statistic = Callable[[Tally], Fraction]
"""A coefficient of a tally; raises `UndefinedError` where it has none."""


class NothingToDrawError(TriangulationError):
    """A bootstrap over no review at all."""


class Gate(Labelled):
    """What may be printed over so many pairs of ratings."""

    COUNTS_ONLY = "counts_only", "Too few pairs: counts only"
    INDICATIVE = "indicative", "Few pairs: indicative"
    PLAIN = "plain", "Enough pairs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Every statistic of one tally; None where one is undefined.

    Attributes:
        units: How many units there are.
        pairs: Pairs of ratings within a unit.
        exact: How many pairs are identical.
        within_one: How many are at most one place apart in the declared order;
            None for strings, which have none.
        percent_agreement: The share of identical pairs, as a mean over units.
        cohen_kappa: By weighting; `custom` is by a given matrix.
        undefined: The reason for every None, by dotted name.
    """

    units: int
    pairs: int
    exact: int
    within_one: int | None
    percent_agreement: float | None
    fleiss_kappa: float | None
    brennan_prediger: float | None
    cohen_kappa: Mapping[str, float | None]
    krippendorff_alpha: Mapping[str, float | None]
    gwet_ac: Mapping[str, float | None]
    undefined: Mapping[str, str]

    def as_json(self) -> dict[str, object]:
        """Return the statistics in the shape of the output contract."""
        return {
            "units": self.units,
            "pairs": self.pairs,
            "exact": self.exact,
            "within_one": self.within_one,
            "percent_agreement": self.percent_agreement,
            "fleiss_kappa": self.fleiss_kappa,
            "brennan_prediger": self.brennan_prediger,
            "cohen_kappa": dict(self.cohen_kappa),
            "krippendorff_alpha": dict(self.krippendorff_alpha),
            "gwet_ac": dict(self.gwet_ac),
            "undefined": dict(self.undefined),
        }


def agreement_of(
    tally: Tally, weights: Sequence[Sequence[float]] | None = None
) -> Agreement:
    """Compute every statistic, each with the reason where it is undefined.

    Args:
        tally: The ratings, over their declared domain.
        weights: Agreement weights for `cohen_kappa.custom` only, shape
            (n_categories, n_categories), rows for rater 1.
    """
    undefined: dict[str, str] = {}

    def figure(name: str, statistic: Statistic) -> float | None:
        try:
            return float(statistic(tally))
        except UndefinedError as reason:
            undefined[name] = str(reason)
        except OverflowError:  # only weights beyond reason lead here
            undefined[name] = "too large to be written"
        return None

    apart = _apart(tally)
    if not tally.is_numeric:
        undefined["within_one"] = NO_ORDER
    kappas: dict[str, Statistic] = {
        each.value: partial(cohen_kappa, weighting=each) for each in Weighting
    }
    kappas["custom"] = partial(cohen_kappa_weighted_by, matrix=weights)
    alphas = {each.value: partial(krippendorff_alpha, metric=each) for each in Metric}
    acs = {each.value: partial(gwet_ac, weighting=each) for each in Weighting}
    return Agreement(
        units=tally.units,
        pairs=sum(apart.values()),
        exact=apart[0],
        within_one=apart[0] + apart[1] if tally.is_numeric else None,
        percent_agreement=figure("percent_agreement", percent_agreement),
        fleiss_kappa=figure("fleiss_kappa", fleiss_kappa),
        brennan_prediger=figure("brennan_prediger", brennan_prediger),
        cohen_kappa={
            name: figure(f"cohen_kappa.{name}", each) for name, each in kappas.items()
        },
        krippendorff_alpha={
            name: figure(f"krippendorff_alpha.{name}", each)
            for name, each in alphas.items()
        },
        gwet_ac={name: figure(f"gwet_ac.{name}", each) for name, each in acs.items()},
        undefined=undefined,
    )


def gate(pairs: int) -> Gate:
    """Tell what may be printed: under 10 pairs counts only, under 30 indicative."""
    if pairs < _FEWEST_PAIRS:
        return Gate.COUNTS_ONLY
    if pairs < _ENOUGH_PAIRS:
        return Gate.INDICATIVE
    return Gate.PLAIN


def falls_in_two_categories(tally: Tally) -> bool:
    """Tell whether two of more categories hold over nine tenths of the ratings.

    Then `PREVALENCE_NOTE` must stand beside every coefficient.
    """
    used: Counter[int] = Counter()
    for counts in tally.singles.values():
        used.update(counts)
    top = sum(count for _, count in used.most_common(2))
    return len(tally.categories) > 2 and 10 * top > 9 * used.total() > 0  # noqa: PLR2004 - the sentence above says it


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """A percentile interval from draws of whole reviews.

    Attributes:
        low: The lower end; None where no draw was defined.
        high: The upper end.
        draws: How many draws were made.
        undefined: How many of them had no value; a large share says that the
            interval describes a rare kind of draw.
    """

    low: float | None
    high: float | None
    draws: int
    undefined: int

    @property
    def undefined_share(self) -> float:
        """Return the share of draws without a value, 0.0 to 1.0."""
        return self.undefined / self.draws


def bootstrap(
    reviews: Sequence[Tally],
    statistic: Statistic,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    confidence: float = 0.95,
) -> Bootstrap:
    """Resample whole reviews, because units of one review are not independent.

    Args:
        reviews: One tally for each review, all over the same categories.
        statistic: The coefficient, such as ``partial(gwet_ac, …)``.
        draws: How many samples of as many reviews are drawn, with replacement.
        seed: The same seed over the same reviews gives the same interval.
        confidence: The share of defined draws between the two ends.

    Raises:
        NothingToDrawError: If there is no review.

    Source:
        Efron and Tibshirani, An Introduction to the Bootstrap (1993),
        percentile intervals.
    """
    if not reviews:
        raise NothingToDrawError("a bootstrap needs at least one review")
    kinds = _kinds(reviews)
    random = Random(seed)  # noqa: S311 - a repeatable draw, not a secret
    known: dict[tuple[tuple[int, int], ...], float | None] = {}
    found: list[float | None] = []
    for _ in range(draws):
        drawn = Counter(random.choices(kinds, k=len(kinds)))
        key = tuple(sorted(drawn.items()))
        if key not in known:
            sample = added(((reviews[n], times) for n, times in key), reviews[0])
            known[key] = _value(statistic, sample)
        found.append(known[key])
    return percentile_interval(found, confidence=confidence)


def percentile_interval(
    found: Sequence[float | None], *, confidence: float = 0.95
) -> Bootstrap:
    """Give the middle of what draws came to, and how many came to nothing.

    Args:
        found: One value a draw; None where the statistic was undefined.
        confidence: The share of defined draws between the two ends.
    """
    values = sorted(value for value in found if value is not None)
    return Bootstrap(
        low=_quantile(values, (1 - confidence) / 2),
        high=_quantile(values, (1 + confidence) / 2),
        draws=len(found),
        undefined=len(found) - len(values),
    )


def _apart(tally: Tally) -> Counter[int]:
    """Count pairs of ratings by how many places lie between them."""
    apart: Counter[int] = Counter()
    for pairs in tally.pairs.values():
        for (low, high), count in pairs.items():
            apart[high - low] += count
    return apart


def _kinds(reviews: Sequence[Tally]) -> list[int]:
    """Name each review by the first that has the same counts."""
    first: list[int] = []
    for n, review in enumerate(reviews):
        same = (m for m in range(n) if first[m] == m and reviews[m] == review)
        first.append(next(same, n))
    return first


def _value(statistic: Statistic, tally: Tally) -> float | None:
    try:
        return float(statistic(tally))
    except UndefinedError:
        return None


def _quantile(values: Sequence[float], share: float) -> float | None:
    """Interpolate between the two nearest of sorted values."""
    if not values:
        return None
    place = share * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (place - below) * (values[above] - values[below])
