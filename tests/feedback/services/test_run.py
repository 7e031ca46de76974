"""Do waves overlap, and does every rule hold while they do?"""

import threading
import time
from dataclasses import dataclass, field

import pytest
from fakes_sending import FakeSender, a_dispatch

from feedback.domain.contact import Channel
from feedback.messaging.lookup import Found
from feedback.messaging.sender import Accepted, Refused
from feedback.services import audit, pace, pause, run, sweep
from feedback.services.deliver import Tally, deliver_due

STOPPED = Refused(code="20003", http=401)


class PowerCut(BaseException):
    """Nothing after this is done, as if the machine had stopped."""


@dataclass
class ManyCalls:
    """Takes calls of several threads, answers as it is told, and remembers."""

    answer: object = None
    provider: str = "fake"
    sent: list = field(default_factory=list)
    lock: object = field(default_factory=threading.Lock)

    def send(self, outgoing):
        with self.lock:
            self.sent.append(outgoing)
            number = len(self.sent)
        found = None if self.answer is None else self.answer(number)
        return found or Accepted(provider_sid=f"SM-run-{number:06d}")

    def find(self, to, sent_after, token):  # noqa: ARG002 - the protocol has it
        return [
            Found(provider_sid=f"SM-run-{number:06d}", status="sent")
            for number, one in enumerate(self.sent, start=1)
            if one.to == to
        ]

    def status_of(self, provider_sid):
        return Found(provider_sid=provider_sid, status="sent")

    def times_sent(self):
        ids = [one.message_id for one in self.sent]
        return {one: ids.count(one) for one in ids}


def invited(post, clock, how_many, **given):
    for _ in range(how_many):
        post.invite_one(clock.now(), **given)


def of_invitations(post):
    return [one for one in post.messages() if one.purpose == "invitation"]


def smaller(monkeypatch, *, least, most):
    """Keep fewer calls on record, so that few messages make many waves."""
    monkeypatch.setattr(pace, "AT_LEAST", least)
    monkeypatch.setattr(pace, "AT_MOST", most)
    monkeypatch.setattr(pace, "FOR_EACH_THREAD", 1)
    # Also on a machine that has much else to do.
    monkeypatch.setattr(pace, "MOMENT_SECONDS", 3600)


def test_the_next_wave_is_on_record_while_a_call_of_the_first_is_on_its_way(
    post, settings, clock, monkeypatch
):
    smaller(monkeypatch, least=4, most=4)
    invited(post, clock, 12)
    begin_wave, begun = run.begin_wave, []
    has_begun_again = threading.Event()
    waited = []

    def noting(*given):
        wave = begin_wave(*given)
        begun.append(wave)
        if len(begun) == 2:
            has_begun_again.set()
        return wave

    def answer(number):
        if number == 1:
            waited.append(has_begun_again.wait(timeout=10))

    monkeypatch.setattr(run, "begin_wave", noting)
    sending = a_dispatch(post.database, settings, sms=ManyCalls(answer), threads=2)

    assert deliver_due(sending, read_now=clock.now) == Tally(sent=12)

    assert waited == [True]


@pytest.mark.parametrize("threads", [1, 4])
def test_a_sender_that_breaks_leaves_the_messages_behind_it_due(
    post, settings, clock, monkeypatch, threads
):
    smaller(monkeypatch, least=10, most=10)
    invited(post, clock, 10)

    def answer(number):
        if number == 3:
            raise LookupError

    sender = ManyCalls(answer)
    sending = a_dispatch(post.database, settings, sms=sender, threads=threads)

    with pytest.raises(LookupError):
        deliver_due(sending, read_now=clock.now)

    states = [one.state for one in of_invitations(post)]
    # Nobody knows what became of the third: only that one is asked about.
    assert states.count("calling") == 1
    assert states.count("accepted") == len(sender.sent) - 1
    assert states.count("due") == 10 - len(sender.sent)
    assert len(post.attempts()) == len(sender.sent)


@pytest.mark.parametrize("threads", [1, 4])
def test_no_more_are_on_record_and_open_than_the_bound(
    post, settings, clock, monkeypatch, threads
):
    smaller(monkeypatch, least=4, most=8)
    invited(post, clock, 24)
    open_at_once = []

    def answer(_):
        states = [one.state for one in post.attempts()]
        open_at_once.append(states.count("calling"))

    sender = ManyCalls(answer)
    sending = a_dispatch(post.database, settings, sms=sender, threads=threads)

    assert deliver_due(sending, read_now=clock.now) == Tally(sent=24)

    # It was used to the full, and never passed.
    assert max(open_at_once) == 8


def test_every_call_is_on_record_before_it_is_made(post, settings, clock, monkeypatch):
    smaller(monkeypatch, least=4, most=8)
    invited(post, clock, 12)
    unheard_of = []

    def answer(number):
        attempt = sender.sent[number - 1].attempt_id
        if attempt not in {str(one.id) for one in post.attempts()}:
            unheard_of.append(attempt)

    sender = ManyCalls(answer)
    sending = a_dispatch(post.database, settings, sms=sender, threads=4)

    deliver_due(sending, read_now=clock.now)

    assert len(sender.sent) == 12
    assert unheard_of == []


