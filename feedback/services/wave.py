"""How do many messages go out at a time? In waves: on record, called, written down.

Whatever is on record and not yet called when something comes to a halt is taken back;
a crash leaves at most one wave of outcomes that nobody knows.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Final, TypeVar

from feedback.domain.contact import Channel
from feedback.messaging.sender import Accepted, Outcome
from feedback.services import pause
from feedback.services.begin import Call, begin_all, take_back
from feedback.services.claim import Claim, ReadNow, lease, take
from feedback.services.dispatch import Dispatch
from feedback.services.gate import Gate
from feedback.services.record import record_all

log = logging.getLogger(__name__)

# So many are on record for each thread that calls, and no fewer than the second.
FOR_EACH_THREAD: Final = 2
AT_LEAST: Final = 10
# An answer waits no longer than this for others, to be written down with them.
LINGER_SECONDS: Final = 0.05
# A call is made within this part of its lease, so that its answer comes within it.
PART_OF_LEASE: Final = 0.5

_Given = TypeVar("_Given")
Alone = Callable[[Claim], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """What was taken at a time: calls on record, and messages that go their own way."""

    calls: Sequence[Call] = ()
    alone: Sequence[Claim] = ()
    held: int = 0

    @property
    def size(self) -> int:
        """How many messages were taken."""
        return len(self.calls) + len(self.alone) + self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """What came of one call, or of one message that went alone.

    Args:
        call: None where it went alone.
        outcome: None where the call was not made.
        told: How it went alone.
        fault: What broke; then nothing else is known.
    """

    call: Call | None = None
    outcome: Outcome | None = None
    told: str | None = None
    fault: BaseException | None = None

    @property
    def is_trouble(self) -> bool:
        """Whether something may have come to a halt by it."""
        if self.call is None:
            return self.told != "sent"
        return self.outcome is not None and not isinstance(self.outcome, Accepted)


def most_at_once(dispatch: Dispatch) -> int:
    """Tell how many may be on record: no more than soon pass at the texts' rate."""
    wanted = max(AT_LEAST, dispatch.threads * FOR_EACH_THREAD)
    return max(1, min(wanted, int(dispatch.pacer.rate)))


