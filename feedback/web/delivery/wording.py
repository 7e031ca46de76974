"""How are states and codes of the sending said in words?"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from feedback.domain.delivery import Purpose
from feedback.services.delivery_health import Halt

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
HALTS: Final[Mapping[str, str]] = {
    "provider": "Provider",
    "channel": "Channel",
    "template": "Message",
}


def purpose(code: str) -> str:
    """Say what a message is for."""
    return PURPOSES.get(code, code.replace("-", " ").capitalize())


def halted(halt: Halt) -> str:
    """Say what stands still, and why."""
    name = CHANNELS.get(halt.name, halt.name)
    if halt.what == "provider":
        how = "a few messages try it" if halt.code == "half-open" else "it kept failing"
        return f"{name}: {how}"
    if halt.what == "template":
        return f"{purpose(halt.name)}, by text: networks filter it out ({halt.code})"
    if halt.code == "clock-skew":
        return f"{name}: the clocks disagree"
    return f"{name}: the provider refuses us ({halt.code or 'no code'})"


def age(since: datetime | None, now: datetime) -> str:
    """Say how long ago something was, roughly."""
    if since is None:
        return "never"
    minutes = max(int((now - since).total_seconds() // 60), 0)
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
