"""How did voices and grades lie over a period's reviews? Counted in the database."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from feedback.db.models import ModeratedVoiceRow, ReviewRow


class VoiceLine(NamedTuple):
    """In how many reviews a group stood just so at a dimension."""

    dimension: str
    group: str
    grade: int | None
    lo: int | None
    hi: int | None
    coarse: bool
    silence: str | None
    number: int


def voices(session: Session, within: Select[UUID]) -> Iterator[VoiceLine]:
    """Count how each group stood, beside the grade that was locked first."""
    columns = (
        ModeratedVoiceRow.dimension,
        ModeratedVoiceRow.group,
        ModeratedVoiceRow.grade,
        ModeratedVoiceRow.lo,
        ModeratedVoiceRow.hi,
        ModeratedVoiceRow.coarse,
        ModeratedVoiceRow.silence,
    )
    lines = session.execute(
        select(*columns, func.count())
        .where(ModeratedVoiceRow.review_id.in_(within))
        .group_by(*columns)
    )
    return (VoiceLine(*line) for line in lines)


def with_voices(session: Session, within: Select[UUID]) -> int:
    """Count the reviews of which each group's stance was kept."""
    return (
        session.scalar(
            select(func.count(func.distinct(ModeratedVoiceRow.review_id))).where(
                ModeratedVoiceRow.review_id.in_(within)
            )
        )
        or 0
    )


def seen(session: Session, within: Select[UUID]) -> dict[str | None, int]:
    """Count reviews by what the reviewer had heard before grading."""
    lines = session.execute(
        select(ReviewRow.feedback_seen, func.count())
        .where(ReviewRow.id.in_(within))
        .group_by(ReviewRow.feedback_seen)
    )
    return {heard: number for heard, number in lines}  # noqa: C416 - rows, not pairs
