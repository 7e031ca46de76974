"""How does a synthesis read to people: sentence by sentence, cell by cell?"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from feedback.domain.grading import GRADE_LABELS, GradeLayer, Judgement
from feedback.domain.review import FeedbackSeen
from feedback.services.gather import Gathered
from feedback.services.portrait import (
    DimensionView,
    HeadlineView,
    HeardView,
    PointView,
    TriangulatedView,
)
from feedback.services.portray_cell import cell_view, difference, silence
from feedback.services.portray_words import words_views
from feedback.services.read_grades import Grades
from feedback.services.shuffle import Order
from triangulation import (
    CellStatus,
    Dimension,
    DimensionFinding,
    DimensionStatus,
    Group,
    PointKind,
    Synthesis,
)

RELIABILITY: Final[Mapping[FeedbackSeen, str]] = {
    FeedbackSeen.NONE: (
        "The reviewer graded before hearing anyone. Where voices agree with a "
        "grade, that speaks for its reliability."
    ),
    FeedbackSeen.CONVERSATIONS: (
        "The reviewer had spoken with people before grading. Where voices agree "
        "with a grade, read it as alignment: it does not show reliability."
    ),
    FeedbackSeen.FORMS: (
        "The reviewer had read people's forms before grading. Where voices agree "
        "with a grade, read it as alignment: it does not show reliability."
    ),
}

# In this order, and each only where there is one.
STANDINGS: Final = (
    DimensionStatus.CONVERGENT,
    DimensionStatus.PARTIALLY_CONVERGENT,
    DimensionStatus.DISSONANT,
    DimensionStatus.UNGRADED,
    DimensionStatus.SILENT,
)


def portray(
    gathered: Gathered, found: Synthesis, digest: str, order: Order
) -> TriangulatedView:
    """Put a synthesis, and what was written beside it, into words for one viewer."""
    found = order.within(found)
    return TriangulatedView(
        reference=gathered.reference,
        state=gathered.state,
        headline=_headline(found),
        reliability=RELIABILITY[gathered.feedback_seen],
        heard=_heard(found),
        practice=_headline_view(Judgement.PRACTICE, gathered.grades),
        outcomes=_headline_view(Judgement.OUTCOMES, gathered.grades),
        to_moderation=tuple(_points(found)),
        dimensions=tuple(_dimension(one, gathered) for one in found.findings),
        words=words_views(order.of(gathered.written)),
        concerns=gathered.concerns,
        rules=found.rules,
        input_digest=digest,
    )


def _headline(found: Synthesis) -> str:
    counts = {
        status: sum(one.status is status for one in found.findings)
        for status in STANDINGS
    }
    parts = [f"{n} {status.label.lower()}" for status, n in counts.items() if n]
    return f"Of {len(found.findings)} dimensions: {_listed(parts)}."


def _listed(parts: Sequence[str]) -> str:
    if len(parts) == 1:
        return parts[0]
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _heard(found: Synthesis) -> tuple[HeardView, ...]:
    # How many were asked and answered is the same on every dimension.
    return tuple(
        HeardView(
            group=cell.group.value,
            invited=cell.invited,
            replied=cell.replied,
            not_invited=tuple(one.reason for one in cell.not_invited),
        )
        for cell in found.findings[0].cells
    )


def _headline_view(judgement: Judgement, grades: Grades) -> HeadlineView:
    _, label, first, because = _grade(judgement, grades)
    return HeadlineView(
        grade_label=label,
        first_grade=first,
        moved_because=because,
    )


def _grade(
    judgement: Judgement, grades: Grades
) -> tuple[int | None, str, str | None, str | None]:
    now = grades.reviewers.get(judgement)
    first = grades.in_layer(GradeLayer.INITIAL).get(judgement)
    if now is None or first is None:
        return None, "Not graded", None, None
    has_moved = now.layer is not GradeLayer.INITIAL
    return (
        now.grading.grade,
        now.grading.words,
        first.grading.words if has_moved else None,
        now.reason,
    )


def _dimension(one: DimensionFinding, gathered: Gathered) -> DimensionView:
    grade, label, first, because = _grade(
        Judgement(one.dimension.value), gathered.grades
    )
    return DimensionView(
        code=one.dimension.value,
        name=one.dimension.label,
        grade=grade,
        grade_label=label,
        first_grade=first,
        moved_because=because,
        status=one.status.value,
        verdict=_verdict(one),
        reasons=tuple(reason.label for reason in one.reasons),
        sources_differ=one.sources_differ,
        cells=tuple(cell_view(cell, gathered.asked) for cell in one.cells),
    )


def _verdict(one: DimensionFinding) -> str:
    apart = [cell for cell in one.cells if cell.status is CellStatus.DISSONANCE]
    if not apart:
        return ""
    verb = "disagrees" if len(apart) == 1 else "disagree"
    which = "; ".join(
        f"{each.group.label.lower()}: {difference(each)}" for each in apart
    )
    return f"{len(apart)} of {one.speaking_sources} sources {verb} ({which})"


def _points(found: Synthesis) -> Iterator[PointView]:
    silent: dict[tuple[Group, str], list[Dimension]] = {}
    for point in found.to_moderation:
        if point.group is not None and point.silence is not None:
            cell = found.finding(point.dimension).cell(point.group)
            reason = silence(point.silence, cell)
            silent.setdefault((point.group, reason), []).append(point.dimension)
    for one in found.findings:
        if verdict := _verdict(one):
            yield _point(PointKind.DISSONANCE, one.dimension, verdict)
    # One line a group and reason: nine that say the same hide the rest.
    for (group, reason), dimensions in silent.items():
        yield PointView(
            kind=PointKind.SILENCE.value,
            sentence=f"{group.label} not heard: {reason}",
            dimensions=tuple(each.value for each in dimensions),
        )
    for point in found.to_moderation:
        grade = found.finding(point.dimension).grade
        if point.kind is PointKind.THIN_EVIDENCE and grade is not None:
            words = (
                f"graded {GRADE_LABELS[grade]}, and fewer than two voices speak to it"
            )
            yield _point(point.kind, point.dimension, words)


def _point(kind: PointKind, dimension: Dimension, words: str) -> PointView:
    return PointView(
        kind=kind.value,
        sentence=f"{dimension.label}: {words}",
        dimensions=(dimension.value,),
    )
