"""Do workers, each with its own leases, keep every rule of a single dispatcher?"""

import dataclasses
import threading
from datetime import timedelta

import pytest
from apart import apart
from builders import a_participant, a_review
from fakes_sending import FakeSender, PostRoom, a_dispatch
from sqlalchemy import select

from feedback import worker
from feedback.db import queue
from feedback.db.models import BreakerRow, DeliveryPauseRow
from feedback.domain import breaker as breaker_rules
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.messaging.sender import Accepted, Refused
from feedback.services import audit, hand_out, invite, outbox, pause
from feedback.services.deliver import deliver_due

EVERY = timedelta(seconds=2)
MANY = 12

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def post(ready, settings, now):
    """Twelve people's invitations are due."""
    rules = invite.rules(settings)
    with ready.transaction() as session:
        review = a_review(session, now=now)
        for _ in range(MANY):
            a_participant(session, review, now=now)
        invite.invite(session, review.id, rules=rules, by=audit.OPERATOR, now=now)
    return PostRoom(database=ready, rules=rules)


@pytest.fixture
def sms():
    return FakeSender()


@pytest.fixture
def sending(post, settings, sms):
    return a_dispatch(post.database, settings, sms=sms)


def handed_out(sending, clock, **rules):
    changed = dataclasses.replace(sending.rules, **rules)
    sending = dataclasses.replace(sending, rules=changed)
    return hand_out.hand_out(sending, read_now=clock.now, every=EVERY)


def drained(sending, clock, threads=2):
    handle = worker.handler(sending, clock)
    apart(lambda: queue.drain(sending.database, handle, threads=threads))


def states(post):
    return sorted(one.state for one in post.messages() if one.purpose == "invitation")


def test_after_a_refused_account_only_what_was_on_its_way_is_called(
    post, sending, sms, clock
):
    together = threading.Barrier(2, timeout=30)

    def answer(outgoing):
        if len(sms.sent) <= 2:
            together.wait()

    sms.before_answering = answer
    sms.outcomes = [Refused(code="20003", http=401)] * MANY
    assert handed_out(sending, clock) == MANY

    drained(sending, clock)

    assert len(sms.sent) == 2
    assert states(post) == ["due"] * MANY
    assert {one.lease_until for one in post.messages()} == {None}
    assert handed_out(sending, clock) == 0


def test_one_probe_is_handed_out_every_five_minutes_and_ends_the_pause(
    post, sending, sms, clock
):
    sms.outcomes = [Refused(code="20003", http=401)]
    handed_out(sending, clock)
    drained(sending, clock, threads=1)
    assert len(sms.sent) == 1

    clock.forward(minutes=5)
    assert handed_out(sending, clock) == 1
    drained(sending, clock)

    assert len(sms.sent) == 2
    with post.database.reading() as session:
        assert session.scalars(select(DeliveryPauseRow)).one().ended_by == "probe"
    assert handed_out(sending, clock) == MANY - 1


def test_an_open_breaker_holds_what_was_handed_out_before(
    post, sending, sms, clock, monkeypatch
):
    monkeypatch.setattr(breaker_rules, "MOST_FAILURES", 3)
    sms.outcomes = [Refused(code="connect")] * MANY
    handed_out(sending, clock)

    drained(sending, clock, threads=1)

    assert len(sms.sent) == 4
    assert sorted(one.attempts for one in post.messages()) == [0] * 8 + [1] * 4
    with post.database.reading() as session:
        assert session.scalars(select(BreakerRow.state)).one() == "open"
    clock.forward(seconds=61)
    sms.outcomes = []
    assert handed_out(sending, clock) == breaker_rules.PROBES


def test_a_template_that_was_paused_meanwhile_is_held(
    post, sending, sms, clock, monkeypatch
):
    monkeypatch.setattr(pause, "FILTERED_LIMIT", 1)
    sms.outcomes = [Refused(code="30007", http=400)]
    handed_out(sending, clock)

    drained(sending, clock, threads=1)

    assert len(sms.sent) == 1
    assert states(post) == ["due"] * (MANY - 1) + ["failed-permanent"]


def test_the_days_cap_counts_what_waits_for_a_worker(post, sending, sms, clock):
    first = handed_out(sending, clock, cap_sms_per_day=5)
    second = handed_out(sending, clock, cap_sms_per_day=5)
    drained(sending, clock)
    third = handed_out(sending, clock, cap_sms_per_day=5)

    assert (first, second, third) == (5, 0, 0)
    assert len(sms.sent) == 5


def test_an_alert_goes_past_all_that_waits_for_workers(post, sending, sms, clock):
    handed_out(sending, clock)
    with post.database.transaction() as session:
        outbox.queue(
            session,
            outbox.NewMessage(
                purpose=Purpose.ALERT,
                channel=Channel.SMS,
                to="+447700900900",
                values={"reference": "A-BCDFGH", "link": "http://localhost/x"},
            ),
            now=clock.now(),
        )

    deliver_due(sending, read_now=clock.now, urgent_only=True)

    assert [one.to for one in sms.sent] == ["+447700900900"]


def test_a_provider_that_asks_for_it_gets_half_from_all_workers_together(
    post, sending, sms, clock
):
    slow = {"sms_rate_per_second": 2.0}
    sms.outcomes = [Refused(code="20429", http=429), Accepted(provider_sid="SM-1")]
    assert handed_out(sending, clock, **slow) == 4
    drained(sending, clock, threads=1)

    assert handed_out(sending, clock, **slow) == 2
    drained(sending, clock)
    clock.forward(minutes=6)
    assert handed_out(sending, clock, **slow) == 4


def test_a_job_that_breaks_is_logged_without_what_it_held(
    post, sending, sms, clock, caplog
):
    def breaks(outgoing):
        raise RuntimeError(outgoing.body)

    sms.before_answering = breaks
    handed_out(sending, clock)

    drained(sending, clock)

    assert caplog.text.count("stays in the air: RuntimeError") == MANY
    assert "Traceback" not in caplog.text
    assert "http" not in caplog.text


def test_an_alert_is_left_to_the_scheduler(post, sending, sms, clock):
    with post.database.transaction() as session:
        outbox.queue(
            session,
            outbox.NewMessage(
                purpose=Purpose.ALERT,
                channel=Channel.SMS,
                to="+447700900900",
                values={"reference": "A-BCDFGH", "link": "http://localhost/x"},
            ),
            now=clock.now(),
        )

    assert handed_out(sending, clock) == MANY

    deliver_due(sending, read_now=clock.now, urgent_only=True)
    assert [one.to for one in sms.sent] == ["+447700900900"]
