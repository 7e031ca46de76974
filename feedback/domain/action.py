"""What becomes of what was recommended: who says it is done, and who confirms it?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum, unique
from typing import Final

from feedback.domain.access import AccountId
from feedback.domain.errors import FeedbackError, IllegalMoveError

SOON: Final = timedelta(days=14)


class ActionError(FeedbackError):
    """Something that the rules of actions refuse."""


class SecondPersonError(ActionError):
    """A step that somebody other than this person must take."""


class NotYoursToDecideError(ActionError):
    """A step that only the Head of Safeguarding and QA takes."""

    def __init__(self) -> None:
        super().__init__("Only the Head of Safeguarding and QA decides this")


class WordsMissingError(ActionError):
    """A step without the words that it needs."""


class ActionChangedError(ActionError):
    """An action that somebody else changed since it was read."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody changed this action while you were writing. Read how it stands "
            "now, then send yours again if it still fits"
        )


@unique
class ActionState(StrEnum):
    """How far an action has come."""

    OPEN = "open"
    DONE = "done"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """The state in words."""
        return {
            ActionState.OPEN: "To do",
            ActionState.DONE: "Done, not confirmed yet",
            ActionState.CONFIRMED: "Confirmed",
            ActionState.DROPPED: "Will not be done",
        }[self]


@unique
class Step(StrEnum):
    """One thing that happens to an action."""

    OPENED = "opened"
    DONE = "done"
    CONFIRMED = "confirmed"
    SENT_BACK = "sent_back"
    TAKEN_BACK = "taken_back"
    REOPENED = "reopened"
    NOTED = "noted"
    ASSIGNED = "assigned"
    DUE_CHANGED = "due_changed"
    DROPPED = "dropped"


_OPEN, _DONE = ActionState.OPEN, ActionState.DONE

# Where each step leads to, from each state. What may be undone leads back.
MOVES: Final[Mapping[ActionState, Mapping[Step, ActionState]]] = {
    ActionState.OPEN: {
        Step.DONE: _DONE,
        Step.NOTED: _OPEN,
        Step.ASSIGNED: _OPEN,
        Step.DUE_CHANGED: _OPEN,
        Step.DROPPED: ActionState.DROPPED,
    },
    ActionState.DONE: {
        Step.CONFIRMED: ActionState.CONFIRMED,
        Step.SENT_BACK: _OPEN,
        Step.TAKEN_BACK: _OPEN,
        Step.NOTED: _DONE,
    },
    ActionState.CONFIRMED: {Step.REOPENED: _OPEN},
    ActionState.DROPPED: {Step.REOPENED: _OPEN},
}

# Steps after which an action stands elsewhere than before.
MOVING: Final = frozenset(
    step for state, moves in MOVES.items() for step, to in moves.items() if to != state
)

