"""The numbers that people were promised: to change one is a decision, not a slip.

Tests of behaviour use the program's own constants, so that they read well; here each
of those that a promise hangs on is written once more, as a figure.
"""

from datetime import time, timedelta
from importlib import import_module

import pytest

from feedback.config import Settings

PROMISES = {
    "feedback.config": {
        "SECRET_KEY_CHARACTERS": 32,
        "LEASE_FLOOR": timedelta(seconds=30),
    },
    "feedback.environment": {"MASTER_KEY_BYTES": 32},
    "feedback.db.crypto": {"KEY_BYTES": 32, "NONCE_BYTES": 12},
    "feedback.domain.action": {"SOON": timedelta(days=14)},
    "feedback.domain.answering": {"LONGEST_WORDS": 10_000},
    "feedback.domain.breaker": {
        "MOST_FAILURES": 50,
        "FAILURES_WITHIN": timedelta(seconds=60),
        "LOOKS_BACK": 200,
        "MOST_OF_THE_LAST": 40,
        "OPENS_FOR": timedelta(seconds=60),
        "PROBES": 5,
    },
    "feedback.domain.contact": {"VERIFIED_FOR": timedelta(days=30)},
    "feedback.domain.conversation": {
        "QUESTION_LASTS": timedelta(hours=1),
        "SAME_BREATH": timedelta(seconds=2),
        "MOST_TEXTS": 16,
        "BETWEEN_REPLIES": timedelta(hours=24),
    },
    "feedback.domain.delivery": {
        "POLL_AFTER": (
            timedelta(minutes=15),
            timedelta(hours=2),
            timedelta(hours=24),
        ),
        "UNCONFIRMED_AFTER": timedelta(hours=72),
    },
    "feedback.domain.fallback": {"FALLS_BACK_AFTER": timedelta(hours=2)},
    "feedback.domain.grading": {"SOURCES_FOR_EXTREMES": 2},
    "feedback.domain.invitation": {
        "LINK_LASTS_AT_MOST": timedelta(days=30),
        "MAX_REMINDERS": 2,
        "DAYS_BETWEEN_MESSAGES": 3,
    },
    "feedback.domain.report_disclosure": {"FEW_REVIEWS": 10},
    "feedback.domain.retry": {
        "MAX_ATTEMPTS": 8,
        "FIRST_BACKOFF": timedelta(seconds=30),
        "LONGEST_BACKOFF": timedelta(hours=2),
        "RECONCILE_AFTER": (timedelta(seconds=60), timedelta(minutes=5)),
        "UNKNOWN_GIVE_UP_AFTER": timedelta(hours=6),
        "MOST_BLIND_RESENDS": 1,
        "PROBE_EVERY": timedelta(minutes=5),
    },
    "feedback.domain.short_form": {"MOST_QUESTIONS": 5},
    "feedback.domain.sms": {"MAX_PARTS": 3},
    "feedback.domain.token": {"LENGTH": 22, "LONGEST_LINK": 60},
    "feedback.services.clocks": {"MOST": timedelta(seconds=120)},
    "feedback.services.code_word": {"MOST_TRIES": 5},
    "feedback.services.enter": {
        "FAILURE_MEMORY": timedelta(minutes=10),
        "MOST_FAILURES": 20,
    },
    "feedback.services.invite": {"CAP_WINDOW": timedelta(hours=1)},
    "feedback.services.judge": {"CAP_WEEK": timedelta(days=7)},
    "feedback.services.pause": {
        "FILTERED_LIMIT": 3,
        "FILTERED_WITHIN": timedelta(hours=1),
    },
    "feedback.services.poll_inbound": {
        "LOOKS_BACK": timedelta(hours=24),
        "EVERY_SECONDS": 300.0,
    },
    "feedback.services.receive": {"HELD_FOR": timedelta(minutes=10)},
    "feedback.services.resume": {
        "IDLE": timedelta(minutes=30),
        "LASTS": timedelta(hours=24),
    },
    "feedback.services.sign_in": {
        "IDLE": timedelta(minutes=15),
        "ABSOLUTE": timedelta(hours=10),
        "CODE_TIME": timedelta(minutes=10),
        "FAILURE_MEMORY": timedelta(minutes=10),
        "MOST_FAILURES": 10,
        "MOST_FAILURES_FROM_ANYWHERE": 100,
    },
    "feedback.services.staff": {"PASSWORD_FLOOR": 12},
    "triangulation.agreement": {"DRAWS": 2_000},
    "triangulation.disclosure": {"LARGEST_HIDDEN": 5},
    "triangulation.stance": {"GOOD": 3},
}


@pytest.mark.parametrize("module", PROMISES)
def test_the_numbers_that_people_were_promised_stand(module):
    found = vars(import_module(module))

    assert {name: found[name] for name in PROMISES[module]} == PROMISES[module]


def test_what_a_council_did_not_decide_is_as_promised():
    settings = Settings.from_env({"SECRET_KEY": "s" * 32, "MASTER_KEY": "A" * 43 + "="})

    assert settings.cap_per_person_per_week == 3
    assert settings.cap_per_staff_per_hour == 200
    assert settings.cap_sms_per_day == 5_000
    assert settings.sms_rate_per_second == 10
    assert settings.lease == timedelta(seconds=60)
    assert settings.reconcile_after == timedelta(seconds=60)
    assert settings.quarantine == timedelta(seconds=3)
    assert settings.service_name == "Your feedback"
    assert settings.leave_url == "https://www.bbc.co.uk/weather"


@pytest.mark.parametrize(
    ("hours", "opens", "closes"),
    [
        ("ADULT_HOURS", time(9), time(20)),
        ("SCHOOL_DAY_HOURS", time(16), time(19, 30)),
        ("FREE_DAY_HOURS", time(10), time(18)),
    ],
)
def test_the_hours_in_which_people_may_be_messaged_stand(hours, opens, closes):
    found = vars(import_module("feedback.domain.calendar"))[hours]

    assert (found.opens, found.closes) == (opens, closes)
