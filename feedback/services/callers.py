"""Who makes the calls? A few threads, each taking what is next: alerts overtake."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from queue import Empty, PriorityQueue, SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Self

from feedback.messaging.sender import Accepted, Outcome
from feedback.services.begin import Call
from feedback.services.claim import Claim

Task = Call | Claim
"""A call on record; or a message that goes its own way, with its own record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What came of one call, or of one message that went alone.

    Args:
        call: None where it went alone.
        outcome: None where the call was not made.
        told: How it went alone.
        fault: What broke; then nothing else is known.
        at: When it came, in seconds that only ever grow.
    """

    call: Call | None = None
    outcome: Outcome | None = None
    told: str | None = None
    fault: BaseException | None = None
    at: float = field(default_factory=time.monotonic)

    @property
    def is_trouble(self) -> bool:
        """Whether something may have come to a halt by it."""
        if self.call is None:
            return self.told != "sent"
        return self.outcome is not None and not isinstance(self.outcome, Accepted)


class Callers:
    """Threads that work while the block lasts, and one inbox for what they tell.

    Args:
        threads: How many there are.
        do: Does one task, and tells what came of it.
    """

    def __init__(self, threads: int, do: Callable[[Task], News]) -> None:
        self._do = do
        self._numbers = count()
        # The lower goes first: what goes alone, calls in their order, the end.
        self._tasks: PriorityQueue[tuple[int, int, Task | None]] = PriorityQueue()
        self._news: SimpleQueue[News] = SimpleQueue()
        self._threads = [
            Thread(target=self._work, name=f"deliver-{n}") for n in range(threads)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for _ in self._threads:
            self._tasks.put((2, next(self._numbers), None))
        for thread in self._threads:
            thread.join()

    def take(self, tasks: Iterable[Task]) -> None:
        """Do these as soon as a thread is free."""
        for task in tasks:
            turn = 0 if isinstance(task, Claim) else 1
            self._tasks.put((turn, next(self._numbers), task))

    def all_news(self, number: int) -> list[News]:
        """Wait for so many news."""
        return [self._news.get() for _ in range(number)]

    def news(self, within: float) -> News | None:
        """Wait for the next news, at most so many seconds; None where none came."""
        try:
            return self._news.get(timeout=within)
        except Empty:
            return None

    def _work(self) -> None:
        while (task := self._tasks.get()[-1]) is not None:
            try:
                news = self._do(task)
            except BaseException as error:  # noqa: BLE001 - raised again where it is read
                news = News(fault=error)
            self._news.put(news)
