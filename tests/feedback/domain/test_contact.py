from datetime import UTC, datetime, timedelta

import pytest

from feedback.domain.contact import (
    Channel,
    HoldReason,
    SafeContact,
    Verdict,
    choose_contact,
    in_person_only,
    may_be_messaged,
    may_fall_back,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)


def contact(**changes):
    given = {"channel": Channel.SMS, "safe": True, "verified_at": YESTERDAY}
    return SafeContact(**(given | changes))


def judge(one, *, age_band=None, consented_at=YESTERDAY):
    return may_be_messaged(one, age_band=age_band, consented_at=consented_at, now=NOW)


def choose(*contacts, age_band=None, consented_at=YESTERDAY):
    return choose_contact(
        contacts, age_band=age_band, consented_at=consented_at, now=NOW
    )


def test_a_contact_nobody_asked_about_is_not_safe_by_default():
    assert judge(SafeContact(channel=Channel.SMS)).reason is HoldReason.UNKNOWN


@pytest.mark.parametrize("age_band", ["13-17", "18-25", None])
def test_a_safe_checked_contact_may_be_messaged(age_band):
    verdict = judge(contact(), age_band=age_band)

    assert verdict.is_allowed
    assert verdict.words == "May be messaged."


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"safe": False}, HoldReason.UNSAFE),
        ({"safe": None}, HoldReason.UNKNOWN),
        ({"verified_at": None}, HoldReason.UNVERIFIED),
        ({"verified_at": NOW - timedelta(days=30, seconds=1)}, HoldReason.UNVERIFIED),
        ({"high_risk": True}, HoldReason.HIGH_RISK),
        ({"safe": False, "high_risk": True}, HoldReason.HIGH_RISK),
        ({"safe": None, "verified_at": None}, HoldReason.UNKNOWN),
    ],
)
def test_a_contact_is_held_for_the_gravest_reason(changes, reason):
    verdict = judge(contact(**changes))

    assert verdict.reason is reason
    assert verdict.words == reason.words


def test_a_check_of_exactly_thirty_days_ago_still_counts():
    assert judge(contact(verified_at=NOW - timedelta(days=30))).is_allowed


@pytest.mark.parametrize("age_band", ["5-8", "9-12"])
def test_a_child_under_13_is_never_messaged(age_band):
    assert judge(contact(), age_band=age_band).reason is HoldReason.UNDER_13
    assert choose(contact(), age_band=age_band).verdict.reason is HoldReason.UNDER_13
    assert choose(age_band=age_band).verdict.reason is HoldReason.UNDER_13


def test_without_a_conversation_beforehand_nothing_is_sent():
    verdict = judge(contact(), consented_at=None)

    assert verdict.reason is HoldReason.NO_CONVERSATION


@pytest.mark.parametrize("reason", HoldReason)
def test_every_hold_tells_staff_what_would_help(reason):
    assert reason.words.endswith(".")


def test_the_first_usable_contact_in_order_is_chosen():
    choice = choose(contact(safe=False), contact(channel=Channel.EMAIL), contact())

    assert choice.index == 1
    assert choice.verdict == Verdict()


def test_one_high_risk_contact_holds_the_person_whatever_the_others_say():
    choice = choose(contact(), contact(high_risk=True))

    assert choice.index is None
    assert choice.verdict.reason is HoldReason.HIGH_RISK


def test_where_none_is_usable_the_first_ones_reason_is_told():
    choice = choose(contact(verified_at=None), contact(safe=False))

    assert choice.index is None
    assert choice.verdict.reason is HoldReason.UNVERIFIED


def test_where_there_is_no_contact_that_is_told():
    assert choose().verdict.reason is HoldReason.NO_CONTACT


@pytest.mark.parametrize(
    ("first", "other", "may"),
    [
        ({}, {}, True),
        ({}, {"channel": Channel.EMAIL}, True),
        ({"shared_device": True}, {"channel": Channel.EMAIL}, False),
        ({}, {"channel": Channel.EMAIL, "shared_device": True}, False),
        ({"high_risk": True}, {"channel": Channel.EMAIL}, False),
        ({"shared_device": True}, {"shared_device": True}, True),
    ],
)
def test_no_message_crosses_channels_by_itself_where_a_phone_is_shared(
    first, other, may
):
    assert may_fall_back(contact(**first), contact(**other)) is may


@pytest.mark.parametrize(
    ("contacts", "age_band", "in_person"),
    [
        ([{}], "5-8", True),
        ([], "9-12", True),
        ([{}], "13-17", False),
        ([{}], None, False),
        ([], None, False),
        ([{}, {"high_risk": True}], None, True),
        ([{"safe": False}], None, True),
        ([{"safe": False}, {}], None, False),
        ([{"safe": False}, {"safe": None}], None, False),
    ],
)
def test_who_is_reached_in_person_only(contacts, age_band, in_person):
    given = [contact(**changes) for changes in contacts]

    assert in_person_only(given, age_band=age_band) is in_person
