"""Is a connection that lay idle still there? Asked of the server only when in doubt.

A server that ends, or ends a connection, says so on its socket: then something is there
to be read where nothing is due. Looking costs nothing, where asking costs a round trip
for every unit of work. What vanished without a word, as behind a firewall, is found by
asking whatever lay idle for longer than a moment.
"""

import select
from time import monotonic
from typing import Final

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

MOMENT_SECONDS: Final = 5.0
RETURNED: Final = "trigpoint_returned_at"


def ask_when_in_doubt(engine: Engine) -> None:
    """Let an engine over PostgreSQL hand out only connections that still answer."""

    def note(_: DBAPIConnection | None, entry: ConnectionPoolEntry) -> None:
        entry.info[RETURNED] = monotonic()

    def check(
        connection: DBAPIConnection,
        entry: ConnectionPoolEntry,
        _: PoolProxiedConnection,
    ) -> None:
        returned = entry.info.get(RETURNED)
        if returned is None:  # it was made this moment
            return
        is_long_ago = monotonic() - returned > MOMENT_SECONDS
        if (is_long_ago or _says_something(entry)) and not _answers(engine, connection):
            # As they lay, so lie the others: all of them are made anew.
            raise InvalidatePoolError

    event.listen(engine, "checkin", note)
    event.listen(engine, "checkout", check)


def _says_something(entry: ConnectionPoolEntry) -> bool:
    """Tell whether anything came over a connection on which nothing was asked."""
    driver = entry.driver_connection
    if driver is None or driver.closed:
        return True
    socket = select.poll()
    socket.register(driver.fileno(), select.POLLIN)
    return bool(socket.poll(0))


def _answers(engine: Engine, connection: DBAPIConnection) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error:
        return False
