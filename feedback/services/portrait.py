"""What does a page show of a synthesis? Values with words, ready to read."""

from dataclasses import dataclass
from uuid import UUID

from feedback.domain.review import ReviewState
from feedback.services.raise_concern import Concern


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """One answer: what was asked, what was chosen, and the band it stands for.

    Attributes:
        note: How to read it, where the question was put in an unusual way.
    """

    question: str
    words: str
    interval: tuple[int, int] | None
    note: str

    @property
    def told(self) -> str:
        """What was chosen, where the question does not stand beside it."""
        return f"{self.words} ({self.note})" if self.note else self.words


@dataclass(frozen=True, slots=True, kw_only=True)
class CellView:
    """One group beside one grade.

    Attributes:
        stance: Where the group stands, in words that are no grade's.
        direction: Which way the reviewer differs, and by how much; "" where level.
        dots: Each choice that was made, with how to read it, and how often.
        unplaced: Each choice that carries no stance, and how often.
        silence: Why nobody speaks; None where somebody does.
        not_invited: Why people of the group were not invited.
    """

    group: str
    group_label: str
    status: str
    interval: tuple[int, int] | None
    stance: str
    direction: str
    answers: tuple[AnswerView, ...]
    dots: tuple[tuple[str, int], ...]
    unplaced: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]
    silence: str | None
    invited: int
    replied: int
    not_invited: tuple[str, ...]
    strengths: int
    concerns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionView:
    """One dimension: the grade, the voices, and what they say together.

    Attributes:
        first_grade: The grade as it was first locked, where it moved since.
        moved_because: Why it moved.
        verdict: How many voices disagree, which way and how far; "" where none.
    """

    code: str
    name: str
    grade: int | None
    grade_label: str
    first_grade: str | None
    moved_because: str | None
    status: str
    verdict: str
    reasons: tuple[str, ...]
    sources_differ: bool
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineView:
    """A headline judgement, set by the reviewer and derived from nothing."""

    grade_label: str
    first_grade: str | None
    moved_because: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointView:
    """Something to take to moderation, and the dimensions it concerns."""

    kind: str
    sentence: str
    dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingView:
    """How a person read somebody's words."""

    id: UUID
    dimension: str
    name: str
    stance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsView:
    """What somebody wrote, how it came about, and how it was read."""

    answer: UUID
    group: str
    question: str
    text: str
    notes: tuple[str, ...]
    codings: tuple[CodingView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardView:
    """How many of a group were asked and answered, and why others were not."""

    group: str
    invited: int
    replied: int
    not_invited: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriangulatedView:
    """Everything the page shows; there is no figure for the whole."""

    reference: str
    state: ReviewState
    headline: str
    reliability: str
    heard: tuple[HeardView, ...]
    practice: HeadlineView
    outcomes: HeadlineView
    to_moderation: tuple[PointView, ...]
    dimensions: tuple[DimensionView, ...]
    words: tuple[WordsView, ...]
    concerns: tuple[Concern, ...]
    rules: str
    input_digest: str
