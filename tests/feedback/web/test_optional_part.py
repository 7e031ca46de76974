"""A coordinator adds an optional part to somebody's form; nobody else is asked it."""

import re

import pytest
from builders import a_review, a_staff_member, post_form, sign_in
from person import Person
from sqlalchemy import select
from story import answer_the_page

from feedback.db.models import AnswerRow, ParticipantRow
from feedback.domain.access import Role

NEW = "/staff/reviews/H-1/people/new"
YOUNG = {
    "name": "Sam",
    "group": "child",
    "age_band": "13-17",
    "form": "",
    "language": "en",
    "language_route": "interpreted",
    "consented_on": ["23", "11", "2026"],
}
ADD_ON = {"interpreter_right", "steps_understood"}


@pytest.fixture
def coordinator(ready, client, clock):
    with ready.transaction() as session:
        a_staff_member(session, now=clock.at, email="c@council.example")
        reviewer = a_staff_member(session, Role.REVIEWER, now=clock.at)
        a_review(session, now=clock.at, reviewer=reviewer, reference="H-1")
    sign_in(client, "c@council.example", now=clock.at)
    return client


def kept(database):
    with database.reading() as session:
        return session.scalars(select(ParticipantRow.blocks)).all()


def test_the_part_is_kept_shown_again_and_can_be_taken_back(coordinator, database):
    person = post_form(coordinator, NEW, {**YOUNG, "blocks": "uasc"}).location

    page = coordinator.get(f"{person}/edit").text
    box = re.search(r'<input[^>]*name="blocks"[^>]*>', page)[0]
    assert kept(database) == ["uasc"]
    assert "checked" in box
    assert "with the two more questions" in coordinator.get(person).text

    post_form(coordinator, f"{person}/edit", YOUNG)
    assert kept(database) == [""]


def test_a_form_without_the_part_refuses_it_beside_the_field(coordinator, database):
    child = {**YOUNG, "age_band": "9-12", "blocks": "uasc"}

    answer = post_form(coordinator, NEW, child)

    assert answer.status_code == 422
    assert "not part of the form that they are asked" in answer.text
    assert kept(database) == []


def test_the_part_stays_once_somebody_is_invited(coordinator, database):
    person = post_form(coordinator, NEW, YOUNG).location
    post_form(coordinator, "/staff/reviews/H-1/invite", {})

    answer = post_form(coordinator, f"{person}/edit", {**YOUNG, "blocks": "uasc"})

    assert answer.status_code == 422
    assert kept(database) == [""]


@pytest.mark.parametrize(
    ("chosen", "asked"), [({"blocks": "uasc"}, ADD_ON), ({}, set())]
)
def test_only_whoever_it_was_chosen_for_is_asked_it(
    coordinator, app, database, clock, chosen, asked
):
    person = post_form(coordinator, NEW, {**YOUNG, **chosen}).location
    entry = post_form(coordinator, f"{person}/open", {}, page=person).location
    young = Person(app, clock)

    young.opens(entry).presses("Start").presses("Continue")
    young.presses("Go to the questions")
    while "/s/q/" in young.path:
        clock.forward(seconds=5)
        answer_the_page(young, scale="mostly", words="Fine", safe="completely")
    young.presses("Send my answers")

    with database.reading() as session:
        answered = set(session.scalars(select(AnswerRow.question)))
    assert answered & ADD_ON == asked
