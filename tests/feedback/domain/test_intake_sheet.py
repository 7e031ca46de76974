"""A sheet with a row a person reads as the same document as a JSON file."""

import pytest
from intake_files import a_row, a_sheet

from feedback.domain.intake_columns import COLUMNS
from feedback.domain.intake_sheet import NEITHER, NOBODY, read_sheet


def test_a_row_a_person_becomes_reviews_with_their_people():
    given = read_sheet(a_sheet(a_row(key="p1"), a_row(key="p2"), a_row("H-2")))

    reviews = given.document["reviews"]
    assert given.faults == ()
    assert [(one["reference"], len(one["people"])) for one in reviews] == [
        ("H-000001", 2),
        ("H-2", 1),
    ]


def test_days_and_times_are_londons_and_a_last_day_is_meant_to_its_end():
    row = a_row(
        opens_at="2026-06-01", closes_at="14/06/2026", invite_at="02/06/2026 9:30"
    )

    review = read_sheet(a_sheet(row)).document["reviews"][0]

    assert review["opens_at"] == "2026-05-31T23:00:00+00:00"
    assert review["closes_at"] == "2026-06-14T22:59:59+00:00"
    assert review["invite_at"] == "2026-06-02T08:30:00+00:00"


def test_a_time_with_an_offset_stays_as_it_is():
    row = a_row(opens_at="2026-06-01T09:00:00+02:00")

    review = read_sheet(a_sheet(row)).document["reviews"][0]

    assert review["opens_at"] == "2026-06-01T09:00:00+02:00"


@pytest.mark.parametrize(
    ("cell", "band"),
    [
        ("5-8", "5-8"),
        ("2026-08-05", "5-8"),
        ("2026-12-09", "9-12"),
        ("05-Aug", "5-8"),
        ("9-Dec", "9-12"),
        ("13-17", "13-17"),
        (None, None),
    ],
)
def test_an_age_band_that_was_taken_for_a_day_is_still_a_band(cell, band):
    row = a_row(group="child", age_band=cell)

    person = read_sheet(a_sheet(row)).document["reviews"][0]["people"][0]

    assert person["age_band"] == band


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("yes", True),
        ("y", True),
        ("No", False),
        ("N", False),
        (True, True),
        (None, None),
        ("maybe", "maybe"),
    ],
)
def test_yes_and_no_are_read_and_anything_else_is_passed_on_to_be_told(cell, told):
    row = a_row(sms_safe=cell)

    person = read_sheet(a_sheet(row)).document["reviews"][0]["people"][0]

    assert person["contacts"][0]["safe"] == told


def test_a_number_that_a_program_made_of_digits_is_its_digits():
    row = a_row(sms=447700900123.0)

    person = read_sheet(a_sheet(row)).document["reviews"][0]["people"][0]

    assert person["contacts"][0]["value"] == "447700900123"


def test_a_person_may_have_both_a_number_and_an_address_or_neither():
    both = a_row(key="p1", email="sam@example.org", email_safe="yes")
    neither = a_row(key="p2") | {
        name: None for name in a_row() if name.startswith("sms")
    }

    people = read_sheet(a_sheet(both, neither)).document["reviews"][0]["people"]

    assert [one["channel"] for one in people[0]["contacts"]] == ["sms", "email"]
    assert people[1]["contacts"] == []


def test_a_fault_is_told_with_its_row_and_column():
    email = {"email": "sam@example.org", "email_safe": "perhaps"}
    given = read_sheet(a_sheet(a_row(key="p1"), (), a_row(key="p2", **email)))

    told = given.told("reviews[0].people[1].contacts[1].safe: must be true or false")
    address = given.told("reviews[0].people[1].contacts[0].value: is too short")
    whole = given.told("reviews[0]: exists")

    assert told == "row 4, email_safe: must be yes or no"
    assert address == "row 4, sms: is too short"
    assert whole == "row 2: exists"


def test_a_review_said_twice_must_be_the_same_or_left_empty():
    again = a_row(key="p2", opens_at=None, closes_at=None, invite_at=None)
    other = a_row(key="p3", closes_at="2027-01-01")

    given = read_sheet(a_sheet(a_row(key="p1"), again, other))

    assert given.by_review == {
        "reviews[0]": ("row 4, closes_at: differs from the first row of H-000001",)
    }


def test_columns_are_known_there_once_and_complete():
    names = [column.name for column in COLUMNS if column.name != "consented_at"]

    given = read_sheet([(*names, "phone", "key")])

    assert [fault.split(";")[0] for fault in given.faults] == [
        "row 1: phone is not a column",
        "row 1: key is there twice",
        "row 1: the column consented_at is missing",
    ]


def test_a_column_may_be_named_as_people_write_it():
    header, row = a_sheet(a_row())
    named = tuple(name.replace("_", " ").capitalize() for name in header)

    assert read_sheet([named, row]) == read_sheet([header, row])


def test_a_column_that_is_spelled_otherwise_is_guessed_at():
    header, row = a_sheet(a_row())
    spelled = tuple("languages" if name == "language" else name for name in header)

    assert read_sheet([spelled, row]).faults == (
        "row 1: languages is not a column; is it language?",
    )


def test_a_sheet_without_anybody_is_told_so():
    header, _ = a_sheet(a_row())

    assert read_sheet([header, (), ()]).faults == (NOBODY,)


@pytest.mark.parametrize("rows", [[], [()], [("some", "words")]])
def test_what_is_no_such_sheet_is_told_in_one_line(rows):
    assert read_sheet(rows).faults == (NEITHER,)


def test_cells_beyond_the_last_column_are_a_fault():
    header, row = a_sheet(a_row())

    given = read_sheet([header, (*row, "stray")])

    assert given.by_review == {"reviews[0]": ("row 2: goes on after the last column",)}
