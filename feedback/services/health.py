"""Can the service do its work now?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from feedback.db import migrate
from feedback.db.session import Database
from feedback.services.pulse import Pulse, pulse

# The scheduler beats every fifteen seconds; after four missed beats it is away.
AWAY_AFTER: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What works and what does not.

    Args:
        scheduler: Whether the program that sends was alive a moment ago.
        oldest_due_at: Since when the longest-waiting message could go; it is told,
            and stops nothing: a paused channel is no reason to turn people away.
    """

    database: bool
    migrations: bool = False
    scheduler: bool = False
    heartbeat_at: datetime | None = None
    oldest_due_at: datetime | None = None

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
            "oldest_due_at": _iso(self.oldest_due_at),
        }


# What to tell where the database cannot be asked at all.
UNREACHABLE: Final = Readiness(database=False)


def readiness(database: Database, *, now: datetime) -> Readiness:
    """Ask the database, compare its shape, and feel the scheduler's pulse."""
    if not migrate.is_at_head(database):
        return Readiness(database=True)
    with database.reading() as session:
        found = pulse(session, now=now)
    return Readiness(
        database=True,
        migrations=True,
        scheduler=_is_beating(found, now),
        heartbeat_at=found.heartbeat_at,
        oldest_due_at=found.oldest_due_at,
    )


def _is_beating(found: Pulse, now: datetime) -> bool:
    return found.heartbeat_at is not None and now - found.heartbeat_at < AWAY_AFTER


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
