"""Do messages that go out together keep every rule that holds for one?"""

import dataclasses
import threading
from datetime import timedelta

import pytest
from fakes_sending import FakeSender, RememberingSender, a_dispatch
from sqlalchemy import event, select, update

from feedback.db.ids import new_id
from feedback.db.models import MessageRow, ReviewKeyRow
from feedback.domain.contact import Channel
from feedback.domain.delivery import MessageState, Purpose
from feedback.messaging.sender import Accepted, Refused
from feedback.services import deliver, outbox, pace, run, sweep, wave
from feedback.services.deliver import Tally, deliver_due
from feedback.services.gate import Gate


class PowerCut(BaseException):
    """Nothing after this is done, as if the machine had stopped."""


class PatientSender:
    """Several calls are on their way at a time; answers when it is told to."""

    provider = "fake"

    def __init__(self, answer):
        self.sent = []
        self._answer = answer
        self._lock = threading.Lock()

    def send(self, outgoing):
        with self._lock:
            self.sent.append(outgoing)
            number = len(self.sent)
        return self._answer(number)


def yes(number):
    return Accepted(provider_sid=f"SM-wave-{number:06d}")


def invited(post, clock, how_many):
    for _ in range(how_many):
        post.invite_one(clock.now())


def twice_the_same(post, clock):
    """One person, for whom two messages are due at once."""
    post.invite_one(clock.now())
    with post.database.transaction() as session:
        first = session.scalars(select(MessageRow)).one()
        copied = {
            column.name: getattr(first, column.name)
            for column in MessageRow.__table__.columns
        }
        copied |= {"id": new_id(), "dedupe_key": "another", "wave": 7}
        session.add(MessageRow(**copied))


@pytest.mark.parametrize("threads", [1, 4])
def test_every_message_of_many_waves_goes_out_once(post, settings, clock, threads):
    invited(post, clock, 23)
    sender = PatientSender(yes)
    sending = a_dispatch(post.database, settings, sms=sender, threads=threads)

    assert deliver_due(sending, read_now=clock.now) == Tally(sent=23)

    assert len({one.message_id for one in sender.sent}) == 23
    planned = [one for one in post.messages() if one.purpose == "reminder"]
    assert len({one.invitation_id for one in planned}) == 23
    assert {one.not_before for one in planned} == {clock.now() + timedelta(days=3)}


def test_a_wave_asks_the_database_no_more_than_two_messages_do(
    post, settings, clock, monkeypatch
):
    monkeypatch.setattr(run, "LINGER_SECONDS", 60)
    sending = a_dispatch(post.database, settings, sms=PatientSender(yes))

    def asked(how_many):
        invited(post, clock, how_many)
        statements = []

        def note(*given):
            statements.append(given[2])

        event.listen(post.database.engine, "before_cursor_execute", note)
        deliver_due(sending, read_now=clock.now)
        event.remove(post.database.engine, "before_cursor_execute", note)
        return len(statements)

    asked(1)
    assert asked(pace.AT_LEAST) <= asked(2) + 2


def test_the_weeks_cap_holds_within_a_wave(post, settings, clock):
    settings = dataclasses.replace(settings, cap_per_person_per_week=1)
    twice_the_same(post, clock)
    sender = FakeSender(post.database)

    tally = deliver_due(
        a_dispatch(post.database, settings, sms=sender), read_now=clock.now
    )

    assert tally == Tally(sent=1, held=1)
    held = [one for one in post.messages() if one.state == "due"]
    assert {one.reason for one in held if one.purpose == "invitation"} == {
        "cap-per-person"
    }


def test_two_messages_of_a_person_in_a_wave_plan_one_reminder(post, settings, clock):
    twice_the_same(post, clock)

    deliver_due(a_dispatch(post.database, settings), read_now=clock.now)

    assert [one.purpose for one in post.messages()].count("reminder") == 1


def test_the_days_cap_holds_within_a_wave(post, settings, clock):
    settings = dataclasses.replace(settings, cap_sms_per_day=3)
    invited(post, clock, 8)
    sender = FakeSender(post.database)

    deliver_due(a_dispatch(post.database, settings, sms=sender), read_now=clock.now)

    assert len(sender.sent) == 3


def test_a_refusal_in_mid_wave_takes_back_what_was_not_called(post, settings, clock):
    invited(post, clock, 8)
    outcomes = [yes(1), yes(2), Refused(code="20003", http=401)]
    sender = FakeSender(post.database, outcomes=outcomes)

    tally = deliver_due(
        a_dispatch(post.database, settings, sms=sender), read_now=clock.now
    )

    assert tally == Tally(sent=2, refused=1, held=5)
    assert len(sender.sent) == 3
    assert sorted(one.state for one in post.attempts()) == [
        "accepted",
        "accepted",
        "refused",
    ]
    waiting = [one for one in post.messages() if one.purpose == "invitation"]
    assert sorted(one.attempts for one in waiting) == [0] * 5 + [1] * 3
    assert {one.lease_until for one in waiting} == {None}


def test_after_a_refusal_no_more_calls_are_made_than_were_on_their_way(
    post, settings, clock
):
    invited(post, clock, 20)
    together = threading.Barrier(4, timeout=30)

    def answer(number):
        if number <= 4:
            together.wait()
        return Refused(code="20003", http=401)

    sender = PatientSender(answer)
    sending = a_dispatch(post.database, settings, sms=sender, threads=4)

    tally = deliver_due(sending, read_now=clock.now)

    assert len(sender.sent) == 4
    assert tally.refused == 4
    assert {one.state for one in post.messages()} == {"due"}
    assert len(post.attempts()) == 4


