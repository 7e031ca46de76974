"""The pages of reports: built by one, read by many, seen by nobody too early."""

import io
from datetime import date

import docx
import pytest
from builders import a_staff_member, post_form, sign_in
from meeting_builders import an_agreed_review

from feedback.db.ids import new_id
from feedback.db.models import ReportRow
from feedback.domain.access import Role
from feedback.domain.report import Period
from feedback.services import audit, build_report, report
from feedback.services.build_report import Order
from feedback.web.downloads import DOCX

FIRST_DAY = date(2026, 9, 1)
FORM = {"first": ["1", "9", "2026"], "last": ["28", "2", "2027"]}
FIRST_VERSION = {
    "version": "1",
    "reviews": 10,
    "sentences": ["10 reviews were agreed."],
    "figures": {},
    "tables": [
        {
            "title": "Who answered",
            "columns": ["Answered"],
            "rows": [{"label": "Child", "cells": ["9 of 10 (90%)"]}],
        }
    ],
    "thresholds": {"words": "c: withheld.", "grades_opened": True},
    "period": {"rule": "A review counts once."},
}


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
        whole = Period(first=FIRST_DAY, last=now.date())
        longer, _ = build_report.build(session, Order(period=whole), by=by, now=now)
        report.publish(session, longer.id, by=by, now=now)
        first = Period(first=FIRST_DAY, last=now.date().replace(day=1))
        shorter, _ = build_report.build(session, Order(period=first), by=by, now=now)
    sign_in(as_head, "h@x.example", now=now)
    address = f"/staff/reports/{shorter.id}"

    post_form(as_head, f"{address}/publish", {}, page=address)

    assert "could reveal a child" in as_head.get("/staff/reports").text


def test_the_boxes_begin_with_drafted_words_and_the_authors_name(as_head, reviews):
    answer = post_form(as_head, "/staff/reports/preview", FORM, page="/staff/reports")

    assert "Practice and outcomes are judged apart" in answer.text
    assert "practice and impact reviews, September 2026 to February 2027" in answer.text
    assert ", Officer" in answer.text
    assert "Your words are public." in answer.text


def test_an_empty_box_that_must_not_be_is_refused_and_nothing_typed_is_lost(
    as_head, reviews
):
    typed = {**FORM, "recommendation": " ", "risk": "Own words  kept\r\nas typed"}

    answer = post_form(as_head, "/staff/reports", typed, page="/staff/reports")

    assert answer.status_code == 422
    assert "Recommendation: write something here" in answer.text
    assert "Own words  kept\nas typed" in answer.text
    assert "Error:" in answer.text


def test_showing_the_grades_late_loses_no_word(as_head, reviews):
    typed = {**FORM, "risk": "Own words", "open_grades": "y", "read": "1"}

    refused = post_form(as_head, "/staff/reports/preview", typed, page="/staff/reports")
    typed["reason"] = "Nobody can be recognised"
    shown = post_form(as_head, "/staff/reports/preview", typed, page="/staff/reports")

    assert refused.status_code == 422
    assert "Say why the grades may be shown" in refused.text
    assert "Own words" in refused.text
    assert "Outstanding 8 of 10" in shown.text
    assert "Own words" in shown.text


def test_two_reports_on_one_period_are_told_apart(as_head, reviews, clock):
    post_form(as_head, "/staff/reports", FORM, page="/staff/reports")
    alone = as_head.get("/staff/reports").text
    opened = {**FORM, "open_grades": "y", "reason": "Nobody can be recognised"}
    post_form(as_head, "/staff/reports", opened, page="/staff/reports")

    page = as_head.get("/staff/reports").text

    assert "frozen at" not in alone
    assert page.count("frozen at") == 2
    assert page.count("grades shown") == 1


def test_words_that_could_point_to_a_child_are_asked_about_and_do_not_stop(
    as_head, reviews
):
    typed = {**FORM, "conclusion": "See H-000123: two children said so."}

    shown = post_form(as_head, "/staff/reports/preview", typed, page="/staff/reports")
    frozen = post_form(as_head, "/staff/reports", typed, page="/staff/reports")

    assert "Could “two children” point to somebody?" in shown.text
    assert frozen.status_code == 303
    assert "“H-000123” could point to somebody" in (
        as_head.get(frozen.headers["Location"]).text
    )


def test_what_was_read_first_is_what_is_frozen(as_head, reviews):
    typed = {**FORM, "background": "Our own <b>background</b>.", "read": "1"}

    shown = post_form(as_head, "/staff/reports/preview", typed, page="/staff/reports")
    frozen = post_form(as_head, "/staff/reports", typed, page="/staff/reports")

    page = as_head.get(frozen.headers["Location"]).text
    for one in (shown.text, page):
        assert "Our own &lt;b&gt;background&lt;/b&gt;." in one
        assert "How these figures were made" in one


def test_the_page_says_where_withheld_first_stands_what_that_means(as_head, reviews):
    address = post_form(as_head, "/staff/reports", FORM, page="/staff/reports").headers[
        "Location"
    ]

    shown = as_head.get(address).text

    first = shown.index("withheld (c)")
    assert 0 < shown.index("c: withheld. Counts of 1 to 5") - first < 2000


def test_the_word_file_leaves_the_page_as_a_document(as_head, reviews):
    address = post_form(as_head, "/staff/reports", FORM, page="/staff/reports").headers[
        "Location"
    ]

    answer = as_head.get(f"{address}/report.docx")

    assert answer.content_type == DOCX
    assert "report-2026-09-01-2027-02-28.docx" in answer.headers["Content-Disposition"]
    assert docx.Document(io.BytesIO(answer.data)).paragraphs[0].style.name == "Title"


def test_the_word_file_of_a_draft_is_for_its_builder_alone(
    app, database, as_head, reviews, now
):
    address = post_form(as_head, "/staff/reports", FORM, page="/staff/reports").headers[
        "Location"
    ]
    member = reader(app, database, Role.COMMITTEE, now)

    assert member.get(f"{address}/report.docx").status_code == 404
    post_form(as_head, f"{address}/publish", {}, page=address)
    assert member.get(f"{address}/report.docx").status_code == 200


def test_a_report_frozen_in_the_first_version_still_reads(app, database, head, now):
    with database.transaction() as session:
        old = ReportRow(
            id=new_id(),
            period_from=FIRST_DAY,
            period_to=FIRST_DAY,
            version="1",
            input_digest="0" * 64,
            findings=FIRST_VERSION,
            grades_opened_by=head,
            grades_opened_reason="Said in public",
            built_by=head,
            built_at=now,
            published_at=now,
            published_by=head,
        )
        session.add(old)
        session.flush()
        address = f"/staff/reports/{old.id}"
    member = reader(app, database, Role.COMMITTEE, now)

    shown = member.get(address)

    assert "10 reviews were agreed." in shown.text
    assert "9 of 10 (90%)" in shown.text
    assert "Said in public" in shown.text
    assert member.get(f"{address}/report.docx").status_code == 200
    assert member.get(f"{address}/figures.csv").status_code == 200
