"""How far has an invitation come, and when is the next word due?"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from feedback.domain.calendar import (
    Audience,
    Calendar,
    ContactWindow,
    next_permitted,
    same_wall_time_days_later,
)
from feedback.domain.errors import IllegalMoveError

# How a person comes to their form.
BY_LINK: Final = "link"
IN_PERSON: Final = "in_person"
LINK_LASTS_AT_MOST: Final = timedelta(days=30)
MAX_REMINDERS: Final = 2
DAYS_BETWEEN_MESSAGES: Final = 3


class InvitationStatus(StrEnum):
    """Where one person's invitation stands."""

    NOT_INVITED = "not_invited"
    INVITED = "invited"
    STARTED = "started"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REVOKED = "revoked"


_ENDS: Final = frozenset(
    {
        InvitationStatus.DECLINED,
        InvitationStatus.WITHDRAWN,
        InvitationStatus.EXPIRED,
        InvitationStatus.REVOKED,
    }
)

# An end is an end: whoever is asked again gets a new invitation.
MOVES: Final[Mapping[InvitationStatus, frozenset[InvitationStatus]]] = {
    # Straight to started: the form was opened with them on this device.
    InvitationStatus.NOT_INVITED: _ENDS
    | {InvitationStatus.INVITED, InvitationStatus.STARTED},
    InvitationStatus.INVITED: _ENDS | {InvitationStatus.STARTED},
    InvitationStatus.STARTED: _ENDS | {InvitationStatus.ANSWERED},
    InvitationStatus.ANSWERED: frozenset({InvitationStatus.WITHDRAWN}),
    InvitationStatus.DECLINED: frozenset(),
    InvitationStatus.WITHDRAWN: frozenset(),
    InvitationStatus.EXPIRED: frozenset(),
    InvitationStatus.REVOKED: frozenset(),
}

# Before its message went out an invitation can already be answered: its form
# may be opened with the person on a device at hand.
OPEN_STATUSES: Final = frozenset(
    {
        InvitationStatus.NOT_INVITED,
        InvitationStatus.INVITED,
        InvitationStatus.STARTED,
    }
)


def may_move(status: InvitationStatus, to: InvitationStatus) -> bool:
    """Tell whether one step leads there."""
    return to in MOVES[status]


def move(status: InvitationStatus, to: InvitationStatus) -> InvitationStatus:
    """Take an invitation one legal step.

    Raises:
        IllegalMoveError: If `to` does not follow from its status.
    """
    if not may_move(status, to):
        raise IllegalMoveError(status, to)
    return to


def expires_at(opens_at: datetime, closes_at: datetime, now: datetime) -> datetime:
    """Tell when a link made now ends: with its window, and within 30 days."""
    return min(closes_at, max(opens_at, now) + LINK_LASTS_AT_MOST)


def is_open(
    status: InvitationStatus,
    *,
    opens_at: datetime,
    expires_at: datetime,
    now: datetime,
) -> bool:
    """Tell whether answers may still come in by this invitation."""
    return status in OPEN_STATUSES and opens_at <= now < expires_at


def next_reminder(  # noqa: PLR0913  each is one fact of the rule
    *,
    status: InvitationStatus,
    reminders_sent: int,
    last_sent_at: datetime,
    expires_at: datetime,
    audience: Audience,
    window: ContactWindow | None = None,
    calendar: Calendar | None = None,
) -> datetime | None:
    """Tell when the next reminder may go; None where no more is due.

    Three calendar days after the message before, at the same time on the
    clock, then at the next permitted time; two at most; none once the person
    gave any sign of life.
    """
    if status is not InvitationStatus.INVITED or reminders_sent >= MAX_REMINDERS:
        return None
    due = next_permitted(
        same_wall_time_days_later(last_sent_at, DAYS_BETWEEN_MESSAGES),
        audience=audience,
        window=window,
        calendar=calendar,
    )
    return due if due is not None and due < expires_at else None
