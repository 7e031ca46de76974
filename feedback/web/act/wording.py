"""How are actions told in words to the people who follow them?"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from feedback.domain.action import ActionState, OwnedAction, Step, Tally
from feedback.domain.grading import Judgement
from feedback.services.list_actions import ActionList, Concerns, Show
from feedback.services.read_actions import ListedAction

LONGEST_GIST: Final = 180
A_CONCERN: Final = "Area of significant concern"
HOW_THEY_COME: Final = (
    "When the last seat signs a moderation record, each of its recommendations "
    "becomes an action here, with its owner and its day. An area of significant "
    "concern becomes one the moment it is raised."
)

SHOWS: Final[Mapping[Show, str]] = {
    Show.OPEN: "To do",
    Show.MINE: "Assigned to me",
    Show.OVERDUE: "Overdue",
    Show.SOON: "Due within 14 days",
    Show.WAITING: "To be confirmed",
    Show.CONFIRMED: "Confirmed",
    Show.DROPPED: "Will not be done",
    Show.ALL: "All",
}

# What an empty list says: that there is nothing, and how something would come.
EMPTY: Final[Mapping[Show, tuple[str, str]]] = {
    Show.OPEN: (
        "Nothing is to be done",
        HOW_THEY_COME,
    ),
    Show.MINE: (
        "Nothing is assigned to you",
        (
            "Open an action and choose yourself under “Assign it”, so that everybody "
            "sees who follows it."
        ),
    ),
    Show.OVERDUE: (
        "Nothing is overdue",
        (
            "An action is overdue from the day after its due day until somebody says "
            "what was done."
        ),
    ),
    Show.SOON: (
        "Nothing is due within 14 days",
        "What is due later stands under “To do”.",
    ),
    Show.WAITING: (
        "Nothing waits to be confirmed",
        (
            "Whoever knows that an action is done writes what was done and what shows "
            "it. Then a second person looks, and confirms it or sends it back."
        ),
    ),
    Show.CONFIRMED: (
        "Nothing is confirmed yet",
        (
            "An action is confirmed once a second person has looked at what shows that "
            "it was done."
        ),
    ),
    Show.DROPPED: (
        "Nothing was given up",
        (
            "Only the Head of Safeguarding and QA decides that an action will not be "
            "done, and says why."
        ),
    ),
    Show.ALL: (
        "No actions yet",
        HOW_THEY_COME,
    ),
}

STEPS: Final[Mapping[Step, str]] = {
    Step.OPENED: "Opened",
    Step.DONE: "Said to be done",
    Step.CONFIRMED: "Confirmed",
    Step.SENT_BACK: "Sent back",
    Step.TAKEN_BACK: "Not done after all",
    Step.REOPENED: "Opened again",
    Step.NOTED: "Note",
    Step.ASSIGNED: "Assigned",
    Step.DUE_CHANGED: "Due day changed",
    Step.DROPPED: "Will not be done",
}

# The heading of each step's form, and its button.
FORMS: Final[Mapping[Step, tuple[str, str]]] = {
    Step.DONE: ("Is it done?", "Say that it is done"),
    Step.CONFIRMED: ("Does this show that it is done?", "Confirm that it is done"),
    Step.SENT_BACK: ("Send it back", "Send back"),
    Step.TAKEN_BACK: ("Take back that it is done", "Take back"),
    Step.REOPENED: ("Open it again", "Open again"),
    Step.NOTED: ("Add a note", "Keep note"),
    Step.ASSIGNED: ("Assign it", "Assign"),
    Step.DUE_CHANGED: ("Change the due day", "Change the day"),
    Step.DROPPED: ("Decide that it will not be done", "It will not be done"),
}

TAKEN: Final[Mapping[Step, str]] = {
    Step.DONE: "Kept. A second person confirms it now",
    Step.CONFIRMED: "Confirmed. This action is complete",
    Step.SENT_BACK: "Sent back: it is to be done again",
    Step.TAKEN_BACK: "Taken back: it is to be done again",
    Step.REOPENED: "Opened again: it is to be done",
    Step.NOTED: "The note is kept with the action",
    Step.ASSIGNED: "Kept who follows this action",
    Step.DUE_CHANGED: "The due day is changed; the day before stands in its history",
    Step.DROPPED: "Kept: this will not be done",
}


def about_in_words(about: Judgement | Concerns | None) -> str:
    """Name what an action is about: D3 Direct work and child's voice."""
    if about is None or isinstance(about, Concerns):
        return A_CONCERN
    return about.label if about.is_headline else f"{about.value} {about.label}"


def gist(words: str) -> str:
    """Give the beginning of what is to be done, cut between words."""
    folded = " ".join(words.split())
    if len(folded) <= LONGEST_GIST:
        return folded
    cut = folded[:LONGEST_GIST].rsplit(" ", 1)[0]
    return f"{cut.rstrip(',;:.')} …"


def title_of(listed: ListedAction) -> str:
    """Give a line for an action, whether its words may be read or not."""
    if listed.words is not None:
        return gist(listed.words)
    if listed.is_erased:
        return "Erased with its review"
    return "An area of significant concern"


def standing_of(action: OwnedAction, today: date) -> tuple[str, str]:
    """Say how an action stands, with the tone of its tag."""
    match action.state:
        case ActionState.CONFIRMED:
            return "Confirmed", "good"
        case ActionState.DROPPED:
            return "Will not be done", "quiet"
        case ActionState.DONE:
            return "To be confirmed", "info"
        case ActionState.OPEN:
            return _open_since(action, today)


def answer_of(listing: ActionList) -> str:
    """Say first what matters: what is late, and what waits for this reader."""
    late, waiting = listing.counts[Show.OVERDUE], listing.counts[Show.WAITING]
    if not listing.counts[Show.ALL]:
        return "There are no actions yet."
    said = [f"{_actions(late)} overdue." if late else "Nothing is overdue."]
    if waiting:
        verb = "waits" if waiting == 1 else "wait"
        said.append(f"{waiting} {verb} for a second person to confirm.")
    if listing.confirmable:
        said.append(_you_may_confirm(listing.confirmable, waiting))
    return " ".join(said)


def tally_in_words(tally: Tally) -> str:
    """Say how many actions stand where, leaving out what there is none of."""
    late = f", {tally.overdue} of them overdue" if tally.overdue else ""
    parts = (
        (tally.open, f"{tally.open} to do{late}"),
        (tally.done, f"{tally.done} to be confirmed"),
        (tally.confirmed, f"{tally.confirmed} confirmed"),
        (tally.dropped, f"{tally.dropped} will not be done"),
    )
    return "; ".join(words for number, words in parts if number) or "none"


def actions_in_words(number: int) -> str:
    """Say a number of actions: 1 action, 2 actions."""
    return "1 action" if number == 1 else f"{number:,} actions"


def _open_since(action: OwnedAction, today: date) -> tuple[str, str]:
    if action.is_overdue(today):
        return f"{_days((today - action.due_on).days)} overdue", "bad"
    if action.due_on == today:
        return "Due today", "warn"
    if action.is_due_soon(today):
        return f"Due in {_days((action.due_on - today).days)}", "warn"
    return "To do", "neutral"


def _actions(number: int) -> str:
    return f"{actions_in_words(number)} {'is' if number == 1 else 'are'}"


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _you_may_confirm(confirmable: int, waiting: int) -> str:
    if confirmable == waiting:
        return "You may confirm it." if waiting == 1 else "You may confirm them."
    return f"You may confirm {confirmable} of these."
