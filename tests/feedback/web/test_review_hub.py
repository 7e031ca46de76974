"""The review's page, its people and the list of reviews say what is next."""

import re
from datetime import timedelta

import pytest
from builders import a_participant, a_review, a_staff_member, post_form, sign_in

from feedback.db.ids import new_id
from feedback.db.models import AlertRow
from feedback.domain.access import Role

SAFE = {"safe": "yes", "verified_on": ["23", "11", "2026"]}


@pytest.fixture
def people(ready, now):
    """Accounts of every role; the review below knows its own."""
    with ready.transaction() as session:
        return {
            role: a_staff_member(
                session, role, now=now, email=f"{role}@council.example"
            )
            for role in (Role.COORDINATOR, Role.REVIEWER, Role.HEAD_SQA, Role.MODERATOR)
        }


@pytest.fixture
def at(app, people, clock):
    def browser(role):
        client = app.test_client()
        clock.forward(seconds=30)  # a code works once
        sign_in(client, f"{role}@council.example", now=clock.at)
        return client

    return browser


def a_review_of(session, people, *, now, **given):
    second = a_staff_member(session, Role.MODERATOR, now=now)
    return a_review(
        session,
        now=now,
        reviewer=people[Role.REVIEWER],
        moderators=(people[Role.MODERATOR], second),
        reference="H-1",
        **given,
    )


@pytest.mark.parametrize(
    ("role", "state", "told"),
    [
        (Role.COORDINATOR, "invited", "Hear from people"),
        (Role.REVIEWER, "invited", "Grade nine dimensions"),
        (Role.COORDINATOR, "locked", "Make the first comment"),
        (Role.HEAD_SQA, "locked", "Make the first comment"),
        (Role.REVIEWER, "locked", "Read where the voices agree"),
        (Role.MODERATOR, "locked", "Read where the voices agree"),
        (Role.MODERATOR, "commented", "Agree the grades"),
        (Role.COORDINATOR, "commented", "Agree the grades"),
    ],
)
def test_next_is_what_holds_up_the_review_for_whoever_reads(
    at, ready, people, now, role, state, told
):
    with ready.transaction() as session:
        review = a_review_of(session, people, now=now, state=state)
        a_participant(session, review, now=now)
    post_form(at(Role.COORDINATOR), "/staff/reviews/H-1/invite", {})

    page = at(role).get("/staff/reviews/H-1").text

    box = re.search(r'id="next-title".*?</section>', page, re.DOTALL)[0]
    assert told in box


def test_check_and_invite_leads_only_while_somebody_is_to_be_invited(
    at, ready, people, now
):
    with ready.transaction() as session:
        review = a_review_of(session, people, now=now)
        a_participant(session, review, now=now)
    desk = at(Role.COORDINATOR)

    before = desk.get("/staff/reviews/H-1/people").text
    post_form(desk, "/staff/reviews/H-1/invite", {})
    after = desk.get("/staff/reviews/H-1/people").text

    button = r'class="govuk-button"[^>]*>Check and invite'
    assert re.search(button, before)
    assert not re.search(button, after)
    assert "Everybody who is asked is invited." in after


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "Enter a mobile number or an email address"),
        ({"channel": "sms"}, "Enter a mobile number"),
        ({"channel": "email", "value": " "}, "Enter an email address"),
        ({"channel": "sms", "value": "12"}, "number"),
    ],
)
def test_an_empty_contact_is_told_everything_that_is_missing_at_once(
    at, ready, people, now, fields, told
):
    with ready.transaction() as session:
        review = a_review_of(session, people, now=now)
        person = a_participant(session, review, now=now, contact=False).id
    page = f"/staff/reviews/H-1/people/{person}/contacts/new"

    answer = post_form(at(Role.COORDINATOR), page, fields)

    assert answer.status_code == 422
    summary = re.search(r"data-error-summary.*?</ul>", answer.text, re.DOTALL)[0]
    assert told in summary
    assert "Choose what they said" in summary


def test_the_list_puts_what_presses_first_and_what_is_done_last(at, ready, people, now):
    with ready.transaction() as session:
        for reference, state, days in (
            ("DONE-1", "agreed", 1),
            ("LATE-9", "invited", 9),
            ("SOON-2", "invited", 2),
            ("MEET-5", "commented", 5),
            ("ALERT-8", "invited", 8),
        ):
            review = a_review(
                session,
                now=now,
                reference=reference,
                state=state,
                closes_at=now + timedelta(days=days),
                agreed_at=now if state == "agreed" else None,
            )
            if reference == "ALERT-8":
                an_open_alert(session, review, now=now)

    page = at(Role.COORDINATOR).get("/staff/reviews").text

    listed = re.findall(r"<a[^>]*>((?:DONE|LATE|SOON|MEET|ALERT)-\d)</a>", page)
    assert listed == ["ALERT-8", "MEET-5", "SOON-2", "LATE-9", "DONE-1"]
    assert "Agreed 24 November 2026" in page


def test_a_review_is_found_from_home_by_a_part_of_its_reference(at, ready, people, now):
    with ready.transaction() as session:
        a_review(session, now=now, reference="H-000451")
    desk = at(Role.COORDINATOR)

    home = desk.get("/staff/").text
    found = desk.get("/staff/reviews?reference=451").text
    missed = desk.get("/staff/reviews?reference=999").text

    assert re.search(r'action="/staff/reviews" role="search"', home)
    assert "H-000451" in found
    assert "No review has a reference like that" in missed


def an_open_alert(session, review, *, now):
    session.add(
        AlertRow(
            id=new_id(),
            reference="A-1",
            review_id=review.id,
            kind="unsafe",
            state="raised",
            level=0,
            raised_at=now,
            dedupe_key="1",
        )
    )
