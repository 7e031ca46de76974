"""Who alone may do this? One holder of a lock, on one machine or on many.

Beside SQLite it is a lock on a file, on PostgreSQL an advisory lock: both are let
go by the system itself when their holder dies.
"""

import fcntl
from contextlib import suppress
from io import BufferedRandom
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from feedback.db.session import Database

# Any two numbers that nothing else in this database uses.
ADVISORY: Final = (0x5472, 0x6967)


class OneHolder(Protocol):
    """A lock that one process at a time can hold."""

    def acquire(self) -> bool:
        """Try once to become the holder."""
        ...

    def is_held(self) -> bool:
        """Tell whether we are still the holder."""
        ...

    def release(self) -> None:
        """Let somebody else become the holder."""
        ...


def lock_of(database: Database) -> OneHolder:
    """Give the lock that fits the database."""
    if database.dialect == "postgresql":
        return _AdvisoryLock(database)
    path = database.engine.url.database
    if not path:
        raise ValueError("a database in memory cannot be shared, so nothing locks it")
    return _FileLock(Path(f"{path}.scheduler-lock"))


class _FileLock:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BufferedRandom | None = None

    def acquire(self) -> bool:
        file = self._path.open("a+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def is_held(self) -> bool:
        return self._file is not None

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class _AdvisoryLock:
    def __init__(self, database: Database) -> None:
        self._engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        connection = self._engine.connect()
        question = text("SELECT pg_try_advisory_lock(:a, :b)")
        a, b = ADVISORY
        if not connection.execute(question, {"a": a, "b": b}).scalar():
            connection.close()
            return False
        self._connection = connection
        return True

    def is_held(self) -> bool:
        if self._connection is None:
            return False
        try:
            # The lock lives and dies with this very connection.
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            self.release()
            return False
        return True

    def release(self) -> None:
        if self._connection is not None:
            a, b = ADVISORY
            with suppress(SQLAlchemyError):
                unlock = text("SELECT pg_advisory_unlock(:a, :b)")
                self._connection.execute(unlock, {"a": a, "b": b})
            # Closed for good: had that failed, the pool would keep the lock.
            with suppress(SQLAlchemyError):
                self._connection.invalidate()
            self._connection.close()
            self._connection = None
