"""The pages of reports: built by one, read by many, seen by nobody too early."""

from datetime import date

import pytest
from builders import a_staff_member, post_form, sign_in
from meeting_builders import an_agreed_review

from feedback.domain.access import Role
from feedback.services import audit, report
from feedback.services.report import Order, Period

FIRST_DAY = date(2026, 9, 1)
FORM = {"first": ["1", "9", "2026"], "last": ["28", "2", "2027"]}


@pytest.fixture
def head(database, now):
    with database.transaction() as session:
        return a_staff_member(session, Role.HEAD_SQA, now=now, email="h@x.example")


@pytest.fixture
def as_head(client, head, now):
    sign_in(client, "h@x.example", now=now)
    return client


@pytest.fixture
def reviews(database, head, now):
    with database.transaction() as session:
        for n in range(10):
            an_agreed_review(
                session, now=now, by=head, practice=3 if n < 2 else 4, recommendations=1
            )


def reader(app, database, role, now):
    with database.transaction() as session:
        a_staff_member(session, role, now=now, email="reader@council.example")
    client = app.test_client()
    sign_in(client, "reader@council.example", now=now)
    return client


def test_a_preview_shows_the_figures_inside_beside_what_will_be_published(
    as_head, reviews
):
    answer = post_form(as_head, "/staff/reports/preview", FORM, page="/staff/reports")

    assert answer.status_code == 200
    assert "Outstanding 8 of 10 (80%)" in answer.text
    assert "Practice: the grades are withheld (c)." in answer.text
    assert "Recommendation 0" in answer.text


def test_freezing_keeps_only_what_may_be_published(as_head, reviews):
    preview = post_form(as_head, "/staff/reports/preview", FORM, page="/staff/reports")
    assert preview.status_code == 200

    answer = post_form(as_head, "/staff/reports", FORM)

    assert answer.status_code == 303
    shown = as_head.get(answer.headers["Location"]).text
    assert "Practice: the grades are withheld (c)." in shown
    assert "Outstanding 8 of 10" not in shown
    assert "Recommendation 0" not in shown


def test_the_decision_to_show_grades_is_kept_and_shown_with_its_reason(
    as_head, reviews
):
    fields = {**FORM, "open_grades": "y", "reason": "Nobody can be recognised"}

    answer = post_form(as_head, "/staff/reports", fields)

    shown = as_head.get(answer.headers["Location"]).text
    assert "Outstanding 8 of 10 (80%)" in shown
    assert "Nobody can be recognised" in shown


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({**FORM, "first": ["", "", ""]}, "Enter the first day of the period"),
        ({**FORM, "last": ["31", "2", "2027"]}, "Enter a real date"),
        ({**FORM, "last": ["1", "8", "2026"]}, "The last day comes before the first"),
        ({**FORM, "open_grades": "y"}, "Say why the grades may be shown"),
    ],
)
def test_a_form_that_says_too_little_is_told_beside_its_field(
    as_head, fields, sentence
):
    answer = post_form(as_head, "/staff/reports/preview", fields, page="/staff/reports")

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "There is a problem" in answer.text


def test_a_report_is_read_by_others_only_once_it_is_published(
    app, database, as_head, reviews, now
):
    address = post_form(as_head, "/staff/reports", FORM).headers["Location"]
    member = reader(app, database, Role.COMMITTEE, now)

    assert member.get(address).status_code == 404
    assert "No report yet" in member.get("/staff/reports").text
    post_form(as_head, f"{address}/publish", {}, page=address)

    shown = member.get(address)
    assert shown.status_code == 200
    assert "Publish" not in shown.text
    assert member.get(f"{address}/findings.json").get_json()["reviews"] == 10
    lines = member.get(f"{address}/figures.csv").text.splitlines()
    assert lines[0] == "section,item,measure,count,of,percent"


def test_the_builders_form_is_for_the_head_alone(app, database, now):
    member = reader(app, database, Role.COMMITTEE, now)

    shown = member.get("/staff/reports").text

    assert "Build a report" not in shown


def test_duty_sees_no_reports(app, database, now):
    member = reader(app, database, Role.DUTY, now)

    assert member.get("/staff/reports").status_code == 404


def test_a_period_without_a_review_is_told_plainly(as_head):
    answer = post_form(as_head, "/staff/reports/preview", FORM, page="/staff/reports")

    assert "No review was agreed from 1 September 2026" in answer.text


def test_a_report_too_near_a_published_one_says_why_it_is_not_published(
    database, as_head, head, reviews, clock
):
    now = clock.forward(days=200)
    by = audit.staff(head)
    with database.transaction() as session:
        an_agreed_review(session, now=now, by=head)
        first = Period(first=FIRST_DAY, last=now.date().replace(day=1))
        shorter, _ = report.build(session, Order(period=first), by=by, now=now)
        report.publish(session, shorter.id, by=by, now=now)
        whole = Period(first=FIRST_DAY, last=now.date())
        longer, _ = report.build(session, Order(period=whole), by=by, now=now)
    sign_in(as_head, "h@x.example", now=now)
    address = f"/staff/reports/{longer.id}"

    post_form(as_head, f"{address}/publish", {}, page=address)

    assert "could reveal a child" in as_head.get("/staff/reports").text