def test_a_stop_in_the_middle_of_many_waves_lets_no_more_calls_go(
    post, settings, clock, monkeypatch
):
    smaller(monkeypatch, least=8, most=16)
    invited(post, clock, 30)
    sender = ManyCalls(lambda number: STOPPED if number > 10 else None)
    sending = a_dispatch(post.database, settings, sms=sender, threads=4)

    tally = deliver_due(sending, read_now=clock.now)

    # The first refusal, and what three other threads had on its way by then.
    assert len(sender.sent) <= 14
    assert tally.sent == 10
    assert tally.refused == len(sender.sent) - 10
    attempts = post.attempts()
    assert len(attempts) == len(sender.sent)
    assert {one.state for one in attempts} == {"accepted", "refused"}
    waiting = [one for one in of_invitations(post) if one.state == "due"]
    assert len(waiting) == 20
    assert {one.lease_until for one in waiting} == {None}
    assert sum(one.attempts for one in waiting) == tally.refused


def test_a_stop_leaves_what_it_held_unsent_until_somebody_looks(
    post, settings, clock, monkeypatch
):
    smaller(monkeypatch, least=8, most=16)
    invited(post, clock, 20)
    sender = ManyCalls(lambda _: STOPPED)
    sending = a_dispatch(post.database, settings, sms=sender, threads=4)
    deliver_due(sending, read_now=clock.now)
    sender.sent.clear()

    assert deliver_due(sending, read_now=clock.now) == Tally()
    assert sender.sent == []

    sender.answer = None
    with post.database.transaction() as session:
        pause.end_all(session, by=audit.OPERATOR, now=clock.now())
    clock.forward(minutes=10)
    deliver_due(sending, read_now=clock.now)

    assert set(sender.times_sent().values()) == {1}
    assert len(sender.sent) == 20


def test_calls_whose_lease_ran_down_in_the_queue_are_not_made_but_begun_again(
    post, settings, clock, monkeypatch
):
    smaller(monkeypatch, least=8, most=8)
    monkeypatch.setattr(run, "PART_OF_LEASE", 1 / settings.lease.total_seconds())
    invited(post, clock, 10)

    def answer(number):
        if number <= 2:
            time.sleep(1.5)

    sender = ManyCalls(answer)
    sending = a_dispatch(post.database, settings, sms=sender, threads=2)

    assert deliver_due(sending, read_now=clock.now).held >= 6

    while deliver_due(sending, read_now=clock.now) != Tally():
        pass
    assert len(sender.sent) == 10
    assert set(sender.times_sent().values()) == {1}
    # What was taken back left no attempt, and counts for none.
    assert [one.n for one in post.attempts()] == [1] * 10
    assert {one.attempts for one in of_invitations(post)} == {1}


def test_what_was_called_and_not_written_down_is_asked_about_and_sent_once(
    post, settings, clock, monkeypatch
):
    smaller(monkeypatch, least=4, most=8)
    invited(post, clock, 20)
    record_all, written = run.record_all, []

    def cut_off(*given):
        written.append(given)
        if len(written) >= 3:
            raise PowerCut
        return record_all(*given)

    monkeypatch.setattr(run, "record_all", cut_off)
    sender = ManyCalls()
    sending = a_dispatch(post.database, settings, sms=sender, threads=4)
    with pytest.raises(PowerCut):
        deliver_due(sending, read_now=clock.now)
    monkeypatch.setattr(run, "record_all", record_all)
    states = [one.state for one in of_invitations(post)]
    assert 0 < states.count("calling") <= 8

    for _ in range(10):
        clock.forward(minutes=1)
        sweep.sweep(sending, read_now=clock.now)
        deliver_due(sending, read_now=clock.now)

    assert len(sender.times_sent()) == 20
    assert set(sender.times_sent().values()) == {1}
    assert {one.state for one in of_invitations(post)} <= {"accepted", "sent"}


def test_what_goes_on_again_within_a_run_goes_out_in_it(
    post, settings, clock, monkeypatch
):
    smaller(monkeypatch, least=1, most=1)
    post.invite_one(clock.now())
    clock.forward(seconds=1)
    by_email = {"channel": "email", "value": "pat@example.org"}
    post.invite_one(clock.now(), contact_given=by_email)
    clock.forward(seconds=1)
    post.invite_one(clock.now())
    clock.forward(seconds=1)

    def somebody_mends_it(_):
        with post.database.transaction() as session:
            pause.end_channel(session, Channel.SMS, by="test", now=clock.now())

    texts = FakeSender(post.database, outcomes=[STOPPED])
    email = FakeSender(post.database, before_answering=somebody_mends_it)
    sending = a_dispatch(post.database, settings, sms=texts, email=email)

    deliver_due(sending, read_now=clock.now, limit=9)

    last = of_invitations(post)[-1]
    assert str(last.id) in {one.message_id for one in texts.sent}


def test_a_limit_is_kept_while_waves_overlap(post, settings, clock, monkeypatch):
    smaller(monkeypatch, least=4, most=8)
    invited(post, clock, 20)
    sender = ManyCalls()
    sending = a_dispatch(post.database, settings, sms=sender, threads=4)

    assert deliver_due(sending, read_now=clock.now, limit=13) == Tally(sent=13)

    assert len(sender.sent) == 13
    assert [one.state for one in of_invitations(post)].count("due") == 7
