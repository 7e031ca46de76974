"""Do the groups and the grade of a dimension say the same (T8)?

There is no vote and no weight: one dissonant group makes a dimension dissonant,
however many others agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from triangulation.cell import Cell, CellStatus
from triangulation.evidence import (
    LIVED_EXPERIENCE,
    SPEAKERS,
    Dimension,
    Group,
    Labelled,
)
from triangulation.stance import Side

_ENOUGH_SOURCES: Final = 2


class DimensionStatus(Labelled):
    """What the speaking groups and the grade of a dimension say together."""

    CONVERGENT = "convergent", "Convergent", "●"
    PARTIALLY_CONVERGENT = "partially_convergent", "Partially convergent", "◐"
    DISSONANT = "dissonant", "Dissonant", "◇"
    SILENT = "silent", "Silent", "○"
    UNGRADED = "ungraded", "Ungraded", "□"


class ReasonKind(Labelled):
    """Why a dimension with a grade and a voice is not convergent."""

    GROUP_DISSONANT = "dissonant", "dissonant"
    GROUP_PARTIAL = "partial", "partial"
    ONE_SOURCE_ONLY = "one_source_only", "One source only"
    LIVED_EXPERIENCE_SILENT = (
        "lived_experience_silent",
        "Neither child nor family is heard",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason, with the group that gives it where a group does."""

    kind: ReasonKind
    group: Group | None = None

    @property
    def code(self) -> str:
        """Return the reason as the output contract spells it."""
        return f"{self.group}_{self.kind}" if self.group else self.kind.value

    @property
    def label(self) -> str:
        """Return the reason in words."""
        return (
            f"{self.group.label} {self.kind.label}" if self.group else self.kind.label
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionFinding:
    """What is jointly said about one dimension.

    Attributes:
        grade: The locked grade, 1 to 4, or None.
        not_graded: Why there is no grade, where that was said.
        reasons: Every reason against convergence, in fixed order; empty where
            the dimension is convergent, silent or ungraded.
        sources_differ: One group lies wholly above the good line and another
            wholly below it, whatever the grade.
        cells: One for each group, in display order.
    """

    dimension: Dimension
    grade: int | None
    not_graded: str | None
    status: DimensionStatus
    reasons: tuple[Reason, ...]
    sources_differ: bool
    cells: tuple[Cell, ...]

    @property
    def dissonant_sources(self) -> int:
        """Count the groups that are dissonant."""
        return sum(cell.status is CellStatus.DISSONANCE for cell in self.cells)

    @property
    def speaking_sources(self) -> int:
        """Count the groups that have a stance."""
        return sum(cell.speaks for cell in self.cells)

    def cell(self, group: Group) -> Cell:
        """Return the cell of one group."""
        return next(cell for cell in self.cells if cell.group is group)

    def as_json(self) -> dict[str, object]:
        """Return the finding in the shape of the output contract."""
        return {
            "code": self.dimension,
            "grade": self.grade,
            "status": self.status,
            "reasons": [reason.code for reason in self.reasons],
            "dissonant_sources": self.dissonant_sources,
            "speaking_sources": self.speaking_sources,
            "sources_differ": self.sources_differ,
            "cells": [cell.as_json() for cell in self.cells],
        }


def finding(
    dimension: Dimension,
    cells: Sequence[Cell],
    *,
    grade: int | None,
    not_graded: str | None = None,
) -> DimensionFinding:
    """Hold the cells of one dimension against each other."""
    status = dimension_status(dimension, cells, grade)
    has_reasons = status in (
        DimensionStatus.DISSONANT,
        DimensionStatus.PARTIALLY_CONVERGENT,
    )
    return DimensionFinding(
        dimension=dimension,
        grade=grade,
        not_graded=not_graded,
        status=status,
        reasons=_reasons(dimension, cells) if has_reasons else (),
        sources_differ={Side.HIGH, Side.LOW} <= {cell.side for cell in cells},
        cells=tuple(cells),
    )


def dimension_status(
    dimension: Dimension, cells: Sequence[Cell], grade: int | None
) -> DimensionStatus:
    """Say how a dimension stands; structural and other silences do not vote."""
    if not any(cell.speaks for cell in cells):
        return DimensionStatus.SILENT
    if grade is None:
        return DimensionStatus.UNGRADED
    kinds = {reason.kind for reason in _reasons(dimension, cells)}
    if ReasonKind.GROUP_DISSONANT in kinds:
        return DimensionStatus.DISSONANT
    if kinds:
        return DimensionStatus.PARTIALLY_CONVERGENT
    return DimensionStatus.CONVERGENT


def _reasons(dimension: Dimension, cells: Sequence[Cell]) -> tuple[Reason, ...]:
    speaking = [cell for cell in cells if cell.speaks]
    heard = {cell.group for cell in speaking}
    reasons = [
        Reason(kind=kind, group=cell.group)
        for kind, status in (
            (ReasonKind.GROUP_DISSONANT, CellStatus.DISSONANCE),
            (ReasonKind.GROUP_PARTIAL, CellStatus.PARTIAL),
        )
        for cell in speaking
        if cell.status is status
    ]
    if len(heard) < _ENOUGH_SOURCES:
        reasons.append(Reason(kind=ReasonKind.ONE_SOURCE_ONLY))
    # Management oversight is for neither child nor family to judge.
    if SPEAKERS[dimension] & LIVED_EXPERIENCE and not heard & LIVED_EXPERIENCE:
        reasons.append(Reason(kind=ReasonKind.LIVED_EXPERIENCE_SILENT))
    return tuple(reasons)
