"""Which counts of a portfolio may be read, and how do they stand in tables?

Inside, every count is told. For the public, each line (one group at one dimension) is
told in the finest of three ways in which no count is small, or not at all:

* *in full*: which grade beside which band, each reason for silence;
* *by gaps*: level, one band apart, further apart, and which way;
* *by direction*: level, reviewer more favourable, reviewer less favourable.

A line is told in one way only, so there is nothing to take from each other. And it is
told only where the same people are told of elsewhere in full: the group's line in the
table of who answered, and the dimension's in the table of how voices and grade stood.
Whatever could be worked out from a line stands there already.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from feedback.domain.report import SUPPRESSED, Cell, Figures, Table
from triangulation import (
    ASKED_BY_SOME_FORMS,
    Coefficients,
    Dimension,
    DimensionPortfolio,
    Group,
    PairTable,
    Portfolio,
    Silence,
    VoicePortfolio,
    WideStance,
    suppress,
)


class Telling(StrEnum):
    """How much of a line is told."""

    IN_FULL = "in_full"
    BY_GAPS = "by_gaps"
    BY_DIRECTION = "by_direction"
    WITHHELD = "withheld"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVoice:
    """One group at one dimension, as far as it is told; None is withheld.

    Attributes:
        reviews: In how many reviews the group had a part here.
        pairs: How many grades stand beside a stance of a single band.
        bands: How many of these stances lie in each band, 1 to 4.
        wide: How many stances beside a grade are wider than one band.
        wide_kinds: How those lie beside the grade, in the order of `WideStance`.
        ungraded: Stances without a grade beside them.
        silences: How often which reason, in the order of `Silence`.
        table: Grade by band, where every cell is told.
        coefficients: Only ever beside a table that is told in full.
    """

    dimension: Dimension
    group: Group
    telling: Telling
    reviews: Cell = None
    pairs: Cell = None
    exact: Cell = None
    within_one: Cell = None
    more_favourable: Cell = None
    less_favourable: Cell = None
    bands: tuple[Cell, ...] = (None,) * 4
    wide: Cell = None
    wide_kinds: tuple[Cell, ...] = (None,) * len(WideStance)
    ungraded: Cell = None
    silent: Cell = None
    silences: tuple[Cell, ...] = (None,) * len(Silence)
    table: PairTable | None = None
    coefficients: Coefficients | None = None

    @property
    def is_told(self) -> bool:
        """Whether any of it may be read."""
        return self.telling is not Telling.WITHHELD

    @property
    def further(self) -> Cell:
        """How many pairs lie two bands or more apart."""
        if self.pairs is None or self.within_one is None:
            return None
        return self.pairs - self.within_one


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDimension:
    """Every group that has a part at one dimension, in display order."""

    dimension: Dimension
    voices: tuple[ShownVoice, ...]

    @property
    def is_told(self) -> bool:
        """Whether any line of it may be read."""
        return any(one.is_told for one in self.voices)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPortfolio:
    """A portfolio as its reader may see it; there is no figure for the whole.

    Attributes:
        without_voices: Reviews signed before each group's stance was kept.
    """

    reviews: int
    without_voices: int
    dimensions: tuple[ShownDimension, ...]

    @property
    def kept(self) -> int:
        """In how many reviews each group's stance was kept."""
        return self.reviews - self.without_voices


def shown(found: Portfolio) -> ShownPortfolio:
    """Set out every count, nothing withheld: for inside only."""
    return _portfolio(found, lambda *_: Telling.IN_FULL)


def published_portfolio(found: Portfolio, figures: Figures) -> ShownPortfolio:
    """Withhold what could be somebody's, and what would give it away.

    Args:
        found: What was counted.
        figures: What the same report publishes of the same reviews: suppressed.
    """
    kept = found.reviews - found.without_voices
    groups = _told_rows(figures.people)
    dimensions = _told_rows(figures.statuses)

    def telling(dimension: Dimension, voice: VoicePortfolio) -> Telling:
        # Young people alone are asked about partners: how many tells of ages.
        is_few = voice.reviews in SUPPRESSED or kept - voice.reviews in SUPPRESSED
        if is_few or voice.group not in groups or dimension not in dimensions:
            return Telling.WITHHELD
        return _finest(voice)

    return _portfolio(found, telling)


