"""How far has a message come? Its states, its purposes and its receipts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from feedback.domain.address import Channel
from feedback.domain.errors import IllegalMoveError


class MessageState(StrEnum):
    """Where one message stands; the last seven are ends."""

    DUE = "due"
    CALLING = "calling"
    ACCEPTED = "accepted"
    SENT = "sent"
    UNKNOWN = "unknown"
    DELIVERED = "delivered"
    UNCONFIRMED = "unconfirmed"
    FAILED_PERMANENT = "failed-permanent"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    DEAD_LETTER = "dead-letter"


_AFTER_ACCEPTED: Final = frozenset(
    {
        MessageState.DELIVERED,
        MessageState.UNCONFIRMED,
        MessageState.FAILED_PERMANENT,
        MessageState.DUE,
        MessageState.EXPIRED,
        MessageState.DEAD_LETTER,
    }
)
# A late "delivered" is believed wherever a message could have gone out.
_BELATED: Final = frozenset({MessageState.DELIVERED})

MESSAGE_MOVES: Final[Mapping[MessageState, frozenset[MessageState]]] = {
    MessageState.DUE: _BELATED
    | {
        MessageState.CALLING,
        MessageState.FAILED_PERMANENT,
        MessageState.SUPPRESSED,
        MessageState.EXPIRED,
        MessageState.CANCELLED,
        MessageState.DEAD_LETTER,
    },
    MessageState.CALLING: (_AFTER_ACCEPTED - {MessageState.UNCONFIRMED})
    | {MessageState.ACCEPTED, MessageState.SENT, MessageState.UNKNOWN},
    MessageState.ACCEPTED: _AFTER_ACCEPTED | {MessageState.SENT},
    MessageState.SENT: _AFTER_ACCEPTED,
    MessageState.UNKNOWN: _AFTER_ACCEPTED | {MessageState.ACCEPTED, MessageState.SENT},
    MessageState.DELIVERED: frozenset(),
    MessageState.UNCONFIRMED: _BELATED,
    MessageState.FAILED_PERMANENT: _BELATED,
    MessageState.SUPPRESSED: frozenset(),
    MessageState.EXPIRED: _BELATED,
    MessageState.CANCELLED: frozenset(),
    MessageState.DEAD_LETTER: _BELATED | {MessageState.DUE, MessageState.CANCELLED},
}

FINAL_STATES: Final = frozenset(
    {
        MessageState.DELIVERED,
        MessageState.UNCONFIRMED,
        MessageState.FAILED_PERMANENT,
        MessageState.SUPPRESSED,
        MessageState.EXPIRED,
        MessageState.CANCELLED,
        MessageState.DEAD_LETTER,
    }
)


class AttemptState(StrEnum):
    """Where one try to send a message stands."""

    CALLING = "calling"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_FOUND = "not-found"


ATTEMPT_MOVES: Final[Mapping[AttemptState, frozenset[AttemptState]]] = {
    AttemptState.CALLING: frozenset(
        {AttemptState.ACCEPTED, AttemptState.REFUSED, AttemptState.UNKNOWN}
    ),
    AttemptState.ACCEPTED: frozenset(),
    AttemptState.REFUSED: frozenset({AttemptState.ACCEPTED}),
    AttemptState.UNKNOWN: frozenset({AttemptState.ACCEPTED, AttemptState.NOT_FOUND}),
    # The provider may tell of these after all, by a callback.
    AttemptState.NOT_FOUND: frozenset({AttemptState.ACCEPTED}),
}


def move_message(state: MessageState, to: MessageState) -> MessageState:
    """Take a message one legal step.

    Raises:
        IllegalMoveError: If `to` does not follow from its state.
    """
    if to not in MESSAGE_MOVES[state]:
        raise IllegalMoveError(state, to)
    return to


def move_attempt(state: AttemptState, to: AttemptState) -> AttemptState:
    """Take an attempt one legal step.

    Raises:
        IllegalMoveError: If `to` does not follow from its state.
    """
    if to not in ATTEMPT_MOVES[state]:
        raise IllegalMoveError(state, to)
    return to


class Purpose(StrEnum):
    """What a message is for; the value names its folder of templates."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    ALERT = "alert"
    ESCALATION = "escalation"
    CODE_WORD_LOCKED = "code-word-locked"
    THEMES = "themes"
    YOU_SAID_WE_DID = "you-said-we-did"
    STAFF_NOTICE = "staff-notice"
    TEXT_FIRST = "text-first"
    TEXT_QUESTION = "text-question"
    TEXT_AGAIN = "text-again"
    TEXT_LINK = "text-link"
    TEXT_END = "text-end"
    TEXT_RECEIVED = "text-received"

    @property
    def is_urgent(self) -> bool:
        """Tell whether no cap, quiet hour, breaker or pause may hold it."""
        return self in {Purpose.ALERT, Purpose.ESCALATION}

    @property
    def priority(self) -> int:
        """The order of claiming: 0 before 1."""
        return 0 if self.is_urgent else 1

    @property
    def is_reply(self) -> bool:
        """Tell whether it answers somebody who just wrote: no quiet hour holds it."""
        return self in _REPLIES

    @property
    def is_for_staff(self) -> bool:
        """Tell whether it goes to somebody at work, never to a respondent."""
        return self.is_urgent or self in {
            Purpose.CODE_WORD_LOCKED,
            Purpose.STAFF_NOTICE,
        }


