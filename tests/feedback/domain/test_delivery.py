from itertools import permutations, product

import pytest

from feedback.domain.address import Channel
from feedback.domain.delivery import (
    ATTEMPT_MOVES,
    FINAL_STATES,
    MESSAGE_MOVES,
    AttemptState,
    MessageState,
    Purpose,
    dedupe_key,
    move_attempt,
    move_message,
    receipt_rank,
    state_for_receipt,
    supersedes,
)
from feedback.domain.errors import IllegalMoveError

M = MessageState


@pytest.mark.parametrize(
    ("table", "move", "states"),
    [
        (MESSAGE_MOVES, move_message, MessageState),
        (ATTEMPT_MOVES, move_attempt, AttemptState),
    ],
)
def test_every_step_is_legal_exactly_where_the_table_says(table, move, states):
    assert set(table) == set(states)
    for state, to in product(states, states):
        if to in table[state]:
            assert move(state, to) is to
        else:
            with pytest.raises(IllegalMoveError):
                move(state, to)


def reachable_from(state):
    seen, ahead = set(), [state]
    while ahead:
        for to in MESSAGE_MOVES[ahead.pop()] - seen:
            seen.add(to)
            ahead.append(to)
    return seen


@pytest.mark.parametrize("state", sorted(set(M) - FINAL_STATES))
def test_every_message_under_way_can_reach_an_end(state):
    assert reachable_from(state) & FINAL_STATES


def test_every_end_can_be_reached_from_due():
    assert reachable_from(M.DUE) >= FINAL_STATES


@pytest.mark.parametrize("state", sorted(FINAL_STATES - {M.DEAD_LETTER}))
def test_an_end_is_left_by_a_late_delivery_only(state):
    assert MESSAGE_MOVES[state] <= {M.DELIVERED}


def test_a_delivered_message_stays_delivered():
    assert MESSAGE_MOVES[M.DELIVERED] == frozenset()


def test_only_a_persons_requeue_brings_a_dead_letter_back():
    assert MESSAGE_MOVES[M.DEAD_LETTER] == {M.DUE, M.CANCELLED, M.DELIVERED}


def test_nothing_is_called_again_before_it_is_due_again():
    callers = {state for state, to in MESSAGE_MOVES.items() if M.CALLING in to}

    assert callers == {M.DUE}


def test_the_ends_are_spelled_as_they_are_published():
    assert {state.value for state in FINAL_STATES} == {
        "delivered",
        "unconfirmed",
        "failed-permanent",
        "suppressed",
        "expired",
        "cancelled",
        "dead-letter",
    }


def test_alerts_and_their_escalations_come_before_everything():
    first = sorted(Purpose, key=lambda purpose: purpose.priority)[:2]

    assert set(first) == {Purpose.ALERT, Purpose.ESCALATION}
    assert all(purpose.is_urgent == (purpose in first) for purpose in Purpose)


def test_messages_to_staff_are_told_from_messages_to_respondents():
    assert {purpose for purpose in Purpose if purpose.is_for_staff} == {
        Purpose.ALERT,
        Purpose.ESCALATION,
        Purpose.CODE_WORD_LOCKED,
        Purpose.STAFF_NOTICE,
    }


def test_only_what_answers_somebody_who_just_wrote_is_a_reply():
    assert {purpose for purpose in Purpose if purpose.is_reply} == {
        Purpose.TEXT_FIRST,
        Purpose.TEXT_QUESTION,
        Purpose.TEXT_AGAIN,
        Purpose.TEXT_LINK,
        Purpose.TEXT_END,
        Purpose.TEXT_RECEIVED,
    }


def key(**changes):
    given = {
        "purpose": Purpose.REMINDER,
        "review": "r1",
        "contact": "c1",
        "wave": 2,
        "channel": Channel.SMS,
    }
    return dedupe_key(**(given | changes))


def test_a_message_is_named_by_all_that_makes_it_one():
    assert key() == "reminder|r1|c1|2|sms"


def test_two_parts_can_never_run_together():
    with pytest.raises(ValueError, match=r"\|"):
        key(review="r1|c1")


RECEIPTS = ("accepted", "queued", "sending", "sent", "undelivered", "delivered")


def last_applied(receipts):
    applied = None
    for receipt in receipts:
        if supersedes(receipt, applied):
            applied = receipt
    return applied


def test_receipts_in_any_order_end_in_the_same_place():
    orders = list(permutations(RECEIPTS))

    assert len(orders) == 720
    assert {last_applied(order) for order in orders} == {"delivered"}


@pytest.mark.parametrize(
    ("new", "old", "counts"),
    [
        ("queued", None, True),
        ("queued", "queued", False),
        ("sent", "delivered", False),
        ("failed", "undelivered", False),
        ("delivered", "undelivered", True),
        ("read", "delivered", True),
        ("canceled", None, False),
    ],
)
def test_only_a_receipt_that_says_more_counts(new, old, counts):
    assert supersedes(new, old) is counts


@pytest.mark.parametrize(
    ("status", "rank", "state"),
    [
        ("accepted", 10, M.ACCEPTED),
        ("queued", 20, M.ACCEPTED),
        ("sending", 30, M.ACCEPTED),
        ("sent", 40, M.SENT),
        ("undelivered", 50, None),
        ("failed", 50, None),
        ("delivered", 60, M.DELIVERED),
        ("read", 70, M.DELIVERED),
        ("something-new", None, None),
    ],
)
def test_a_receipt_has_a_rank_and_stands_for_a_state(status, rank, state):
    assert receipt_rank(status) == rank
    assert state_for_receipt(status) is state
