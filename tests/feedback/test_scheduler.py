"""Does exactly one scheduler tick, and does the next take over?"""

import threading
import time

import pytest
from conftest import MASTER
from fakes_sending import FakeSender, a_dispatch

from feedback import scheduler
from feedback.db.lock import lock_of
from feedback.db.session import Database
from feedback.scheduler import Tick
from feedback.services import tick_log


class Running:
    """A scheduler in a thread, that counts what it does."""

    def __init__(self, database_url):
        self.count = 0
        self.stop = threading.Event()
        self.database = Database(database_url, MASTER)
        self.lock = lock_of(self.database)
        tick = Tick(name="count", every_seconds=0.1, do=self._tick)
        self.thread = threading.Thread(
            target=scheduler.run,
            args=((tick,), self.lock, self.stop),
            kwargs={"standby_seconds": 0.05, "watch_seconds": 0.05},
        )
        self.thread.start()

    def _tick(self):
        self.count += 1

    def end(self):
        self.stop.set()
        self.thread.join(timeout=10)
        self.database.dispose()
        assert not self.thread.is_alive()


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_of_two_schedulers_one_ticks_and_the_other_takes_over(database, database_url):
    first = Running(database_url)
    until(lambda: first.count > 1)
    second = Running(database_url)
    try:
        until(lambda: first.count > 5)
        assert second.count == 0

        first.end()
        ticked = first.count
        until(lambda: second.count > 1)

        assert first.count == ticked
    finally:
        first.stop.set()
        second.end()


def test_a_lock_is_held_by_one(database, database_url):
    other = Database(database_url, MASTER)
    mine, theirs = lock_of(database), lock_of(other)

    assert mine.acquire()
    assert not theirs.acquire()
    assert mine.is_held()
    mine.release()
    assert not mine.is_held()
    assert theirs.acquire()
    theirs.release()
    other.dispose()


def test_a_tick_that_fails_stops_nothing_and_logs_no_words(caplog):
    def fail():
        raise ValueError("what somebody typed")

    Tick(name="x", every_seconds=1, do=fail)()

    assert "what somebody typed" not in caplog.text
    assert "tick x failed: ValueError" in caplog.text


@pytest.mark.parametrize("name", ["alerts", "dispatch"])
def test_what_is_due_is_looked_for_every_few_seconds(post, settings, clock, name):
    every = {
        one.name: one.every_seconds
        for one in scheduler.ticks(a_dispatch(post.database, settings), clock)
    }

    assert every[name] <= 5


def test_ticks_never_pile_up_and_a_late_one_is_not_lost(monkeypatch):
    made = {}

    class Noted(scheduler.BackgroundScheduler):
        def __init__(self, **given):
            made.update(given["job_defaults"])
            super().__init__(**given)

    class Lost:
        def is_held(self):
            return False

        def release(self):
            pass

    monkeypatch.setattr(scheduler, "BackgroundScheduler", Noted)
    stop = threading.Event()

    tick = Tick(name="x", every_seconds=1, do=lambda: None)
    scheduler._tick_while_held((tick,), Lost(), stop, 0.01)

    assert made["coalesce"] is True
    assert made["max_instances"] == 1
    assert made["misfire_grace_time"] >= 3600


def test_a_tick_that_hangs_in_both_its_runs_keeps_no_other_from_its_thread():
    released, counted = threading.Event(), []

    class Held:
        def is_held(self):
            return True

        def release(self):
            pass

    stop = threading.Event()
    hangs = Tick(name="hangs", every_seconds=0.05, do=released.wait)
    counts = Tick(name="counts", every_seconds=0.3, do=lambda: counted.append(1))
    running = threading.Thread(
        target=scheduler._tick_while_held, args=((hangs, counts), Held(), stop, 0.05)
    )
    running.start()
    try:
        until(lambda: len(counted) > 3, seconds=5)
    finally:
        released.set()
        stop.set()
        running.join(10)


def test_each_tick_runs_on_an_empty_database(post, settings, clock):
    for tick in scheduler.ticks(a_dispatch(post.database, settings), clock):
        tick.do()


def test_a_beat_tells_what_runs_and_what_ended(post, settings, clock):
    entered, released = threading.Event(), threading.Event()

    class Held(FakeSender):
        def send(self, outgoing):
            entered.set()
            assert released.wait(10)
            return super().send(outgoing)

    post.invite_one(clock.now())
    sending = a_dispatch(post.database, settings, sms=Held(post.database))
    by_name = {one.name: one for one in scheduler.ticks(sending, clock)}
    by_name["expire"].do()
    round_ = threading.Thread(target=by_name["dispatch"].do)
    round_.start()
    assert entered.wait(10)
    by_name["heartbeat"].do()
    running = times(post.database, clock.now())
    released.set()
    round_.join(10)
    by_name["heartbeat"].do()
    ended = times(post.database, clock.now())

    now = clock.now()
    assert running == {"dispatch": (now, None), "expire": (None, now)}
    assert ended == {"dispatch": (None, now), "expire": (None, now)}


def times(database, now):
    with database.reading() as session:
        return {
            one.name: (one.running_since, one.ended_at)
            for one in tick_log.read(session, now=now)
        }


def test_of_two_runs_of_one_tick_the_longer_is_told(clock):
    log = tick_log.TickLog(clock.now)
    told = []
    began = clock.now()

    def outer():
        clock.forward(minutes=10)
        log.timed("x", lambda: told.append(log.noted()))()
        told.append(log.noted())

    log.timed("x", outer)()

    assert told == [
        {"running-x": began},
        {"running-x": began, "ended-x": clock.now()},
    ]
    assert log.noted() == {"ended-x": clock.now()}


def test_a_due_message_goes_by_the_dispatch_tick(post, settings, clock):
    post.invite_one(clock.now())
    sending = a_dispatch(post.database, settings)
    by_name = {one.name: one for one in scheduler.ticks(sending, clock)}

    by_name["alerts"].do()
    assert post.message().state == "due"
    by_name["dispatch"].do()

    assert post.message().state == "accepted"
