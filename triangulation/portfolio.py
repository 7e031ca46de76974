"""Over many reviews, how does each group's stance lie beside the first grade?

For every dimension and group by itself: counts first, then which way the gaps
point, then silences. A coefficient is given only where there are pairs enough, and
two always stand together. Nothing is averaged over dimensions or groups, and there
is no figure for the whole.

Only a *fine* stance, a single band, enters the table of four by four, exact agreement
and the coefficients. It may have come from blurred answers: a group's interval
encloses the median of every way of reading them, so where its two ends meet, no
reading could move it. A wider stance has no place in such a table, and none is made
up for it:

* Where an answer is coarse, the stance is *compatible* with the grade, *not
  compatible*, or *could lie on either side* of the good line. The last is never
  taken for agreement.
* Where every answer is sharp and the interval is wide all the same, the answers of
  the group lie in different bands: it is counted as *divided*, whatever the grade.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import Final

from triangulation.cell import Silence
from triangulation.evidence import GRADES, Dimension, Group, Labelled
from triangulation.intervals import Share, share
from triangulation.paired import Coefficients, PairTable, coefficients_of
from triangulation.records import RecordError, ReviewRecord, VoiceRecord
from triangulation.scales import Interval
from triangulation.stance import Side, gap, side

_BANDS: Final = tuple(sorted(GRADES))


class WideStance(Labelled):
    """How a stance of more than one band lies beside a grade."""

    COMPATIBLE = "compatible", "Compatible with the grade"
    NOT_COMPATIBLE = "not_compatible", "Not compatible with the grade"
    EITHER_SIDE = "either_side", "Could lie on either side of good"
    DIVIDED = "divided", "Answers lie in different bands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """Which way the gaps between grade and stance point, in counts."""

    more_favourable: int
    level: int
    less_favourable: int

    @property
    def total(self) -> int:
        """Return how many gaps there are, those of nought included."""
        return self.more_favourable + self.level + self.less_favourable


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicePortfolio:
    """One group at one dimension, over the reviews in which it had a part.

    Attributes:
        table: Shape (4, 4): how often the reviewer gave the row's grade where the
            group's fine stance was the column's band, both from 1 to 4.
        wide: How stances of more than one band lie beside the grade.
        wide_gaps: Their gaps, from the nearest end; level lies inside.
        ungraded: Stances beside which there is no grade.
        silences: Every reason, with how often.
        coefficients: None while there are fewer than ten pairs.
    """

    group: Group
    table: PairTable
    wide: Mapping[WideStance, int]
    wide_gaps: Gaps
    ungraded: int
    silences: Mapping[Silence, int]
    coefficients: Coefficients | None

    @property
    def pairs(self) -> int:
        """Return how many grades stand beside a fine stance."""
        return sum(map(sum, self.table))

    @property
    def gap_counts(self) -> Mapping[int, int]:
        """Return how many pairs lie how many bands apart, -3 to 3."""
        counts = dict.fromkeys(range(-len(_BANDS) + 1, len(_BANDS)), 0)
        for row, numbers in enumerate(self.table):
            for column, number in enumerate(numbers):
                counts[row - column] += number
        return counts

    @property
    def gaps(self) -> Gaps:
        """Return which way the gaps of the pairs point."""
        return _gaps(self.gap_counts)

    @property
    def exact(self) -> int:
        """Return in how many pairs stance and grade are the same band."""
        return self.gap_counts[0]

    @property
    def within_one(self) -> int:
        """Return in how many pairs they are at most one band apart."""
        counts = self.gap_counts
        return counts[-1] + counts[0] + counts[1]

    @property
    def exact_share(self) -> Share | None:
        """Return exact agreement as *n of N*; None where there is no pair."""
        return _share(self.exact, self.pairs)

    @property
    def within_one_share(self) -> Share | None:
        """Return agreement within one band as *n of N*; None without a pair."""
        return _share(self.within_one, self.pairs)

    @property
    def bands(self) -> tuple[int, ...]:
        """Return how many fine stances lie in each band, 1 to 4."""
        return tuple(map(sum, zip(*self.table, strict=True)))

    @property
    def grades(self) -> tuple[int, ...]:
        """Return how often each grade, 1 to 4, stands beside a fine stance."""
        return tuple(map(sum, self.table))

    @property
    def not_fine(self) -> int:
        """Return how many stances beside a grade are wider than one band."""
        return sum(self.wide.values())

    @property
    def silent(self) -> int:
        """Return in how many reviews the group was silent here."""
        return sum(self.silences.values())

    @property
    def reviews(self) -> int:
        """Return in how many reviews the group had a part here."""
        return self.pairs + self.not_fine + self.ungraded + self.silent


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionPortfolio:
    """Every group at one dimension, in display order."""

    dimension: Dimension
    voices: tuple[VoicePortfolio, ...]

    def voice(self, group: Group) -> VoicePortfolio:
        """Return what one group came to."""
        return next(each for each in self.voices if each.group is group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """All dimensions over all reviews; there is no figure for the whole.

    Attributes:
        reviews: How many there are.
        without_voices: In how many of them nothing was kept of any voice; they
            count as no silence.
    """

    reviews: int
    without_voices: int
    dimensions: tuple[DimensionPortfolio, ...]

    def dimension(self, dimension: Dimension) -> DimensionPortfolio:
        """Return what one dimension came to."""
        return next(each for each in self.dimensions if each.dimension is dimension)


def portfolio_of(reviews: Iterable[ReviewRecord]) -> Portfolio:
    """Count every review's voices, by dimension and group.

    Raises:
        RecordError: If two reviews have one key.
    """
    records = tuple(reviews)
    keys = {each.key for each in records}
    if len(keys) < len(records):
        raise RecordError("two reviews have the same key")
    kept = [each.voices for each in records if each.voices is not None]
    return portfolio_of_counts(
        Counter(chain.from_iterable(kept)),
        reviews=len(records),
        without_voices=len(records) - len(kept),
    )


def portfolio_of_counts(
    counts: Mapping[VoiceRecord, int], *, reviews: int, without_voices: int
) -> Portfolio:
    """Do the same where equal records were counted already, as a database can.

    Args:
        counts: How many reviews hold which record.
        reviews: How many reviews there are.
        without_voices: In how many of them nothing was kept.
    """
    places: dict[tuple[Dimension, Group], list[tuple[VoiceRecord, int]]] = {}
    for record, number in counts.items():
        places.setdefault((record.dimension, record.group), []).append((record, number))
    return Portfolio(
        reviews=reviews,
        without_voices=without_voices,
        dimensions=tuple(
            DimensionPortfolio(
                dimension=dimension,
                voices=tuple(
                    _voice(group, places.get((dimension, group), ())) for group in Group
                ),
            )
            for dimension in Dimension
        ),
    )


def _voice(group: Group, records: Iterable[tuple[VoiceRecord, int]]) -> VoicePortfolio:
    pairs: Counter[tuple[int, int]] = Counter()
    wide: Counter[WideStance] = Counter()
    wide_gaps: Counter[int] = Counter()
    silences: Counter[Silence] = Counter()
    ungraded = 0
    for record, number in records:
        if record.silence is not None:
            silences[record.silence] += number
        elif record.stance is None or record.grade is None:
            ungraded += number
        elif record.stance.is_coarse:
            apart = gap(record.grade, record.stance)
            wide[_wide(record.stance, apart, coarse=record.coarse)] += number
            wide_gaps[apart] += number
        else:
            pairs[record.grade, record.stance.lo] += number
    table = tuple(tuple(pairs[row, column] for column in _BANDS) for row in _BANDS)
    return VoicePortfolio(
        group=group,
        table=table,
        wide=MappingProxyType({each: wide[each] for each in WideStance}),
        wide_gaps=_gaps(wide_gaps),
        ungraded=ungraded,
        silences=MappingProxyType({each: silences[each] for each in Silence}),
        coefficients=coefficients_of(table),
    )


def _wide(stance: Interval, apart: int, *, coarse: bool) -> WideStance:
    if not coarse:
        return WideStance.DIVIDED
    if apart:
        return WideStance.NOT_COMPATIBLE
    if side(stance) is Side.STRADDLES:
        return WideStance.EITHER_SIDE
    return WideStance.COMPATIBLE


def _gaps(counts: Mapping[int, int]) -> Gaps:
    return Gaps(
        more_favourable=sum(n for apart, n in counts.items() if apart > 0),
        level=sum(n for apart, n in counts.items() if apart == 0),
        less_favourable=sum(n for apart, n in counts.items() if apart < 0),
    )


def _share(count: int, of: int) -> Share | None:
    # These reviews were not drawn at random: no interval speaks of others.
    return share(count, of, sampled_at_random=False) if of else None
