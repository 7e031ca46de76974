"""Days and hours are told one way wherever people read them."""

from datetime import UTC, date, datetime, time

import pytest

from feedback.domain.calendar import LONDON
from feedback.domain.spoken_time import (
    came_at,
    clock_words,
    day_words,
    moment_words,
    waits_until,
)


def london(text):
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


NOW = london("2026-11-23 19:00")


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        (time(0), "midnight"),
        (time(0, 5), "12:05am"),
        (time(9), "9am"),
        (time(10, 30), "10:30am"),
        (time(12), "midday"),
        (time(12, 1), "12:01pm"),
        (time(20, 28, 59), "8:28pm"),
        (time(23, 59, 59, 999999), "11:59pm"),
    ],
)
def test_an_hour_is_told_as_people_say_it(clock, words):
    assert clock_words(clock) == words


def test_a_day_is_told_with_its_month_and_year():
    assert day_words(date(2027, 3, 3)) == "3 March 2027"


def test_an_instant_is_told_by_londons_clocks():
    assert moment_words(datetime(2027, 6, 30, 20, 28, tzinfo=UTC)) == (
        "9:28pm on 30 June 2027"
    )


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-23 18:28", "6:28pm"),
        ("2026-11-22 18:28", "6:28pm on Sunday 22 November"),
        ("2025-11-22 18:28", "6:28pm on Saturday 22 November 2025"),
    ],
)
def test_what_came_today_is_told_by_its_hour_alone(at, words):
    assert came_at(london(at), now=NOW) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-24 09:00", "waits until 9am on Tuesday 24 November"),
        ("2026-11-23 20:30", "waits until 8:30pm today"),
        ("2026-11-23 19:00", "goes now"),
        ("2026-11-23 18:00", "goes now"),
        ("2027-01-02 09:00", "waits until 9am on Saturday 2 January 2027"),
    ],
)
def test_how_long_a_message_waits_is_said_in_words(at, words):
    assert waits_until(london(at), now=NOW) == words


def test_a_message_that_can_never_go_says_so():
    assert waits_until(None, now=NOW) == "has no permitted hour"
