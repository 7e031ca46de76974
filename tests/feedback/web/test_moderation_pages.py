"""The pages of comment, meeting and record, as their people use them."""

import re

import pytest
from builders import a_review, a_staff_member, post_form, sign_in
from grading_builders import locked
from meeting_builders import (
    a_council,
    a_recommendation,
    agreed,
    commented,
    everybody_signs,
    met,
    signs,
    state_of,
)

from feedback.domain.access import Role
from feedback.domain.grading import Judgement
from feedback.services import audit
from feedback.services.read_record import record_of

HEAD, REVIEWER = "head@council.example", "reviewer@agency.example"
CSC, DIRECTOR = "csc@council.example", "ad@council.example"


@pytest.fixture
def council(database, now):
    with database.transaction() as session:
        return a_council(session, now=now)


@pytest.fixture
def at(app, council, clock):
    """Open the review's pages as one of its people, signed in once."""
    clients = {}

    def browser(email):
        if email not in clients:
            clients[email] = app.test_client()
            sign_in(clients[email], email, now=clock.now())
        return clients[email]

    return browser


def page(council, rest):
    return f"/staff/reviews/{council.reference}/{rest}"


def seats_of(council):
    return {
        "held_on": ["24", "11", "2026"],
        "reviewer": str(council.reviewer),
        "head_sqa": str(council.head_sqa),
        "head_csc": str(council.head_csc),
        "ad_people": str(council.ad_people),
    }


def record(database, council, now):
    with database.transaction() as session:
        by = audit.staff(council.head_sqa)
        return record_of(session, council.review, by=by, now=now)


def test_the_head_comments_and_proposes_another_grade(database, council, at, now):
    client = at(HEAD)
    fields = {
        "words": "Look at D3.\r\nTwice.",
        "grade_D3": "2",
        "reason_D3": "Not heard",
    }

    answer = post_form(client, page(council, "comment"), fields)

    assert answer.status_code == 303
    shown = client.get(page(council, "comment")).text
    assert "Look at D3.\nTwice." in shown
    assert "Not heard" in shown
    with database.reading() as session:
        assert state_of(session, council.review).state == "commented"


def test_a_proposal_without_a_reason_is_told_beside_its_box_and_nothing_is_lost(
    council, at
):
    client = at(HEAD)
    fields = {"words": "Look at D3.", "grade_D3": "2", "reason_D3": ""}

    answer = post_form(client, page(council, "comment"), fields)

    assert answer.status_code == 422
    assert 'href="#reason_D3"' in answer.text
    assert "Look at D3." in answer.text


def test_a_head_who_reviewed_reads_that_another_named_role_is_needed(
    app, database, clock
):
    now = clock.now()
    with database.transaction() as session:
        head = a_staff_member(
            session, Role.HEAD_SQA, Role.REVIEWER, now=now, email="both@council.example"
        )
        review = a_review(session, now=now, reviewer=head)
        locked(session, review, head, now=now)
    client = app.test_client()
    sign_in(client, "both@council.example", now=now)
    address = f"/staff/reviews/{review.reference}/comment"

    shown = client.get(address)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown.text)[1]
    refused = client.post(address, data={"csrf_token": token, "words": "Fine"})

    assert "A moderator of this review comments first" in shown.text
    assert 'name="words"' not in shown.text
    assert refused.status_code == 422
    with database.reading() as session:
        assert state_of(session, review.id).state == "locked"


def test_the_comment_page_shows_no_grade_before_lock(app, database, clock):
    now = clock.now()
    with database.transaction() as session:
        a_staff_member(session, Role.HEAD_SQA, now=now, email="h@council.example")
        review = a_review(session, now=now)
    client = app.test_client()
    sign_in(client, "h@council.example", now=now)

    shown = client.get(f"/staff/reviews/{review.reference}/comment").text

    assert "not locked yet" in shown
    assert "Good" not in shown


def test_the_meeting_opens_from_the_page_with_its_usual_people_already_there(
    database, council, at, now
):
    with database.transaction() as session:
        commented(session, council, now=now)
    client = at(CSC)

    shown = client.get(page(council, "meeting")).text
    answer = post_form(client, page(council, "meeting"), seats_of(council))

    for account in council.people:
        assert re.search(rf'value="{account}" selected', shown)
    assert answer.status_code == 303
    with database.reading() as session:
        assert state_of(session, council.review).state == "moderating"


