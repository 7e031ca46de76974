"""When is a provider left alone, and when is it trusted again?"""

from datetime import UTC, datetime, timedelta

import pytest

from feedback.domain import breaker as rules
from feedback.domain.breaker import Breaker, BreakerState, Recent

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=60)


def an_open_one(until=LATER):
    return Breaker(state=BreakerState.OPEN, since=NOW, until=until)


@pytest.mark.parametrize(
    ("within_a_minute", "of_the_last", "state"),
    [
        (50, 40, "closed"),
        (51, 0, "open"),
        (0, 41, "open"),
        (0, 0, "closed"),
    ],
)
def test_more_than_fifty_a_minute_or_a_fifth_of_the_last_open_it(
    within_a_minute, of_the_last, state
):
    recent = Recent(within_a_minute=within_a_minute, of_the_last=of_the_last)

    after = rules.after_failure(rules.closed(NOW), recent, NOW)

    assert after.state == state


def test_an_open_one_lets_nothing_through_for_a_minute():
    breaker, allowance = rules.let_through(an_open_one(), LATER - timedelta(seconds=1))

    assert breaker.is_open
    assert allowance == 0


def test_then_five_probes_pass_and_no_more():
    breaker, allowance = rules.let_through(an_open_one(), LATER)
    assert (breaker.state, allowance) == (BreakerState.HALF_OPEN, 5)

    breaker = rules.granted(breaker, 3)
    assert rules.let_through(breaker, LATER)[1] == 2
    breaker = rules.granted(breaker, 2)
    assert rules.let_through(breaker, LATER)[1] == 0


def test_five_probes_that_went_well_close_it():
    breaker, _ = rules.let_through(an_open_one(), LATER)
    for _ in range(4):
        breaker = rules.after_success(breaker, LATER)
        assert breaker.state is BreakerState.HALF_OPEN

    assert rules.after_success(breaker, LATER) == rules.closed(LATER)


def test_one_probe_that_failed_opens_it_again():
    breaker, _ = rules.let_through(an_open_one(), LATER)

    after = rules.after_failure(
        breaker, Recent(within_a_minute=1, of_the_last=1), LATER
    )

    until = LATER + timedelta(seconds=60)
    assert after == Breaker(state=BreakerState.OPEN, since=LATER, until=until)


def test_probes_that_never_told_anything_are_replaced():
    breaker, _ = rules.let_through(an_open_one(), LATER)
    breaker = rules.after_success(rules.granted(breaker, 5), LATER)

    breaker, allowance = rules.let_through(breaker, LATER + timedelta(seconds=60))

    assert allowance == 4
    assert breaker.passed == 1


def test_a_closed_one_counts_nothing():
    closed = rules.closed(NOW)

    assert rules.let_through(closed, NOW) == (closed, None)
    assert rules.after_success(closed, LATER) is closed


def test_news_of_old_attempts_leave_an_open_one_alone():
    breaker = an_open_one()

    much = Recent(within_a_minute=99, of_the_last=99)
    assert rules.after_failure(breaker, much, NOW) is breaker
    assert rules.after_success(breaker, NOW) is breaker
