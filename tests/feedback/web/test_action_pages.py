"""The pages of actions, as those who follow them use them."""

import re
from datetime import timedelta

import html5lib
import pytest
from action_builders import a_raised_action, a_recommended_action, row_of, takes
from builders import a_review, a_staff_member, post_form, sign_in

from feedback.domain.access import Role
from feedback.domain.action import MOVES, Step, Tally
from feedback.domain.calendar import london_day
from feedback.domain.grading import Judgement
from feedback.services.list_actions import Show
from feedback.web.act.bars import bar
from feedback.web.act.forms import FORMS
from feedback.web.act.wording import (
    EMPTY,
    LONGEST_GIST,
    SHOWS,
    STEPS,
    TAKEN,
    gist,
    tally_in_words,
)
from feedback.web.act.wording import FORMS as FORM_WORDS

EMAILS = {
    Role.COORDINATOR: "office@council.example",
    Role.HEAD_SQA: "head@council.example",
    Role.MODERATOR: "mod@council.example",
}
DONE = {"done": "Two visits held", "shown_by": "Notes of 3 and 9 December"}


class House:
    """Three people who follow actions, and a review that was agreed."""

    def __init__(self, app, database, clock):
        self.app, self.database, self.clock = app, database, clock
        self.clients = {}
        now = clock.now()
        with database.transaction() as session:
            self.people = {
                role: a_staff_member(session, role, now=now, email=email)
                for role, email in EMAILS.items()
            }
            moderators = [self.people[Role.MODERATOR]]
            self.review = a_review(
                session, now=now, state="agreed", moderators=moderators
            )

    def action(self, *, review=None, **given):
        with self.database.transaction() as session:
            return a_recommended_action(
                session,
                review or self.review,
                by=self.people[Role.HEAD_SQA],
                now=self.clock.now(),
                **given,
            )

    def at(self, role):
        """The browser of somebody who is signed in."""
        if role not in self.clients:
            self.clients[role] = self.app.test_client()
            sign_in(self.clients[role], EMAILS[role], now=self.clock.now())
        return self.clients[role]

    def reads(self, role, path):
        """What somebody's page says, checked to be whole."""
        answer = self.at(role).get(path)
        assert answer.status_code == 200
        return whole(answer.text)

    def takes(self, role, action, step, **fields):
        page = f"/staff/actions/{action}"
        seen = self._version(action)
        return post_form(
            self.at(role),
            f"{page}/steps/{step}",
            {"seen": seen, **fields},
            page=page,
        )

    def state(self, action):
        with self.database.reading() as session:
            return row_of(session, action).state

    def _version(self, action):
        with self.database.reading() as session:
            return str(row_of(session, action).version)


