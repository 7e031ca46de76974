"""Which of the things that happen by themselves runs, and when did each end last?

The scheduler notes it in its memory and writes it down with its heartbeat, so that
what holds up one tick is seen although the others, the heartbeat too, go on.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from feedback.db.models import HeartbeatRow
from feedback.services import pulse

RUNNING: Final = "running-"
ENDED: Final = "ended-"
# Longer than any takes of which nothing is wrong: each ends after so many or so long.
HELD_UP_AFTER: Final = timedelta(minutes=5)
# By these an alert is raised, sent, and handed on.
CARRY_ALERTS: Final = frozenset({"alerts", "converse", "escalate"})


class TickLog:
    """Since when each tick runs and when it ended last, in this process.

    Args:
        read_now: Tells the time.
    """

    def __init__(self, read_now: Callable[[], datetime]) -> None:
        self._read_now = read_now
        # One tick may run twice at a time: at once, and as often as it is due.
        self._running: list[tuple[str, datetime]] = []
        self._ended: dict[str, datetime] = {}
        self._lock = Lock()

    def timed(self, name: str, do: Callable[[], object]) -> Callable[[], None]:
        """Make of what a tick does the same, noted at its begin and its end."""

        def noted() -> None:
            run = (name, self._read_now())
            with self._lock:
                self._running.append(run)
            try:
                do()
            finally:
                with self._lock:
                    self._running.remove(run)
                    self._ended[name] = self._read_now()

        return noted

    def noted(self) -> Mapping[str, datetime]:
        """Tell since when each runs, and when it ended last."""
        with self._lock:
            # The longest run of each comes last, and so is the one that is told.
            newest_first = sorted(self._running, key=_began, reverse=True)
            running = {RUNNING + name: began for name, began in newest_first}
            ended = {ENDED + name: at for name, at in self._ended.items()}
        return running | ended


@dataclass(frozen=True, slots=True, kw_only=True)
class TickTimes:
    """Since when a tick runs and when it ended last, as far as that was written down.

    Args:
        running_since: None where it does not run.
        ended_at: None where it never ended.
    """

    name: str
    running_since: datetime | None
    ended_at: datetime | None

    def is_held_up(self, now: datetime) -> bool:
        """Whether something holds it up."""
        since = self.running_since
        return since is not None and now - since >= HELD_UP_AFTER


def write_down(session: Session, noted: Mapping[str, datetime]) -> None:
    """Write what was noted where other processes can read it."""
    # What runs no more; and what a process left that was killed in the middle of it.
    session.execute(
        delete(HeartbeatRow).where(_is_of_a_tick(), HeartbeatRow.name.not_in(noted))
    )
    pulse.beat_all(session, noted)


def read(session: Session, *, now: datetime) -> tuple[TickTimes, ...]:
    """Tell of each tick since when it runs and when it ended last.

    In a scheduler that is away none runs, whatever it wrote down before it died.
    """
    rows = session.scalars(
        select(HeartbeatRow).where(
            _is_of_a_tick() | (HeartbeatRow.name == pulse.SCHEDULER)
        )
    )
    shown = {row.name: row.at for row in rows}
    is_there = pulse.is_fresh(shown.pop(pulse.SCHEDULER, None), now)
    names = {name.partition("-")[2] for name in shown}
    return tuple(
        TickTimes(
            name=name,
            running_since=shown.get(RUNNING + name) if is_there else None,
            ended_at=shown.get(ENDED + name),
        )
        for name in sorted(names)
    )


def held_up(ticks: Collection[TickTimes], now: datetime) -> tuple[TickTimes, ...]:
    """List the ticks that something holds up."""
    return tuple(one for one in ticks if one.is_held_up(now))


def _began(run: tuple[str, datetime]) -> datetime:
    return run[1]


def _is_of_a_tick() -> ColumnElement[bool]:
    return HeartbeatRow.name.startswith(RUNNING) | HeartbeatRow.name.startswith(ENDED)
