"""Is a text found again whose callback never came, and kept once?"""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from fakes_sending import FakeSender, a_dispatch
from sqlalchemy import select

from feedback.db.models import InboundRow
from feedback.db.queries import message as messages
from feedback.messaging.lookup import LookupFailedError, Received
from feedback.services import clocks, poll_inbound
from feedback.services.inbound import Inbound, record_inbound


class Replies(FakeSender):
    """A provider that remembers what people wrote."""

    received_texts: tuple = ()
    asked_since: datetime | None = None
    is_down = False
    said_date = None

    def received(self, since):
        assert self.database.engine.pool.checkedout() == 0
        self.asked_since = since
        if self.is_down:
            raise LookupFailedError("down")
        return list(self.received_texts)


def a_text(sid, body="I feel unsafe", at=None):
    return Received(sid=sid, sender="+447700900111", body=body, sent_at=at)


@pytest.fixture
def sms(post):
    return Replies(post.database, provider="twilio")


@pytest.fixture
def poll(post, settings, sms, clock):
    sending = a_dispatch(post.database, settings, sms=sms)
    return lambda: poll_inbound.poll(sending, read_now=clock.now)


def kept(post):
    with post.database.reading() as session:
        return session.scalars(
            select(InboundRow).order_by(InboundRow.received_at)
        ).all()


def test_a_lost_text_is_kept_with_the_time_it_was_written(post, sms, poll, clock):
    at = clock.now() - timedelta(hours=3)
    sms.received_texts = (a_text("SM-b"), a_text("SM-a", at=at))

    assert poll() == 2

    assert [one.sid for one in kept(post)] == ["SM-a", "SM-b"]
    assert kept(post)[0].received_at == at
    assert sms.asked_since == clock.now() - timedelta(hours=24)


def test_a_text_that_a_callback_brought_is_not_kept_twice(post, sms, poll, clock):
    with post.database.transaction() as session:
        record_inbound(
            session,
            Inbound(provider="twilio", sid="SM-a", sender="+447700900111", body="x"),
            now=clock.now(),
        )
    sms.received_texts = (a_text("SM-a"), a_text("SM-b"))

    assert poll() == 1
    assert poll() == 0

    assert len(kept(post)) == 2


def test_a_lost_stop_stops(post, sms, poll, clock):
    post.invite_one(clock.now(), contact_given={"value": "+447700900111"})
    sms.received_texts = (a_text("SM-a", body="Stop"),)

    poll()

    assert post.message().state == "cancelled"
    assert kept(post)[0].triage_state == "noted"


def test_a_provider_that_is_away_is_asked_again_later(post, sms, poll):
    sms.is_down = True
    sms.received_texts = (a_text("SM-a"),)
    assert poll() == 0

    sms.is_down = False
    assert poll() == 1


@pytest.mark.parametrize(
    ("fake", "is_paused"), [(FakeSender, False), (Replies, False), (Replies, True)]
)
def test_the_databases_clock_is_compared_whatever_the_provider_says(
    post, settings, clock, monkeypatch, fake, is_paused
):
    behind = timedelta(seconds=121 if is_paused else 119)
    monkeypatch.setattr(clocks, "_database_time", lambda _: clock.now() - behind)
    sms = fake(post.database)
    sending = a_dispatch(post.database, settings, sms=sms)
    invite = dataclasses.replace(sending.rules.invite, is_demo=False)
    rules = dataclasses.replace(sending.rules, invite=invite)
    sending = dataclasses.replace(sending, rules=rules)
    sms.is_down = True

    poll_inbound.poll(sending, read_now=clock.now)

    with post.database.reading() as session:
        assert clocks.skew(session).database == -behind
        assert bool(messages.open_pauses(session)) is is_paused


def test_a_provider_that_tells_no_time_is_not_taken_to_be_behind(
    post, sms, poll, clock
):
    sms.said_date = clock.now()
    poll()
    sms.said_date = None
    clock.forward(minutes=5)

    poll()

    with post.database.reading() as session:
        assert clocks.skew(session).provider is None


def test_the_clocks_are_compared_on_the_way(post, sms, poll):

    sms.said_date = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)

    poll()

    with post.database.reading() as session:
        assert clocks.skew(session).provider == timedelta(minutes=5)
