"""Does the database itself refuse what would send twice, or count twice?"""

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from feedback.db.ids import new_id
from feedback.db.models import AttemptRow, InboundRow, MessageRow, ProviderEventRow
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.services import outbox


@pytest.fixture
def message(database, now):
    queued = outbox.NewMessage(
        purpose=Purpose.STAFF_NOTICE,
        channel=Channel.SMS,
        to="+447700900900",
        values={"reference": "H-1", "link": "http://localhost/x"},
    )
    with database.transaction() as session:
        return outbox.queue(session, queued, now=now)


@pytest.fixture
def store(database):
    def one(table, **values):
        with database.transaction() as session:
            session.execute(insert(table).values(id=new_id(), **values))

    return one


@pytest.fixture
def attempt(message, now):
    return {
        "message_id": message,
        "n": 1,
        "provider": "twilio",
        "state": "accepted",
        "started_at": now,
        "provider_sid": "SM-1",
    }


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"provider_sid": "SM-2"}),
        ({}, {"n": 2}),
        ({"state": "calling"}, {"n": 2, "provider_sid": None, "state": "unknown"}),
        ({"state": "unknown"}, {"n": 2, "provider_sid": None, "state": "calling"}),
    ],
    ids=["the same number", "the same sid", "one is called", "one is unknown"],
)
def test_a_second_attempt_is_refused_where_it_could_be_a_second_text(
    store, attempt, first, second
):
    store(AttemptRow, **attempt | first)

    with pytest.raises(IntegrityError):
        store(AttemptRow, **attempt | second)


def test_an_attempt_follows_one_that_is_settled(store, attempt):
    store(AttemptRow, **attempt | {"state": "not-found", "provider_sid": None})

    store(AttemptRow, **attempt | {"n": 2})


def test_an_attempt_is_in_no_other_state_than_those_agreed(store, attempt):
    with pytest.raises(IntegrityError):
        store(AttemptRow, **attempt | {"state": "sent"})


def test_a_receipt_and_a_text_are_kept_once(store, now):
    receipt = {"provider_sid": "SM-1", "status": "sent", "received_at": now}
    store(ProviderEventRow, event_key="SM-1|sent|", **receipt)
    text = {
        "provider": "twilio",
        "sid": "SM-2",
        "from_hmac": b"x",
        "body_sealed": b"x",
        "received_at": now,
        "kind": "words",
        "triage_state": "waiting",
    }
    store(InboundRow, **text)

    with pytest.raises(IntegrityError):
        store(ProviderEventRow, event_key="SM-1|sent|", **receipt)
    with pytest.raises(IntegrityError):
        store(InboundRow, **text)


def test_a_message_is_planned_once_and_followed_once(database, message):
    with database.reading() as session:
        row = session.scalars(select(MessageRow)).one()
        columns = [column.name for column in MessageRow.__table__.columns]
        values = {name: getattr(row, name) for name in columns}

    def again(**changes):
        with database.transaction() as session:
            given = values | {"id": new_id()} | changes
            session.execute(insert(MessageRow).values(**given))

    with pytest.raises(IntegrityError):
        again()
    again(dedupe_key="a", fallback_of=message)
    with pytest.raises(IntegrityError):
        again(dedupe_key="b", fallback_of=message)
