"""Is a message stored once, however often it is planned?"""

import threading
import time

import pytest
from sqlalchemy import func, select

from feedback.db.models import MessageRow
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.services import outbox


def a_message(to, distinct="0"):
    return outbox.NewMessage(
        purpose=Purpose.STAFF_NOTICE,
        channel=Channel.EMAIL,
        to=to,
        values={"reference": "H-1", "link": "http://localhost/x"},
        distinct=distinct,
    )


def test_many_are_stored_and_each_once(database, now):
    several = [a_message(f"{n}@council.example") for n in range(3)]
    with database.transaction() as session:
        assert outbox.queue(session, several[0], now=now) is not None
        assert outbox.queue_all(session, [*several, *several], now=now) == 2
        assert outbox.queue_all(session, several, now=now) == 0
        assert outbox.queue(session, several[1], now=now) is None

        assert session.scalar(select(func.count()).select_from(MessageRow)) == 3


def test_what_was_sealed_opens_again(database, now):
    with database.transaction() as session:
        outbox.queue_all(session, [a_message("someone@council.example")], now=now)
        row = session.scalars(select(MessageRow)).one()

        params = outbox.params_of(session, row)

    assert params.to == "someone@council.example"
    assert params.values["reference"] == "H-1"
    assert b"someone" not in row.params_sealed


def one_by_one(session, now):
    one = outbox.queue(session, a_message("someone@council.example"), now=now)
    return 0 if one is None else 1


def many_together(session, now):
    return outbox.queue_all(session, [a_message("someone@council.example")], now=now)


# SQLite has one writer at a time as it is.
@pytest.mark.parametrize("queued", [one_by_one, many_together])
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_who_queue_the_same_message_at_once_store_it_once(database, now, queued):
    stored = []

    def queueing():
        with database.transaction() as session:
            stored.append(queued(session, now))

    other = threading.Thread(target=queueing)
    with database.transaction() as session:
        first = queued(session, now)
        other.start()
        time.sleep(0.5)
        assert stored == []
    other.join(timeout=10)

    assert first == 1
    assert stored == [0]
