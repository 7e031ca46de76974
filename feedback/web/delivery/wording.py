"""How are states and codes of the sending said in words?"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.domain.failure import classify
from feedback.domain.sms import InboundKind
from feedback.services.delivery_health import DeliveryHealth, Halt
from feedback.services.list_texts import Text
from feedback.services.pause import Resumed

KINDS: Final[Mapping[str, str]] = {
    "opt_out": "Asks for no more messages",
    "opt_in": "Asks for messages again",
    "help": "Asks for help",
    "words": "Wrote something",
}
TRIAGE: Final[Mapping[str, str]] = {
    "waiting": "Waits for a person",
    "answered": "Taken as an answer",
    "noted": "Done by the program",
    "done": "Dealt with",
}
PURPOSES: Final[Mapping[str, str]] = {
    Purpose.INVITATION: "Invitation",
    Purpose.REMINDER: "Reminder",
    Purpose.ALERT: "Alert",
    Purpose.ESCALATION: "Alert, next contact",
    Purpose.CODE_WORD_LOCKED: "Code word locked",
    Purpose.THEMES: "Themes",
    Purpose.YOU_SAID_WE_DID: "You said, we did",
    Purpose.STAFF_NOTICE: "Notice to staff",
    Purpose.TEXT_FIRST: "First question by text",
    Purpose.TEXT_QUESTION: "Question by text",
    Purpose.TEXT_AGAIN: "Question asked again by text",
    Purpose.TEXT_LINK: "Link asked for by text",
    Purpose.TEXT_END: "End of answering by text",
    Purpose.TEXT_RECEIVED: "Reply to a text",
}
CHANNELS: Final[Mapping[str, str]] = {"sms": "Text", "email": "Email"}
REASONS: Final[Mapping[str, str]] = {
    "unknown-outcome": "Nobody could say whether it went out, so it was not sent again",
    "retries-used-up": "It was tried as often as makes sense",
    "attempts-used-up": "It was tried as often as makes sense",
    "cannot-be-written": "It could not be written: its link or its contact is gone",
    "bug": "A fault of our own: trying again would not mend it",
}
TICKS: Final[Mapping[str, str]] = {
    "alerts": "sending alerts",
    "dispatch": "sending",
    "converse": "reading texts",
    "escalate": "telling the next contact",
    "sweep": "asking what became of messages",
    "expire": "ending what is too old",
    "daily-list": "listing open alerts",
    "inbound": "fetching texts",
}


def what(text: Text) -> str:
    """Say what a text is: what it asks for, or that somebody wrote of their own."""
    if text.has_words and text.kind is not InboundKind.WORDS:
        return "Wrote something that the provider took for STOP"
    return KINDS[text.kind]


def purpose(code: str) -> str:
    """Say what a message is for."""
    return PURPOSES.get(code, code.replace("-", " ").capitalize())


def halted(halt: Halt) -> str:
    """Say what stands still, and why."""
    name = CHANNELS.get(halt.name, halt.name)
    if halt.what == "provider":
        how = "a few messages try it" if halt.code == "half-open" else "it kept failing"
        return f"{name.capitalize()}: {how}"
    if halt.what == "template":
        return f"{purpose(halt.name)}, by text: networks filter it out ({halt.code})"
    if halt.waits_for_clocks:
        return f"{name}: the clocks disagree"
    return f"{name}: the provider refuses us ({halt.code or 'no code'})"


def remedy(halt: Halt) -> str:
    """Say what would help what stands still."""
    if halt.what == "provider":
        return "Nothing, if the provider mends itself: a few messages try it first."
    if halt.what == "template":
        return (
            "Ask the provider which words its networks filter, and change them. Then "
            "resume."
        )
    if halt.waits_for_clocks:
        return "Set the clock right. Sending goes on by itself then."
    channel = Channel(halt.name)
    meaning = classify(halt.code, None, channel=channel).words.split(".")[0]
    return f"{meaning}. Look at the account there: its keys, its balance, its sender."


def all_halted(halts: Iterable[Halt]) -> str:
    """Say what stands still, all of it."""
    return "; ".join(halted(one) for one in halts)


def goes_on(halt: Halt) -> str:
    """Say when what nothing tries goes on."""
    if halt.waits_for_clocks:
        return "once the clocks agree"
    return "when a person resumes it"


def resumed(done: Resumed) -> str:
    """Say what came of resuming."""
    ended = {0: "No pause is ended.", 1: "1 pause is ended."}.get(
        done.ended, f"{done.ended} pauses are ended."
    )
    if done.waits_for_clocks:
        return (
            f"{ended} Nothing but alerts goes out while the clocks disagree: that ends "
            "by itself once they agree."
        )
    return f"{ended} Sending goes on within seconds."


def running(health: DeliveryHealth, now: datetime) -> str:
    """Say what is at work without an end."""
    return "; ".join(
        f"{TICKS.get(one.name, one.name)} for {age(one.running_since, now)}"
        for one in health.held_up
    )


def age(since: datetime | None, now: datetime) -> str:
    """Say how long ago something was, roughly."""
    if since is None:
        return "never"
    minutes = max(int((now - since).total_seconds() // 60), 0)
    if minutes == 0:
        return "under a minute"
    if minutes < 60:  # noqa: PLR2004 - minutes in an hour
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"  # noqa: PLR2004 - days read better from the third on


def ahead(skew: timedelta | None) -> str:
    """Say by how much another clock differs from the program's."""
    if skew is None:
        return "not compared yet"
    seconds = round(skew.total_seconds())
    if seconds == 0:
        return "the same"
    return f"{abs(seconds)} seconds {'ahead' if seconds > 0 else 'behind'}"
