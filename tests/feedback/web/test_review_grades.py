"""A reviewer grades, locks and revises through the pages, on both databases."""

import dataclasses
import re

import pytest
from builders import a_review, a_staff_member, post_form, sign_in
from grading_builders import ALL_GOOD, a_voice, graded, locked, some_evidence
from sqlalchemy import func, select

from feedback.db.models import EvidenceItemRow, GradingRow, MessageRow
from feedback.domain.access import Role
from feedback.domain.grading import Judgement
from feedback.domain.review import FeedbackSeen
from feedback.services import audit, grade
from feedback.services.grade import Draft

EVIDENCE = {
    "source_type": "record",
    "observed_on": ["3", "11", "2026"],
    "statement": "Six visits in six weeks",
    "so_what": "He knew who would come",
}


@pytest.fixture
def reviewer(database, now):
    with database.transaction() as session:
        return a_staff_member(
            session, Role.REVIEWER, now=now, email="reviewer@council.example"
        )


@pytest.fixture
def review(database, reviewer, now):
    with database.transaction() as session:
        return a_review(session, now=now, reviewer=reviewer, reference="H-1")


@pytest.fixture
def desk(client, review, now):
    """The reviewer's browser, signed in."""
    sign_in(client, "reviewer@council.example", now=now)
    return client


@pytest.fixture
def by(reviewer):
    return audit.staff(reviewer)


def test_the_grades_page_says_how_far_and_what_is_missing(
    desk, database, review, by, now
):
    with database.transaction() as session:
        for one in list(Judgement)[:7]:
            draft = Draft(judgement=one, grade=3)
            grade.save_draft(session, review.id, draft, by=by, now=now)

    page = desk.get("/staff/reviews/H-1/grades").text

    assert "7 of 11 judged" in page
    assert "Impact and outcomes is not graded yet, and no reason is given" in page
    assert 'href="/staff/reviews/H-1/grades/D9"' in page
    assert "/grades/lock" not in page


def test_a_grade_and_its_evidence_are_saved_with_one_press(desk, database):
    answer = post_form(
        desk, "/staff/reviews/H-1/grades/D3", {"grade": "3", **EVIDENCE, "go": "next"}
    )
    page = desk.get("/staff/reviews/H-1/grades/D3").text

    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("/grades/D4")
    assert "Six visits in six weeks" in page
    assert "Record" in page
    assert re.search(r'value="3" checked', page)


def test_evidence_that_was_begun_is_asked_for_whole_and_nothing_is_lost(desk, database):
    answer = post_form(
        desk,
        "/staff/reviews/H-1/grades/D3",
        {
            "grade": "2",
            "note": "To think about",
            "statement": "Half a thought",
            "observed_on": ["31", "2", "2026"],
        },
    )

    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert "Choose where the evidence comes from" in answer.text
    assert "Enter a real date" in answer.text
    assert "Say what this means for the child" in answer.text
    for typed in ("Half a thought", "To think about", 'value="31"'):
        assert typed in answer.text
    assert re.search(r'value="2" checked', answer.text)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(EvidenceItemRow)) == 0


def test_evidence_cannot_come_from_the_future(desk):
    fields = {**EVIDENCE, "observed_on": ["25", "11", "2026"]}

    answer = post_form(desk, "/staff/reviews/H-1/grades/D3", fields)

    assert answer.status_code == 422
    assert "in the future" in answer.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"grade": "not_graded"}, "Say why it is not graded"),
        ({"grade": "3", "not_graded_reason": "new case"}, "empty this box"),
        ({"not_graded_reason": "new case"}, "empty this box"),
        ({"grade": "5"}, "Not a valid choice"),
        ({"grade": "3", "note": "x\0y"}, "unreadable character"),
        ({"grade": "3", "note": "x" * 10_001}, "at most 10,000 characters"),
    ],
)
def test_a_judgement_that_makes_no_sense_is_refused_with_a_sentence(
    desk, fields, sentence
):
    answer = post_form(desk, "/staff/reviews/H-1/grades/D3", fields)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_evidence_taken_back_can_be_put_back_from_the_next_page(
    desk, database, review, by, now
):
    with database.transaction() as session:
        item = some_evidence(session, review, Judgement.D3, by=by, now=now)
    page = "/staff/reviews/H-1/grades/D3"

    removed = post_form(
        desk, f"/staff/reviews/H-1/evidence/{item}/remove", {}, page=page
    )
    after = desk.get(removed.headers["Location"]).text
    post_form(
        desk,
        f"/staff/reviews/H-1/evidence/{item}/restore",
        {},
        page=removed.headers["Location"],
    )

    assert "Six visits" not in after
    assert "Put it back" in after
    assert "Six visits" in desk.get(page).text


