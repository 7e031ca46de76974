"""Can the service do its work now?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from feedback.config import Settings
from feedback.db import migrate
from feedback.db.session import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What works and what does not."""

    database: bool
    migrations: bool

    @property
    def is_ready(self) -> bool:
        """Whether everything works."""
        return self.database and self.migrations

    def as_json(self) -> Mapping[str, object]:
        """Say it for machines."""
        return {
            "status": "ready" if self.is_ready else "unavailable",
            "database": self.database,
            "migrations": self.migrations,
        }


def readiness(database: Database, settings: Settings, *, now: datetime) -> Readiness:
    """Ask the database and compare its shape."""
    del settings, now
    return Readiness(
        database=database.is_reachable(), migrations=migrate.is_at_head(database)
    )