def test_one_erased_key_fails_alone(post, settings, clock):
    invited(post, clock, 4)
    with post.database.transaction() as session:
        key = session.scalars(select(ReviewKeyRow)).first()
        key.wrapped = None
        erased = key.review_id

    tally = deliver_due(a_dispatch(post.database, settings), read_now=clock.now)

    assert tally == Tally(sent=3, held=1)
    (lost,) = [one for one in post.messages() if one.review_id == erased]
    assert (lost.state, lost.reason) == ("dead-letter", deliver.UNWRITABLE)


def test_one_broken_template_fails_alone(post, settings, clock):
    invited(post, clock, 4)
    chosen = post.message().id
    with post.database.transaction() as session:
        session.execute(
            update(MessageRow)
            .where(MessageRow.id == chosen)
            .values(purpose="you-said-we-did")
        )

    tally = deliver_due(a_dispatch(post.database, settings), read_now=clock.now)

    assert tally == Tally(sent=3, held=1)
    (lost,) = [one for one in post.messages() if one.id == chosen]
    assert (lost.state, lost.reason) == ("dead-letter", deliver.UNWRITABLE)


def test_what_spoils_a_wave_unforeseen_leaves_the_others_to_go_one_by_one(
    post, settings, clock, monkeypatch, caplog
):
    invited(post, clock, 3)

    def broken(*_):
        raise RuntimeError("somebody's words")

    monkeypatch.setattr(wave, "begin_all", broken)

    tally = deliver_due(a_dispatch(post.database, settings), read_now=clock.now)

    assert tally == Tally(sent=3)
    assert "one by one: RuntimeError" in caplog.text
    assert "words" not in caplog.text


def test_a_crash_before_the_calls_leaves_outcomes_that_are_asked_about(
    post, settings, clock, monkeypatch
):
    invited(post, clock, 3)

    def crash(*_):
        raise PowerCut

    sender = RememberingSender(post.database, before_answering=crash)
    sending = a_dispatch(post.database, settings, sms=sender)
    with monkeypatch.context() as cut, pytest.raises(PowerCut):
        # Nothing is taken back either, where the power is gone.
        cut.setattr(run, "take_back", crash)
        deliver_due(sending, read_now=clock.now)
    sender.before_answering = None
    assert {one.state for one in post.messages()} == {MessageState.CALLING}
    sender.sent.clear()

    deliver_due(sending, read_now=clock.now)
    clock.forward(seconds=61)
    sweep.sweep(sending, read_now=clock.now)
    assert {one.state for one in post.messages()} == {MessageState.UNKNOWN}
    deliver_due(sending, read_now=clock.now)
    assert sender.sent == []

    for _ in range(7):
        clock.forward(minutes=1)
        sweep.sweep(sending, read_now=clock.now)
        deliver_due(sending, read_now=clock.now)
    assert sender.asked >= 6
    assert len({one.message_id for one in sender.sent}) == 3
    assert len(sender.sent) == 3


def test_what_a_sender_that_breaks_had_sent_before_is_written_down(
    post, settings, clock
):
    invited(post, clock, 4)
    calls = []

    def crash_at_the_third(_):
        calls.append(1)
        if len(calls) == 3:
            raise PowerCut

    sender = FakeSender(post.database, before_answering=crash_at_the_third)
    with pytest.raises(PowerCut):
        deliver_due(a_dispatch(post.database, settings, sms=sender), read_now=clock.now)

    states = [one.state for one in post.attempts()]
    assert sorted(states) == ["accepted", "accepted", "calling"]
    # The fourth was never called, and goes out with the next round.
    asking = [one for one in post.messages() if one.purpose == "invitation"]
    assert [one.state for one in asking].count("due") == 1


def test_a_call_that_waited_for_half_its_lease_is_not_made(
    post, settings, clock, monkeypatch
):
    invited(post, clock, 3)
    monkeypatch.setattr(run, "PART_OF_LEASE", 0.0)
    sender = FakeSender(post.database)
    sending = a_dispatch(post.database, settings, sms=sender)

    assert deliver_due(sending, read_now=clock.now, limit=3) == Tally(held=3)

    assert sender.sent == []
    assert post.attempts() == []
    assert {one.state for one in post.messages()} == {"due"}


def test_an_alert_that_stood_still_for_half_its_lease_is_not_sent_by_us(
    post, settings, clock, monkeypatch
):
    monkeypatch.setattr(run, "PART_OF_LEASE", 0.0)
    with post.database.transaction() as session:
        alert = outbox.NewMessage(
            purpose=Purpose.ALERT,
            channel=Channel.SMS,
            to="+447700900900",
            values={"reference": "A-BCDFGH", "link": "http://localhost/x"},
        )
        outbox.queue(session, alert, now=clock.now())
    sender = FakeSender(post.database)
    sending = a_dispatch(post.database, settings, sms=sender)

    told = deliver_due(sending, read_now=clock.now, limit=1, urgent_only=True)

    assert told == Tally(held=1)
    assert sender.sent == []
    assert post.attempts() == []
    assert post.message("alert").state == "due"


def test_a_gate_that_is_over_lets_nobody_wait(post, settings, clock):
    gate = Gate(good_for=60)
    gate.shut()
    gate.end()
    invited(post, clock, 1)
    sending = a_dispatch(post.database, settings)
    (call,) = wave.begin_wave(sending, 1, clock.now).calls

    assert not gate.lets(call)
