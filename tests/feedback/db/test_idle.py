"""A connection that lay idle: handed out without a question, unless it looks dead."""

import pytest
from sqlalchemy import create_engine, text

from feedback.db import idle
from feedback.db.session import Database

MASTER = b"a-master-key-of-thirty-two-bytes"
PID = text("SELECT pg_backend_pid()")


@pytest.fixture
def work(empty_postgresql, postgresql_url):
    """Give a database of its own, over an empty one."""
    empty_postgresql()
    found = Database(postgresql_url, MASTER)
    yield found
    found.dispose()


@pytest.fixture
def asked(monkeypatch, work):
    """Note how often the server is asked whether it is there."""
    dialect = work.engine.dialect
    found = []
    ask = dialect.do_ping

    def noted(connection):
        found.append(connection)
        return ask(connection)

    monkeypatch.setattr(dialect, "do_ping", noted)
    return found


def backend_of(work):
    with work.transaction() as session:
        return session.scalar(PID)


def end(url, backend):
    other = create_engine(url)
    with other.connect() as connection:
        connection.execute(text(f"SELECT pg_terminate_backend({backend}, 5000)"))
    other.dispose()


def test_a_connection_used_a_moment_ago_is_not_asked(work, asked):
    before = backend_of(work)
    asked.clear()

    assert backend_of(work) == before
    assert asked == []


def test_a_connection_that_the_server_ended_is_replaced(work, postgresql_url):
    before = backend_of(work)
    end(postgresql_url, before)

    assert backend_of(work) != before


def test_a_connection_that_lay_idle_for_long_is_asked(work, asked, monkeypatch):
    before = backend_of(work)
    asked.clear()
    monkeypatch.setattr(idle, "MOMENT_SECONDS", -1.0)

    assert backend_of(work) == before
    assert len(asked) == 1


def test_what_a_reader_left_behind_can_be_written_with(work):
    with work.reading() as session:
        assert session.scalar(text("SHOW transaction_read_only")) == "on"
    with work.transaction() as session:
        assert session.scalar(text("SHOW transaction_read_only")) == "off"
