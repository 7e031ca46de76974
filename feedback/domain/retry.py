"""When is a refused message tried again, and when is it given up?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from feedback.domain.delivery import MessageState, Step
from feedback.domain.failure import Failure, FailureClass

MAX_ATTEMPTS: Final = 8
FIRST_BACKOFF: Final = timedelta(seconds=30)
LONGEST_BACKOFF: Final = timedelta(hours=2)
# An unknown outcome is asked about twice, then a person decides.
RECONCILE_AFTER: Final = (timedelta(seconds=60), timedelta(minutes=5))
UNKNOWN_GIVE_UP_AFTER: Final = timedelta(hours=6)
# Where nobody can ever be asked, so many more go out before a person decides.
MOST_BLIND_RESENDS: Final = 1
PROBE_EVERY: Final = timedelta(minutes=5)
# What trying again would not mend.
_ENDS_AS: Final[Mapping[FailureClass, MessageState]] = {
    FailureClass.PERMANENT: MessageState.FAILED_PERMANENT,
    FailureClass.CONTENT_STOP: MessageState.FAILED_PERMANENT,
    FailureClass.LOOP: MessageState.FAILED_PERMANENT,
    FailureClass.BUG: MessageState.DEAD_LETTER,
}


def backoff(
    n: int, *, jitter: float, retry_after: timedelta | None = None
) -> timedelta:
    """Tell how long to wait after the nth refusal, counted from 0.

    Args:
        n: Refusals before this one.
        jitter: A factor from 0.5 to 1.5, drawn by the caller, so that many
            messages do not come back at once.
        retry_after: What the provider asked for; never waited less.
    """
    # Beyond 2^8 the longest wait holds anyway; the cap keeps the number small.
    grown = min(FIRST_BACKOFF * (1 << min(n, 8)), LONGEST_BACKOFF) * jitter
    return max(grown, retry_after or timedelta(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """The attempts of one message so far, this one included.

    Args:
        total: All of them.
        counted: Those that count against the most there may be.
        alike: Those that ended with this same code.
    """

    total: int
    counted: int
    alike: int


def after_refusal(
    failure: Failure,
    *,
    tries: Tries,
    now: datetime,
    expires_at: datetime | None,
    jitter: float,
    retry_after: timedelta | None = None,
) -> Step:
    """Decide what becomes of a message after an attempt failed."""
    if failure.kind is FailureClass.UNKNOWN:
        return Step(state=MessageState.UNKNOWN, next_at=now + RECONCILE_AFTER[0])
    if failure.kind.pauses:
        return Step(
            state=MessageState.DUE,
            next_at=now + PROBE_EVERY,
            reason=failure.kind.value,
        )
    if failure.kind in _ENDS_AS:
        return Step(state=_ENDS_AS[failure.kind], reason=failure.kind.value)
    wait = _wait(failure, tries, jitter, retry_after)
    return _again(failure, tries, again_at=now + wait, expires_at=expires_at)


def _wait(
    failure: Failure, tries: Tries, jitter: float, retry_after: timedelta | None
) -> timedelta:
    if failure.delays:
        return failure.delays[min(tries.alike, len(failure.delays)) - 1]
    return backoff(tries.total - 1, jitter=jitter, retry_after=retry_after)


def _again(
    failure: Failure, tries: Tries, *, again_at: datetime, expires_at: datetime | None
) -> Step:
    if not failure.retries_left(tries.alike):
        return Step(state=failure.gives_up_as, reason="retries-used-up")
    if tries.counted >= MAX_ATTEMPTS:
        return Step(state=MessageState.DEAD_LETTER, reason="attempts-used-up")
    if expires_at is not None and again_at >= expires_at:
        return Step(state=MessageState.EXPIRED, reason="expired")
    return Step(state=MessageState.DUE, next_at=again_at)
