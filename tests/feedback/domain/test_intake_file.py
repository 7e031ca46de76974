"""An import file is read strictly, and every fault is told with its path."""

import json
from datetime import UTC, datetime

import pytest
from intake_files import a_contact, a_file, a_person, a_review

from feedback import questionnaires
from feedback.domain.form_file import parse_questionnaire
from feedback.domain.intake_file import (
    Circumstances,
    NotReadableError,
    load_json,
    read_file,
)

FORMS = tuple(parse_questionnaire(one) for one in questionnaires.documents())
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def read(content, *, has_duty_route=True):
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_file(
        load_json(raw),
        Circumstances(forms=FORMS, has_duty_route=has_duty_route, now=NOW),
    )


def faults(content, **given):
    """Tell every fault of a file, in order."""
    reading = read(content, **given)
    return [
        *reading.faults,
        *(one for entry in reading.entries for one in entry.faults),
    ]


def paths(content):
    return [fault.partition(": ")[0] for fault in faults(content)]


def test_a_sound_file_has_no_faults():
    reading = read(a_file(a_review()))

    assert reading.faults == ()
    assert reading.entries[0].intake.people[0].form == "family"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"reference": "Jane Smith"}, "reference"),
        ({"reference": "Smith"}, "reference"),
        ({"reference": 7}, "reference"),
        ({"reference": "H/1"}, "reference"),
        ({"reference": "H" * 41}, "reference"),
        ({"reference": "H-1\u0000"}, "reference"),
        ({"service": "adult_social_care"}, "service"),
        ({"service": None}, "service"),
        ({"opens_at": "2026-11-24T15:05:00"}, "opens_at"),
        ({"opens_at": 1764000000}, "opens_at"),
        ({"opens_at": "0001-01-01T00:00:00+14:00"}, "opens_at"),
        ({"closes_at": None}, "closes_at"),
        ({"closes_at": "2026-11-24T15:05:00Z"}, "closes_at"),
        ({"invite_at": "tomorrow"}, "invite_at"),
        ({"invite_at": "2027-01-01T10:00:00Z"}, "invite_at"),
        ({"people": {}}, "people"),
        ({"people": [3]}, "people[0]"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_bad_value_of_a_review_is_told_with_its_path(change, path):
    assert paths(a_file(a_review(**change))) == [f"reviews[0].{path}"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"key": ""}, "key"),
        ({"key": True}, "key"),
        ({"group": "reviewer"}, "group"),
        ({"group": "child"}, "age_band"),
        ({"age_band": "9-12"}, "age_band"),
        ({"group": "child", "age_band": "9"}, "age_band"),
        ({"name": "  "}, "name"),
        ({"name": "Two\nlines"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"language": "xx"}, "language"),
        ({"consented_at": "2027-11-23T16:05:00Z"}, "consented_at"),
        ({"contacts": None}, "contacts"),
        ({"form": "easy_read"}, "form"),
    ],
)
def test_a_bad_value_of_a_person_is_told_with_its_path(change, path):
    told = paths(a_file(a_review(people=[a_person(**change)])))

    assert told == [f"reviews[0].people[0].{path}"]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"channel": "post"}, "channel"),
        ({"value": "pat@example.org"}, "value"),
        ({"value": None}, "value"),
        ({"channel": "email", "value": "pat@@example.org"}, "value"),
        ({"safe": 1}, "safe"),
        ({"verified_at": True}, "verified_at"),
        ({"shared_device": None}, "shared_device"),
        ({"high_risk": "no"}, "high_risk"),
    ],
)
def test_a_bad_value_of_a_contact_is_told_with_its_path(change, path):
    person = a_person(contacts=[a_contact(), a_contact(**change)])

    told = paths(a_file(a_review(people=[person])))

    assert told == [f"reviews[0].people[0].contacts[1].{path}"]


@pytest.mark.parametrize(
    "missing", ["reference", "opens_at", "closes_at", "invite_at", "people"]
)
def test_every_key_but_the_service_is_required(missing):
    review = a_review()
    del review[missing]

    assert faults(a_file(review)) == [f"reviews[0].{missing}: is missing"]


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "is not JSON at line 1"),
        (b"[]", "must hold one JSON object"),
        (b"\x00", "is not JSON"),
        (b'{"version": 1, "reviews": [NaN]}', "holds NaN"),
        (b'{"version": 1, "reviews": "\xff"}', "is not UTF-8"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"version": ' + b"9" * 5_000 + b"}", "holds a number that is too long"),
    ],
)
def test_what_is_not_json_is_told_with_where_it_breaks(raw, sentence):
    with pytest.raises(NotReadableError, match=sentence):
        read(raw)


@pytest.mark.parametrize("version", [2, "1", True, 1.0, None])
def test_only_version_one_is_read(version):
    assert faults(a_file(version=version)) == ["version: must be 1"]


def test_a_key_given_twice_is_a_fault_and_not_a_guess():
    raw = json.dumps(a_file(a_review())).replace(
        '"invite_at": null', '"invite_at": null, "invite_at": null'
    )

    assert faults(raw.encode()) == ["reviews[0].invite_at: is given twice"]


def test_a_reference_in_the_file_twice_is_refused():
    told = faults(a_file(a_review(), a_review()))

    assert told == ["reviews[1].reference: is in this file twice"]


def test_a_fault_stays_on_one_line_whatever_the_file_holds():
    told = faults(a_file(a_review(**{"a\nb\ud800\u202e": 1})))

    assert told == ["reviews[0].a\\u000ab\\ud800\\u202e: is not known here"]


def test_every_child_is_told_of_while_no_duty_contact_is_set():
    people = [
        a_person("p1"),
        a_person("p2", group="child", age_band="9-12"),
        a_person("p3", group="child", age_band="5-8"),
    ]

    told = faults(a_file(a_review(people=people)), has_duty_route=False)

    assert told == [
        "reviews[0].people[1]: no duty contact is set; see duty set",
        "reviews[0].people[2]: no duty contact is set; see duty set",
    ]


@pytest.mark.parametrize(
    ("band", "form"),
    [
        ("5-8", "child_5_8"),
        ("9-12", "child_9_12"),
        ("13-17", "young_person"),
        ("18-25", "young_person"),
    ],
)
def test_a_child_gets_the_usual_form_of_their_age(band, form):
    child = a_person(group="child", age_band=band)

    reading = read(a_file(a_review(people=[child])))

    assert reading.entries[0].intake.people[0].form == form


def test_a_file_from_windows_may_begin_with_its_mark():
    raw = b"\xef\xbb\xbf" + json.dumps(a_file(a_review())).encode()

    assert faults(raw) == []