def test_there_is_no_page_for_a_judgement_that_does_not_exist(desk):
    assert desk.get("/staff/reviews/H-1/grades/D10").status_code == 404


def test_a_headline_shows_the_dimensions_and_asks_for_no_evidence(
    desk, database, review, by, now
):
    with database.transaction() as session:
        draft = Draft(judgement=Judgement.D2, grade=4)
        grade.save_draft(session, review.id, draft, by=by, now=now)

    page = desk.get("/staff/reviews/H-1/grades/practice").text

    assert "Outstanding" in page
    assert "D9 Impact" not in page
    assert 'name="statement"' not in page


def test_the_lock_page_shows_the_grades_and_refuses_without_an_answer(
    desk, database, review, by, now
):
    with database.transaction() as session:
        graded(session, review, {**ALL_GOOD, Judgement.OUTCOMES: 2}, by=by, now=now)

    shown = desk.get("/staff/reviews/H-1/grades/lock").text
    answer = post_form(desk, "/staff/reviews/H-1/grades/lock", {})

    assert "Requires improvement to be good" in shown
    assert answer.status_code == 422
    assert "Say what you had heard from people before you graded" in answer.text
    with database.reading() as session:
        assert session.scalars(select(GradingRow)).all() == []


def test_locking_opens_the_view_and_closes_the_drafts(desk, database, review, by, now):
    with database.transaction() as session:
        graded(session, review, ALL_GOOD, by=by, now=now)

    answer = post_form(
        desk, "/staff/reviews/H-1/grades/lock", {"feedback_seen": "none"}
    )

    assert answer.headers["Location"].endswith("/staff/reviews/H-1/view")
    assert desk.get("/staff/reviews/H-1/view").status_code == 200
    again = desk.get("/staff/reviews/H-1/grades/D1")
    assert again.headers["Location"].endswith("/grades")


def test_the_lock_page_says_what_is_missing_instead_of_asking(desk):
    page = desk.get("/staff/reviews/H-1/grades/lock").text

    assert "Assessment is not graded yet" in page
    assert "feedback_seen" not in page


def test_a_draft_typed_after_the_lock_is_refused_and_shown_again(
    desk, database, review, reviewer, now
):
    page = "/staff/reviews/H-1/grades/D3"
    opened = desk.get(page).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', opened)[1]
    with database.transaction() as session:
        locked(session, review, reviewer, now=now)

    answer = desk.post(
        page, data={"csrf_token": token, "grade": "1", "note": "My thought"}
    )

    assert answer.status_code == 422
    assert "The grades are locked" in answer.text
    assert "My thought" in answer.text


def test_a_revision_asks_for_a_reason_and_keeps_both_grades(
    desk, database, review, reviewer, now
):
    with database.transaction() as session:
        locked(session, review, reviewer, now=now, D3=3)
    address = "/staff/reviews/H-1/grades/D3/revise"

    without = post_form(desk, address, {"grade": "2"})
    same = post_form(desk, address, {"grade": "3", "why": "I am sure"})
    post_form(desk, address, {"grade": "2", "why": "His mother was not heard"})
    page = desk.get("/staff/reviews/H-1/grades").text

    assert (without.status_code, same.status_code) == (422, 422)
    assert "Say why the grade moves" in without.text
    assert "other than the one that stands" in same.text
    assert "I am sure" in same.text
    assert "Reviewer, first" in page
    assert "Reviewer, after triangulation" in page
    assert "His mother was not heard" in page
    assert f'href="{address}"' not in page


def test_others_see_no_grades_before_the_lock_and_only_read_them_after(
    client, database, review, reviewer, now
):
    with database.transaction() as session:
        a_staff_member(session, Role.HEAD_SQA, now=now, email="head@council.example")
        graded(session, review, ALL_GOOD, by=audit.staff(reviewer), now=now)
    sign_in(client, "head@council.example", now=now)
    before = client.get("/staff/reviews/H-1/grades").status_code
    with database.transaction() as session:
        grade.lock(
            session, review.id, FeedbackSeen.NONE, by=audit.staff(reviewer), now=now
        )

    after = client.get("/staff/reviews/H-1/grades")

    assert before == 404
    assert after.status_code == 200
    assert "/revise" not in after.text
    assert "Six visits" in after.text
    assert client.get("/staff/reviews/H-1/grades/D1").status_code == 404


