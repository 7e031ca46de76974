"""Who may go on with a form, and what do they see of what was said before?"""

import pytest
from asked import FAMILY, Respondent, ask


@pytest.fixture
def someone(app, clock):
    return Respondent(app, clock)


@pytest.fixture
def mother(database, now):
    return ask(database, now=now)


def test_a_new_session_goes_on_at_the_first_unanswered_question(
    app, clock, someone, mother
):
    someone.begins(mother).answers("mostly", "skip")

    other = Respondent(app, clock).starts(mother)

    assert other.path == "/s/q/4"


@pytest.mark.parametrize("number", [1, 2, 3])
def test_earlier_addresses_lead_forward_in_a_new_session(
    app, clock, someone, mother, number
):
    someone.begins(mother).answers("mostly", "skip")
    other = Respondent(app, clock).starts(mother)

    other.opens(f"/s/q/{number}")

    assert other.path == "/s/q/4"


def test_what_was_said_in_another_session_is_never_shown(app, clock, someone, mother):
    someone.begins(mother).answers("a_little", *["skip"] * 9, "He shouts at us.")
    other = Respondent(app, clock).starts(mother)
    other.answers("Fewer visits.", "skip", "skip")

    assert other.sees("Check your answers")
    assert other.sees("Answered earlier")
    assert other.sees("Fewer visits.")
    assert not other.sees("He shouts at us.")
    assert not other.sees("A little")


def test_two_browsers_go_on_side_by_side(app, clock, someone, mother):
    someone.begins(mother)
    other = Respondent(app, clock).starts(mother).reads_on()
    someone.answers("mostly")

    other.answers("completely")

    assert mother.answers()["understood_us"] == "completely"
    assert other.path == "/s/q/3"


def test_answers_of_two_sessions_are_sent_as_one(app, clock, someone, mother):
    someone.begins(mother).answers("mostly")
    other = Respondent(app, clock).starts(mother).answers(*["skip"] * 13)

    other.presses("Send my answers")

    assert mother.runs() == ["submitted"]
    assert mother.answers()["understood_us"] == "mostly"


def test_after_half_an_hour_earlier_answers_are_no_longer_shown(clock, someone, mother):
    someone.begins(mother).answers("mostly")
    someone.opens("/s/q/2")
    assert someone.chosen == ["mostly"]
    clock.forward(minutes=31)

    someone.opens("/s/q/2")

    assert someone.path == "/s/q/3"
    clock.forward(minutes=1)
    someone.opens("/s/q/2")
    assert someone.path == "/s/q/3"


def test_after_half_an_hour_the_page_on_screen_is_still_saved(clock, someone, mother):
    someone.begins(mother).answers("mostly")
    clock.forward(minutes=45)

    someone.answers("not_at_all")

    assert mother.answers()["know_the_plan"] == "not_at_all"
    someone.opens("/s/q/3")
    assert someone.chosen == ["not_at_all"]
    someone.opens("/s/q/2")
    assert someone.path == "/s/q/4"


def test_use_keeps_a_session_from_falling_idle(clock, someone, mother):
    someone.begins(mother).answers("mostly")
    for _ in range(4):
        clock.forward(minutes=20)
        someone.opens("/s/q/3")

    someone.opens("/s/q/2")

    assert someone.chosen == ["mostly"]


def test_a_day_after_start_what_was_typed_is_given_back(clock, someone, mother):
    someone.begins(mother).answers(*["skip"] * 10)
    assert someone.question == "what_helped"
    clock.forward(hours=24)

    someone.presses("Continue", status=403, what_helped="She <b>listened</b>.")

    assert someone.sees("Open your link again")
    assert someone.sees("She <b>listened</b>.")
    assert "what_helped" not in mother.answers()


@pytest.mark.parametrize(
    "change", [{"status": "revoked"}, {"status": "withdrawn"}, {"status": "answered"}]
)
def test_a_link_that_ended_meanwhile_stops_its_browsers(someone, mother, change):
    someone.begins(mother).answers(*["skip"] * 10)
    mother.change_invitation(**change)

    someone.presses("Continue", status=403, what_helped="Too late")

    assert someone.sees("This form is closed now")
    assert someone.sees("Too late")


def test_a_signed_review_takes_no_more_answers(someone, mother):
    someone.begins(mother)
    mother.change_review(state="agreed")

    someone.opens("/s", status=403)

    assert someone.sees("This form is closed now")


def test_a_locked_review_still_takes_answers(someone, mother):
    someone.begins(mother)
    mother.change_review(state="locked")

    someone.answers("mostly")

    assert mother.answers()["understood_us"] == "mostly"


def test_without_a_session_every_page_asks_to_open_the_link_again(someone):
    for path in ("/s", "/s/q/1", "/s/check", "/s/intro", "/s/word", "/s/later"):
        someone.opens(path, status=403)
        assert someone.sees("Open your link again")


def test_a_stale_form_gives_back_what_was_typed(someone, mother):
    someone.begins(mother)

    answer = someone.client.post("/s/q/2", data={"what_helped": "My words"})

    assert answer.status_code == 403
    assert "My words" in answer.text


def test_answers_taken_out_before_lock_leave_the_view_and_are_told(someone, mother):
    someone.begins(mother).answers(*FAMILY).presses("Send my answers")
    someone.starts(mother)

    someone.presses("Take my answers out")

    assert mother.status == "withdrawn"
    assert mother.runs() == ["withdrawn"]


def test_after_lock_the_same_sentence_changes_nothing(app, clock, someone, mother):
    someone.begins(mother).answers(*FAMILY).presses("Send my answers")
    mother.change_review(state="locked")
    someone.starts(mother).presses("Take my answers out")
    before = someone.text
    mother.change_review(state="invited")

    someone.starts(mother).presses("Take my answers out")

    assert someone.text == before
    assert mother.runs() == ["withdrawn"]
