"""Is the database's shape the program's shape? Up, down and check."""

from typing import Any, Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.schema import SchemaItem

from feedback.config import CHECKOUT
from feedback.db.models import Base
from feedback.db.session import Database

LIBRARY_TABLES: Final = ("procrastinate_", "apscheduler_")


class ShapeError(Exception):
    """The database is not at the program's revision, or differs from its tables."""


def configure_arguments() -> dict[str, Any]:
    """Say how revisions are run and compared, on either database."""
    return {
        "target_metadata": Base.metadata,
        "render_as_batch": True,
        "include_name": _is_ours,
        "user_module_prefix": "feedback.db.types.",
        "transaction_per_migration": True,
    }


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database up to a revision."""
    with database.engine.connect() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(database: Database, revision: str) -> None:
    """Take the database down to a revision."""
    with database.engine.connect() as connection:
        command.downgrade(_config(connection), revision)


def check(database: Database) -> None:
    """Compare the database with the program.

    Raises:
        ShapeError: If it is behind, ahead, or its tables differ.
    """
    head = head_revision()
    with database.engine.connect() as connection:
        migration = MigrationContext.configure(connection, opts=configure_arguments())
        current = migration.get_current_revision()
        if current != head:
            raise ShapeError(f"the database is at {current}, the program at {head}")
        differences = compare_metadata(migration, Base.metadata)
    if differences:
        raise ShapeError(f"tables differ from the program's: {differences}")


def head_revision() -> str:
    """Name the newest revision."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    if head is None:
        raise ShapeError("there are no migrations")
    return head


def _config(connection: Connection | None) -> Config:
    config = Config(toml_file=CHECKOUT / "pyproject.toml")
    config.attributes["connection"] = connection
    return config


def _is_ours(name: str | None, kind: str, _: dict[str, SchemaItem]) -> bool:
    return kind != "table" or not (name or "").startswith(LIBRARY_TABLES)
