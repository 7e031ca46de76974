"""What does a view work with? The application's settings, clock and database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from flask import current_app

from feedback.clock import Clock
from feedback.config import Settings
from feedback.db.session import Database

KEY: Final = "trigpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """What `create_app` wired together."""

    settings: Settings
    clock: Clock
    database: Database


def runtime() -> Runtime:
    """Find what the current application runs with."""
    return cast("Runtime", current_app.extensions[KEY])  # Flask types it Any


def settings() -> Settings:
    """Give the deployment's settings."""
    return runtime().settings


def database() -> Database:
    """Give the database, whose `reading()` and `transaction()` views open."""
    return runtime().database


def now() -> datetime:
    """Tell the time, aware, in UTC."""
    return runtime().clock.now()
