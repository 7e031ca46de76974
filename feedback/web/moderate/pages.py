"""Where do the pages of comment and meeting live, and what do all of them need?"""

from typing import Final

from flask import Blueprint, flash

from feedback.services.minutes import Record
from feedback.services.read_record import record_of
from feedback.web.context import database, now
from feedback.web.guards import actor, current_review

blueprint: Final = Blueprint(
    "moderate", __name__, url_prefix="/staff/reviews/<reference>"
)


def record_here() -> Record:
    """Read the review's moderation record; the reading is noted.

    Raises:
        ModerationError: If no meeting was opened yet.
    """
    with database().transaction() as work:
        return record_of(work, current_review(), by=actor(), now=now())


def tell_cleared(cleared: int) -> None:
    """Say that signatures were taken back, where any were."""
    if cleared:
        noun = "1 signature" if cleared == 1 else f"{cleared} signatures"
        flash(f"The record changed: {noun} cleared. Those who signed must sign again")
