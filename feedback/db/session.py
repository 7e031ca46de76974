"""How does a unit of work begin and end? `reading()` and `transaction()`."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import RLock
from typing import Final, Literal

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from feedback.db.idle import ask_when_in_doubt
from feedback.db.vault import Keyring, Vault

__all__ = ["DATABASE_AWAY", "DATABASE_FAULTS", "Database", "Session"]

# What to catch where the database may be away and the answer must say so.
DATABASE_FAULTS: Final = (SQLAlchemyError,)
# What passes by itself, or by an operator's hand: away, starting, full, locked.
DATABASE_AWAY: Final = (OperationalError, NoConnectionError)
# As SQLAlchemy names it for PostgreSQL; on SQLite we heed it ourselves.
READ_ONLY: Final = "postgresql_readonly"
BUSY_TIMEOUT_MS: Final = 10_000
# No thread waits for a connection: the most that any command may start.
MOST_AT_ONCE: Final = 64
# As many as a server has threads by itself: opening one costs as much as many uses.
KEPT_OPEN: Final = 8


class Database:
    """One database, its engine, and the keyring that opens what is sealed in it.

    Args:
        url: As SQLAlchemy writes it; SQLite or PostgreSQL.
        master_key: 32 bytes that wrap every data key.
        previous_master_key: The master key before the last rotation.
    """

    def __init__(
        self, url: str, master_key: bytes, previous_master_key: bytes | None = None
    ) -> None:
        self.engine = _engine(url)
        self._reader = self.engine.execution_options(**{READ_ONLY: True})
        self.keyring = Keyring(master_key, previous_master_key)
        # SQLite lets writers who wait try again now and then, and the unlucky starve:
        # those of one process wait in line instead. Whoever by mistake begins a second
        # unit of work inside the first is refused by SQLite, and not left hanging.
        self._turn = RLock() if self.dialect == "sqlite" else nullcontext()

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which of the two databases this is."""
        return "sqlite" if self.engine.dialect.name == "sqlite" else "postgresql"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that writes; commit at the end, roll back on an error."""
        with (
            self._turn,
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            self._give_vault(session)
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that can only read."""
        with Session(self._reader, expire_on_commit=False) as session, session.begin():
            self._give_vault(session)
            yield session

    def _give_vault(self, session: Session) -> None:
        session.info[Vault] = Vault(session, self.keyring)

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=KEPT_OPEN,
        max_overflow=MOST_AT_ONCE - KEPT_OPEN,
        # The one used last: it knows the statements, and the others may rest.
        pool_use_lifo=True,
    )
    ask_when_in_doubt(engine)
    return engine


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        max_overflow=MOST_AT_ONCE,
        # The driver must not begin or commit by itself: we say BEGIN below.
        connect_args={"isolation_level": None, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        # NORMAL could lose an acknowledged answer when the power goes.
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = bool(connection.get_execution_options().get(READ_ONLY))
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
    # A writer that starts as a reader can be refused half-way: take the lock now.
    connection.exec_driver_sql("BEGIN DEFERRED" if read_only else "BEGIN IMMEDIATE")
