"""What did a period's agreed reviews come to, in counts that hide nobody's zero?

Everything here is counted over stated reviews: *these ten reviews*. Nothing is
inferred about reviews that were not done, so no interval is printed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from feedback.domain.attention import Aspect
from feedback.domain.errors import FeedbackError
from feedback.domain.grading import Judgement
from feedback.domain.review import ReviewerKind
from triangulation import LARGEST_HIDDEN, DimensionStatus, Group, PersonStatus, share

VERSION: Final = "2"
# People's answers counted in numbers as small as these could be somebody's.
SUPPRESSED: Final = range(1, LARGEST_HIDDEN + 1)
ALL: Final = "all"
MARK: Final = "c"


class ReportError(FeedbackError):
    """A report that cannot be built, published or read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days in London, both included; a review belongs to the day it was signed.

    Raises:
        ReportError: If it ends before it begins.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ReportError("The last day comes before the first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What moderation did to the reviewers' first grades."""

    raised: int = 0
    lowered: int = 0
    kept: int = 0
    # Graded in one layer only: neither up nor down.
    other: int = 0

    @property
    def total(self) -> int:
        """How many judgements there were."""
        return self.raised + self.lowered + self.kept + self.other


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """All that is counted over the reviews of one period; nothing suppressed.

    Attributes:
        reviews: How many reviews' records were signed in the period.
        by_kind: How many of them by which kind of reviewer.
        grades: For each judgement how often which grade was agreed; None is
            not graded.
        movement: From the reviewers' first grades to the agreed, all judgements.
        moves: How often which first grade became which agreed one, over all
            judgements; None is not graded.
        statuses: For each dimension how often voices and grade stood how.
        dissonant_moved: Dissonant dimensions whose grade moved in the meeting.
        people: For each group how many people came how far.
        alerts: Alerts raised, by kind; reviews_with_alerts of how many reviews.
        recommendations: How many for each dimension.
        attention: For each aspect of identity, in how many reviews the work paid
            attention to it, of the attention_said reviews that say so.
        actions: For each dimension how many actions stand how, by the codes of
            ACTION_COLUMNS; under None those from areas of significant concern.
    """

    period: Period
    reviews: int
    by_kind: Mapping[ReviewerKind, int]
    grades: Mapping[Judgement, Mapping[int | None, int]]
    movement: Movement
    statuses: Mapping[Judgement, Mapping[DimensionStatus, int]]
    dissonant_moved: int
    people: Mapping[Group, Mapping[PersonStatus, int]]
    alerts: Mapping[str, int]
    reviews_with_alerts: int
    concerns: int
    reviews_with_concerns: int
    recommendations: Mapping[Judgement, int]
    moves: Mapping[tuple[int | None, int | None], int] = field(default_factory=dict)
    attention: Mapping[Aspect, int] = field(default_factory=dict)
    attention_said: int = 0
    actions: Mapping[Judgement | None, Mapping[str, int]] = field(default_factory=dict)

    @property
    def dissonances(self) -> int:
        """How many dimensions of all reviews a voice disagreed in."""
        return sum(
            found.get(DimensionStatus.DISSONANT, 0) for found in self.statuses.values()
        )


Cell = int | None
"""A count, or None where it is suppressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table: counts that together make its total."""

    code: str
    label: str
    cells: tuple[Cell, ...]
    total: Cell

    @property
    def is_told(self) -> bool:
        """Whether its counts may be read."""
        return None not in self.cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Counts by row and column; every cell is a share of its row's total.

    Attributes:
        columns: Code and words of each.
        sums: What adds the rows up; None where the rows stand each for itself.
    """

    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    sums: Row | None = None

    def sum_of(self, column: str) -> Cell:
        """Give the sum of one column, by its code."""
        codes = [code for code, _ in self.columns]
        return None if self.sums is None else self.sums.cells[codes.index(column)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a report shows: everything inside, or what is left after suppression."""

    period: Period
    reviews: int
    by_kind: Mapping[ReviewerKind, int]
    grades: Table
    movement: Row
    people: Table
    statuses: Table
    dissonances: Cell
    dissonant_moved: Cell
    alerts: Cell
    reviews_with_alerts: Cell
    concerns: Cell
    reviews_with_concerns: Cell
    recommendations: Row
    attention: Table
    attention_said: Cell
    actions: Table


def percent(count: int, of: int) -> int | None:
    """Give a share in whole per cent, halves up; None of nothing."""
    return share(count, of, sampled_at_random=False).percent if of else None
