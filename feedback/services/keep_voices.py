"""How did each group stand when the record was signed? Kept when answers go."""

from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import ModeratedVoiceRow
from feedback.services.minutes import Point, Record
from triangulation import Cell, CellStatus


def keep_voices(session: Session, review: UUID, record: Record) -> None:
    """Keep every group's stance as bands and codes: no words, nobody's name."""
    session.add_all(
        _row(review, point, cell)
        for point in record.points
        if point.heard is not None
        for cell in point.heard.cells
        if cell.status is not CellStatus.NOT_ASKED
    )


def _row(review: UUID, point: Point, cell: Cell) -> ModeratedVoiceRow:
    return ModeratedVoiceRow(
        id=new_id(),
        review_id=review,
        dimension=point.judgement,
        group=cell.group,
        status=cell.status,
        # What was graded before anybody looked: a later grade has heard them.
        grade=point.first.grade,
        lo=None if cell.interval is None else cell.interval.lo,
        hi=None if cell.interval is None else cell.interval.hi,
        coarse=cell.coarse,
        silence=cell.silence,
    )