def whole(html):
    """Refuse HTML that is not well formed, or has an id twice; give its words."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(html)
    ids = [one.get("id") for one in tree.iter() if one.get("id")]
    assert len(ids) == len(set(ids)), sorted(ids)
    assert len(list(tree.iter("h1"))) == 1
    return " ".join(" ".join(tree.itertext()).split())


@pytest.fixture
def house(app, database, clock):
    return House(app, database, clock)


def test_done_by_one_and_confirmed_by_another(house):
    action = house.action(words="Plan direct work")
    page = f"/staff/actions/{action}"

    said = house.takes(Role.COORDINATOR, action, "done", **DONE)
    own = house.reads(Role.COORDINATOR, page)
    theirs = house.reads(Role.HEAD_SQA, page)
    house.takes(Role.HEAD_SQA, action, "confirmed", looked_at="Both notes")
    after = house.reads(Role.COORDINATOR, page)

    assert said.status_code == 303
    assert "somebody else confirms it" in own
    assert "Confirm that it is done" not in own
    assert "Take back" in own
    assert "Notes of 3 and 9 December" in theirs
    assert "Confirm that it is done" in theirs
    assert house.state(action) == "confirmed"
    assert "Both notes" in after
    assert "Open it again" in after


def test_confirming_ones_own_by_a_forged_post_is_refused(house):
    action = house.action()
    house.takes(Role.HEAD_SQA, action, "done", **DONE)

    answer = house.takes(Role.HEAD_SQA, action, "confirmed", looked_at="Mine")

    assert answer.status_code == 422
    assert "Somebody other than who said it is done" in answer.text
    assert "Mine" in whole(answer.text)
    assert house.state(action) == "done"


def test_a_moderator_cannot_give_an_action_up_and_is_not_offered_to(house):
    action = house.action()
    fields = {"why_never": "Too dear"}

    answer = house.takes(Role.MODERATOR, action, "dropped", **fields)
    shown = house.reads(Role.MODERATOR, f"/staff/actions/{action}")
    heads = house.takes(Role.HEAD_SQA, action, "dropped", **fields)

    assert answer.status_code == 404
    assert "will not be done" not in shown
    assert heads.status_code == 303
    assert house.state(action) == "dropped"


def test_a_form_that_misses_something_says_what_and_loses_nothing(house):
    action = house.action()

    answer = house.takes(Role.COORDINATOR, action, "done", done="We met", shown_by=" ")

    assert answer.status_code == 422
    text = whole(answer.text)
    assert "Say what shows that it was done" in text
    assert "We met" in text
    assert 'href="#shown_by"' in answer.text
    assert "<title>Error:" in answer.text
    assert house.state(action) == "open"


@pytest.mark.parametrize("step", FORMS)
def test_every_empty_form_is_refused_with_its_error_in_sight(house, step):
    action = house.action()
    if step in {Step.CONFIRMED, Step.SENT_BACK, Step.TAKEN_BACK}:
        house.takes(Role.HEAD_SQA, action, "done", **DONE)
    if step is Step.REOPENED:
        house.takes(Role.HEAD_SQA, action, "dropped", why_never="Not now")
    who = Role.COORDINATOR if step is Step.SENT_BACK else Role.HEAD_SQA

    answer = house.takes(who, action, step.value)

    assert answer.status_code == 422
    assert "There is a problem" in whole(answer.text)


def test_what_somebody_else_changed_meanwhile_is_read_before_it_is_changed(house):
    action = house.action()
    house.takes(Role.HEAD_SQA, action, "noted", note="They are on it")

    answer = post_form(
        house.at(Role.COORDINATOR),
        f"/staff/actions/{action}/steps/done",
        {"seen": "1", **DONE},
        page=f"/staff/actions/{action}",
    )

    assert answer.status_code == 422
    text = whole(answer.text)
    assert "Somebody changed this action while you were writing" in text
    assert "They are on it" in text
    assert "Two visits held" in text
    assert house.state(action) == "open"


def test_words_that_come_too_late_are_given_back(house):
    action = house.action()
    house.takes(Role.HEAD_SQA, action, "done", **DONE)

    answer = house.takes(Role.COORDINATOR, action, "due_changed", why_moved="Half term")

    assert answer.status_code == 422
    assert "Half term" in whole(answer.text)


@pytest.mark.parametrize("seen", ["", "x", "²", "-1", "9" * 30])
def test_a_version_that_was_made_up_is_refused(house, seen):
    action = house.action()

    answer = house.takes(Role.COORDINATOR, action, "noted", note="Hello", seen=seen)

    assert answer.status_code == 422


def test_the_due_day_moves_with_a_reason_and_never_into_the_past(house, clock):
    action = house.action()
    soon = london_day(clock.now()) + timedelta(days=5)
    gone = london_day(clock.now()) - timedelta(days=1)

    def moved(day):
        fields = {
            "due_on": [str(day.day), str(day.month), str(day.year)],
            "why_moved": "The school asked",
        }
        return house.takes(Role.COORDINATOR, action, "due_changed", **fields)

    assert moved(gone).status_code == 422
    assert moved(soon).status_code == 303
    shown = house.reads(Role.COORDINATOR, f"/staff/actions/{action}")
    assert "The school asked" in shown


def test_whoever_it_is_assigned_to_finds_it_and_may_let_it_go(house, database, now):
    with database.transaction() as session:
        elsewhere = a_review(session, now=now, state="agreed")
    action = house.action(review=elsewhere, words="Of another review")
    page = f"/staff/actions/{action}"
    before = house.at(Role.MODERATOR).get(page).status_code

    moderator = str(house.people[Role.MODERATOR])
    house.takes(Role.COORDINATOR, action, "assigned", account=moderator)
    mine = house.reads(Role.MODERATOR, "/staff/actions?show=mine")
    read_page = house.at(Role.MODERATOR).get(page).text
    let_go = house.takes(Role.MODERATOR, action, "assigned", account="")

    assert before == 404
    assert "Of another review" in mine
    # It names the review, which is still none of theirs.
    assert elsewhere.reference in read_page
    assert f"/staff/reviews/{elsewhere.reference}" not in read_page
    assert let_go.headers["Location"] == "/staff/actions"


def test_an_action_is_assigned_to_nobody_who_is_not_offered(house, database, now):
    action = house.action()
    with database.transaction() as session:
        reviewer = a_staff_member(session, Role.REVIEWER, now=now)

    answer = house.takes(Role.COORDINATOR, action, "assigned", account=str(reviewer))

    assert answer.status_code == 422


@pytest.mark.parametrize("show", Show)
def test_an_empty_list_says_how_something_would_come_there(house, show):
    text = house.reads(Role.COORDINATOR, f"/staff/actions?show={show.value}")

    assert EMPTY[show][0] in text


def test_the_list_answers_first_and_shows_words_safely(house, clock):
    words = "<b>Bold</b> \u202e and a_very_long_word_" + "x" * 300
    late = london_day(clock.now()) - timedelta(days=2)
    house.action(words=words, due_on=late, owner="Head <i>of</i> service")

    answer = house.at(Role.COORDINATOR).get("/staff/actions")

    text = whole(answer.text)
    assert "1 action is overdue." in text
    assert "2 days overdue" in text
    assert "<b>Bold</b> \u2039U+202E\u203a" in text
    assert "<i>of</i>" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "show=nothing",
        "page=0",
        "page=-3",
        "page=99999999999999999999",
        "page=x",
        "review=%00",
        "review=" + "H" * 500,
        "about=D99",
        "about=concern",
        "about=D3&show=all",
    ],
)
def test_an_address_that_was_made_up_gets_a_list(house, query):
    house.action()

    house.reads(Role.COORDINATOR, f"/staff/actions?{query}")


def test_a_long_list_is_turned_page_by_page(house):
    for _ in range(51):
        house.action()

    first = house.at(Role.COORDINATOR).get("/staff/actions?about=D3").text
    second = house.at(Role.COORDINATOR).get("/staff/actions?about=D3&page=2").text

    assert first.count("/staff/actions/0") == 50
    assert "Next page" in first
    assert "about=D3&amp;page=2" in first
    assert second.count("/staff/actions/0") == 1
    assert "Previous page" in second


def test_the_plan_says_in_words_what_its_bars_show(house, clock):
    late = london_day(clock.now()) - timedelta(days=2)
    house.action(dimension=Judgement.D1, due_on=late)
    house.action(dimension=Judgement.D1)
    done = house.action(dimension=Judgement.PRACTICE)
    house.takes(Role.HEAD_SQA, done, "done", **DONE)

    answer = house.at(Role.COORDINATOR).get("/staff/actions/plan")

    text = whole(answer.text)
    assert "3 actions: 2 to do, 1 of them overdue; 1 to be confirmed." in text
    assert "D1 Assessment" in text
    assert answer.text.count('role="img"') == 2
    assert 'aria-label="2 to do, 1 of them overdue"' in answer.text
    assert "Nothing recommended" in text


def test_an_empty_plan_teaches(house):
    assert "Nothing to develop yet" in house.reads(
        Role.COORDINATOR, "/staff/actions/plan"
    )


def test_the_reviews_page_counts_its_actions_and_leads_to_them(house):
    page = f"/staff/reviews/{house.review.reference}"
    none = house.reads(Role.COORDINATOR, page)
    house.action()

    some = house.at(Role.COORDINATOR).get(page).text

    assert "The meeting recommended nothing" in none
    assert "1 to do." in some
    assert f"/staff/actions?show=all&amp;review={house.review.reference}" in some


def test_what_was_raised_is_hidden_from_the_office_until_the_lock(house, database, now):
    with database.transaction() as session:
        review = a_review(session, now=now, state="invited")
        head = house.people[Role.HEAD_SQA]
        action = a_raised_action(session, review, by=head, now=now, words="Unseen")

    office = house.reads(Role.COORDINATOR, f"/staff/actions/{action}")
    heads = house.reads(Role.HEAD_SQA, f"/staff/actions/{action}")

    assert "Unseen" not in office
    assert "once the reviewer has locked the grades" in office
    assert "Unseen" in heads


def test_the_home_page_tells_of_late_actions_and_of_those_to_confirm(house, clock):
    late = london_day(clock.now()) - timedelta(days=2)
    house.action(due_on=late)
    said = house.action()
    with house.database.transaction() as session:
        moderator = house.people[Role.MODERATOR]
        takes(session, said, moderator, Step.DONE, now=clock.now())

    office = house.reads(Role.COORDINATOR, "/staff/")
    doers = house.reads(Role.MODERATOR, "/staff/")

    assert "An action is overdue" in office
    assert "An action waits to be confirmed" in office
    assert "An action is overdue" in doers
    assert "waits to be confirmed" not in doers


def test_no_step_is_without_words_form_and_heading():
    steps = {step for moves in MOVES.values() for step in moves}

    assert set(FORMS) == set(FORM_WORDS) == set(TAKEN) == steps
    assert set(STEPS) == set(Step)
    assert set(SHOWS) == set(EMPTY) == set(Show)


def test_a_step_that_is_none_is_not_there(house):
    action = house.action()

    for step in ("opened", "nothing"):
        assert house.takes(Role.HEAD_SQA, action, step).status_code == 404


def test_a_gist_is_cut_between_words():
    assert gist("One\n two ") == "One two"
    cut = gist("word, " * 100)
    assert len(cut) <= LONGEST_GIST + 2
    assert cut.endswith("word …")


def test_the_pieces_of_a_bar_stand_one_after_the_other():
    tally = Tally(open=3, overdue=1, done=2, confirmed=4, dropped=1)

    pieces = bar(tally, 20)

    assert [(one.kind, one.number) for one in pieces] == [
        ("confirmed", 4),
        ("done", 2),
        ("in_time", 2),
        ("overdue", 1),
        ("dropped", 1),
    ]
    assert [one.start for one in pieces] == [0, 20, 30, 40, 45]
    assert sum(one.width for one in pieces) == 50
    assert bar(Tally(), 0) == ()
    assert tally_in_words(Tally()) == "none"


def test_every_page_of_actions_names_no_other_host(house):
    action = house.action()
    for path in ("", "/plan", f"/{action}"):
        page = house.at(Role.HEAD_SQA).get(f"/staff/actions{path}").text
        assert not re.search(r'(?:src|href|action)="https?://', page)