def _portfolio(
    found: Portfolio, telling: Callable[[Dimension, VoicePortfolio], Telling]
) -> ShownPortfolio:
    def lines(one: DimensionPortfolio) -> Iterator[ShownVoice]:
        for voice in one.voices:
            line = _voice(one.dimension, voice, telling(one.dimension, voice))
            # Only some forms for children ask about partners: that such a line is
            # there at all would tell of somebody's age.
            tells_ages = (voice.group, one.dimension) in ASKED_BY_SOME_FORMS
            if voice.reviews and (line.is_told or not tells_ages):
                yield line

    return ShownPortfolio(
        reviews=found.reviews,
        without_voices=found.without_voices,
        dimensions=tuple(
            ShownDimension(dimension=one.dimension, voices=tuple(lines(one)))
            for one in found.dimensions
        ),
    )


def _told_rows(table: Table) -> frozenset[str]:
    return frozenset(
        row.code for row in table.rows if row.is_told and row.total is not None
    )


def _finest(voice: VoicePortfolio) -> Telling:
    ways = {
        Telling.IN_FULL: _in_full(voice),
        Telling.BY_GAPS: (*_by_gaps(voice), *_beside(voice)),
        Telling.BY_DIRECTION: (*_by_direction(voice), *_beside(voice)),
    }
    return next(
        (way for way, counts in ways.items() if _hides_nothing(counts)),
        Telling.WITHHELD,
    )


def _hides_nothing(counts: tuple[int, ...]) -> bool:
    return None not in suppress(counts).cells


def _in_full(voice: VoicePortfolio) -> tuple[int, ...]:
    cells = (cell for row in voice.table for cell in row)
    return (
        *cells,
        *voice.wide.values(),
        voice.ungraded,
        *voice.silences.values(),
    )


def _by_gaps(voice: VoicePortfolio) -> tuple[int, ...]:
    apart = voice.gap_counts
    more = (apart[1], apart[2] + apart[3])
    less = (apart[-1], apart[-2] + apart[-3])
    return (apart[0], *more, *less)


def _by_direction(voice: VoicePortfolio) -> tuple[int, ...]:
    gaps = voice.gaps
    return (gaps.level, gaps.more_favourable, gaps.less_favourable)


def _beside(voice: VoicePortfolio) -> tuple[int, ...]:
    return (voice.not_fine, voice.ungraded, voice.silent)


def _voice(dimension: Dimension, voice: VoicePortfolio, telling: Telling) -> ShownVoice:
    if telling is Telling.WITHHELD:
        return ShownVoice(dimension=dimension, group=voice.group, telling=telling)
    is_full = telling is Telling.IN_FULL
    with_distance = telling is not Telling.BY_DIRECTION
    withheld = ShownVoice(dimension=dimension, group=voice.group, telling=telling)
    return ShownVoice(
        dimension=dimension,
        group=voice.group,
        telling=telling,
        reviews=voice.reviews,
        pairs=voice.pairs,
        exact=voice.exact,
        within_one=voice.within_one if with_distance else None,
        more_favourable=voice.gaps.more_favourable,
        less_favourable=voice.gaps.less_favourable,
        bands=voice.bands if is_full else withheld.bands,
        wide=voice.not_fine,
        wide_kinds=tuple(voice.wide.values()) if is_full else withheld.wide_kinds,
        ungraded=voice.ungraded,
        silent=voice.silent,
        silences=tuple(voice.silences.values()) if is_full else withheld.silences,
        table=voice.table if is_full else None,
        coefficients=voice.coefficients if is_full else None,
    )
