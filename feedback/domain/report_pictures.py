"""Which pictures does a report hold? Frozen values, drawn in one place for all.

A picture holds only what its report tells anyway: its counts come from figures that
are suppressed already, and None stays None, to be drawn as withheld and never as
nought. It brings no total and no share that a table does not have.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from feedback.domain.grading import GRADE_LABELS
from feedback.domain.portfolio_tables import (
    ShownDimension,
    ShownPortfolio,
    ShownVoice,
)
from feedback.domain.report import Cell, Figures, Row
from feedback.domain.report_figures import MOVEMENT_COLUMNS, PEOPLE_COLUMNS
from feedback.domain.report_words import these

LOWEST_FIRST: Final = tuple(sorted(GRADE_LABELS))
BAND_WORDS: Final = ("negative", "mixed", "positive", "very positive")
WITHHELD: Final = "withheld"

Moves = Mapping[tuple[int | None, int | None], int]
"""How often which first grade became which agreed one; None is not graded."""


class PictureKind(StrEnum):
    """How a picture is drawn."""

    FUNNEL = "funnel"
    MOVEMENT = "movement"
    SMALL_MULTIPLES = "small_multiples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture as it is frozen: what it shows, and the same in words.

    Attributes:
        id: Unique on a page.
        alt: All that the picture shows, for those who do not see it.
        data: Plain values, as JSON knows them; None is withheld.
    """

    id: str
    kind: PictureKind
    title: str
    alt: str
    data: Mapping[str, object]

    def as_json(self) -> dict[str, object]:
        """Write the picture as plain values."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "title": self.title,
            "alt": self.alt,
            "data": dict(self.data),
        }


def pictures(
    found: Figures, portfolio: ShownPortfolio | None = None, moves: Moves | None = None
) -> tuple[Picture, ...]:
    """Draw up the pictures of a report; of no review there is none.

    Args:
        found: What the report shows: for what is frozen, the suppressed figures.
        portfolio: As it may be shown; None where voices are not counted. Where
            nothing of it is told, a page of hatching would tell no more.
        moves: Grade by grade, for inside only: so fine a table of few reviews would
            be withheld whole.
    """
    if not found.reviews:
        return ()
    drawn = [funnel(found), movement(found, moves)]
    if portfolio is not None and any(one.is_told for one in portfolio.dimensions):
        drawn.append(small_multiples(portfolio))
    return tuple(drawn)


def funnel(found: Figures) -> Picture:
    """Draw who was asked and who answered, group by group."""
    rows = found.people.rows
    return Picture(
        id="funnel",
        kind=PictureKind.FUNNEL,
        title="Who was asked, and who answered",
        alt=" ".join(_funnel_words(row) for row in rows),
        data={
            "steps": [label for _, label in PEOPLE_COLUMNS],
            "rows": [
                {
                    "group": row.code,
                    "label": row.label,
                    "cells": list(row.cells),
                    "total": row.total,
                }
                for row in rows
            ],
        },
    )


def movement(found: Figures, moves: Moves | None = None) -> Picture:
    """Draw what moderation did to the reviewers' first grades."""
    row = found.movement
    told = [
        f"{label} {_number(cell)}"
        for (_, label), cell in zip(MOVEMENT_COLUMNS, row.cells, strict=True)
    ]
    flows = _flows(moves) if moves is not None else None
    return Picture(
        id="movement",
        kind=PictureKind.MOVEMENT,
        title="From first to agreed grade",
        alt=(
            f"Of {row.total} judgements in {these(found.reviews)}: "
            f"{', '.join(told)}.{_flow_words(flows)}"
        ),
        data={
            "grades": [GRADE_LABELS[grade] for grade in LOWEST_FIRST],
            "total": row.total,
            "counts": {
                code: cell
                for (code, _), cell in zip(MOVEMENT_COLUMNS, row.cells, strict=True)
            },
            "labels": dict(MOVEMENT_COLUMNS),
            "flows": flows,
        },
    )


def small_multiples(portfolio: ShownPortfolio) -> Picture:
    """Draw one small picture a dimension: voices down, bands across."""
    panels = [_panel(one) for one in portfolio.dimensions]
    return Picture(
        id="small-multiples",
        kind=PictureKind.SMALL_MULTIPLES,
        title="Where each voice stands, dimension by dimension",
        alt=" ".join(str(panel["alt"]) for panel in panels),
        data={
            "bands": list(BAND_WORDS),
            "reviews": portfolio.kept,
            "panels": panels,
        },
    )


def _panel(one: ShownDimension) -> dict[str, object]:
    return {
        "code": one.dimension.value,
        "label": one.dimension.label,
        "alt": f"{one.dimension.label}: {'; '.join(_heard(one))}.",
        "rows": [
            {
                "group": voice.group.value,
                "label": voice.group.label,
                "bands": list(voice.bands),
                "wide": voice.wide,
                "silent": voice.silent,
                "reviews": voice.reviews,
                "pairs": voice.pairs,
                "exact": voice.exact,
            }
            for voice in one.voices
        ],
    }


def _heard(one: ShownDimension) -> Iterator[str]:
    if not one.is_told:
        yield WITHHELD
        return
    for voice in one.voices:
        yield f"{voice.group.label.lower()} {_stances(voice)}"


def _stances(voice: ShownVoice) -> str:
    if not voice.is_told:
        return WITHHELD
    bands = [
        f"{number} {word}"
        for number, word in zip(voice.bands, BAND_WORDS, strict=True)
        if number
    ]
    if None in voice.bands:
        bands = [f"{voice.exact} of {voice.pairs} the same band as the grade"]
    wide = [f"{voice.wide} in more than one band"] if voice.wide else []
    silent = [f"{voice.silent} silent"] if voice.silent else []
    return ", ".join((*bands, *wide, *silent)) or "nothing beside a grade"


def _funnel_words(row: Row) -> str:
    parts = [
        f"{cell} {label.lower()}"
        for cell, (_, label) in zip(row.cells, PEOPLE_COLUMNS, strict=True)
        if cell
    ]
    if not row.is_told:
        parts.append(WITHHELD if not parts else "other counts withheld")
    return f"{row.label}: {', '.join(parts) or 'nobody on record'}."


def _number(cell: Cell) -> str:
    return WITHHELD if cell is None else str(cell)


def _flows(moves: Moves) -> list[list[int]]:
    """Set out first grades by row and agreed by column, the lowest first."""
    return [
        [moves.get((first, agreed), 0) for agreed in LOWEST_FIRST]
        for first in LOWEST_FIRST
    ]


def _flow_words(flows: list[list[int]] | None) -> str:
    if flows is None:
        return ""
    moved = [
        f"{number} from {GRADE_LABELS[first]} to {GRADE_LABELS[agreed]}"
        for first, row in zip(LOWEST_FIRST, flows, strict=True)
        for agreed, number in zip(LOWEST_FIRST, row, strict=True)
        if number and first != agreed
    ]
    return f" {'; '.join(moved)}." if moved else ""
