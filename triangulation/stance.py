"""Where does a person, or a group, stand, and how far from a grade (T3 to T6)?"""

from collections.abc import Sequence
from statistics import median_high, median_low
from typing import Final

from triangulation.evidence import Labelled
from triangulation.scales import Interval

GOOD: Final = 3
"""The lowest band above the good line, which runs between 2 and 3."""


class Side(Labelled):
    """On which side of the good line an interval lies."""

    HIGH = "high", "Good or better"
    LOW = "low", "Below good"
    STRADDLES = "straddles", "On both sides of good"


class Direction(Labelled):
    """Which way a gap between reviewer and source points."""

    MORE_FAVOURABLE = "reviewer_more_favourable", "Reviewer more favourable"
    LESS_FAVOURABLE = "reviewer_less_favourable", "Reviewer less favourable"
    LEVEL = "level", "Level"


def pooled(intervals: Sequence[Interval]) -> Interval | None:
    """Pool intervals without inventing a value that nobody gave.

    Serves twice: a person's stance from their answers, and a group's stance
    from its people, so that each person is one voice.

    Returns:
        From the lower median of the lower ends to the upper median of the
        upper ends: whole bands, never a mean; None where there is nothing to
        pool.
    """
    if not intervals:
        return None
    if len(intervals) == 1:
        return intervals[0]
    return Interval(
        median_low([each.lo for each in intervals]),
        median_high([each.hi for each in intervals]),
    )


def side(interval: Interval) -> Side:
    """Tell on which side of the good line an interval lies."""
    if interval.lo >= GOOD:
        return Side.HIGH
    if interval.hi < GOOD:
        return Side.LOW
    return Side.STRADDLES


def grade_side(grade: int) -> Side:
    """Tell on which side of the good line a grade of 1 to 4 lies."""
    return Side.HIGH if grade >= GOOD else Side.LOW


def is_contrary(interval: Interval, grade: int) -> bool:
    """Tell whether an interval lies wholly on the other side of the line."""
    return interval.hi < GOOD if grade >= GOOD else interval.lo >= GOOD


def gap(grade: int, interval: Interval) -> int:
    """Measure the bands from the nearest end of an interval to a grade.

    Returns:
        0 where the grade lies inside; positive where the reviewer is more
        favourable than the source, negative where less.
    """
    if grade > interval.hi:
        return grade - interval.hi
    return min(grade - interval.lo, 0)


def direction(distance: int) -> Direction:
    """Put the sign of a gap in words."""
    if distance > 0:
        return Direction.MORE_FAVOURABLE
    if distance < 0:
        return Direction.LESS_FAVOURABLE
    return Direction.LEVEL
