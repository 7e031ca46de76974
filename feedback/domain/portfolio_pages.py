"""What does the page of a portfolio say of each dimension, ready to read?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from feedback.domain.grading import GRADE_LABELS
from feedback.domain.portfolio_tables import (
    ShownDimension,
    ShownPortfolio,
    ShownVoice,
)
from feedback.domain.portfolio_words import (
    cells_of,
    coefficient_words,
    reading_of,
)
from feedback.domain.report import Cell
from triangulation import Silence, WideStance

# A column of a small table has no room for the whole of one name.
SHORT: Final[Mapping[int, str]] = {**GRADE_LABELS, 2: "Requires improvement"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One voice at one dimension, in words.

    Attributes:
        cells: Same band, within one, more and less favourable, several bands, silent.
        bands: Its stances by band, lowest first.
        wide: How stances of several bands lie beside the grade.
        silences: Why it was silent, with how often.
        crossing: The grade's name and how often it stood beside each band, best
            grade first; empty where there is no pair.
    """

    group: str
    label: str
    cells: tuple[str, ...]
    bands: tuple[str, ...]
    wide: str
    silences: str
    ungraded: str
    ac2: str
    alpha: str
    reading: str
    crossing: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One dimension with its voices."""

    code: str
    label: str
    lines: tuple[Line, ...]


def sections(found: ShownPortfolio) -> tuple[Section, ...]:
    """Put every line of a portfolio in words, dimension by dimension."""
    return tuple(_section(one) for one in found.dimensions)


def _section(one: ShownDimension) -> Section:
    return Section(
        code=one.dimension.value,
        label=one.dimension.label,
        lines=tuple(_line(voice) for voice in one.voices),
    )


def _line(voice: ShownVoice) -> Line:
    measured = voice.coefficients
    return Line(
        group=voice.group.value,
        label=voice.group.label,
        cells=cells_of(voice),
        bands=tuple(str(number) for number in voice.bands),
        wide=_counted(
            (number, one.label.lower())
            for one, number in zip(WideStance, voice.wide_kinds, strict=True)
        ),
        silences=_counted(
            (number, one.label.lower())
            for one, number in zip(Silence, voice.silences, strict=True)
        ),
        ungraded=_counted([(voice.ungraded, "with a stance and no grade")]),
        ac2="" if measured is None else coefficient_words(measured.ac2),
        alpha="" if measured is None else coefficient_words(measured.alpha),
        reading=reading_of(measured),
        crossing=_crossing(voice),
    )


def _counted(items: Iterable[tuple[Cell, str]]) -> str:
    return ", ".join(f"{number} {words}" for number, words in items if number)


def _crossing(voice: ShownVoice) -> tuple[tuple[str, tuple[int, ...]], ...]:
    if not voice.pairs or voice.table is None:
        return ()
    return tuple(
        (SHORT[grade], voice.table[grade - 1])
        for grade in sorted(GRADE_LABELS, reverse=True)
    )
