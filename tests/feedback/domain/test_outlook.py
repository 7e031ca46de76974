"""What happens to a person next is foreseen as pressing Invite would do it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from feedback.domain.address import Channel
from feedback.domain.calendar import Calendar, ContactWindow
from feedback.domain.contact import SafeContact
from feedback.domain.outlook import Asked, OutlookKind, outlook, window_words

# A Monday, ten in the morning in London, a school day.
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def foresee(*contacts, age_band=None, told=True, is_asked=True, days=14, **given):
    return outlook(
        Asked(
            contacts=contacts,
            age_band=age_band,
            consented_at=NOW if told else None,
            is_asked=is_asked,
        ),
        earliest=given.get("earliest", NOW),
        closes_at=NOW + timedelta(days=days),
        calendar=Calendar(),
        now=NOW,
    )


def phone(**given):
    return SafeContact(
        **({"channel": Channel.SMS, "safe": True, "verified_at": NOW} | given)
    )


def test_a_safe_contact_within_hours_is_written_to_now():
    seen = foresee(phone())

    assert (seen.kind, seen.sentence) == (OutlookKind.MESSAGE, "A text goes now.")


def test_a_shared_phone_waits_for_the_hours_its_owner_named():
    window = ContactWindow(
        safe_days=frozenset({1}), safe_from=time(10), safe_until=time(12)
    )

    seen = foresee(phone(shared_device=True, window=window))

    assert seen.sentence == "A text waits until 10am on Tuesday 24 November."


def test_a_message_waits_for_the_review_to_open():
    seen = foresee(phone(), earliest=NOW + timedelta(days=1, hours=-10))

    assert seen.sentence == "A text waits until 9am on Tuesday 24 November."


@pytest.mark.parametrize(
    ("contacts", "given", "why"),
    [
        ((phone(),), {"age_band": "9-12"}, "children under 13 are not messaged"),
        ((phone(), phone(high_risk=True)), {}, "a message could put them at risk"),
        ((phone(safe=False),), {}, "no contact of theirs is safe"),
    ],
)
def test_whom_no_message_may_reach_is_asked_in_person(contacts, given, why):
    seen = foresee(*contacts, **given)

    assert seen.kind is OutlookKind.IN_PERSON
    assert why in seen.sentence


@pytest.mark.parametrize(
    ("contacts", "told"),
    [
        ((), True),
        ((phone(safe=None),), True),
        ((phone(verified_at=NOW - timedelta(days=31)),), True),
        ((phone(),), False),
    ],
)
def test_what_nobody_has_checked_holds_the_message(contacts, told):
    seen = foresee(*contacts, told=told)

    assert seen.kind is OutlookKind.HELD
    assert seen.at is None


def test_hours_that_come_only_after_the_review_closes_hold_the_message():
    sundays = ContactWindow(safe_days=frozenset({6}))

    assert foresee(phone(window=sundays), days=3).kind is OutlookKind.HELD


def test_whoever_is_not_asked_gets_nothing():
    assert foresee(phone(), is_asked=False).kind is OutlookKind.NOT_ASKED


def test_safe_times_are_told_in_words():
    window = ContactWindow(
        safe_days=frozenset({1, 3}),
        safe_from=time(10),
        safe_until=time(12),
        blocked_dates=frozenset({date(2026, 12, 24)}),
    )

    assert window_words(window) == (
        "Tuesday, Thursday, from 10am until midday; never on 24 December 2026"
    )
    assert window_words(ContactWindow()) == "Any day, in ordinary hours"
