"""Was every migration run? Asked again and again, so without what runs them."""

from functools import cache
from typing import Final

from sqlalchemy import inspect, text

from feedback.config import CHECKOUT
from feedback.db.session import Database

VERSION_TABLE: Final = "alembic_version"


def is_at_head(database: Database) -> bool:
    """Tell whether the database is at the program's newest revision."""
    # A reading waits for no writer: whoever asks has little time.
    with database.reading() as session:
        connection = session.connection()
        if not inspect(connection).has_table(VERSION_TABLE):
            return False
        found = connection.scalars(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - our own name
        return found.all() == [newest()]


@cache
def newest() -> str:
    """Name the newest revision: files are numbered, and a test holds them in line."""
    files = (CHECKOUT / "migrations" / "versions").glob("[0-9]*_*.py")
    return max(file.stem.partition("_")[0] for file in files)
