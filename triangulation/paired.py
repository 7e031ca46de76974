"""How far do pairs of grade and stance agree, and how sure is that?

Two coefficients always stand together, and only where there are pairs enough. Under
thirty each has an interval from drawing whole reviews again. A review adds at most
one pair to the table of one group at one dimension, so that drawing reviews is
drawing pairs. Over four places both coefficients follow from ten counts, which makes
two thousand draws cheap enough for a page of forty tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import combinations_with_replacement
from random import Random
from typing import Final

from triangulation.agreement import (
    DRAWS,
    PREVALENCE_NOTE,
    SEED,
    Bootstrap,
    Gate,
    Statistic,
    falls_in_two_categories,
    gate,
    percentile_interval,
)
from triangulation.coefficients import gwet_ac, krippendorff_alpha
from triangulation.evidence import GRADES
from triangulation.tallies import Tally, tally_table
from triangulation.weights import Metric, UndefinedError, Weighting

PairTable = tuple[tuple[int, ...], ...]
"""Four by four: how often one source gave the row's grade, the other the column's."""

NO_VARIATION_NOTE: Final = (
    "Every grade and every stance is the same: AC2 is 1 whatever it is worth, and "
    "alpha cannot be calculated."
)
"""What must stand beside the coefficients of ratings that are all the same."""

_BANDS: Final = tuple(sorted(GRADES))
_AC2: Final[Statistic] = partial(gwet_ac, weighting=Weighting.LINEAR)
_ALPHA: Final[Statistic] = partial(krippendorff_alpha, metric=Metric.ORDINAL)
_PLACES: Final = tuple(range(len(GRADES)))
_FARTHEST: Final = len(GRADES) - 1
# Which of the two sources said what does not matter to either coefficient.
_KINDS: Final = tuple(combinations_with_replacement(_PLACES, 2))
_APART: Final = tuple(high - low for low, high in _KINDS)
_UNLIKE: Final = tuple(n for n, apart in enumerate(_APART) if apart)
# The sum of linear weights over all pairs of places, by the places squared less one.
_CHANCE: Final = (
    sum(1 - abs(one - other) / _FARTHEST for one in _PLACES for other in _PLACES)
    / len(_PLACES)
    / _FARTHEST
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One coefficient, or why there is none.

    Attributes:
        value: 1 for full agreement, 0 for no better than chance; None if undefined.
        undefined: The reason for None.
        interval: From draws of whole reviews, where pairs are few.
    """

    value: float | None
    undefined: str | None
    interval: Bootstrap | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficients:
    """Two coefficients of the same pairs: neither is ever told alone.

    Attributes:
        gate: Indicative, or plain.
        ac2: Gwet's AC2, linear weights, four declared bands.
        alpha: Krippendorff's alpha, ordinal metric.
        note: What must be read beside them; None where there is nothing.
    """

    gate: Gate
    ac2: Coefficient
    alpha: Coefficient
    note: str | None


def coefficients_of(table: PairTable) -> Coefficients | None:
    """Give both coefficients of a four by four table of pairs, as far as the gate lets.

    Args:
        table: Shape (4, 4), rows and columns by band 1 to 4.

    Returns:
        None under ten pairs; with an interval each, from draws of whole reviews,
        under thirty; plain from there on.

    Source:
        Gwet, Handbook of Inter-Rater Reliability (4th ed., 2014); Krippendorff,
        Content Analysis (4th ed., 2018).
    """
    passed = gate(sum(map(sum, table)))
    if passed is Gate.COUNTS_ONLY:
        return None
    return _coefficients(table, passed)


# Many cells of a portfolio have one table, and a page is read more than once.
@lru_cache(maxsize=4_096)
def _coefficients(table: PairTable, passed: Gate) -> Coefficients:
    tally = tally_table(table, _BANDS)
    is_few = passed is Gate.INDICATIVE
    drawn = redrawn(table) if is_few else (None, None)
    return Coefficients(
        gate=passed,
        ac2=_coefficient(_AC2, tally, drawn[0]),
        alpha=_coefficient(_ALPHA, tally, drawn[1]),
        note=_note(tally),
    )


def _coefficient(
    statistic: Statistic, tally: Tally, interval: Bootstrap | None
) -> Coefficient:
    try:
        value = float(statistic(tally))
    except UndefinedError as reason:
        return Coefficient(value=None, undefined=str(reason), interval=interval)
    return Coefficient(value=value, undefined=None, interval=interval)


def _note(tally: Tally) -> str | None:
    used = {place for counts in tally.singles.values() for place in counts}
    if len(used) == 1:
        return NO_VARIATION_NOTE
    return PREVALENCE_NOTE if falls_in_two_categories(tally) else None


def redrawn(table: PairTable) -> tuple[Bootstrap, Bootstrap]:
    """Resample the reviews behind a table of pairs, with replacement.

    Args:
        table: Shape (4, 4), at least one pair; rows and columns by band 1 to 4.

    Returns:
        The 95 % percentile intervals of AC2 with linear weights and of
        Krippendorff's ordinal alpha, from 2,000 draws of one fixed seed. The
        same table always gives the same intervals, whatever its reviews are
        called and in whatever order they come.

    Source:
        Efron and Tibshirani, An Introduction to the Bootstrap (1993),
        percentile intervals.
    """
    counts = [
        table[low][high] + (table[high][low] if low != high else 0)
        for low, high in _KINDS
    ]
    pairs = sum(counts)
    # One number holds the ten counts of a draw side by side: adding is counting.
    width = pairs.bit_length()
    drawn_from = [
        1 << (width * kind) for kind, count in enumerate(counts) for _ in range(count)
    ]
    random = Random(SEED)  # noqa: S311 - a repeatable draw, not a secret
    draws = [sum(random.choices(drawn_from, k=pairs)) for _ in range(DRAWS)]
    mask = (1 << width) - 1
    found = {
        draw: both_of([draw >> (width * kind) & mask for kind in range(len(_KINDS))])
        for draw in set(draws)
    }
    return (
        percentile_interval([found[draw][0] for draw in draws]),
        percentile_interval([found[draw][1] for draw in draws]),
    )


def both_of(counts: Sequence[int]) -> tuple[float, float | None]:
    """Compute both coefficients of pairs, counted by what was said, in any order.

    Args:
        counts: Shape (10,): how many pairs of 1 and 1, 1 and 2, … 4 and 4; at
            least one pair.

    Returns:
        AC2 with linear weights, always defined; and ordinal alpha, None where
        every rating is the same.
    """
    used = [0] * len(_PLACES)
    for (low, high), count in zip(_KINDS, counts, strict=True):
        used[low] += count
        used[high] += count
    return _ac2(counts, used), _alpha(counts, used)


def _ac2(counts: Sequence[int], used: Sequence[int]) -> float:
    ratings = sum(used)
    missed = sum(counts[kind] * _APART[kind] for kind in _UNLIKE)
    observed = 1 - 2 * missed / (_FARTHEST * ratings)
    spread = sum(each * (ratings - each) for each in used)
    chance = _CHANCE * spread / ratings**2
    return (observed - chance) / (1 - chance)


def _alpha(counts: Sequence[int], used: Sequence[int]) -> float | None:
    ratings = sum(used)
    seen = expected = 0
    for kind in _UNLIKE:
        low, high = _KINDS[kind]
        # Twice the ratings between the two, half of either end included.
        between = 2 * sum(used[low : high + 1]) - used[low] - used[high]
        seen += counts[kind] * between**2
        expected += used[low] * used[high] * between**2
    return 1 - (ratings - 1) * seen / expected if expected else None