_REPLIES: Final = frozenset(
    {
        Purpose.TEXT_FIRST,
        Purpose.TEXT_QUESTION,
        Purpose.TEXT_AGAIN,
        Purpose.TEXT_LINK,
        Purpose.TEXT_END,
        Purpose.TEXT_RECEIVED,
    }
)


def dedupe_key(
    *, purpose: Purpose, review: str, contact: str, wave: int | str, channel: Channel
) -> str:
    """Name a message so that planning it twice stores it once.

    The wave is the round of this purpose; for an alert, the alert's id.

    Raises:
        ValueError: If a part holds the sign that parts them.
    """
    parts = (purpose.value, review, contact, str(wave), channel.value)
    if any("|" in part for part in parts):
        raise ValueError("No part of a key may hold '|'")
    return "|".join(parts)


# Where no final receipt came: ask the provider, and at last let it rest.
POLL_AFTER: Final = (timedelta(minutes=15), timedelta(hours=2), timedelta(hours=24))
UNCONFIRMED_AFTER: Final = timedelta(hours=72)

_RECEIPT_RANKS: Final[Mapping[str, int]] = {
    "accepted": 10,
    "queued": 20,
    "sending": 30,
    "sent": 40,
    "undelivered": 50,
    "failed": 50,
    "delivered": 60,
    "read": 70,
}


def receipt_rank(status: str) -> int | None:
    """Tell how far a receipt is along; None for a status we do not know."""
    return _RECEIPT_RANKS.get(status)


def supersedes(new: str, old: str | None) -> bool:
    """Tell whether a receipt says more than the one applied before.

    Receipts come late, twice and out of order: only a higher rank counts.
    """
    return _RECEIPT_RANKS.get(new, 0) > _RECEIPT_RANKS.get(old or "", 0)


def state_for_receipt(status: str) -> MessageState | None:
    """Tell the state a good receipt stands for.

    Returns:
        None for an unknown status, and for undelivered and failed: what these
        mean depends on the error code (`failure.classify`).
    """
    match status:
        case "accepted" | "queued" | "sending":
            return MessageState.ACCEPTED
        case "sent":
            return MessageState.SENT
        case "delivered" | "read":
            return MessageState.DELIVERED
        case _:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where a message goes next, when it is looked at again, and why."""

    state: MessageState
    next_at: datetime | None = None
    reason: str | None = None
