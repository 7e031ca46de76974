"""Where do the reviewer's pages live, and what do all of them need?"""

from datetime import date
from typing import Final

from flask import Blueprint, abort

from feedback.domain.calendar import london_day
from feedback.domain.grading import Judgement
from feedback.services import grade
from feedback.services.grade import GradingSheet
from feedback.web.context import database, now
from feedback.web.guards import actor, current_review, current_standing

ORDER: Final = tuple(Judgement)

blueprint: Final = Blueprint(
    "review", __name__, url_prefix="/staff/reviews/<reference>"
)


def today() -> date:
    """Tell the day in London."""
    return london_day(now())


def judgement_of(code: str) -> Judgement:
    """Find a judgement by its code in an address; 404 where there is none."""
    try:
        return Judgement(code)
    except ValueError:
        abort(404)


def sheet_here() -> GradingSheet:
    """Read the review's judgements; once they are locked the reading is noted."""
    if not current_standing().is_locked:
        with database().reading() as reading:
            return grade.sheet(reading, current_review())
    with database().transaction() as work:
        return grade.locked_sheet(work, current_review(), by=actor(), now=now())
