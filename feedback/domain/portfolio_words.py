"""How does a portfolio read: as tables of an appendix, and in sentences?"""

from collections.abc import Iterator
from typing import Final

from feedback.domain.portfolio_tables import (
    ShownDimension,
    ShownPortfolio,
    ShownVoice,
)
from feedback.domain.report import MARK, Cell
from feedback.domain.report_words import many, share_words, these
from triangulation import Bootstrap, Coefficient, Coefficients, Gate, Group, Silence

COLUMNS: Final = (
    "Same band",
    "Within one band",
    "Reviewer more favourable",
    "Reviewer less favourable",
    "More than one band",
    "Silent",
)
COEFFICIENT_COLUMNS: Final = ("Pairs", "AC2, linear", "Alpha, ordinal", "Read with")
WITHHELD_LINES: Final = f"Lines that hold a count of 1 to 5 are withheld ({MARK})."
NO_SINGLE_FIGURE: Final = (
    "Nothing is averaged over dimensions or groups, and there is no figure for the "
    "whole."
)


def portfolio_sentences(found: ShownPortfolio) -> tuple[str, ...]:
    """Say what is counted here, and of which reviews."""
    if not found.kept:
        return (f"Of {these(found.reviews)}, no voices were kept for counting.",)
    first = (
        f"Each group's stance beside the reviewer's first grade, over "
        f"{these(found.kept)}."
    )
    before = (
        f"{many(found.without_voices, 'more review was', 'more reviews were')} signed "
        "before stances were kept; it is not known how voices stood there."
        if found.without_voices
        else ""
    )
    hidden = any(not one.is_told for each in found.dimensions for one in each.voices)
    said = (first, before, WITHHELD_LINES if hidden else "", NO_SINGLE_FIGURE)
    return tuple(sentence for sentence in said if sentence)


def apart(found: ShownPortfolio) -> tuple[str, ...]:
    """List where a first grade and a voice lie two bands or more apart."""
    lines = (
        (
            one,
            [
                f"{voice.group.label.lower()} {voice.further} of {voice.pairs}"
                for voice in one.voices
                if voice.further
            ],
        )
        for one in found.dimensions
    )
    return tuple(
        f"{one.dimension.value} {one.dimension.label}: {', '.join(told)}"
        for one, told in lines
        if told
    )


def silent(found: ShownPortfolio) -> tuple[str, ...]:
    """Say for each group on how many dimensions it was silent in half the reviews."""
    quiet: dict[Group, list[str]] = {}
    for one in found.dimensions:
        for voice in one.voices:
            if voice.silent and voice.reviews and 2 * voice.silent >= voice.reviews:
                quiet.setdefault(voice.group, []).append(one.dimension.value)
    return tuple(
        f"{group.label}: {', '.join(quiet[group])}" for group in Group if group in quiet
    )


def portfolio_tables(found: ShownPortfolio) -> list[dict[str, object]]:
    """Set out a portfolio in tables, a line for each group at each dimension."""
    if not found.kept:
        return []
    told = [one for one in found.dimensions if one.is_told]
    tables = [_dimension_table(one) for one in told]
    silences = [
        (one, voice)
        for one in told
        for voice in one.voices
        if voice.silent and None not in voice.silences
    ]
    if silences:
        tables.append(_silence_table(silences))
    measured = [
        (one, voice) for one in told for voice in one.voices if voice.coefficients
    ]
    if measured:
        tables.append(_coefficient_table(measured))
    return tables


def cells_of(voice: ShownVoice) -> tuple[str, ...]:
    """Write one line's counts: shares of its pairs, then of its reviews."""
    return (
        *(
            _share(count, voice.pairs)
            for count in (
                voice.exact,
                voice.within_one,
                voice.more_favourable,
                voice.less_favourable,
            )
        ),
        _share(voice.wide, voice.reviews),
        _share(voice.silent, voice.reviews),
    )


def coefficient_words(one: Coefficient) -> str:
    """Write a coefficient with its interval, or why there is none."""
    if one.value is None:
        return str(one.undefined)
    return f"{one.value:.2f}{_interval(one.interval)}"


def reading_of(found: Coefficients | None) -> str:
    """Say with what care two coefficients are to be read."""
    if found is None:
        return "Fewer than ten pairs: counts only."
    parts = ["Indicative." if found.gate is Gate.INDICATIVE else "", found.note or ""]
    drawn = found.alpha.interval
    if drawn is not None and drawn.undefined:
        parts.append(
            f"Alpha was undefined in {drawn.undefined_share:.0%} of the draws."
        )
    return " ".join(part for part in parts if part)


def _interval(drawn: Bootstrap | None) -> str:
    if drawn is None or drawn.low is None or drawn.high is None:
        return ""
    return f" ({drawn.low:.2f} to {drawn.high:.2f})"


def _dimension_table(one: ShownDimension) -> dict[str, object]:
    return {
        "title": f"{one.dimension.value} {one.dimension.label}",
        "columns": list(COLUMNS),
        "rows": [
            {"label": voice.group.label, "cells": list(cells_of(voice))}
            for voice in one.voices
        ],
    }


def _silence_table(lines: list[tuple[ShownDimension, ShownVoice]]) -> dict[str, object]:
    return {
        "title": "Why groups were silent, in how many reviews",
        "columns": [one.label for one in Silence],
        "rows": [
            {"label": _label(one, voice), "cells": [str(n) for n in voice.silences]}
            for one, voice in lines
        ],
    }


def _coefficient_table(
    lines: list[tuple[ShownDimension, ShownVoice]],
) -> dict[str, object]:
    return {
        "title": "Two coefficients of the same pairs, never one alone",
        "columns": list(COEFFICIENT_COLUMNS),
        "rows": [
            {"label": _label(one, voice), "cells": list(_measured(voice))}
            for one, voice in lines
        ],
    }


def _measured(voice: ShownVoice) -> Iterator[str]:
    found = voice.coefficients
    both = () if found is None else (found.ac2, found.alpha)
    yield str(voice.pairs)
    yield from map(coefficient_words, both)
    yield reading_of(found) or "–"  # noqa: RUF001 - an en dash stands for nothing


def _label(one: ShownDimension, voice: ShownVoice) -> str:
    return f"{one.dimension.value} {one.dimension.label}: {voice.group.label.lower()}"


def _share(count: Cell, of: Cell) -> str:
    if of == 0:
        return "0"
    return share_words(count, of)
