from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.calendar import (
    LONDON,
    Audience,
    Calendar,
    ContactWindow,
    SchoolBreaks,
    SchoolBreaksError,
    WindowError,
    at_wall_time,
    audience_for,
    next_permitted,
    parse_school_breaks,
    same_wall_time_days_later,
)

ADULT, YOUNG = Audience.ADULT, Audience.YOUNG_PERSON


def london(text):
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def shown(at):
    return None if at is None else at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("age_band", "audience"),
    [("13-17", YOUNG), ("18-25", ADULT), (None, ADULT)],
)
def test_hours_follow_the_age_band(age_band, audience):
    assert audience_for(age_band) is audience


@pytest.mark.parametrize(
    ("now", "audience", "expected"),
    [
        # A Tuesday in term.
        ("2026-11-24 12:00", ADULT, "2026-11-24 12:00"),
        ("2026-11-24 08:59", ADULT, "2026-11-24 09:00"),
        ("2026-11-24 19:59", ADULT, "2026-11-24 19:59"),
        ("2026-11-24 20:00", ADULT, "2026-11-25 09:00"),
        ("2026-11-24 12:00", YOUNG, "2026-11-24 16:00"),
        ("2026-11-24 19:29", YOUNG, "2026-11-24 19:29"),
        ("2026-11-24 19:30", YOUNG, "2026-11-25 16:00"),
        # A Saturday, and a Tuesday in the summer holidays.
        ("2026-11-28 09:00", YOUNG, "2026-11-28 10:00"),
        ("2026-11-28 18:00", YOUNG, "2026-11-29 10:00"),
        ("2026-08-04 11:00", YOUNG, "2026-08-04 11:00"),
        ("2026-11-27 19:30", YOUNG, "2026-11-28 10:00"),
        # Christmas: Friday; Boxing Day: Saturday, kept on Monday as well.
        ("2026-12-24 20:00", ADULT, "2026-12-27 09:00"),
        ("2026-12-27 20:00", ADULT, "2026-12-29 09:00"),
        # Christmas on a Saturday.
        ("2027-12-25 12:00", ADULT, "2027-12-29 09:00"),
        # Good Friday and Easter Monday; New Year; the May bank holiday.
        ("2027-03-26 10:00", ADULT, "2027-03-27 09:00"),
        ("2027-03-29 10:00", ADULT, "2027-03-30 09:00"),
        ("2027-01-01 10:00", ADULT, "2027-01-02 09:00"),
        ("2027-05-03 12:00", YOUNG, "2027-05-04 16:00"),
        # The mornings after the clocks change.
        ("2027-03-27 21:00", ADULT, "2027-03-28 09:00"),
        ("2027-10-30 21:00", ADULT, "2027-10-31 09:00"),
    ],
)
def test_a_message_waits_for_its_hours_on_the_clock_in_london(now, audience, expected):
    assert shown(next_permitted(london(now), audience=audience)) == expected


@pytest.mark.parametrize(
    ("window", "now", "expected"),
    [
        ({"safe_from": time(13)}, "2026-11-24 10:00", "2026-11-24 13:00"),
        ({"safe_until": time(11)}, "2026-11-24 11:00", "2026-11-25 09:00"),
        ({"safe_from": time(7)}, "2026-11-24 07:30", "2026-11-24 09:00"),
        ({"safe_until": time(22)}, "2026-11-24 21:00", "2026-11-25 09:00"),
        ({"safe_days": frozenset({5})}, "2026-11-24 10:00", "2026-11-28 09:00"),
        (
            {"blocked_dates": frozenset({date(2026, 11, 24), date(2026, 11, 25)})},
            "2026-11-24 10:00",
            "2026-11-26 09:00",
        ),
        ({"safe_from": time(21)}, "2026-11-24 10:00", None),
        ({"safe_until": time(9)}, "2026-11-24 10:00", None),
    ],
)
def test_a_persons_own_window_only_narrows(window, now, expected):
    found = next_permitted(london(now), audience=ADULT, window=ContactWindow(**window))

    assert shown(found) == expected


@pytest.mark.parametrize(
    "window",
    [
        {"safe_days": frozenset()},
        {"safe_days": frozenset({7})},
        {"safe_from": time(12), "safe_until": time(12)},
        {"safe_from": time(20), "safe_until": time(8)},
        {"safe_until": time(0)},
    ],
)
def test_a_window_that_could_never_open_is_refused(window):
    with pytest.raises(WindowError):
        ContactWindow(**window)


def test_a_council_without_set_holidays_asks_for_none():
    calendar = Calendar(school_breaks=parse_school_breaks(""))
    august = london("2026-08-04 11:00")

    found = next_permitted(august, audience=YOUNG, calendar=calendar)

    assert shown(found) == "2026-08-04 16:00"