class Waves:
    """One run of sending, wave by wave.

    Args:
        dispatch: What sending needs.
        read_now: Tells the time.
        limit: The most messages to take; None for all that are due.
        alone: Sends a message that goes its own way: an alert, or one that tries
            whether something that came to a halt works again.
    """

    def __init__(
        self, dispatch: Dispatch, read_now: ReadNow, limit: int | None, alone: Alone
    ) -> None:
        self._dispatch = dispatch
        self._read_now = read_now
        self._left = limit
        self._alone = alone
        self._gate = Gate(dispatch.rules.lease.total_seconds() * PART_OF_LEASE)
        self._news: SimpleQueue[_News] = SimpleQueue()

    def in_turn(self) -> Iterator[str]:
        """Call one after the other, with no thread but this one."""
        while (wave := self._begin(most_at_once(self._dispatch))).size:
            yield from ["held"] * wave.held
            for claim in wave.alone:
                yield self._alone(claim)
            waiting: list[_News] = []
            since = time.monotonic()
            try:
                for call in wave.calls:
                    if not waiting:
                        since = time.monotonic()
                    waiting.append(self._called(call))
                    is_late = time.monotonic() - since >= LINGER_SECONDS
                    if is_late or waiting[-1].is_trouble:
                        ready, waiting = waiting, []
                        yield from self._write(ready)
            finally:
                told = self._write(waiting)
            yield from told

    def at_once(self) -> Iterator[str]:
        """Call several at a time; this thread alone keeps the record."""
        with ThreadPoolExecutor(self._dispatch.threads, "deliver") as pool:
            out = 0
            try:
                wave = Wave()
                is_over = False
                while out or not is_over:
                    most = most_at_once(self._dispatch)
                    if not is_over and out <= most / 2:
                        wave = self._begin(most - out)
                        out += self._start(pool, wave)
                        is_over = wave.size == 0
                        yield from ["held"] * wave.held
                        if is_over or not out:
                            continue
                    found = self._gather(out)
                    out -= len(found)
                    yield from self._write(found)
            finally:
                self._gate.end()
                told = self._write([self._news.get() for _ in range(out)])
            yield from told

    def _start(self, pool: ThreadPoolExecutor, wave: Wave) -> int:
        for claim in wave.alone:
            pool.submit(self._tell, self._went_alone, claim)
        for call in wave.calls:
            pool.submit(self._tell, self._called, call)
        return len(wave.alone) + len(wave.calls)

    def _begin(self, most: int) -> Wave:
        size = most if self._left is None else min(most, self._left)
        if size <= 0:
            return Wave()
        wave = self._begun(size)
        if self._left is not None:
            self._left -= wave.size
        return wave

    def _begun(self, size: int) -> Wave:
        dispatch = self._dispatch
        try:
            with dispatch.database.transaction() as session:
                now = self._read_now()
                leased = lease(session, dispatch, size, now)
                ordinary = [one for one in leased if one[1].is_ordinary]
                calls = begin_all(session, dispatch, ordinary, now)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is one message's
            # The class only: the message may hold what somebody typed.
            log.error(  # noqa: TRY400 - a traceback may hold it too
                "messages go one by one: %s", type(error).__name__
            )
            with dispatch.database.transaction() as session:
                now = self._read_now()
                return Wave(alone=take(session, dispatch, size, now, urgent_only=False))
        return Wave(
            calls=calls,
            alone=[claim for _, claim in leased if not claim.is_ordinary],
            held=len(ordinary) - len(calls),
        )

    def _called(self, call: Call) -> _News:
        """Make one call, unless something came to a halt."""
        if not self._gate.lets(call):
            return _News(call=call)
        if call.claim.channel is Channel.SMS:
            self._dispatch.pacer.wait()
            if not self._gate.lets(call):
                return _News(call=call)
        outcome = self._dispatch.senders[call.claim.channel].send(call.outgoing)
        news = _News(call=call, outcome=outcome)
        if news.is_trouble:
            self._gate.shut()
        return news

    def _went_alone(self, claim: Claim) -> _News:
        return _News(told=self._alone(claim))

    def _tell(self, do: Callable[[_Given], _News], what: _Given) -> None:
        """Do it in a thread; what breaks there is told to the thread that waits."""
        try:
            self._news.put(do(what))
        except BaseException as error:  # noqa: BLE001 - raised again where it is read
            self._news.put(_News(fault=error))

    def _gather(self, out: int) -> list[_News]:
        """Wait for news, and a moment for more: but for none once there is trouble."""
        found = [self._news.get()]
        until = time.monotonic() + LINGER_SECONDS
        most = min(out, self._dispatch.threads)
        while len(found) < most and not found[-1].is_trouble:
            try:
                found.append(self._news.get(timeout=max(0, until - time.monotonic())))
            except Empty:
                break
        return found

    def _write(self, news: Sequence[_News]) -> list[str]:
        """Write down what came; then tell the gate what stands still."""
        done = [
            (one.call, one.outcome)
            for one in news
            if one.call is not None and one.outcome is not None
        ]
        told = [one.told for one in news if one.told is not None]
        told += record_all(self._dispatch, done, self._read_now)
        unmade = [
            one.call for one in news if one.call is not None and one.outcome is None
        ]
        if unmade:
            with self._dispatch.database.transaction() as session:
                take_back(session, unmade)
        if any(one.is_trouble for one in news):
            troubles = sum(one.call is not None and one.is_trouble for one in news)
            with self._dispatch.database.reading() as session:
                standing = pause.standing(session)
            self._gate.settled(troubles, standing)
        for one in news:
            if one.fault is not None:
                raise one.fault
        return told + ["held"] * len(unmade)
