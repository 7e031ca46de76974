"""What becomes of answers, page by page?"""

import re

import pytest
from asked import FAMILY, Respondent, ask
from builders import a_staff_member
from person import says

UNFAIR = "treated_unfairly"


@pytest.fixture
def someone(app, clock):
    return Respondent(app, clock)


@pytest.fixture
def mother(database, now):
    return ask(database, now=now)


@pytest.fixture
def child(database, now):
    return ask(database, now=now, group="child")


@pytest.fixture
def worker(database, now):
    return ask(database, now=now, group="practitioner")


def test_a_mother_is_asked_whether_it_is_safe_before_anything_is_told(someone, mother):
    someone.starts(mother)

    assert someone.question == "safe_now"
    assert not someone.sees("worker")
    someone.answers("yes")
    assert someone.sees("call 999")
    someone.presses("Continue")
    assert someone.sees("Who sees your answers")


def test_each_page_is_saved_when_it_is_left(someone, mother):
    someone.begins(mother).answers("mostly", "skip", "not_at_all")

    assert mother.answers() == {
        "safe_now": "yes",
        "understood_us": "mostly",
        "know_the_plan": None,
        "child_heard": "not_at_all",
    }


def test_addresses_and_titles_tell_no_question(someone, mother):
    someone.begins(mother)

    assert someone.path == "/s/q/2"
    assert says(someone.page.find("head/title")) == "Question 2 of 15"


def test_the_story_ends_with_a_receipt_that_shows_no_answer(someone, mother):
    someone.begins(mother).answers(*FAMILY)
    assert someone.sees("Check your answers")
    assert someone.sees("Mostly")

    someone.presses("Send my answers")

    assert someone.path == "/s/done"
    assert someone.sees("there is nothing more to do")
    assert not someone.sees("Mostly")
    assert mother.status == "answered"
    assert mother.runs() == ["submitted"]


def test_a_professional_fills_in_one_page(someone, worker):
    someone.starts(worker).reads_on()

    someone.presses("Save and continue", assessment_current="mostly", proud_of="Much.")

    assert someone.sees("Check your answers")
    assert worker.answers()["proud_of"] == "Much."
    assert worker.answers()["direct_work"] is None


def test_a_choice_not_made_is_told_beside_the_question(someone, mother):
    someone.begins(mother)

    someone.presses("Continue", status=422)

    assert someone.sees("Choose an answer, or press “Skip this question”")
    assert says(someone.page.find("head/title")).startswith("Error: ")


