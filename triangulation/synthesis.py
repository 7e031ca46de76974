"""What do independent sources jointly say, from evidence to synthesis?"""

from dataclasses import dataclass
from typing import Final

from triangulation.cell import CellStatus, Silence
from triangulation.coding import cell_of
from triangulation.convergence import DimensionFinding, finding
from triangulation.evidence import (
    GRADES,
    LIVED_EXPERIENCE,
    Dimension,
    Evidence,
    Group,
    Labelled,
)

RULES_VERSION: Final = "1"
"""The version of rules T1 to T9 that a stored synthesis was made with."""

_EXTREME_GRADES: Final = (min(GRADES), max(GRADES))
_ENOUGH_SOURCES: Final = 2


class PointKind(Labelled):
    """Why something is for the moderation meeting to talk about."""

    DISSONANCE = "dissonance", "A source is dissonant with the grade"
    SILENCE = "silence", "A child or family is silent"
    THIN_EVIDENCE = "thin_evidence", "An extreme grade that fewer than two sources test"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModerationPoint:
    """One thing to take to moderation.

    Attributes:
        group: The group concerned; None for thin evidence.
        gap: Bands between grade and stance, for a dissonance only.
        silence: Why the group is silent, for a silence only.
    """

    kind: PointKind
    dimension: Dimension
    group: Group | None = None
    gap: int | None = None
    silence: Silence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """What the sources of one review jointly say: a finding per dimension.

    There is deliberately no figure for the whole: dimensions are never rolled
    up, practice and outcomes never averaged, and no grade is suggested.

    Attributes:
        rules: The version of the rules that made it.
        findings: All nine dimensions, in order.
    """

    rules: str
    findings: tuple[DimensionFinding, ...]

    def finding(self, dimension: Dimension) -> DimensionFinding:
        """Return the finding of one dimension."""
        return next(each for each in self.findings if each.dimension is dimension)

    @property
    def to_moderation(self) -> tuple[ModerationPoint, ...]:
        """List what the meeting should talk about.

        Dissonances come first, then silences of child or family, then grades of
        1 or 4 that fewer than two sources speak to; each in display order.
        """
        return (*self._dissonances(), *self._silences(), *self._thin())

    def as_json(self) -> dict[str, object]:
        """Return the synthesis in the shape of the output contract."""
        return {
            "rules": self.rules,
            "dimensions": [each.as_json() for each in self.findings],
        }

    def _dissonances(self) -> list[ModerationPoint]:
        return [
            ModerationPoint(
                kind=PointKind.DISSONANCE,
                dimension=each.dimension,
                group=cell.group,
                gap=cell.gap,
            )
            for each in self.findings
            for cell in each.cells
            if cell.status is CellStatus.DISSONANCE
        ]

    def _silences(self) -> list[ModerationPoint]:
        return [
            ModerationPoint(
                kind=PointKind.SILENCE,
                dimension=each.dimension,
                group=cell.group,
                silence=cell.silence,
            )
            for each in self.findings
            for cell in each.cells
            if cell.group in LIVED_EXPERIENCE and cell.status is CellStatus.SILENCE
        ]

    def _thin(self) -> list[ModerationPoint]:
        return [
            ModerationPoint(kind=PointKind.THIN_EVIDENCE, dimension=each.dimension)
            for each in self.findings
            if each.grade in _EXTREME_GRADES and each.speaking_sources < _ENOUGH_SOURCES
        ]


def synthesise(evidence: Evidence) -> Synthesis:
    """Hold every group against every locked grade, and the groups together."""
    return Synthesis(
        rules=RULES_VERSION,
        findings=tuple(_finding(evidence, dimension) for dimension in Dimension),
    )


def _finding(evidence: Evidence, dimension: Dimension) -> DimensionFinding:
    grade = evidence.grades.get(dimension)
    cells = [cell_of(group, dimension, evidence.people, grade) for group in Group]
    return finding(
        dimension, cells, grade=grade, not_graded=evidence.not_graded.get(dimension)
    )
