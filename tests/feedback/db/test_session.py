"""Units of work: what is read cannot write, what is kept stays as it is."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError, StatementError

from feedback.db import session as session_module
from feedback.db.ids import new_id
from feedback.db.models import AuditEventRow, FailureRow
from feedback.services import audit


def _failure(now):
    return FailureRow(id=new_id(), kind="link", source_digest=b"x", at=now)


def test_a_reading_session_cannot_write(database, now):
    with pytest.raises(DBAPIError), database.reading() as session:
        session.add(_failure(now))
        session.flush()


def test_a_transaction_that_fails_leaves_nothing(database, now):
    with pytest.raises(RuntimeError), database.transaction() as session:
        session.add(_failure(now))
        session.flush()
        raise RuntimeError

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(FailureRow)) == 0


def test_a_naive_time_cannot_be_stored(database):
    with pytest.raises(StatementError), database.transaction() as session:
        session.add(_failure(datetime(2026, 11, 24)))  # noqa: DTZ001 - the point


def test_times_come_back_aware_and_equal(database, now):
    with database.transaction() as session:
        session.add(_failure(now))
    with database.reading() as session:
        at = session.scalar(select(FailureRow.at))

    assert at == now
    assert at.tzinfo is not None
    assert at.astimezone(UTC).utcoffset().total_seconds() == 0


def test_the_audit_trail_cannot_be_changed_or_shortened(database, now):
    with database.transaction() as session:
        audit.record(session, audit.Deed(action="tried"), by=audit.SYSTEM, now=now)

    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(update(AuditEventRow).values(actor="nobody"))
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(delete(AuditEventRow))

    with database.reading() as session:
        assert session.scalars(select(AuditEventRow.actor)).all() == ["system"]


def test_writers_at_once_all_get_their_turn(database, now):
    def write():
        for _ in range(5):
            with database.transaction() as session:
                session.add(_failure(now))

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(FailureRow)) == 40


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_second_unit_of_work_inside_the_first_is_refused_and_does_not_hang(
    database, monkeypatch
):
    database.dispose()
    monkeypatch.setattr(session_module, "BUSY_TIMEOUT_MS", 50)

    with database.transaction() as outer:
        outer.execute(text("SELECT 1"))
        with pytest.raises(OperationalError), database.transaction() as inner:
            inner.connection().exec_driver_sql("SELECT 1")