instants = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
    max_value=datetime(2035, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
    timezones=st.just(UTC),
)
windows = st.builds(
    ContactWindow,
    safe_days=st.frozensets(st.integers(0, 6), min_size=1),
    safe_from=st.none() | st.times(time(0), time(15, 59)),
    safe_until=st.none() | st.times(time(19), time(23, 59)),
    blocked_dates=st.frozensets(
        st.dates(date(2026, 1, 1), date(2035, 12, 31)), max_size=5
    ),
)


def is_permitted(at, **asked):
    return next_permitted(at, **asked) == at


@given(now=instants, audience=st.sampled_from(Audience), window=windows)
def test_the_next_permitted_time_is_permitted_and_nothing_nearer_is(
    now, audience, window
):
    found = next_permitted(now, audience=audience, window=window)

    assert found is not None
    assert found >= now
    assert found.tzinfo is UTC
    assert is_permitted(found, audience=audience, window=window)
    if found > now:
        just_before = max(now, found - timedelta(microseconds=1))
        assert not is_permitted(now, audience=audience, window=window)
        assert not is_permitted(just_before, audience=audience, window=window)


@given(now=instants, audience=st.sampled_from(Audience))
def test_a_permitted_time_lies_within_waking_hours_and_off_bank_holidays(now, audience):
    found = next_permitted(now, audience=audience).astimezone(LONDON)

    assert time(9) <= found.time() < time(20)
    assert (found.month, found.day) != (12, 25)
    assert not Calendar().is_closed(found.date())


@pytest.mark.parametrize(
    ("day", "wall", "instant"),
    [
        (date(2027, 1, 15), time(9), "2027-01-15T09:00:00+00:00"),
        (date(2027, 7, 15), time(9), "2027-07-15T08:00:00+00:00"),
        # The gap: 01:00 to 02:00 does not exist; 02:00 summer time is meant.
        (date(2027, 3, 28), time(0, 59), "2027-03-28T00:59:00+00:00"),
        (date(2027, 3, 28), time(1), "2027-03-28T01:00:00+00:00"),
        (date(2027, 3, 28), time(1, 30), "2027-03-28T01:00:00+00:00"),
        (date(2027, 3, 28), time(2), "2027-03-28T01:00:00+00:00"),
        # The overlap: 01:30 comes twice, the first is meant.
        (date(2027, 10, 31), time(1, 30), "2027-10-31T00:30:00+00:00"),
        (date(2027, 10, 31), time(2), "2027-10-31T02:00:00+00:00"),
    ],
)
def test_a_wall_time_is_one_instant_on_both_clock_change_nights(day, wall, instant):
    assert at_wall_time(day, wall) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("at", "later"),
    [
        ("2027-03-26 10:15", "2027-03-29 10:15"),
        ("2027-10-29 10:15", "2027-11-01 10:15"),
        ("2028-02-27 10:15", "2028-03-01 10:15"),
        ("2027-03-25 01:30", "2027-03-28 02:00"),
    ],
)
def test_three_days_later_is_the_same_time_on_the_clock(at, later):
    assert shown(same_wall_time_days_later(london(at), 3)) == later


@given(at=instants, days=st.integers(0, 40))
def test_days_later_counts_calendar_days(at, days):
    later = same_wall_time_days_later(at, days).astimezone(LONDON)

    assert (later.date() - at.astimezone(LONDON).date()).days == days


@pytest.mark.parametrize(
    ("day", "is_school_day"),
    [
        (date(2026, 11, 24), True),
        (date(2026, 11, 28), False),
        (date(2026, 7, 19), False),
        (date(2027, 7, 19), True),
        (date(2027, 7, 20), False),
        (date(2026, 9, 3), False),
        (date(2026, 9, 4), True),
        (date(2025, 12, 18), True),
        (date(2025, 12, 19), False),
        (date(2026, 12, 18), True),
        (date(2026, 12, 21), False),
        (date(2027, 1, 4), False),
        (date(2027, 1, 5), True),
        (date(2027, 5, 3), False),
    ],
)
def test_school_is_on_from_monday_to_friday_outside_the_breaks(day, is_school_day):
    assert Calendar().is_school_day(day) is is_school_day


def test_breaks_are_read_from_the_setting():
    breaks = parse_school_breaks("2026-10-26/2026-10-30, 12-19/01-04 ,02-29/03-01,")

    assert breaks == SchoolBreaks(
        yearly=frozenset({((12, 19), (1, 4)), ((2, 29), (3, 1))}),
        dated=frozenset({(date(2026, 10, 26), date(2026, 10, 30))}),
    )
    assert breaks.hold(date(2026, 10, 30))
    assert not breaks.hold(date(2027, 10, 26))


@pytest.mark.parametrize(
    "part",
    [
        "summer",
        "2026-10-26",
        "2026-10-30/2026-10-26",
        "07-20/2026-09-03",
        "13-01/13-02",
        "02-30/03-01",
        "07-20/09-03/10-01",
    ],
)
def test_a_break_that_does_not_read_as_a_range_is_named(part):
    with pytest.raises(SchoolBreaksError) as refused:
        parse_school_breaks(f"12-19/01-04, {part}")

    assert refused.value.part == part
