"""How good does one answer say it was: from a scale's choice to a band (T1, T2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

from triangulation.errors import TriangulationError
from triangulation.evidence import CHOICES, GRADES, Answer, Scale

_WORDS: Final = MappingProxyType(
    {1: "negative", 2: "mixed", 3: "positive", 4: "very positive"}
)


class IntervalError(TriangulationError):
    """Two ends that do not enclose a part of the bands 1 to 4."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What a stance may be, as whole bands from `lo` to `hi`, both included.

    Bands run from 1 (negative) to 4 (very positive). They are stances, not
    grades, and are never shown with a grade's words.

    Raises:
        IntervalError: If the ends are not bands or stand the wrong way round.
    """

    lo: int
    hi: int

    def __post_init__(self) -> None:
        if self.lo not in GRADES or self.hi not in GRADES or self.lo > self.hi:
            raise IntervalError(f"{self.lo} to {self.hi} is not an interval of bands")

    @property
    def is_coarse(self) -> bool:
        """Tell whether the answer leaves more than one band open."""
        return self.lo < self.hi

    @property
    def words(self) -> str:
        """Return the stance in words, such as *positive to very positive*."""
        if self.is_coarse:
            return f"{_WORDS[self.lo]} to {_WORDS[self.hi]}"
        return _WORDS[self.lo]

    def as_json(self) -> list[int]:
        """Return ``[lo, hi]``."""
        return [self.lo, self.hi]


class Reading(Enum):
    """How the three faces are read.

    CAUTIOUS leaves open what younger children's answers cannot settle. SHARP
    takes one band from each and serves to show what depends on that choice.
    """

    CAUTIOUS = auto()
    SHARP = auto()


_BANDS: Final[Mapping[Scale, Mapping[str | int, Interval]]] = MappingProxyType(
    {
        # A "no" is sharp because it runs against young children's known
        # tendency to please; a "yes" cannot tell good from very good.
        Scale.F3: {
            "no": Interval(1, 1),
            "a_bit": Interval(2, 3),
            "yes": Interval(3, 4),
        },
        Scale.W4C: {
            "never": Interval(1, 1),
            "sometimes": Interval(2, 2),
            "mostly": Interval(3, 3),
            "always": Interval(3, 4),
        },
        Scale.W4: {
            "not_at_all": Interval(1, 1),
            "a_little": Interval(2, 2),
            "mostly": Interval(3, 3),
            "completely": Interval(4, 4),
        },
        Scale.S5: {
            1: Interval(1, 1),
            2: Interval(2, 2),
            3: Interval(2, 3),
            4: Interval(3, 3),
            5: Interval(4, 4),
        },
    }
)

_SHARP_FACES: Final[Mapping[str | int, Interval]] = MappingProxyType(
    {"no": Interval(1, 1), "a_bit": Interval(2, 2), "yes": Interval(3, 3)}
)


def interval(answer: Answer, *, reading: Reading = Reading.CAUTIOUS) -> Interval | None:
    """Read an answer as a band interval.

    A reversed item is first read as the mirror answer of its scale.

    Returns:
        The interval, or None for *don't know*, *rather not say*, *doesn't
        apply* and a skipped question: they carry no stance.
    """
    choices = CHOICES[answer.scale]
    if answer.value not in choices:
        return None
    value = answer.value
    if answer.reverse:
        value = choices[-1 - choices.index(value)]
    if answer.scale is Scale.F3 and reading is Reading.SHARP:
        return _SHARP_FACES[value]
    return _BANDS[answer.scale][value]
