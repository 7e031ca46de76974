"""How does a review go from one state to the next, on record?"""

from datetime import datetime

from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import ReviewRow, ReviewStepRow
from feedback.domain.review import ReviewState, step
from feedback.services import audit


def take_step(
    session: Session,
    row: ReviewRow,
    to: ReviewState,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    """Take a review one legal step, and keep who took it and when."""
    came_from = ReviewState(row.state)
    row.state = step(came_from, to)
    session.add(
        ReviewStepRow(
            id=new_id(),
            review_id=row.id,
            came_from=came_from,
            came_to=to,
            by=by.account,
            at=now,
        )
    )
