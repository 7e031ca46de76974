"""How far has one run through a form come, and does it count?"""

from collections.abc import Mapping
from enum import StrEnum, unique
from typing import Final

from feedback.domain.errors import IllegalMoveError


@unique
class ResponseState(StrEnum):
    """Where one run through a form stands; only `submitted` counts as a response."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    # Sent faster than anybody reads: a person looks whether it is one.
    QUARANTINED = "quarantined"
    WITHDRAWN = "withdrawn"
    # A quarantined run after which the same person answered again.
    REPLACED = "replaced"
    DISCARDED = "discarded"


MOVES: Final[Mapping[ResponseState, frozenset[ResponseState]]] = {
    ResponseState.DRAFT: frozenset(
        {
            ResponseState.SUBMITTED,
            ResponseState.QUARANTINED,
            ResponseState.WITHDRAWN,
            ResponseState.DISCARDED,
        }
    ),
    ResponseState.SUBMITTED: frozenset({ResponseState.WITHDRAWN}),
    ResponseState.QUARANTINED: frozenset(
        {
            ResponseState.SUBMITTED,
            ResponseState.WITHDRAWN,
            ResponseState.REPLACED,
            ResponseState.DISCARDED,
        }
    ),
    ResponseState.WITHDRAWN: frozenset(),
    ResponseState.REPLACED: frozenset(),
    ResponseState.DISCARDED: frozenset(),
}


def move_response(state: ResponseState, to: ResponseState) -> ResponseState:
    """Take a run one legal step.

    Raises:
        IllegalMoveError: If `to` does not follow.
    """
    if to not in MOVES[state]:
        raise IllegalMoveError(state, to)
    return to
