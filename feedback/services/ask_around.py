"""About how many messages is a provider asked in one sweep? As many as it can take.

Where every receipt was lost, what a day's sending left open is asked about as fast as
it was sent: by several threads, no faster than texts may go, for a part of a minute
each minute, and only while the provider answers.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final
from uuid import UUID

from feedback.messaging.lookup import RemembersMessages
from feedback.services import ask_about, reconcile
from feedback.services.ask_about import Question
from feedback.services.claim import ReadNow
from feedback.services.dispatch import Dispatch

log = logging.getLogger(__name__)

# So many are read from the database at a time.
ROUND: Final = 50
# A sweep comes every minute, and has more to do than to ask.
LONGEST_SECONDS: Final = 45.0
# More than any rate lets us ask about in that time.
MOST: Final = 5_000


class _Told(Enum):
    """What came of asking about one message."""

    ANSWERED = auto()
    SILENT = auto()
    NO_TIME = auto()


def ask_around(
    dispatch: Dispatch,
    *,
    read_now: ReadNow,
    elapsed: Callable[[], float] = time.monotonic,
) -> int:
    """Ask about what hangs in the air, each message once; return how many that were.

    Args:
        dispatch: What sending needs.
        read_now: Tells the time.
        elapsed: Seconds that only ever grow.
    """
    round_ = _Round(dispatch, read_now, elapsed, ends=elapsed() + LONGEST_SECONDS)
    with dispatch.database.reading() as session:
        waiting = ask_about.in_the_air(session, most=MOST, now=read_now())
    asked = 0
    for start in range(0, len(waiting), ROUND):
        told = round_.ask_about(waiting[start : start + ROUND])
        asked += sum(one is not _Told.NO_TIME for one in told)
        if _Told.NO_TIME in told or _is_silent(told):
            break
    return asked


@dataclass(frozen=True, slots=True)
class _Round:
    """Asks about a few messages at a time."""

    dispatch: Dispatch
    read_now: ReadNow
    elapsed: Callable[[], float]
    ends: float

    def ask_about(self, some: Sequence[UUID]) -> list[_Told]:
        """Ask about these, several at a time."""
        with self.dispatch.database.reading() as session:
            questions = ask_about.questions(session, some)
        if self.dispatch.threads == 1:
            return [self._ask(one) for one in questions]
        with ThreadPoolExecutor(self.dispatch.threads, "ask") as pool:
            return list(pool.map(self._ask, questions))

    def _ask(self, question: Question) -> _Told:
        if isinstance(self.dispatch.senders[question.channel], RemembersMessages):
            for _ in range(question.requests):
                if self._is_over():
                    return _Told.NO_TIME
                self.dispatch.asking.wait()
        # At a low rate its turn may come long after the time is up.
        if self._is_over():
            return _Told.NO_TIME
        try:
            is_answered = reconcile.settle_one(self.dispatch, question, self.read_now)
        except Exception as error:  # noqa: BLE001 - one message must not hold up the others
            # The class only: the message may hold what somebody typed.
            log.error(  # noqa: TRY400 - a traceback may hold it too
                "message %s stays in the air: %s",
                question.message,
                type(error).__name__,
            )
            return _Told.ANSWERED
        return _Told.ANSWERED if is_answered else _Told.SILENT

    def _is_over(self) -> bool:
        return self.elapsed() >= self.ends


def _is_silent(told: Iterable[_Told]) -> bool:
    """Tell whether most of a round went unanswered: the others wait for a better time.

    A single message may be one that the provider does not know any more.
    """
    silent = [one is _Told.SILENT for one in told]
    return sum(silent) * 2 > len(silent)
