"""Is the program that sends alive, and how much waits for it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback.db.models import HeartbeatRow, MessageRow
from feedback.db.queries import message as messages
from feedback.domain.delivery import MessageState

SCHEDULER: Final = "scheduler"
# The scheduler beats every fifteen seconds; after four missed beats it is away.
AWAY_AFTER: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How the sending stands.

    Args:
        heartbeat_at: When the scheduler was last alive; None where it never was.
        oldest_due_at: Since when the longest-waiting message could go; None where
            nothing waits that could.
        backlog: How many messages could go now.
    """

    heartbeat_at: datetime | None
    oldest_due_at: datetime | None
    backlog: int
    unknown: int
    dead_letters: int

    def is_beating(self, now: datetime) -> bool:
        """Whether the scheduler was alive a moment ago."""
        return is_fresh(self.heartbeat_at, now)


def is_fresh(beat_at: datetime | None, now: datetime) -> bool:
    """Tell whether what beat at an instant, or never did, is still there."""
    return beat_at is not None and now - beat_at < AWAY_AFTER


def beat(session: Session, name: str, *, now: datetime) -> None:
    """Note that a part of the program is alive."""
    beat_all(session, {name: now})


def beat_all(session: Session, shown: Mapping[str, datetime]) -> None:
    """Note when each of several was last alive, or did something."""
    rows = [{"name": name, "at": at} for name, at in shown.items()]
    # Two machines may note one for the first time at once.
    if messages.add_all_once(session, HeartbeatRow, rows) < len(rows):
        session.execute(update(HeartbeatRow), rows)


def pulse(session: Session, *, now: datetime) -> Pulse:
    """Take the pulse of the sending."""
    beating = session.get(HeartbeatRow, SCHEDULER)
    counted = session.execute(
        select(MessageRow.state, func.count())
        .where(MessageRow.state.in_([MessageState.UNKNOWN, MessageState.DEAD_LETTER]))
        .group_by(MessageRow.state)
    )
    counts = dict(counted.all())
    oldest, backlog = session.execute(
        select(func.min(MessageRow.next_at), func.count()).where(
            MessageRow.state == MessageState.DUE, MessageRow.next_at <= now
        )
    ).one()
    return Pulse(
        heartbeat_at=None if beating is None else beating.at,
        oldest_due_at=oldest,
        backlog=backlog,
        unknown=counts.get(MessageState.UNKNOWN, 0),
        dead_letters=counts.get(MessageState.DEAD_LETTER, 0),
    )
