"""Which actions may this person follow, and how many are there of each kind?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from feedback.db.queries import action as queries
from feedback.domain.access import Viewer
from feedback.domain.action import ActionState
from feedback.domain.calendar import london_day
from feedback.domain.grading import Judgement
from feedback.services.read_actions import (
    ListedAction,
    as_listed,
    note_reading,
    open_to,
    sees_all,
)

PAGE_SIZE: Final = 50


class Show(StrEnum):
    """Which actions a list shows."""

    OPEN = "open"
    MINE = "mine"
    OVERDUE = "overdue"
    SOON = "soon"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"
    ALL = "all"


class Concerns(StrEnum):
    """What actions are about that come from areas of significant concern."""

    ALL = "concern"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which actions somebody looks for.

    Args:
        show: Which of them.
        reference: Only those from this review.
        about: Only those about this judgement, or those from concerns.
        page: Which page of the list, from 1.
    """

    show: Show = Show.OPEN
    reference: str | None = None
    about: Judgement | Concerns | None = None
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionList:
    """One page of actions, and how many there are of each kind."""

    actions: tuple[ListedAction, ...]
    counts: Mapping[Show, int]
    wanted: Wanted
    confirmable: int
    sees_all: bool

    @property
    def has_more(self) -> bool:
        """Whether another page follows."""
        return self.wanted.page * PAGE_SIZE < self.counts[self.wanted.show]


def actions(
    session: Session, viewer: Viewer, wanted: Wanted, *, now: datetime
) -> ActionList:
    """List the actions that a viewer may follow; the reading is noted."""
    today = london_day(now)
    within = _narrowed(open_to(viewer, now=now), wanted)
    kinds = {show: which(viewer, today) for show, which in SHOWING.items()}
    confirmable = queries.is_confirmable_by(viewer.account)
    *counts, can_confirm = queries.counted(
        session, within, [*kinds.values(), confirmable]
    )
    lines = queries.listed(
        session,
        within & kinds[wanted.show],
        newest_first=wanted.show in NEWEST_FIRST,
        most=PAGE_SIZE,
        skip=(wanted.page - 1) * PAGE_SIZE,
    )
    found = as_listed(session, lines, viewer)
    note_reading(session, len(found), viewer, now=now)
    return ActionList(
        actions=found,
        counts=dict(zip(kinds, counts, strict=True)),
        wanted=wanted,
        confirmable=can_confirm,
        sees_all=sees_all(viewer),
    )


Which = Callable[[Viewer, date], ColumnElement[bool]]

_STILL_OPEN: Final = queries.in_state(ActionState.OPEN)
SHOWING: Final[Mapping[Show, Which]] = {
    Show.OPEN: lambda _viewer, _today: _STILL_OPEN,
    Show.MINE: lambda viewer, _today: (
        queries.in_state(ActionState.OPEN, ActionState.DONE)
        & queries.is_assigned_to(viewer.account)
    ),
    Show.OVERDUE: lambda _viewer, today: queries.is_overdue(today),
    Show.SOON: lambda _viewer, today: queries.is_due_soon(today),
    Show.WAITING: lambda _viewer, _today: queries.in_state(ActionState.DONE),
    Show.CONFIRMED: lambda _viewer, _today: queries.in_state(ActionState.CONFIRMED),
    Show.DROPPED: lambda _viewer, _today: queries.in_state(ActionState.DROPPED),
    Show.ALL: lambda _viewer, _today: queries.everywhere(),
}
NEWEST_FIRST: Final = frozenset({Show.CONFIRMED, Show.DROPPED})


def _narrowed(within: ColumnElement[bool], wanted: Wanted) -> ColumnElement[bool]:
    if wanted.reference is not None:
        within &= queries.is_at(wanted.reference)
    if wanted.about is not None:
        is_concern = isinstance(wanted.about, Concerns)
        within &= queries.is_about(None if is_concern else wanted.about)
    return within
