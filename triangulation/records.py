"""What is kept of how each group stood, once a review is over?

Bands and codes only: enough to count over many reviews, and no answer.
"""

from dataclasses import dataclass
from typing import Self

from triangulation.cell import Cell, CellStatus, Silence
from triangulation.errors import TriangulationError
from triangulation.evidence import GRADES, Dimension, Group, may_speak
from triangulation.scales import Interval
from triangulation.synthesis import Synthesis


class RecordError(TriangulationError):
    """Records that cannot be counted as they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceRecord:
    """How one group stood at one dimension of one review.

    Attributes:
        grade: As it was locked before anybody looked, 1 to 4; None without one.
        stance: The group's, in bands 1 to 4; None where it is silent.
        coarse: An answer behind the stance leaves more than one band open.
        silence: Why it is silent; None where it speaks.

    Raises:
        RecordError: If the grade is off the scale, the group may not speak to the
            dimension, or it neither speaks nor is silent for a reason.
    """

    dimension: Dimension
    group: Group
    grade: int | None
    stance: Interval | None
    coarse: bool
    silence: Silence | None

    def __post_init__(self) -> None:
        place = f"{self.dimension}, {self.group}"
        if self.grade is not None and self.grade not in GRADES:
            raise RecordError(f"{place}: {self.grade} is not a grade of 1 to 4")
        if not may_speak(self.group, self.dimension):
            raise RecordError(f"{place}: is not the group's to speak to")
        if (self.stance is None) is (self.silence is None):
            raise RecordError(f"{place}: has a stance, or a reason for silence")

    @classmethod
    def of(cls, cell: Cell, dimension: Dimension, grade: int | None) -> Self:
        """Make the record of a cell beside the grade it is to be counted with."""
        return cls(
            dimension=dimension,
            group=cell.group,
            grade=grade,
            stance=cell.interval,
            coarse=cell.coarse,
            silence=cell.silence,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRecord:
    """One review's voices, under an opaque key.

    Attributes:
        voices: At most one for each dimension and group; structural silences left
            out. None where nothing was kept, which is not a silence.

    Raises:
        RecordError: If a group stands twice at one dimension, or nowhere at all.
    """

    key: str
    voices: tuple[VoiceRecord, ...] | None

    def __post_init__(self) -> None:
        if self.voices is None:
            return
        places = {(each.dimension, each.group) for each in self.voices}
        if not places or len(places) < len(self.voices):
            raise RecordError(
                f"{self.key}: each group stands once at a dimension, and some do"
            )


def record_of(key: str, synthesis: Synthesis) -> ReviewRecord:
    """Keep a synthesis for counting, beside the grades that it was made with."""
    return ReviewRecord(
        key=key,
        voices=tuple(
            VoiceRecord.of(cell, finding.dimension, finding.grade)
            for finding in synthesis.findings
            for cell in finding.cells
            if cell.status is not CellStatus.NOT_ASKED
        ),
    )
