"""What can a newcomer try? An invented council with its staff, its reviews, its links.

Ten reviews are closed, four are under way, and one holds a link to every form.
Nobody in them exists. What happens in a story goes through the same services as in
life, each with the instant at which it happened.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.services import duty
from feedback.services.demonstration.accounts import (
    DemoAccount,
    accounts,
    hire,
    is_loaded,
    on_duty,
)
from feedback.services.demonstration.every_form import REFERENCE, open_every_form
from feedback.services.demonstration.stage import Stage
from feedback.services.demonstration.story import stories
from feedback.services.demonstration.telling import tell

__all__ = ["REFERENCE", "DemoAccount", "accounts", "is_loaded", "load", "on_duty"]

# Everybody was there before the first review.
HIRED_AT: Final = datetime(2024, 7, 1, 8, 0, tzinfo=UTC)


def load(
    session: Session,
    settings: Settings,
    *,
    now: datetime,
    with_stories: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> bool:
    """Bring the demonstration to life; tell whether it was not there before.

    Args:
        session: The caller's transaction: everything is there, or nothing.
        settings: Whose secret the sign-ins and links derive from.
        now: The day from which reviews under way count theirs.
        with_stories: Whether reviews are told; without them it is quick.
        say: Hears of every step that is done.
    """
    if is_loaded(session):
        return False
    staff = hire(session, settings, now=HIRED_AT)
    stage = Stage.of(session, settings, staff, now=now)
    duty.set_route(session, on_duty(), by=stage.actor("coordinator"), now=HIRED_AT)
    say(f"{len(staff)} people work at Stonebridge")
    if with_stories:
        tell(stories(), stage, say=say, now=now)
    open_every_form(stage, now=now)
    say(f"{REFERENCE}: a link to every form")
    return True
