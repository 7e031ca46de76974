"""Which tables and rows do the counts of a period make?"""

from collections.abc import Mapping
from typing import Final

from feedback.domain.attention import ALL as ALL_ASPECTS
from feedback.domain.grading import DIMENSIONS, GRADE_LABELS, GRADES, Judgement
from feedback.domain.report import ALL, Counts, Figures, Row, Table
from feedback.domain.review import ReviewerKind
from triangulation import DimensionStatus, Group, PersonStatus

MOVEMENT_COLUMNS: Final = (
    ("raised", "Rose"),
    ("lowered", "Fell"),
    ("kept", "Stayed"),
    ("other", "Graded only once"),
)
GRADE_COLUMNS: Final = (
    *((str(grade), GRADE_LABELS[grade]) for grade in GRADES),
    ("not_graded", "Not graded"),
)
PEOPLE_COLUMNS: Final = (
    (PersonStatus.ANSWERED.value, "Answered"),
    (PersonStatus.NO_REPLY.value, "Asked, no reply"),
    (PersonStatus.DECLINED.value, "Asked, did not want to"),
    (PersonStatus.WITHDRAWN.value, "Took their answers out"),
    (PersonStatus.NOT_INVITED.value, "Not asked"),
)
ACTION_COLUMNS: Final = (
    ("open", "To do, not yet due"),
    ("overdue", "To do, overdue"),
    ("done", "Done, to be confirmed"),
    ("confirmed", "Confirmed done"),
    ("dropped", "Will not be done"),
)
ATTENTION_COLUMNS: Final = (("paid", "Attention was paid"), ("not_paid", "It was not"))
RECOMMENDATION_COLUMNS: Final = tuple((one.value, one.label) for one in Judgement)
FROM_CONCERNS: Final = ("concerns", "Areas of significant concern")
STATUS_COLUMNS: Final = tuple((one.value, one.label) for one in DimensionStatus)


def figures(counts: Counts) -> Figures:
    """Set out what was counted, nothing suppressed: for inside only."""
    return Figures(
        period=counts.period,
        reviews=counts.reviews,
        by_kind={one: counts.by_kind.get(one, 0) for one in ReviewerKind},
        grades=_grades(counts),
        movement=Row(
            code="movement",
            label="First to agreed grade",
            cells=(
                counts.movement.raised,
                counts.movement.lowered,
                counts.movement.kept,
                counts.movement.other,
            ),
            total=counts.movement.total,
        ),
        people=_people(counts),
        statuses=_statuses(counts),
        dissonances=counts.dissonances,
        dissonant_moved=counts.dissonant_moved,
        alerts=sum(counts.alerts.values()),
        reviews_with_alerts=counts.reviews_with_alerts,
        concerns=counts.concerns,
        reviews_with_concerns=counts.reviews_with_concerns,
        recommendations=_recommendations(counts),
        attention=_attention(counts),
        attention_said=counts.attention_said,
        actions=_actions(counts),
    )


def _grades(counts: Counts) -> Table:
    """Set out practice and outcomes apart: nothing averages them."""
    headlines = (Judgement.PRACTICE, Judgement.OUTCOMES)
    return Table(
        columns=GRADE_COLUMNS,
        rows=tuple(
            Row(
                code=one.value,
                label=one.label,
                cells=tuple(
                    counts.grades.get(one, {}).get(grade, 0)
                    for grade in (*GRADES, None)
                ),
                total=counts.reviews,
            )
            for one in headlines
        ),
    )


def _people(counts: Counts) -> Table:
    return _summed(
        PEOPLE_COLUMNS,
        {
            (group.value, group.label): _by_code(counts.people.get(group, {}))
            for group in Group
        },
        label="Everybody",
    )


def _statuses(counts: Counts) -> Table:
    return _summed(
        STATUS_COLUMNS,
        {
            (one.value, one.label): _by_code(counts.statuses.get(one, {}))
            for one in DIMENSIONS
        },
        label="All dimensions",
    )


def _by_code(
    numbers: Mapping[PersonStatus, int] | Mapping[DimensionStatus, int],
) -> dict[str, int]:
    return {status.value: number for status, number in numbers.items()}


def _recommendations(counts: Counts) -> Row:
    cells = tuple(counts.recommendations.get(one, 0) for one in Judgement)
    return Row(code=ALL, label="Recommendations", cells=cells, total=sum(cells))


def _attention(counts: Counts) -> Table:
    """Set out each aspect by itself: one review may name several."""
    said = counts.attention_said
    return Table(
        columns=ATTENTION_COLUMNS,
        rows=tuple(
            Row(
                code=one.value,
                label=one.label,
                cells=(paid, said - paid),
                total=said,
            )
            for one in ALL_ASPECTS
            for paid in [counts.attention.get(one, 0)]
        ),
    )


def _actions(counts: Counts) -> Table:
    found = {
        (one.value, one.label): counts.actions.get(one, {}) for one in Judgement
    } | {FROM_CONCERNS: counts.actions.get(None, {})}
    return _summed(ACTION_COLUMNS, found, label="All actions")


def _summed(
    columns: tuple[tuple[str, str], ...],
    found: Mapping[tuple[str, str], Mapping[str, int]],
    *,
    label: str,
) -> Table:
    rows = tuple(
        Row(
            code=code,
            label=words,
            cells=tuple(numbers.get(column, 0) for column, _ in columns),
            total=sum(numbers.values()),
        )
        for (code, words), numbers in found.items()
    )
    cells = tuple(
        sum(numbers.get(column, 0) for numbers in found.values())
        for column, _ in columns
    )
    sums = Row(code=ALL, label=label, cells=cells, total=sum(cells))
    return Table(columns=columns, rows=rows, sums=sums)
