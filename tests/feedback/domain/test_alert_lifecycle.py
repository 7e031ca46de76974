"""An alert stays open until a person says what came of it, and grows louder."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.alert import (
    MOVES,
    Acknowledgement,
    Alert,
    AlertId,
    AlertKind,
    AlertState,
    Closing,
    EscalationLevel,
    OutcomeMissingError,
    Told,
    acknowledge,
    close,
    escalations_due,
)
from feedback.domain.errors import IllegalMoveError

RAISED_AT = datetime(2027, 3, 6, 21, 10, tzinfo=UTC)
DUTY = UUID(int=7)
DUTY_LEVEL = EscalationLevel.DUTY
SECOND = EscalationLevel.SECOND_CONTACT
HEAD = EscalationLevel.HEAD_SQA


def an_alert() -> Alert:
    return Alert(id=AlertId(UUID(int=1)), kind=AlertKind.UNSAFE, raised_at=RAISED_AT)


def later(minutes: float) -> datetime:
    return RAISED_AT + timedelta(minutes=minutes)


def closed(
    alert: Alert, outcome: str = "Spoke with her; she is at her nan's."
) -> Alert:
    return close(alert, outcome=outcome, told_person=Told.YES, by=DUTY, now=later(60))


def test_an_alert_goes_from_raised_over_acknowledged_to_closed() -> None:
    alert = an_alert()
    taken_on = acknowledge(alert, by=DUTY, now=later(5))
    done = closed(taken_on)

    assert [alert.state, taken_on.state, done.state] == list(AlertState)
    assert done.acknowledgement == Acknowledgement(by=DUTY, at=later(5))
    assert done.closing == Closing(
        outcome="Spoke with her; she is at her nan's.",
        told_person=Told.YES,
        by=DUTY,
        at=later(60),
    )


def at_state(state: AlertState) -> Alert:
    alert = an_alert()
    if state is not AlertState.RAISED:
        alert = acknowledge(alert, by=DUTY, now=later(1))
    return closed(alert) if state is AlertState.CLOSED else alert


@pytest.mark.parametrize("state", AlertState)
@pytest.mark.parametrize(
    ("to", "step"),
    [
        (AlertState.ACKNOWLEDGED, lambda it: acknowledge(it, by=DUTY, now=later(90))),
        (AlertState.CLOSED, closed),
    ],
)
def test_only_the_moves_of_the_table_are_possible(state, to, step) -> None:
    alert = at_state(state)

    if to in MOVES[state]:
        assert step(alert).state is to
    else:
        with pytest.raises(IllegalMoveError) as refused:
            step(alert)
        assert (refused.value.source, refused.value.target) == (state, to)


def test_nothing_leads_out_of_closed_and_nothing_past_acknowledging() -> None:
    assert MOVES[AlertState.CLOSED] == frozenset()
    assert AlertState.CLOSED not in MOVES[AlertState.RAISED]
    assert set(MOVES) == set(AlertState)


@pytest.mark.parametrize("outcome", ["", "   ", "\n\t", "\u00a0"])
def test_an_alert_is_not_closed_without_an_outcome_in_words(outcome: str) -> None:
    alert = acknowledge(an_alert(), by=DUTY, now=later(1))

    with pytest.raises(OutcomeMissingError):
        closed(alert, outcome)


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (-1, ()),
        (0, (DUTY_LEVEL,)),
        (14.9, (DUTY_LEVEL,)),
        (15, (DUTY_LEVEL, SECOND)),
        (29.9, (DUTY_LEVEL, SECOND)),
        (30, (DUTY_LEVEL, SECOND, HEAD)),
        (60 * 24, (DUTY_LEVEL, SECOND, HEAD)),
    ],
)
def test_an_alert_that_nobody_acknowledges_reaches_more_people(minutes, told) -> None:
    due = escalations_due(raised_at=RAISED_AT, acknowledged_at=None, now=later(minutes))

    assert due == told


def test_an_acknowledged_alert_reaches_nobody_further() -> None:
    due = escalations_due(raised_at=RAISED_AT, acknowledged_at=later(14), now=later(45))

    assert due == ()


@given(
    st.floats(min_value=0, max_value=600),
    st.floats(min_value=0, max_value=600),
)
def test_waiting_longer_never_tells_fewer_people(first: float, more: float) -> None:
    def told(minutes: float) -> set[EscalationLevel]:
        return set(
            escalations_due(
                raised_at=RAISED_AT, acknowledged_at=None, now=later(minutes)
            )
        )

    assert told(first) <= told(first + more)
