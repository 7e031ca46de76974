"""Can the service do its work now?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from feedback.db import revision
from feedback.db.queries import delivery as queries
from feedback.db.session import Database
from feedback.services import delivery_health, tick_log
from feedback.services.pulse import pulse
from feedback.services.tick_log import CARRY_ALERTS, TickTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What works and what does not.

    Args:
        scheduler: Whether the program that sends was alive a moment ago, and nothing
            holds up what carries alerts.
        held_up: For how many seconds each tick runs that something holds up. Only
            alerts stop the service being ready: what else hangs turns nobody away.
        oldest_due_at: Since when the longest-waiting message could go; it is told,
            and stops nothing: a paused channel is no reason to turn people away.
        halts: What stands still: providers, channels and templates.
        dead_letters: How many messages wait for a person's decision.
        unmatched_inbound: How many waiting texts came from unknown numbers.
    """

    database: bool
    migrations: bool = False
    scheduler: bool = False
    heartbeat_at: datetime | None = None
    held_up: Mapping[str, int] = field(default_factory=dict)
    oldest_due_at: datetime | None = None
    halts: tuple[str, ...] = ()
    dead_letters: int = 0
    unmatched_inbound: int = 0

    @property
    def is_ready(self) -> bool:
        """Whether everything works."""
        return self.database and self.migrations and self.scheduler

    def as_json(self) -> Mapping[str, object]:
        """Say it for machines."""
        return {
            "status": "ready" if self.is_ready else "unavailable",
            "database": self.database,
            "migrations": self.migrations,
            "scheduler": self.scheduler,
            "heartbeat_at": _iso(self.heartbeat_at),
            "held_up": dict(self.held_up),
            "oldest_due_at": _iso(self.oldest_due_at),
            "halts": list(self.halts),
            "dead_letters": self.dead_letters,
            "unmatched_inbound": self.unmatched_inbound,
        }


# What to tell where the database cannot be asked at all.
UNREACHABLE: Final = Readiness(database=False)


def readiness(database: Database, *, now: datetime) -> Readiness:
    """Ask the database, compare its shape, and feel the scheduler's pulse."""
    if not revision.is_at_head(database):
        return Readiness(database=True)
    with database.reading() as session:
        found = pulse(session, now=now)
        held_up = tick_log.held_up(tick_log.read(session, now=now), now)
        halts = delivery_health.halts(session)
        unmatched = queries.unmatched_inbound(session)
    return Readiness(
        database=True,
        migrations=True,
        scheduler=found.is_beating(now) and _alerts_go(held_up),
        heartbeat_at=found.heartbeat_at,
        held_up=_seconds(held_up, now),
        oldest_due_at=found.oldest_due_at,
        halts=tuple(f"{one.what} {one.name}" for one in halts),
        dead_letters=found.dead_letters,
        unmatched_inbound=unmatched,
    )


def _alerts_go(held_up: Sequence[TickTimes]) -> bool:
    return CARRY_ALERTS.isdisjoint(one.name for one in held_up)


def _seconds(held_up: Sequence[TickTimes], now: datetime) -> Mapping[str, int]:
    return {
        one.name: round((now - one.running_since).total_seconds())
        for one in held_up
        if one.running_since is not None
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
