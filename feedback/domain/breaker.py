"""Is a provider so unwell that nothing should be tried? When it fails too often.

Only trouble that is the provider's counts: it could not be reached, or its answer was
lost. A number that it refuses says nothing about its health.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

# More failures than this within so long …
MOST_FAILURES: Final = 50
FAILURES_WITHIN: Final = timedelta(seconds=60)
# … or more than one in five of the last attempts, stop the sending for a while.
LOOKS_BACK: Final = 200
MOST_OF_THE_LAST: Final = LOOKS_BACK // 5
OPENS_FOR: Final = timedelta(seconds=60)
PROBES: Final = 5


class BreakerState(StrEnum):
    """Whether attempts pass: all of them, none, or a few to try."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """How far a provider is trusted.

    Args:
        since: When it came to this state.
        until: When an open one lets probes through, and when a half-open one, whose
            probes never told anything, lets new ones through.
        probes: How many were let through in this half-open time.
        passed: How many of them went well.
    """

    state: BreakerState
    since: datetime
    until: datetime | None = None
    probes: int = 0
    passed: int = 0

    @property
    def is_open(self) -> bool:
        """Whether nothing passes but alerts."""
        return self.state is BreakerState.OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """What happened lately, all of it since the breaker last closed.

    Args:
        within_a_minute: Failures in the last minute.
        of_the_last: Failures among the last two hundred attempts.
    """

    within_a_minute: int
    of_the_last: int

    @property
    def is_too_much(self) -> bool:
        """Whether the provider had better be left alone."""
        return (
            self.within_a_minute > MOST_FAILURES or self.of_the_last > MOST_OF_THE_LAST
        )


def closed(since: datetime) -> Breaker:
    """Trust a provider in full."""
    return Breaker(state=BreakerState.CLOSED, since=since)


def let_through(breaker: Breaker, now: datetime) -> tuple[Breaker, int | None]:
    """Tell how many attempts may be made now.

    Returns:
        The breaker as it stands from now on, and the number; None for any number.
    """
    if breaker.state is BreakerState.CLOSED:
        return breaker, None
    is_over = breaker.until is None or now >= breaker.until
    if breaker.state is BreakerState.OPEN:
        if not is_over:
            return breaker, 0
        return _half_open(now, passed=0), PROBES
    if is_over:
        # Probes that were held back, or are still on their way: try others.
        breaker = _half_open(now, passed=breaker.passed)
    return breaker, max(PROBES - breaker.probes, 0)


def granted(breaker: Breaker, attempts: int) -> Breaker:
    """Note that so many probes are on their way."""
    return replace(breaker, probes=breaker.probes + attempts)


def after_success(breaker: Breaker, now: datetime) -> Breaker:
    """Come back to trust once enough probes went well."""
    if breaker.state is not BreakerState.HALF_OPEN:
        return breaker
    passed = breaker.passed + 1
    return closed(now) if passed >= PROBES else replace(breaker, passed=passed)


def after_failure(breaker: Breaker, recent: Recent, now: datetime) -> Breaker:
    """Open where it is too much, and at once where a probe failed."""
    is_tripped = breaker.state is BreakerState.HALF_OPEN or (
        breaker.state is BreakerState.CLOSED and recent.is_too_much
    )
    if not is_tripped:
        return breaker
    return Breaker(state=BreakerState.OPEN, since=now, until=now + OPENS_FOR)


def _half_open(now: datetime, *, passed: int) -> Breaker:
    return Breaker(
        state=BreakerState.HALF_OPEN,
        since=now,
        until=now + OPENS_FOR,
        probes=passed,
        passed=passed,
    )
