"""An action is done when somebody says what shows it and somebody else agrees."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from feedback.domain.action import (
    MOVES,
    MOVING,
    NEEDS_WORDS,
    ActionChangedError,
    ActionState,
    Follower,
    NotYoursToDecideError,
    OwnedAction,
    Said,
    SecondPersonError,
    Step,
    Tally,
    WordsMissingError,
    take,
)
from feedback.domain.calendar import london_day
from feedback.domain.errors import IllegalMoveError

DUE = date(2027, 1, 31)
DOER = Follower(account=UUID(int=1))
SECOND = Follower(account=UUID(int=2))
HEAD = Follower(account=UUID(int=3), is_head_sqa=True)
LATER = DUE + timedelta(days=20)


def an_action(state=ActionState.OPEN):
    return OwnedAction(
        state=state,
        due_on=DUE,
        done_by=(
            DOER.account if state in {ActionState.DONE, ActionState.CONFIRMED} else None
        ),
        confirmed_by=SECOND.account if state is ActionState.CONFIRMED else None,
    )


def said(step, **given):
    full = {
        "words": "Because",
        "shown_by": "The plan of 3 January" if step is Step.DONE else None,
        "due_on": LATER if step is Step.DUE_CHANGED else None,
        "account": SECOND.account if step is Step.ASSIGNED else None,
    }
    return Said(step=step, **{**full, **given})


def allowed_to(step):
    """Somebody who may take this step, of an action that DOER said is done."""
    if step in {Step.DROPPED, Step.REOPENED}:
        return HEAD
    return SECOND if step in {Step.CONFIRMED, Step.SENT_BACK} else DOER


@pytest.mark.parametrize("state", ActionState)
@pytest.mark.parametrize("step", Step)
def test_only_the_moves_of_the_table_are_possible(state, step):
    action = an_action(state)

    if step in MOVES[state]:
        after = take(action, said(step), by=allowed_to(step))
        assert after.state is MOVES[state][step]
        assert after.version == action.version + 1
    else:
        with pytest.raises(IllegalMoveError):
            take(action, said(step), by=allowed_to(step))


def test_every_state_stands_in_the_table_and_each_can_be_left_again():
    assert set(MOVES) == set(ActionState)
    assert all(MOVES[state] for state in ActionState)
    assert Step.OPENED not in {step for moves in MOVES.values() for step in moves}


def test_whoever_said_it_is_done_never_confirms_it():
    done = take(an_action(), said(Step.DONE), by=DOER)

    with pytest.raises(SecondPersonError):
        take(done, said(Step.CONFIRMED), by=DOER)
    assert take(done, said(Step.CONFIRMED), by=SECOND).confirmed_by == SECOND.account


def test_the_head_confirms_nothing_that_they_said_themselves():
    done = take(an_action(), said(Step.DONE), by=HEAD)

    with pytest.raises(SecondPersonError):
        take(done, said(Step.CONFIRMED), by=HEAD)
    assert Step.CONFIRMED not in done.steps_for(HEAD)


def test_whoever_said_it_first_may_confirm_what_somebody_else_says_later():
    done = take(an_action(), said(Step.DONE), by=DOER)
    back = take(done, said(Step.SENT_BACK), by=SECOND)
    again = take(back, said(Step.DONE), by=SECOND)

    assert back.done_by is None
    assert take(again, said(Step.CONFIRMED), by=DOER).state is ActionState.CONFIRMED


def test_the_one_who_said_done_takes_it_back_and_others_send_it_back():
    done = take(an_action(), said(Step.DONE), by=DOER)

    assert Step.TAKEN_BACK in done.steps_for(DOER)
    assert Step.SENT_BACK not in done.steps_for(DOER)
    assert Step.SENT_BACK in done.steps_for(SECOND)
    assert Step.TAKEN_BACK not in done.steps_for(SECOND)


@pytest.mark.parametrize("state", [ActionState.OPEN, ActionState.DROPPED])
def test_only_the_head_decides_that_it_will_not_be_done_and_undoes_that(state):
    step = Step.DROPPED if state is ActionState.OPEN else Step.REOPENED

    with pytest.raises(NotYoursToDecideError):
        take(an_action(state), said(step), by=SECOND)
    assert take(an_action(state), said(step), by=HEAD).state is not state


def test_a_confirmed_action_may_be_opened_again_by_whoever_follows_it():
    opened = take(an_action(ActionState.CONFIRMED), said(Step.REOPENED), by=SECOND)

    assert (opened.state, opened.done_by, opened.confirmed_by) == (
        ActionState.OPEN,
        None,
        None,
    )


@pytest.mark.parametrize("step", NEEDS_WORDS)
@pytest.mark.parametrize("words", [None, "", "  \n", "\u00a0"])
def test_a_step_that_needs_words_is_not_taken_without(step, words):
    state = next(one for one in ActionState if step in MOVES[one])

    with pytest.raises(WordsMissingError):
        take(an_action(state), said(step, words=words), by=allowed_to(step))


def test_done_needs_what_shows_it():
    with pytest.raises(WordsMissingError):
        take(an_action(), said(Step.DONE, shown_by=" "), by=DOER)


@pytest.mark.parametrize("due_on", [None, DUE])
def test_a_due_day_that_does_not_move_is_no_change(due_on):
    with pytest.raises(WordsMissingError):
        take(an_action(), said(Step.DUE_CHANGED, due_on=due_on), by=DOER)


def test_only_the_step_that_moves_the_day_moves_it():
    moved = take(an_action(), said(Step.DUE_CHANGED), by=DOER)
    noted = take(moved, said(Step.NOTED, due_on=DUE, account=HEAD.account), by=DOER)

    assert (moved.due_on, noted.due_on, noted.assigned_to) == (LATER, LATER, None)


def test_what_was_read_before_somebody_else_changed_it_is_refused():
    changed = take(an_action(), said(Step.NOTED), by=SECOND)

    with pytest.raises(ActionChangedError):
        take(changed, said(Step.DONE, version=1), by=DOER)
    assert take(changed, said(Step.DONE, version=2), by=DOER).version == 3


@pytest.mark.parametrize(
    ("moment", "is_late"),
    [
        (datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC), False),
        (datetime(2027, 2, 1, 0, 0, tzinfo=UTC), True),
    ],
)
def test_it_is_overdue_from_midnight_in_london_in_winter(moment, is_late):
    assert an_action().is_overdue(london_day(moment)) is is_late


@pytest.mark.parametrize(
    ("moment", "is_late"),
    [
        (datetime(2027, 6, 30, 22, 59, 59, tzinfo=UTC), False),
        (datetime(2027, 6, 30, 23, 0, tzinfo=UTC), True),
    ],
)
def test_it_is_overdue_from_midnight_in_london_in_summer(moment, is_late):
    action = OwnedAction(state=ActionState.OPEN, due_on=date(2027, 6, 30))

    assert action.is_overdue(london_day(moment)) is is_late


@pytest.mark.parametrize("state", sorted(set(ActionState) - {ActionState.OPEN}))
def test_what_is_done_or_given_up_is_never_overdue(state):
    assert not an_action(state).is_overdue(LATER)
    assert not an_action(state).is_due_soon(DUE)


@pytest.mark.parametrize(
    ("days", "is_soon"), [(-1, False), (0, True), (14, True), (15, False)]
)
def test_soon_is_today_and_two_weeks_from_now(days, is_soon):
    assert an_action().is_due_soon(DUE - timedelta(days=days)) is is_soon


def test_steps_that_move_an_action_are_read_from_the_table():
    assert MOVING.isdisjoint({Step.NOTED, Step.ASSIGNED, Step.DUE_CHANGED})
    assert {Step.DONE, Step.CONFIRMED, Step.SENT_BACK, Step.DROPPED} < MOVING


def test_tallies_add_up_and_overdue_is_among_what_is_open():
    both = Tally(open=3, overdue=2, done=1) + Tally(open=1, confirmed=4, dropped=1)

    assert (both.total, both.open, both.overdue, both.in_time) == (10, 4, 2, 2)