HOSTILE = (
    "<script>alert(1)</script> {{ 7 * 7 }} %s \u202eabc\u202c 'quote' \"x\" & ؤ \t",
    "👩‍👧 and a tab\tinside",
    "\n\nTwo breaks before,\nand spaces after   ",
    "e\u0301 and \ufeff stay as they are",
    "=HYPERLINK(1)",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_words_are_kept_exactly_as_they_were_sent(someone, worker, words):
    someone.starts(worker).reads_on()

    someone.presses("Save and continue", proud_of=words.replace("\n", "\r\n"))

    assert worker.answers()["proud_of"] == words
    assert not list(someone.page.find("body").iter("script"))


def test_words_come_back_into_their_box_unchanged(someone, worker):
    words = "\n\n <b>bold</b>\n"
    someone.starts(worker).reads_on()
    someone.presses("Save and continue", proud_of=words)

    someone.opens("/s/q/1")

    box = next(
        one for one in someone.page.iter("textarea") if one.get("name") == "proud_of"
    )
    assert "".join(box.itertext()) == words


def test_words_that_are_too_long_are_refused_and_kept_on_the_page(someone, worker):
    someone.starts(worker).reads_on()

    someone.presses("Save and continue", status=422, proud_of="é" * 10_001)

    assert someone.sees("1 character too long")
    assert someone.sees("é" * 10_001)
    assert worker.answers() == {}


def test_ten_thousand_characters_are_kept(someone, worker):
    someone.starts(worker).reads_on()

    someone.presses("Save and continue", proud_of="👩" * 10_000)

    assert worker.answers()["proud_of"] == "👩" * 10_000


def test_a_hidden_sign_is_refused_and_the_words_stay(someone, worker):
    someone.starts(worker).reads_on()

    someone.presses("Save and continue", status=422, proud_of="one\0two")

    assert someone.sees("onetwo")
    assert worker.answers() == {}


def test_an_option_that_is_not_offered_is_refused(someone, mother):
    someone.begins(mother)

    someone.presses("Continue", status=422, understood_us="always")

    assert someone.sees("Choose one of the answers on this page")


def test_an_answer_can_be_changed_before_it_is_sent(someone, mother):
    someone.begins(mother).answers(*FAMILY)

    someone.opens("/s/q/2")
    assert someone.chosen == ["mostly"]
    someone.answers("completely")

    assert someone.sees("Check your answers")
    assert mother.answers()["understood_us"] == "completely"


def test_the_form_has_the_controls_that_were_agreed(someone, mother):
    someone.begins(mother)

    primary = [
        one for one in someone.page.iter("button") if "data-primary" in one.attrib
    ]
    skip = [one for one in someone.page.iter("button") if one.get("name") == "skip"]
    assert len(primary) == 1
    assert skip[0].get("value") == "1"
    assert "formnovalidate" in skip[0].attrib
    assert {"completely", "rather_not_say"} <= {
        box.get("value") for box in someone.page.iter("input")
    }


def test_unfair_treatment_opens_an_offer_to_talk(someone, database, now):
    person = {"form": "young_person", "age_band": "13-17"}
    asked = ask(database, now=now, group="child", person=person)
    someone.begins(asked)
    while someone.question != UNFAIR:
        someone.answers("skip")

    someone.answers("mostly")

    assert someone.sees("That should not happen to anyone.")
    assert asked.alerts() == []


def test_a_child_is_shown_a_childs_page(someone, child):
    someone.starts(child).reads_on()

    assert "respond--child" in someone.page.find("body").get("class")
    assert someone.question == "listens"


def test_an_answer_that_worries_is_thanked_with_numbers_to_call(someone, child):
    someone.starts(child).reads_on()
    someone.answers(*["skip"] * 9)
    assert someone.question == "home_safe"

    someone.answers("never")

    assert someone.question == "helped_most"
    assert someone.sees("Thank you for telling us")
    assert someone.sees("0800 1111")
    assert [one.kind for one in child.alerts()] == ["unsafe"]


def test_words_that_worry_are_not_remarked_upon(someone, child):
    someone.starts(child).reads_on()
    someone.answers(*["skip"] * 10)

    someone.answers("he hits me")

    assert [one.kind for one in child.alerts()] == ["words"]
    assert not someone.sees("Thank you for telling us")


def test_not_safe_now_saves_only_that_and_lets_go(someone, mother):
    someone.starts(mother)

    someone.answers("no")

    assert mother.answers() == {"safe_now": "no"}
    assert someone.sees("You can leave this page now")
    assert someone.sees("0808 2000 247")
    assert [one.kind for one in mother.alerts()] == ["not_safe_now"]
    someone.starts(mother)
    assert someone.question == "safe_now"
    assert someone.chosen == []


def test_a_word_said_by_many_names_is_only_asked_where_it_was_agreed(
    someone, database, now
):
    asked = ask(database, now=now, code_word="Blue Door")
    someone.starts(asked)

    assert someone.question == "code_word"
    someone.opens("/s/q/1")
    assert someone.path == "/s/word"
    someone.presses("Continue", status=422, code_word="green door")
    someone.presses("Continue", code_word=" blue  DOOR")
    assert someone.question == "safe_now"


def test_five_wrong_words_shut_the_link_and_tell_the_coordinator(
    app, clock, someone, database, now
):
    asked = ask(database, now=now, code_word="Blue Door")
    with database.transaction() as session:
        a_staff_member(session, now=now, email="co@council.example")
    someone.starts(asked)
    for _ in range(2):
        someone.presses("Continue", status=422, code_word="red")
    other = Respondent(app, clock).starts(asked)
    for _ in range(2):
        other.presses("Continue", status=422, code_word="red")

    other.presses("Continue", status=403, code_word="red")

    assert other.sees("This form is closed now")
    assert asked.status == "revoked"
    assert len(asked.messages("code-word-locked")) == 1
    someone.starts(asked)
    assert someone.sees("cannot be used any more")


def test_leaving_ends_the_session_and_forgets(someone, mother):
    someone.begins(mother).answers("mostly")
    cookie = someone.client.get_cookie("respond").value

    answer = someone.client.get("/s/leave")
    someone.client.set_cookie("respond", cookie)

    assert (answer.status_code, answer.location) == (
        303,
        "https://www.bbc.co.uk/weather",
    )
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert someone.client.get("/s/q/2").status_code == 403


def test_leaving_works_without_a_session(client):
    answer = client.get("/s/leave")

    assert answer.status_code == 303


def test_help_is_there_before_and_after_start(someone, mother):
    someone.opens("/s/help")
    assert someone.sees("999")
    assert not someone.sees("NSPCC")

    someone.begins(mother).opens("/s/help")

    assert someone.sees("National Domestic Abuse Helpline")
    assert re.search(r"Back to the form", someone.text)
