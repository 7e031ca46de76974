"""A rehearsal foresees every message, and says what is not safe yet."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from feedback.domain.address import Channel
from feedback.domain.calendar import Calendar
from feedback.domain.contact import SafeContact
from feedback.domain.delivery import Purpose
from feedback.domain.outlook import Outlook, OutlookKind
from feedback.domain.rehearsal import (
    Danger,
    PlannedMessage,
    Reached,
    Rehearsal,
    RehearsedPerson,
    dangers_of,
    dangers_of_review,
    foreseen,
)
from feedback.domain.sms import count_segments
from triangulation import Group

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
THREE_TIMES = (NOW, NOW + timedelta(days=3), NOW + timedelta(days=6))


def reached(**given):
    contact = {"channel": Channel.SMS, "safe": True, "verified_at": NOW}
    about = {
        name: given.pop(name)
        for name in ("shared_device", "has_code_word", "verified_at", "channel")
        if name in given
    }
    return Reached(
        contact=SafeContact(**(contact | about)),
        **({"age_band": None, "language": "en"} | given),
    )


def a_person(group=Group.FAMILY, kind=OutlookKind.MESSAGE, **given):
    outlook = Outlook(kind=kind, sentence="A text goes now.")
    return RehearsedPerson(
        **{
            "key": "p1",
            "name": "Sam",
            "group": group,
            "outlook": outlook,
            "language": "en",
        }
        | given
    )


def a_message(words="Hello", **given):
    return PlannedMessage(
        **{
            "purpose": Purpose.INVITATION,
            "channel": Channel.SMS,
            "at": NOW,
            "language": "en",
            "subject": None,
            "words": words,
            "segments": count_segments(words),
        }
        | given
    )


def test_a_silent_person_hears_three_times_three_days_apart():
    times = foreseen(
        NOW, reached(), expires_at=NOW + timedelta(days=30), calendar=Calendar()
    )

    assert times == THREE_TIMES


def test_no_reminder_is_foreseen_after_the_end():
    times = foreseen(
        NOW, reached(), expires_at=NOW + timedelta(days=4), calendar=Calendar()
    )

    assert times == THREE_TIMES[:2]


def test_an_ordinary_safe_contact_is_no_danger():
    assert dangers_of(reached(), THREE_TIMES) == ()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"shared_device": True}, "no code word is agreed"),
        (
            {"shared_device": True, "has_code_word": True, "must_not_be_told": True},
            "Somebody must not learn",
        ),
        ({"shares_with": ("p2", "p3")}, "p2 and p3 would be reached at the same phone"),
        (
            {"shares_with": ("p2",), "channel": Channel.EMAIL},
            "p2 would be reached at the same mailbox",
        ),
    ],
)
def test_what_could_hurt_somebody_is_red(given, words):
    (danger,) = dangers_of(reached(**given), THREE_TIMES)

    assert danger.is_red
    assert words in danger.sentence


@pytest.mark.parametrize(
    "given",
    [
        {"shared_device": True, "has_code_word": True},
        {"must_not_be_told": True},
    ],
)
def test_what_was_thought_of_is_no_danger(given):
    assert dangers_of(reached(**given), THREE_TIMES) == ()


def test_a_check_that_grows_old_before_the_last_reminder_is_told():
    verified_at = THREE_TIMES[-1] - timedelta(days=30)

    (late,) = dangers_of(
        reached(verified_at=verified_at - timedelta(seconds=1)), THREE_TIMES
    )

    assert dangers_of(reached(verified_at=verified_at), THREE_TIMES) == ()
    assert not late.is_red
    assert "By 30 November the check of this contact is older" in late.sentence


@pytest.mark.parametrize(
    ("count", "words"), [(1, "No reminder fits"), (2, "Only one reminder fits")]
)
def test_reminders_that_do_not_fit_are_told(count, words):
    (danger,) = dangers_of(reached(), THREE_TIMES[:count])

    assert not danger.is_red
    assert words in danger.sentence


def test_a_message_in_another_language_than_the_form_is_told():
    (danger,) = dangers_of(reached(language="ar", has_words=False), THREE_TIMES)

    assert danger == Danger(
        sentence="The message itself is in English; their form is not.", is_red=False
    )


def review_dangers(*people, **given):
    ready = {"has_duty_route": True, "has_reviewer": True, "telling": ()}
    return dangers_of_review(people, **(ready | given))


def test_a_review_that_is_ready_has_no_danger():
    assert review_dangers(a_person()) == ()


def test_a_child_without_a_duty_contact_is_red():
    (danger,) = review_dangers(a_person(Group.CHILD), has_duty_route=False)

    assert danger.is_red
    assert review_dangers(a_person(), has_duty_route=False) == ()


def test_an_address_that_tells_is_red():
    (danger,) = review_dangers(a_person(), telling=("council",))

    assert danger.is_red
    assert "(council)" in danger.sentence


@pytest.mark.parametrize(
    ("people", "given", "words"),
    [
        ((), {}, "Nobody is added yet"),
        ((a_person(Group.PARTNER),), {}, "Neither the child nor the family"),
        (
            (a_person(kind=OutlookKind.NOT_ASKED),),
            {},
            "Neither the child nor the family",
        ),
        ((a_person(),), {"has_reviewer": False}, "Nobody reviews it yet"),
    ],
)
def test_what_is_not_ready_is_worth_knowing(people, given, words):
    (danger,) = review_dangers(*people, **given)

    assert not danger.is_red
    assert words in danger.sentence


def test_red_stands_first_and_makes_a_review_unsafe():
    amber = Danger(sentence="amber", is_red=False)
    red = Danger(sentence="red")
    person = a_person(dangers=(red,))

    played = Rehearsal(
        reference="H-1", people=(person,), dangers=(amber,), pence_per_part=Decimal(4)
    )

    assert played.all_dangers == ((person, red), (None, amber))
    assert not played.is_safe


def test_texts_are_counted_in_parts_and_pounds_and_emails_are_not():
    long = a_message("x" * 161)
    mail = a_message(channel=Channel.EMAIL, segments=None, subject="Hello")
    person = a_person(messages=(a_message(), long, mail))

    played = Rehearsal(
        reference="H-1", people=(person,), dangers=(), pence_per_part=Decimal("4.15")
    )

    assert (played.texts, played.parts) == (2, 3)
    assert played.pounds == Decimal("0.12")
    assert played.is_safe