def test_a_deputy_without_a_reason_is_refused_in_plain_words(
    database, council, at, now
):
    with database.transaction() as session:
        other = a_staff_member(session, Role.REVIEWER, now=now)
        commented(session, council, now=now)
    fields = {**seats_of(council), "reviewer": str(other)}

    answer = post_form(at(HEAD), page(council, "meeting"), fields)

    assert answer.status_code == 422
    assert "Reviewer: say why a deputy sits here" in answer.text


def test_the_meeting_page_walks_the_disagreements_first(database, council, at, now):
    with database.transaction() as session:
        met(session, council, now=now)

    shown = at(CSC).get(page(council, "meeting")).text

    assert shown.index("D3 Direct work") < shown.index("D1 Assessment")
    assert "0 of 11 judgements are agreed" in shown
    assert "before the grade" not in shown


def test_no_grade_is_chosen_beforehand(database, council, at, now):
    with database.transaction() as session:
        met(session, council, now=now)

    shown = at(CSC).get(page(council, "meeting/D3")).text

    assert re.search(r'name="grade" type="radio"', shown)
    assert " checked" not in shown
    assert "reviewer more favourable" in shown


def test_agreeing_over_a_dissonance_is_refused_until_it_was_considered(
    database, council, at, now
):
    with database.transaction() as session:
        met(session, council, now=now)
    client, address = at(CSC), page(council, "meeting/D3")

    refused = post_form(client, address, {"grade": "3"})
    taken = post_form(client, address, {"grade": "3", "considered": "We read it."})

    assert refused.status_code == 422
    assert 'href="#considered"' in refused.text
    assert taken.status_code == 303
    assert record(database, council, now).point(Judgement.D3).agreed.grade == 3


def test_two_people_who_save_at_once_see_each_others_words(
    database, council, at, clock
):
    with database.transaction() as session:
        met(session, council, now=clock.now())
    address = page(council, "meeting/D1")
    first, second = at(CSC), at(DIRECTOR)
    opened = second.get(address).text
    version = re.search(r'name="version" value="([^"]*)"', opened)[1]
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', opened)[1]
    clock.forward(seconds=5)
    post_form(
        first, address, {"grade": "2", "reason": "Visits were late", "version": version}
    )
    mine = {
        "csrf_token": token,
        "grade": "4",
        "reason": "Visits were long",
        "version": version,
    }

    refused = second.post(address, data=mine)

    assert refused.status_code == 422
    assert "Somebody saved this while you were writing" in refused.text
    assert "Visits were late" in refused.text
    assert "Visits were long" in refused.text


def test_a_recommendation_needs_an_owner_and_a_day_to_come(database, council, at, now):
    with database.transaction() as session:
        met(session, council, now=now)
    client, address = at(HEAD), page(council, "meeting/recommendations")
    fields = {
        "dimension": "D3",
        "words": "See her at school",
        "owner": "",
        "due_on": ["1", "1", "2020"],
    }

    refused = post_form(client, address, fields)
    whole = {**fields, "owner": "Team manager", "due_on": ["31", "1", "2027"]}
    taken = post_form(client, address, whole)

    assert refused.status_code == 422
    assert "Name who owns it" in refused.text
    assert "Enter a day that is still to come" in refused.text
    assert taken.status_code == 303
    assert "Owner: Team manager. Due 31 January 2027." in client.get(address).text


def test_a_recommendation_can_be_taken_out_before_signing(database, council, at, now):
    with database.transaction() as session:
        met(session, council, now=now)
        a_recommendation(session, council, now=now)
    client, address = at(HEAD), page(council, "meeting/recommendations")
    kept = record(database, council, now).recommendations[0].id

    answer = post_form(client, f"{address}/{kept}/remove", {}, page=address)

    assert answer.status_code == 303
    assert record(database, council, now).recommendations == ()