# Steps that say something; confirming may, assigning need not.
NEEDS_WORDS: Final[Mapping[Step, str]] = {
    Step.DONE: "Write what was done",
    Step.SENT_BACK: "Say what is still missing",
    Step.TAKEN_BACK: "Say why it is not done after all",
    Step.REOPENED: "Say why it is opened again",
    Step.NOTED: "Write the note",
    Step.DUE_CHANGED: "Say why the day moves",
    Step.DROPPED: "Say why it will not be done",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """Somebody who follows an action, as far as its rules are concerned."""

    account: AccountId
    is_head_sqa: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A step that somebody takes, with what they say.

    Args:
        step: Which step.
        words: What was done, or why.
        shown_by: What shows that it was done.
        due_on: The new due day, where the day moves.
        account: Whom it is assigned to; None for nobody.
        version: The version of the action that was read; None where nobody could
            have changed it meanwhile.
    """

    step: Step
    words: str | None = None
    shown_by: str | None = None
    due_on: date | None = None
    account: AccountId | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedAction:
    """Something that somebody is to do, and how far it has come."""

    state: ActionState
    due_on: date
    assigned_to: AccountId | None = None
    done_by: AccountId | None = None
    confirmed_by: AccountId | None = None
    version: int = 1

    def is_overdue(self, today: date) -> bool:
        """Tell whether its day is past and nobody has said that it is done."""
        return is_overdue(self.state, self.due_on, today)

    def is_due_soon(self, today: date) -> bool:
        """Tell whether it is to be done within two weeks."""
        return self.state is ActionState.OPEN and today <= self.due_on <= today + SOON

    def steps_for(self, follower: Follower) -> tuple[Step, ...]:
        """List the steps that this person may take now, the way forward first."""
        return tuple(
            step for step in MOVES[self.state] if _refusal(self, step, follower) is None
        )


def is_overdue(state: ActionState, due_on: date, today: date) -> bool:
    """Tell whether a day is past and what was due then is not done."""
    return state is ActionState.OPEN and today > due_on


def take(action: OwnedAction, said: Said, *, by: Follower) -> OwnedAction:
    """Take an action one legal step.

    Raises:
        ActionChangedError: If it is no more what was read.
        IllegalMoveError: If the step does not follow from its state.
        SecondPersonError: If somebody other than this person must take it.
        NotYoursToDecideError: If only the Head of Safeguarding and QA may.
        WordsMissingError: If the step says nothing.
    """
    if said.version is not None and said.version != action.version:
        raise ActionChangedError
    if said.step not in MOVES[action.state]:
        raise IllegalMoveError(action.state, said.step)
    refusal = _refusal(action, said.step, by)
    if refusal is not None:
        raise refusal
    _check_words(action, said)
    to = MOVES[action.state][said.step]
    return replace(
        action,
        state=to,
        due_on=_due_after(action, said),
        assigned_to=(
            said.account if said.step is Step.ASSIGNED else action.assigned_to
        ),
        done_by=_done_by_after(action, said.step, to, by),
        confirmed_by=by.account if to is ActionState.CONFIRMED else None,
        version=action.version + 1,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many actions stand where.

    Args:
        open: Still to do; those that are overdue are among them.
        overdue: To do, and their day is past.
        done: Said to be done; a second person has not confirmed it yet.
        confirmed: Done, and confirmed by a second person.
        dropped: Will not be done.
    """

    open: int = 0
    overdue: int = 0
    done: int = 0
    confirmed: int = 0
    dropped: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.open + self.done + self.confirmed + self.dropped

    @property
    def in_time(self) -> int:
        """Still to do, and their day has not passed."""
        return self.open - self.overdue

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            open=self.open + other.open,
            overdue=self.overdue + other.overdue,
            done=self.done + other.done,
            confirmed=self.confirmed + other.confirmed,
            dropped=self.dropped + other.dropped,
        )


def _refusal(action: OwnedAction, step: Step, by: Follower) -> ActionError | None:
    """Say why this person may not take a step, of those that the table holds."""
    is_who_did = by.account == action.done_by
    # What only the Head decides, only the Head undoes.
    is_heads = step is Step.DROPPED or (
        step is Step.REOPENED and action.state is ActionState.DROPPED
    )
    if is_heads and not by.is_head_sqa:
        return NotYoursToDecideError()
    if step is Step.CONFIRMED and is_who_did:
        return SecondPersonError("Somebody other than who said it is done confirms it")
    if step is Step.SENT_BACK and is_who_did:
        return SecondPersonError("You said it is done yourself: take that back instead")
    if step is Step.TAKEN_BACK and not is_who_did:
        return SecondPersonError("Only who said it is done takes that back")
    return None


def _check_words(action: OwnedAction, said: Said) -> None:
    sentence = NEEDS_WORDS.get(said.step)
    if sentence is not None and _is_blank(said.words):
        raise WordsMissingError(sentence)
    if said.step is Step.DONE and _is_blank(said.shown_by):
        raise WordsMissingError("Say what shows that it was done")
    if said.step is Step.DUE_CHANGED and said.due_on in {None, action.due_on}:
        raise WordsMissingError("Enter a day other than the one that stands")


def _is_blank(words: str | None) -> bool:
    return not (words or "").strip()


def _due_after(action: OwnedAction, said: Said) -> date:
    if said.step is Step.DUE_CHANGED and said.due_on is not None:
        return said.due_on
    return action.due_on


def _done_by_after(
    action: OwnedAction, step: Step, to: ActionState, by: Follower
) -> AccountId | None:
    if step is Step.DONE:
        return by.account
    if to in {ActionState.DONE, ActionState.CONFIRMED}:
        return action.done_by
    return None
