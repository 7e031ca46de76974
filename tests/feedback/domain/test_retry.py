from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.delivery import MessageState, Step
from feedback.domain.failure import CONNECT, classify
from feedback.domain.retry import (
    PROBE_EVERY,
    Tries,
    after_refusal,
    backoff,
)

M = MessageState
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=20)


def after(code, http=None, *, tries=1, counted=None, alike=None, **changes):
    given = {"now": NOW, "expires_at": LATER, "jitter": 1.0}
    return after_refusal(
        classify(code, http),
        tries=Tries(
            total=tries,
            counted=tries if counted is None else counted,
            alike=tries if alike is None else alike,
        ),
        **(given | changes),
    )


@pytest.mark.parametrize(
    ("n", "seconds"),
    [(0, 30), (1, 60), (2, 120), (5, 960), (7, 3840), (8, 7200), (50, 7200)],
)
def test_the_wait_doubles_up_to_two_hours(n, seconds):
    assert backoff(n, jitter=1.0) == timedelta(seconds=seconds)


@given(n=st.integers(0, 1000), jitter=st.floats(0.5, 1.5))
def test_the_wait_stays_within_its_bounds(n, jitter):
    wait = backoff(n, jitter=jitter)

    assert timedelta(seconds=15) <= wait <= timedelta(hours=3)


def test_the_provider_is_never_asked_sooner_than_it_said():
    assert backoff(0, jitter=0.5, retry_after=timedelta(minutes=5)) == timedelta(
        minutes=5
    )
    assert backoff(0, jitter=1.0, retry_after=timedelta(seconds=1)) == timedelta(
        seconds=30
    )


@pytest.mark.parametrize("tries", range(1, 8))
def test_temporary_trouble_is_tried_again_later_each_time(tries):
    step = after(CONNECT, tries=tries)

    assert step == Step(state=M.DUE, next_at=NOW + backoff(tries - 1, jitter=1.0))


def test_the_eighth_attempt_that_counts_is_the_last():
    step = after(CONNECT, tries=8)

    assert step == Step(state=M.DEAD_LETTER, reason="attempts-used-up")


def test_throttled_attempts_do_not_use_up_the_message():
    step = after("20429", 429, tries=40, counted=0)

    assert step.state is M.DUE


def test_no_retry_is_planned_beyond_the_end_of_the_link():
    step = after(CONNECT, expires_at=NOW + timedelta(seconds=30))

    assert step == Step(state=M.EXPIRED, reason="expired")


def test_a_message_without_an_end_is_always_tried_again():
    assert after(CONNECT, expires_at=None).state is M.DUE


def test_a_handset_out_of_reach_is_tried_after_one_six_and_24_hours():
    steps = [after("30003", tries=n) for n in (1, 2, 3, 4)]

    waits = [step.next_at - NOW for step in steps[:3]]
    assert waits == [timedelta(hours=hours) for hours in (1, 6, 24)]
    assert steps[3] == Step(state=M.FAILED_PERMANENT, reason="retries-used-up")


def test_a_network_that_gives_no_reason_is_tried_once_more_in_half_an_hour():
    first, second = after("30008", tries=1), after("30008", tries=2)

    assert first.next_at == NOW + timedelta(minutes=30)
    assert second.state is M.FAILED_PERMANENT


def test_other_trouble_before_does_not_use_up_a_codes_own_retries():
    step = after("30003", tries=4, alike=1)

    assert step.next_at == NOW + timedelta(hours=1)


def test_an_unknown_code_is_tried_twice_more_and_then_shown_to_a_person():
    steps = [after("12345", 400, tries=n) for n in (1, 2, 3)]

    assert [step.state for step in steps] == [M.DUE, M.DUE, M.DEAD_LETTER]


def test_an_unknown_outcome_is_asked_about_and_never_sent_again_by_itself():
    step = after(None, 503)

    assert step == Step(state=M.UNKNOWN, next_at=NOW + timedelta(seconds=60))


@pytest.mark.parametrize("code", ["20003", "21212"])
def test_a_message_refused_for_our_own_fault_stays_due(code):
    step = after(code, 401, tries=30)

    assert step.state is M.DUE
    assert step.next_at == NOW + PROBE_EVERY


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("21211", M.FAILED_PERMANENT),
        ("21610", M.FAILED_PERMANENT),
        ("30007", M.FAILED_PERMANENT),
        ("30039", M.FAILED_PERMANENT),
        ("21617", M.DEAD_LETTER),
    ],
)
def test_what_cannot_be_mended_by_trying_is_not_tried_again(code, state):
    step = after(code, 400)

    assert step.state is state
    assert step.next_at is None
