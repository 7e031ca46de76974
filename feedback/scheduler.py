"""What happens by itself, and how often? Named ticks that read the database.

The database is the schedule: ticks have no state of their own, so a lost one costs
seconds and loses nothing. One process at a time holds the lock and ticks; the others
stand by and take over when it ends.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, timedelta
from threading import Event
from typing import Final

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from feedback.clock import Clock
from feedback.db.lock import OneHolder
from feedback.services import (
    converse,
    deliver,
    escalate,
    expire,
    hand_out,
    poll_inbound,
    pulse,
    sweep,
    tick_log,
)
from feedback.services.dispatch import Dispatch
from feedback.services.tick_log import TickLog

log = logging.getLogger(__name__)

STANDBY_SECONDS: Final = 3.0
WATCH_SECONDS: Final = 5.0
MISFIRE_SECONDS: Final = 3600
# A tick of dispatching ends after what the rate allows, so that a signal is soon
# obeyed; emails keep no rate, and go out by so many.
AT_LEAST_A_TICK: Final = 50
DISPATCH_EVERY: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Something that is done again and again."""

    name: str
    every_seconds: float
    do: Callable[[], object]

    def __call__(self) -> None:
        """Do it; trouble in one tick must not stop the next."""
        try:
            self.do()
        except Exception as error:  # noqa: BLE001 - ticks are kept apart
            # The class only: the message may hold what somebody typed.
            log.error(  # noqa: TRY400 - a traceback may hold it too
                "tick %s failed: %s", self.name, type(error).__name__
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chores:
    """What the ticks do, each with a time and a transaction of its own."""

    dispatch: Dispatch
    clock: Clock
    hands_out: bool
    log: TickLog

    def send_alerts(self) -> None:
        deliver.deliver_due(self.dispatch, read_now=self.clock.now, urgent_only=True)

    def send_due(self) -> None:
        if self.hands_out:
            hand_out.hand_out(
                self.dispatch, read_now=self.clock.now, every=DISPATCH_EVERY
            )
        else:
            rate = self.dispatch.rules.sms_rate_per_second
            limit = max(AT_LEAST_A_TICK, round(rate * DISPATCH_EVERY.total_seconds()))
            deliver.deliver_due(self.dispatch, read_now=self.clock.now, limit=limit)

    def read_texts(self) -> None:
        converse.work(
            self.dispatch.database, self.dispatch.rules, read_now=self.clock.now
        )

    def escalate(self) -> None:
        links = self.dispatch.rules.links
        escalate.escalate(self.dispatch.database, links, now=self.clock.now())

    def list_open_alerts(self) -> None:
        with self.dispatch.database.transaction() as session:
            links = self.dispatch.rules.links
            escalate.queue_daily_list(session, links, now=self.clock.now())

    def expire(self) -> None:
        with self.dispatch.database.transaction() as session:
            expire.expire(session, now=self.clock.now())

    def sweep(self) -> None:
        sweep.sweep(self.dispatch, read_now=self.clock.now)

    def poll_texts(self) -> None:
        poll_inbound.poll(self.dispatch, read_now=self.clock.now)

    def beat(self) -> None:
        with self.dispatch.database.transaction() as session:
            pulse.beat(session, pulse.SCHEDULER, now=self.clock.now())
        with self.dispatch.database.transaction() as session:
            tick_log.write_down(session, self.log.noted())


def ticks(
    dispatch: Dispatch, clock: Clock, *, hands_out: bool = False
) -> tuple[Tick, ...]:
    """List what happens by itself.

    Args:
        dispatch: What sending needs.
        clock: Tells the time.
        hands_out: Whether workers send what is due; alerts are sent here all the same.
    """
    noted = TickLog(clock.now)
    chores = _Chores(dispatch=dispatch, clock=clock, hands_out=hands_out, log=noted)

    def tick(name: str, every_seconds: float, do: Callable[[], object]) -> Tick:
        return Tick(name=name, every_seconds=every_seconds, do=noted.timed(name, do))

    return (
        # Apart from the others: no long round of invitations holds an alert up.
        tick("alerts", 2, chores.send_alerts),
        tick("dispatch", DISPATCH_EVERY.total_seconds(), chores.send_due),
        tick("converse", 2, chores.read_texts),
        tick("escalate", 15, chores.escalate),
        tick("sweep", sweep_seconds(dispatch), chores.sweep),
        tick("expire", 60, chores.expire),
        tick("daily-list", 60, chores.list_open_alerts),
        tick("inbound", poll_inbound.EVERY_SECONDS, chores.poll_texts),
        # What beats cannot tell of itself: its own time tells.
        Tick(name="heartbeat", every_seconds=15, do=chores.beat),
    )


def sweep_seconds(dispatch: Dispatch) -> float:
    """Sweep each minute, and sooner where leases are shorter than that."""
    return max(1.0, min(60.0, dispatch.rules.lease.total_seconds()))


def run(
    all_ticks: tuple[Tick, ...],
    lock: OneHolder,
    stop: Event,
    *,
    standby_seconds: float = STANDBY_SECONDS,
    watch_seconds: float = WATCH_SECONDS,
) -> None:
    """Tick while we hold the lock; stand by while another does; until told to stop."""
    while not stop.is_set():
        if not _acquired(lock):
            stop.wait(standby_seconds)
            continue
        log.info("scheduler ticks")
        _tick_while_held(all_ticks, lock, stop, watch_seconds)
    log.info("scheduler ended")


def _tick_while_held(
    all_ticks: tuple[Tick, ...], lock: OneHolder, stop: Event, watch_seconds: float
) -> None:
    # It would tell of every tick, and of each that is passed over while one runs.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # A tick that lasts must not keep another from its thread, nor may it where it runs
    # twice: it is a job at once, and another as often as it is due.
    threads = ThreadPoolExecutor(2 * len(all_ticks))
    scheduler = BackgroundScheduler(
        executors={"default": threads},
        timezone=UTC,
        job_defaults={
            "coalesce": True,
            "max_instances": 1,
            "misfire_grace_time": MISFIRE_SECONDS,
        },
    )
    for tick in all_ticks:
        scheduler.add_job(tick, id=f"{tick.name}-at-once")
        scheduler.add_job(tick, "interval", id=tick.name, seconds=tick.every_seconds)
    scheduler.start()
    try:
        while not stop.wait(watch_seconds):
            if not lock.is_held():
                log.error("the scheduler's lock was lost")
                break
    finally:
        # What is being sent is sent to its end, and written down.
        scheduler.shutdown(wait=True)
        lock.release()


def _acquired(lock: OneHolder) -> bool:
    with suppress(SQLAlchemyError):
        return lock.acquire()
    return False
