"""What may be graded, in which words, and on which evidence?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from feedback.domain.errors import FeedbackError

DESCRIPTORS_VERSION: Final = "1"
GRADES: Final = (4, 3, 2, 1)
EXTREMES: Final = frozenset({1, 4})
SOURCES_FOR_EXTREMES: Final = 2


class GradingError(FeedbackError):
    """Something that the rules of grading refuse."""


class Judgement(StrEnum):
    """What a reviewer judges: nine dimensions and two headlines."""

    D1 = "D1"
    D2 = "D2"
    D3 = "D3"
    D4 = "D4"
    D5 = "D5"
    D6 = "D6"
    D7 = "D7"
    D8 = "D8"
    D9 = "D9"
    PRACTICE = "practice"
    OUTCOMES = "outcomes"

    @property
    def is_headline(self) -> bool:
        """Whether this is a headline, set by judgement and never derived."""
        return self in HEADLINES

    @property
    def label(self) -> str:
        """The judgement in words."""
        return LABELS[self]

    @property
    def question(self) -> str:
        """What the reviewer asks themselves."""
        return QUESTIONS[self]

    @property
    def covers(self) -> tuple["Judgement", ...]:
        """The dimensions that a headline looks over; none for a dimension."""
        return {
            Judgement.PRACTICE: DIMENSIONS[:-1],
            Judgement.OUTCOMES: DIMENSIONS[-1:],
        }.get(self, ())


HEADLINES: Final = frozenset({Judgement.PRACTICE, Judgement.OUTCOMES})
DIMENSIONS: Final = tuple(one for one in Judgement if one not in HEADLINES)
LABELS: Final[Mapping[Judgement, str]] = {
    Judgement.D1: "Assessment",
    Judgement.D2: "Planning and review",
    Judgement.D3: "Direct work and child's voice",
    Judgement.D4: "Relationships and engagement",
    Judgement.D5: "Purposeful visits",
    Judgement.D6: "Management oversight and supervision",
    Judgement.D7: "Partner contribution",
    Judgement.D8: "Identity, diversity and anti-racist practice",
    Judgement.D9: "Impact and outcomes",
    Judgement.PRACTICE: "Practice",
    Judgement.OUTCOMES: "Outcomes",
}
QUESTIONS: Final[Mapping[Judgement, str]] = {
    Judgement.D1: (
        "How well are need, risk and history understood, and what life is like for "
        "this child?"
    ),
    Judgement.D2: "Is there a clear, shared and timely plan, and is it reviewed?",
    Judgement.D3: "Is the child seen, heard and worked with in a way that suits them?",
    Judgement.D4: (
        "Are relationships with the child and family good, with fathers and the "
        "wider family in them?"
    ),
    Judgement.D5: "Do visits have a purpose, and do they happen as planned?",
    Judgement.D6: "Do oversight and supervision help the worker to reflect and decide?",
    Judgement.D7: (
        "How well does the network around the child work together? Say whose part "
        "you mean: partners are not the council's to direct."
    ),
    Judgement.D8: (
        "Is who this child and family are understood, and does the work oppose racism?"
    ),
    Judgement.D9: "What has changed for the child, and is it holding?",
    Judgement.PRACTICE: (
        "How good is the practice as a whole (D1 to D8)? Your judgement, not a sum."
    ),
    Judgement.OUTCOMES: "How good are the outcomes for this child (D9)?",
}
DESCRIPTORS: Final[Mapping[int, str]] = {
    4: (
        "Work is consistently skilled and fitted to this child. Evidence shows that "
        "it made, or is making, a clear difference that is holding. Nothing "
        "important is missing."
    ),
    3: (
        "Work is sound, timely and focused on the child. A positive difference can "
        "be shown. Any gaps are small and known."
    ),
    2: (
        "The child is not left unsafe, but work is uneven, late, or its effect "
        "cannot be shown. Something specific must improve."
    ),
    1: (
        "Gaps leave, or could leave, the child unsafe or their welfare not "
        "promoted. Act now."
    ),
}
GRADE_LABELS: Final[Mapping[int, str]] = {
    4: "Outstanding",
    3: "Good",
    2: "Requires improvement to be good",
    1: "Inadequate",
}


class GradeLayer(StrEnum):
    """Each grade is kept in the layer in which it was given."""

    INITIAL = "initial"
    AFTER_TRIANGULATION = "after_triangulation"
    PROPOSED = "proposed"
    AGREED = "agreed"

    @property
    def label(self) -> str:
        """The layer in words."""
        return {
            GradeLayer.INITIAL: "Reviewer, first",
            GradeLayer.AFTER_TRIANGULATION: "Reviewer, after triangulation",
            GradeLayer.PROPOSED: "Proposed by first commenter",
            GradeLayer.AGREED: "Agreed in moderation",
        }[self]


class SourceType(StrEnum):
    """Where an evidence item comes from."""

    RECORD = "record"
    CONVERSATION = "conversation"
    OBSERVATION = "observation"
    SUPERVISION_NOTE = "supervision_note"
    PLAN_OR_COURT_DOCUMENT = "plan_or_court_document"
    PARTNER_DOCUMENT = "partner_document"
    FEEDBACK = "feedback"

    @property
    def label(self) -> str:
        """The source in words."""
        return self.value.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """A grade for one judgement, or why there is none.

    Raises:
        GradingError: If it is off the scale, or neither graded nor explained.
    """

    judgement: Judgement
    grade: int | None
    not_graded_reason: str | None = None

    def __post_init__(self) -> None:
        if self.grade is not None and self.grade not in GRADES:
            raise GradingError(f"{self.grade} is not a grade: they run from 1 to 4")
        if (self.grade is None) != bool(self.not_graded_reason):
            raise GradingError(
                f"{self.judgement.label}: choose a grade, or say why it is not graded"
            )

    @property
    def words(self) -> str:
        """The grade's name, or why there is none."""
        if self.grade is None:
            return f"Not graded: {self.not_graded_reason}"
        return GRADE_LABELS[self.grade]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """What supports a grade: a source, a date, what it says, and so what."""

    judgement: Judgement
    source_type: SourceType
    observed_on: date
    statement: str
    so_what: str
