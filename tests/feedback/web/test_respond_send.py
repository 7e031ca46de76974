"""What happens when answers are sent, once or twice, in haste or not at all?"""

from dataclasses import replace
from datetime import timedelta

import pytest
from asked import FAMILY, Respondent, ask
from html5lib import parse

from feedback.app import create_app
from feedback.db.models import InvitationRow
from feedback.services.link import token_of


@pytest.fixture
def someone(app, clock):
    return Respondent(app, clock)


@pytest.fixture
def mother(database, now):
    return ask(database, now=now)


def test_the_last_page_needs_no_session(someone):
    someone.opens("/s/done")

    assert someone.sees("Thank you")


def test_looking_at_the_last_page_early_ends_nothing(someone, mother):
    someone.begins(mother).answers("mostly")

    someone.client.get("/s/done")

    someone.opens("/s/check")
    assert someone.path == "/s/q/3"


def test_sending_wipes_the_sealed_token(someone, mother, database):
    someone.begins(mother).answers(*FAMILY).presses("Send my answers")

    with database.reading() as session:
        invitation = session.get_one(InvitationRow, mother.invitation)
        assert token_of(session, invitation) is None


def test_a_run_without_an_answer_offers_to_decline(someone, mother):
    someone.begins(mother).answers(*["skip"] * 14)
    assert someone.sees("You have not answered anything")

    someone.presses("I don't want to answer")

    assert someone.path == "/s/done"
    assert mother.status == "declined"
    assert mother.runs() == ["discarded"]


def test_i_do_not_know_is_an_answer(someone, mother):
    someone.begins(mother).answers("dont_know", *["skip"] * 13)

    someone.presses("Send my answers")

    assert mother.status == "answered"


def test_checking_leads_back_to_what_is_left(someone, mother):
    someone.begins(mother).answers("mostly")

    someone.opens("/s/check")

    assert someone.path == "/s/q/3"


def sending(client):
    """The fields of the form on check-your-answers."""
    page = parse(client.get("/s/check").text, namespaceHTMLElements=False)
    return {
        box.get("name"): box.get("value")
        for box in page.iter("input")
        if box.get("type") == "hidden"
    }


def test_sending_twice_gives_the_same_receipt_once(someone, mother):
    someone.begins(mother).answers(*FAMILY)
    fields = sending(someone.client)

    answers = [someone.client.post("/s/check", data=fields) for _ in range(3)]
    someone.opens("/s/done")
    answers.append(someone.client.post("/s/check", data=fields))

    assert {(one.status_code, one.location) for one in answers} == {(303, "/s/done")}
    assert mother.runs() == ["submitted"]


def test_a_second_press_before_the_first_was_answered_gives_the_same_receipt(
    app, someone, mother
):
    someone.begins(mother).answers(*FAMILY)
    fields = sending(someone.client)
    cookie = someone.client.get_cookie("respond").value
    other = app.test_client()
    other.set_cookie("respond", cookie)

    first = someone.client.post("/s/check", data=fields)
    second = other.post("/s/check", data=fields)

    assert (first.status_code, second.status_code) == (303, 303)
    assert mother.runs() == ["submitted"]


def test_another_body_under_the_same_key_is_refused_and_kept(someone, mother):
    someone.begins(mother).answers(*FAMILY)
    fields = sending(someone.client)
    someone.client.post("/s/check", data=fields)

    answer = someone.client.post("/s/check", data={**fields, "more": "One more thing"})

    assert answer.status_code == 409
    assert "One more thing" in answer.text
    assert mother.runs() == ["submitted"]


def test_a_key_that_no_database_takes_does_no_harm(someone, mother):
    someone.begins(mother).answers(*FAMILY)
    fields = sending(someone.client)

    answer = someone.client.post("/s/check", data={**fields, "key": "a\0b"})

    assert answer.status_code == 303
    assert mother.runs() == ["submitted"]


def test_a_key_that_somebody_else_used_does_not_swallow_answers(
    app, clock, database, now, someone, mother
):
    someone.begins(mother).answers(*FAMILY)
    fields = sending(someone.client)
    someone.client.post("/s/check", data=fields)
    father = ask(database, now=now)
    other = Respondent(app, clock).begins(father).answers(*FAMILY)
    own = sending(other.client)

    answer = other.client.post("/s/check", data={**own, "key": fields["key"]})

    assert answer.status_code == 409
    assert father.status == "started"


def test_sending_asks_the_browser_to_forget(someone, mother):
    someone.begins(mother).answers(*FAMILY)

    answer = someone.client.post("/s/check", data=sending(someone.client))
    done = someone.client.get("/s/done")

    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert done.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert someone.client.get_cookie("respond") is None


def test_a_hasty_run_waits_to_be_looked_at_and_may_be_given_again(
    app, clock, settings, database, now
):
    hasty = create_app(replace(settings, quarantine=timedelta(seconds=3)), clock)
    asked = ask(database, now=now)
    someone = Respondent(hasty, clock)
    someone.begins(asked).answers(*FAMILY).presses("Send my answers")
    assert someone.path == "/s/done"
    assert (asked.status, asked.runs()) == ("started", ["quarantined"])

    someone.begins(asked).answers(*FAMILY)
    clock.forward(minutes=1)
    someone.presses("Send my answers")

    assert (asked.status, asked.runs()) == ("answered", ["replaced", "submitted"])
    hasty.extensions["trigpoint"].database.dispose()
