"""Which steps may one run through a form take?"""

import pytest

from feedback.domain.errors import IllegalMoveError
from feedback.domain.response import MOVES, ResponseState, move_response


def test_every_state_says_where_it_leads():
    assert set(MOVES) == set(ResponseState)


@pytest.mark.parametrize("state", ["withdrawn", "replaced", "discarded"])
def test_what_was_taken_out_never_comes_back(state):
    assert MOVES[ResponseState(state)] == frozenset()


def test_a_response_that_was_sent_is_not_a_draft_again():
    with pytest.raises(IllegalMoveError):
        move_response(ResponseState.SUBMITTED, ResponseState.DRAFT)
