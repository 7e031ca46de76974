"""May the grades be locked, and may a locked grade be revised?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from feedback.domain.grading import (
    EXTREMES,
    GRADE_LABELS,
    SOURCES_FOR_EXTREMES,
    EvidenceItem,
    Grading,
    GradingError,
    Judgement,
    SourceType,
)
from feedback.domain.review import ReviewState


class GradesLockedError(GradingError):
    """The grades are locked: drafts and their evidence stand still."""

    def __init__(self) -> None:
        super().__init__(
            "The grades are locked. Until the moderation meeting opens you can "
            "revise a grade, with a reason"
        )


class NotRevisableError(GradingError):
    """A grade that can no longer, or not yet, be revised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockFault:
    """What still stands in the way of locking, at which judgement."""

    judgement: Judgement
    sentence: str


class NotReadyToLockError(GradingError):
    """Grades that cannot be locked yet."""

    def __init__(self, faults: tuple[LockFault, ...]) -> None:
        super().__init__("Something is missing before the grades can be locked")
        self.faults = faults


# From the moment the meeting opens, a grade moves only inside it.
REVISABLE: Final = frozenset({ReviewState.LOCKED, ReviewState.COMMENTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A grade that moves after its reviewer heard people, and why.

    Args:
        grading: Where it moves to.
        reason: Why; shown beside both grades for ever.
        evidence: What else supports it, where something does.
    """

    grading: Grading
    reason: str
    evidence: EvidenceItem | None = None


def check_revision(
    revision: Revision, *, before: Grading, evidence: Iterable[EvidenceItem]
) -> None:
    """Refuse a revision that moves nothing, says no reason, or lacks evidence.

    Args:
        revision: What the reviewer asks for.
        before: The grade as it was locked.
        evidence: What is on record for this judgement already.

    Raises:
        GradingError: Saying what is missing.
    """
    if revision.grading.grade == before.grade:
        raise GradingError("Choose a grade other than the one that stands")
    if not revision.reason.strip():
        raise GradingError("Say why the grade moves")
    added = () if revision.evidence is None else (revision.evidence,)
    one = revision.grading.judgement
    for fault in faults_before_lock({one: revision.grading}, (*evidence, *added)):
        if fault.judgement is one:
            raise GradingError(fault.sentence)


def faults_before_lock(
    gradings: Mapping[Judgement, Grading], evidence: Iterable[EvidenceItem]
) -> tuple[LockFault, ...]:
    """List what is missing before grades can be locked, in display order.

    Every judgement is graded or says why not; a graded dimension has an evidence
    item; Outstanding and Inadequate need two types of source.
    """
    sources: dict[Judgement, set[SourceType]] = {}
    for item in evidence:
        sources.setdefault(item.judgement, set()).add(item.source_type)
    found = (
        _fault(one, gradings.get(one), frozenset(sources.get(one, ())))
        for one in Judgement
    )
    return tuple(fault for fault in found if fault is not None)


def _fault(
    judgement: Judgement, grading: Grading | None, sources: frozenset[SourceType]
) -> LockFault | None:
    if grading is None:
        sentence = "is not graded yet, and no reason is given"
    elif grading.grade is None or judgement.is_headline:
        return None
    elif not sources:
        sentence = "needs at least one evidence item"
    elif grading.grade in EXTREMES and len(sources) < SOURCES_FOR_EXTREMES:
        label = GRADE_LABELS[grading.grade]
        sentence = f"is graded {label}: that needs two types of source"
    else:
        return None
    return LockFault(judgement=judgement, sentence=f"{judgement.label} {sentence}")
