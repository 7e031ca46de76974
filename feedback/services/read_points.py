"""What stands beside each judgement of the record?"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import ConsideredRow
from feedback.db.queries import moderation as queries
from feedback.domain.grading import GradeLayer, Grading, Judgement
from feedback.services.minutes import Heard, Point, Voice
from feedback.services.read_grades import GivenGrade, Grades, grades_of
from feedback.services.record_words import (
    NEVER_SAVED,
    as_grading,
    reason_of,
    version_of,
    words_of,
)
from feedback.services.triangulate import current_synthesis
from triangulation import CellStatus, DimensionFinding, DimensionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reached:
    """What the meeting reached on one judgement so far."""

    agreed: Grading | None = None
    reason: str | None = None
    considered: str | None = None
    version: str = NEVER_SAVED


def points_of(session: Session, review: UUID, *, is_signed: bool) -> tuple[Point, ...]:
    """Read every judgement with its grades, what was heard, and what was reached."""
    grades = grades_of(session, review)
    considered = {
        Judgement(row.dimension): row for row in queries.considered(session, review)
    }
    if is_signed:
        heard = _heard_then(session, review)
        reached = _agreed(session, grades, considered)
    else:
        heard = _heard_now(session, review)
        reached = _drafted(session, review, considered)
    proposed = grades.in_layer(GradeLayer.PROPOSED)
    return tuple(
        _point(
            grades,
            proposed.get(one),
            heard.get(one),
            reached.get(one, _Reached()),
            first=given,
        )
        for one, given in grades.in_layer(GradeLayer.INITIAL).items()
    )


def _point(
    grades: Grades,
    proposed: GivenGrade | None,
    heard: Heard | None,
    reached: _Reached,
    *,
    first: GivenGrade,
) -> Point:
    one = first.grading.judgement
    standing = grades.reviewers[one]
    return Point(
        judgement=one,
        heard=heard,
        first=first.grading,
        standing=standing.grading,
        standing_reason=standing.reason,
        proposed=None if proposed is None else proposed.grading,
        proposed_reason=None if proposed is None else proposed.reason,
        agreed=reached.agreed,
        reason=reached.reason,
        considered=reached.considered,
        version=reached.version,
    )


def _drafted(
    session: Session, review: UUID, considered: Mapping[Judgement, ConsideredRow]
) -> dict[Judgement, _Reached]:
    drafts = {Judgement(row.judgement): row for row in queries.drafts(session, review)}
    return {
        one: _Reached(
            agreed=None if draft is None else as_grading(session, draft),
            reason=None if draft is None else reason_of(session, draft),
            considered=None if words is None else words_of(session, words),
            version=version_of(draft, words),
        )
        for one in Judgement
        for draft, words in [(drafts.get(one), considered.get(one))]
    }


def _agreed(
    session: Session, grades: Grades, considered: Mapping[Judgement, ConsideredRow]
) -> dict[Judgement, _Reached]:
    return {
        one: _Reached(
            agreed=given.grading,
            reason=given.reason,
            considered=words_of(session, considered[one])
            if one in considered
            else None,
        )
        for one, given in grades.in_layer(GradeLayer.AGREED).items()
    }


def _heard_now(session: Session, review: UUID) -> dict[Judgement, Heard]:
    return {
        Judgement(finding.dimension.value): _as_heard(finding)
        for finding in current_synthesis(session, review).findings
    }


def _heard_then(session: Session, review: UUID) -> dict[Judgement, Heard]:
    return {
        Judgement(row.dimension): Heard(status=DimensionStatus(row.status))
        for row in queries.findings(session, review)
    }


def _as_heard(finding: DimensionFinding) -> Heard:
    return Heard(
        status=finding.status,
        voices=tuple(
            Voice(
                group=cell.group.value,
                label=cell.group.label,
                sentence=_disagreement(
                    cell.interval.words if cell.interval else "",
                    cell.direction.label if cell.direction else "",
                    cell.gap or 0,
                ),
            )
            for cell in finding.cells
            if cell.status is CellStatus.DISSONANCE
        ),
        speaking=finding.speaking_sources,
        sources_differ=finding.sources_differ,
        cells=finding.cells,
    )


def _disagreement(stance: str, direction: str, gap: int) -> str:
    bands = "one band" if abs(gap) == 1 else f"{abs(gap)} bands"
    return f"{stance}; {direction[:1].lower()}{direction[1:]} by {bands}"