def test_a_concern_is_raised_through_its_page_and_shown_on_the_view(
    desk, database, review, reviewer, now
):
    with database.transaction() as session:
        a_staff_member(session, Role.HEAD_SQA, now=now)
        locked(session, review, reviewer, now=now)
    address = "/staff/reviews/H-1/concerns"
    fields = {"words": "Not seen alone", "owner": "Service Manager"}

    refused = post_form(desk, address, {**fields, "due_on": ["1", "11", "2026"]})
    post_form(desk, address, {**fields, "due_on": ["1", "12", "2026"]})

    assert refused.status_code == 422
    assert "The date is in the past" in refused.text
    assert "Not seen alone" in refused.text
    assert "Not seen alone" in desk.get("/staff/reviews/H-1/view").text
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(MessageRow)) == 1


def test_an_empty_concern_is_asked_for_its_three_parts(desk):
    answer = post_form(desk, "/staff/reviews/H-1/concerns", {})

    assert answer.status_code == 422
    for sentence in (
        "Say what the concern is",
        "Say who owns putting it right",
        "Enter the date by which it is put right",
    ):
        assert sentence in answer.text


def test_feedback_that_came_before_the_lock_shows_nowhere_on_the_grading_pages(
    desk, database, review, now
):
    with database.transaction() as session:
        a_voice(
            session,
            review,
            "child",
            {"listens": "never"},
            now=now,
            words={"helped_most": "NOBODY-HELPED"},
        )

    pages = [
        desk.get(f"/staff/reviews/H-1/{page}")
        for page in ("grades", "grades/D3", "grades/lock", "view")
    ]

    assert [page.status_code for page in pages] == [200, 200, 200, 404]
    assert all("NOBODY-HELPED" not in page.text for page in pages)
    assert all("never" not in page.text.lower().split() for page in pages[1:3])


def test_the_work_s_attention_to_identity_is_asked_beside_d8_only(desk):
    here, elsewhere = (
        desk.get(f"/staff/reviews/H-1/grades/{code}").text for code in ("D8", "D1")
    )

    assert "Which of these did the work pay attention to?" in here
    assert 'value="disability"' in here
    assert "Which of these did the work" not in elsewhere


def test_attention_is_kept_and_shown_again_and_none_is_an_answer(desk):
    page = "/staff/reviews/H-1/grades/D8"
    for sent, kept in ((["race", "age"], ["race", "age"]), (["none"], ["none"])):
        post_form(desk, page, {"attention": sent, "go": "all"})

        assert checked(desk.get(page).text) == sorted(kept)

    post_form(desk, page, {"go": "all"})

    assert checked(desk.get(page).text) == []
    assert "You have not said" in desk.get("/staff/reviews/H-1/grades/lock").text


@pytest.mark.parametrize(
    ("sent", "told"),
    [(["race", "none"], "but not both"), (["handedness"], "not a valid choice")],
)
def test_attention_that_says_two_things_is_refused_and_nothing_is_lost(
    desk, sent, told
):
    page = "/staff/reviews/H-1/grades/D8"

    refused = post_form(desk, page, {"attention": sent, "note": "What I saw"})

    assert refused.status_code == 422
    assert told in refused.text
    assert "What I saw" in refused.text


def test_the_locked_page_tells_what_was_said_and_what_was_not_seen(
    desk, database, review, by, now
):
    post_form(desk, "/staff/reviews/H-1/grades/D8", {"attention": ["race"]})
    with database.transaction() as session:
        graded(session, review, ALL_GOOD, by=by, now=now)
        grade.lock(session, review.id, FeedbackSeen.NONE, by=by, now=now)

    page = desk.get("/staff/reviews/H-1/grades").text

    assert "Aspects of identity the work paid attention to" in page
    assert "Race</p>" in page
    assert "Not seen in the work: gender" in page


def test_a_deployment_may_offer_fewer_aspects(desk, app):
    runtime = app.extensions["trigpoint"]
    fewer = dataclasses.replace(runtime.settings, social_graces="race,disability")
    app.extensions["trigpoint"] = dataclasses.replace(runtime, settings=fewer)

    page = desk.get("/staff/reviews/H-1/grades/D8").text

    assert re.findall(r'name="attention"[^>]*value="(\w+)"', page) == [
        "race",
        "disability",
        "none",
    ]


def checked(page):
    boxes = re.findall(r'<input[^>]*name="attention"[^>]*>', page)
    return sorted(
        re.search(r'value="(\w+)"', box)[1] for box in boxes if " checked" in box
    )
