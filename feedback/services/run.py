"""How do many messages go out at a time? On record, called, and written down.

Waves overlap: while the calls of one are on their way, the one before is written down
and the next is put on record, so that no thread waits for the database. What is on
record and not yet called when something comes to a halt is taken back; a crash leaves
no more outcomes that nobody knows than were on record (see `pace`).
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from feedback.domain.contact import Channel
from feedback.services import pause
from feedback.services.begin import Call, take_back
from feedback.services.callers import Callers, News, Task
from feedback.services.claim import Claim, ReadNow
from feedback.services.dispatch import DeliveryRules, Dispatch
from feedback.services.gate import Gate
from feedback.services.pace import Pace
from feedback.services.record import record_all
from feedback.services.wave import Wave, begin_wave

# An answer waits no longer than this for others, to be written down with them.
LINGER_SECONDS: Final = 0.5
# A call is made within this part of its lease, so that its answer comes within it.
PART_OF_LEASE: Final = 0.5

Alone = Callable[[Claim], str]


class SendingRun:
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
        self._gate = Gate(good_for(dispatch.rules))
        self._pace = Pace(dispatch.pacer, dispatch.threads)

    def in_turn(self) -> Iterator[str]:
        """Call one after the other, with no thread but this one."""
        faults: list[Exception] = []
        while not faults and (wave := self._begin(self._pace.most)).size:
            yield from ["held"] * wave.held
            yield from self._each_alone(wave.alone, faults)
            waiting = deque(wave.calls)
            news: list[News] = []
            try:
                while waiting:
                    news.append(self._called(waiting.popleft()))
                    if _seconds_left(news) <= 0:
                        ready, news = news, []
                        yield from self._write(ready)
            finally:
                # What breaks at one leaves those behind it to be taken up again.
                told = self._write([*news, *(News(call=call) for call in waiting)])
            yield from told
        if faults:
            raise faults[0]

    def _each_alone(
        self, claims: Sequence[Claim], faults: list[Exception]
    ) -> Iterator[str]:
        """Send what goes alone; one that breaks leaves the others their turn."""
        for claim in claims:
            try:
                told = self._alone(claim)
            except Exception as error:  # noqa: BLE001 - raised by whoever gave the list
                faults.append(error)
            else:
                yield told

    def at_once(self) -> Iterator[str]:
        """Call several at a time; this thread alone keeps the record."""
        out = 0  # on their way, or on record and not yet written down
        is_over = False
        with Callers(self._dispatch.threads, self._done) as callers:
            try:
                while out or not is_over:
                    most = self._pace.most
                    # Half of them, so that the other half keeps the threads busy.
                    if not is_over and out <= most // 2:
                        # The first are called while more are put on record.
                        wave = self._begin(most - out if out else _half(most))
                        is_over = wave.size == 0
                        callers.take([*wave.alone, *wave.calls])
                        out += len(wave.alone) + len(wave.calls)
                        yield from ["held"] * wave.held
                    else:
                        # At the end ever fewer, so that little is left for the last.
                        enough = _half(out if is_over else most)
                        news = _gathered(callers, enough, out)
                        out -= len(news)
                        yield from self._write(news)
            finally:
                self._gate.end()
                told = self._write(callers.all_news(out))
            yield from told

    def _begin(self, most: int) -> Wave:
        size = most if self._left is None else min(most, self._left)
        if size <= 0:
            return Wave()
        wave = begin_wave(self._dispatch, size, self._read_now)
        if self._left is not None:
            self._left -= wave.size
        return wave

    def _done(self, task: Task) -> News:
        if isinstance(task, Claim):
            return News(told=self._alone(task))
        return self._called(task)

    def _called(self, call: Call) -> News:
        """Make one call, unless something came to a halt."""
        if not self._gate.lets(call):
            return News(call=call)
        if call.claim.channel is Channel.SMS:
            self._dispatch.pacer.wait()
            if not self._gate.lets(call):
                return News(call=call)
        outcome = self._dispatch.senders[call.claim.channel].send(call.outgoing)
        news = News(call=call, outcome=outcome)
        if news.is_trouble:
            self._gate.shut()
        return news

    def _write(self, news: Sequence[News]) -> list[str]:
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
        if unmade or any(one.is_trouble for one in news):
            troubles = sum(one.call is not None and one.is_trouble for one in news)
            with self._dispatch.database.reading() as session:
                standing = pause.standing(session)
            self._gate.settled(troubles, standing)
        if done:
            self._pace.settled(time.monotonic() - min(call.at for call, _ in done))
        for one in news:
            if one.fault is not None:
                raise one.fault
        return told + ["held"] * len(unmade)


def good_for(rules: DeliveryRules) -> float:
    """Tell for how many seconds a call that is on record may still be made."""
    return rules.lease.total_seconds() * PART_OF_LEASE


def _half(number: int) -> int:
    return -(-number // 2)


def _gathered(callers: Callers, enough: int, out: int) -> list[News]:
    """Wait for enough news; give all there is, once one of them may wait no longer."""
    found = callers.all_news(1)
    while len(found) < out:
        may_wait = len(found) < enough
        more = callers.news(within=max(0, _seconds_left(found)) if may_wait else 0)
        if more is None:
            break
        found.append(more)
    return found


def _seconds_left(news: Sequence[News]) -> float:
    """Tell how long news may wait for more: trouble waits for nothing."""
    if news[-1].is_trouble:
        return 0
    return news[0].at + LINGER_SECONDS - time.monotonic()