def test_each_seat_signs_for_itself_and_the_fourth_makes_the_record(
    database, council, at, now
):
    with database.transaction() as session:
        met(session, council, now=now)
        agreed(session, council, now=now, D3=2)
        a_recommendation(session, council, now=now)

    answers = [_signs(at(email), council) for email in (REVIEWER, HEAD, CSC, DIRECTOR)]

    assert [answer.status_code for answer in answers] == [303] * 4
    assert answers[-1].headers["Location"].endswith("/meeting/record")
    shown = at(CSC).get(page(council, "meeting/record")).text
    assert "signed by every seat" in shown
    assert "Because of D3" in shown
    assert "Go and see her at school" in shown
    assert "Race, Class</p>" in shown
    assert "Not seen in the work: gender" in shown
    assert "addendum" in shown


def test_whoever_has_no_seat_sees_no_button_to_sign(database, council, at, now):
    with database.transaction() as session:
        a_staff_member(session, Role.HEAD_SQA, now=now, email="other@council.example")
        met(session, council, now=now)
        agreed(session, council, now=now)

    shown = at("other@council.example").get(page(council, "meeting/sign")).text

    assert "You have no seat at this meeting" in shown
    assert 'name="have_read"' not in shown


def test_a_change_after_signatures_says_that_they_are_cleared(
    database, council, at, now
):
    with database.transaction() as session:
        met(session, council, now=now)
        agreed(session, council, now=now)
        signs(session, council, council.reviewer, now=now)
        signs(session, council, council.head_csc, now=now)
    client = at(HEAD)
    fields = {
        "dimension": "D3",
        "words": "See her at school",
        "owner": "Team manager",
        "due_on": ["31", "1", "2027"],
    }

    post_form(client, page(council, "meeting/recommendations"), fields)

    shown = client.get(page(council, "meeting")).text
    assert "The record changed: 2 signatures cleared" in shown


def test_a_signed_record_offers_no_form_and_takes_no_post(database, council, at, now):
    with database.transaction() as session:
        met(session, council, now=now)
        agreed(session, council, now=now)
        everybody_signs(session, council, now=now)
    client = at(HEAD)

    for rest in ("meeting", "meeting/D1", "meeting/sign"):
        answer = client.get(page(council, rest))
        assert answer.headers["Location"].endswith("/meeting/record"), rest
    shown = client.get(page(council, "meeting/record")).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)[1]
    refused = client.post(
        page(council, "meeting/D1"), data={"csrf_token": token, "grade": "4"}
    )
    assert refused.status_code == 422
    assert "The record was signed and stands as it is" in refused.text


@pytest.mark.parametrize(
    "role", [Role.COORDINATOR, Role.DUTY, Role.COMMITTEE, Role.AUDITOR, Role.ADMIN]
)
def test_nobody_else_sees_that_there_is_a_meeting(app, database, council, clock, role):
    with database.transaction() as session:
        met(session, council, now=clock.now())
        a_staff_member(session, role, now=clock.now(), email="who@council.example")
    client = app.test_client()
    sign_in(client, "who@council.example", now=clock.now())

    for rest in ("comment", "meeting", "meeting/D1", "meeting/sign", "meeting/record"):
        assert client.get(page(council, rest)).status_code == 404, rest


def test_a_deputy_who_is_a_reviewer_elsewhere_reaches_the_meeting(
    app, database, council, clock
):
    now = clock.now()
    with database.transaction() as session:
        other = a_staff_member(
            session, Role.REVIEWER, now=now, email="deputy@agency.example"
        )
        commented(session, council, now=now)
    head = app.test_client()
    sign_in(head, HEAD, now=now)
    fields = {
        **seats_of(council),
        "reviewer": str(other),
        "reviewer_deputy": "On leave",
    }
    post_form(head, page(council, "meeting"), fields)
    deputy = app.test_client()
    sign_in(deputy, "deputy@agency.example", now=now)

    answer = deputy.get(page(council, "meeting"))

    assert answer.status_code == 200
    assert "On leave" in answer.text


def _signs(client, council):
    address = page(council, "meeting/sign")
    digest = re.search(r'name="digest" value="([^"]+)"', client.get(address).text)[1]
    return post_form(client, address, {"digest": digest, "have_read": "y"})
