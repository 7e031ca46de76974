"""What does the service develop, dimension by dimension, and how far has it come?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from feedback.db.queries import action as queries
from feedback.domain.access import Viewer
from feedback.domain.action import ActionState, Tally
from feedback.domain.calendar import london_day
from feedback.domain.grading import Judgement
from feedback.services.count_actions import as_tallies
from feedback.services.read_actions import (
    ListedAction,
    as_listed,
    note_reading,
    open_to,
    sees_all,
)

# A plan shows what is next about each; the list holds the rest.
MOST_OF_EACH: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What is being done about one dimension or headline, or about concerns.

    Args:
        about: None for areas of significant concern.
        next: Those not confirmed yet that are due first.
    """

    about: Judgement | None
    tally: Tally
    next: tuple[ListedAction, ...]

    @property
    def more(self) -> int:
        """How many others are not confirmed yet."""
        return self.tally.open + self.tally.done - len(self.next)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The service development plan as it stands on one day."""

    day: date
    sections: tuple[Section, ...]
    without: tuple[Judgement, ...]
    tally: Tally
    sees_all: bool

    @property
    def longest(self) -> int:
        """The most actions in one section."""
        return max((one.tally.total for one in self.sections), default=0)


def development_plan(session: Session, viewer: Viewer, *, now: datetime) -> Plan:
    """Gather the actions that a viewer may follow; the reading is noted."""
    today = london_day(now)
    within = open_to(viewer, now=now)
    tallies = as_tallies(queries.count_lines(session, within, today))
    is_current = queries.in_state(ActionState.OPEN, ActionState.DONE)
    lines = queries.next_of_each(session, within & is_current, most=MOST_OF_EACH)
    found = as_listed(session, lines, viewer)
    note_reading(session, len(found), viewer, now=now)
    return Plan(
        day=today,
        sections=tuple(
            Section(about=about, tally=tally, next=_about(found, about))
            for about, tally in tallies.items()
        ),
        without=tuple(one for one in Judgement if one not in tallies),
        tally=sum(tallies.values(), start=Tally()),
        sees_all=sees_all(viewer),
    )


def _about(
    found: Sequence[ListedAction], about: Judgement | None
) -> tuple[ListedAction, ...]:
    return tuple(one for one in found if one.about is about)
