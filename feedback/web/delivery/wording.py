"""How are states and codes of the sending said in words?"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.domain.failure import classify
from feedback.services.delivery_health import DeliveryHealth, Halt
from feedback.services.health import AWAY_AFTER
from feedback.services.pause import CLOCKS
from feedback.services.tick_log import CARRY_ALERTS

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
# A message that could have gone this long ago waits for something that is broken.
LONG: Final = timedelta(minutes=10)


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
    if halt.code == CLOCKS:
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
    if halt.code == CLOCKS:
        return "Set the clock right. Sending goes on by itself then."
    channel = Channel(halt.name)
    meaning = classify(halt.code, None, channel=channel).words.split(".")[0]
    return f"{meaning}. Look at the account there: its keys, its balance, its sender."


def needs(health: DeliveryHealth, now: datetime) -> list[dict[str, object]]:
    """List what an administrator has to do now, what presses most first."""
    found: list[dict[str, object]] = []
    heartbeat = health.pulse.heartbeat_at
    is_away = heartbeat is None or now - heartbeat >= AWAY_AFTER
    if is_away:
        seen = "It was never seen." if heartbeat is None else _last_seen(heartbeat, now)
        found.append(
            _need(
                "Nothing is sent, alerts neither: the scheduler is away",
                f"{seen} Start it again; what is due goes out by itself then.",
                "figures",
                is_urgent=True,
            )
        )
    found.extend(_held_up(health, now))
    if health.halts:
        count = len(health.halts)
        found.append(
            _need(
                "Something stands still"
                if count == 1
                else f"{count} things stand still",
                "; ".join(halted(one) for one in health.halts),
                "halts",
                is_urgent=True,
            )
        )
    if health.skew.is_too_much and not any(one.code == CLOCKS for one in health.halts):
        found.append(
            _need(
                "The clocks disagree by more than two minutes",
                "Somebody might be written to at night. Set the clock right.",
                "figures",
                is_urgent=True,
            )
        )
    oldest = health.pulse.oldest_due_at
    if oldest is not None and now - oldest >= LONG and not found:
        found.append(
            _need(
                f"A message has waited {age(oldest, now)} although it could go",
                "Look whether the scheduler or the workers keep up.",
                "figures",
            )
        )
    if health.pulse.dead_letters:
        count = health.pulse.dead_letters
        found.append(
            _need(
                "Decide about a message that was given up"
                if count == 1
                else f"Decide about {count} messages that were given up",
                "Each says why. Nobody hears anything until you decide.",
                "given-up",
            )
        )
    return found


def _held_up(health: DeliveryHealth, now: datetime) -> list[dict[str, object]]:
    if not health.held_up:
        return []
    stops_alerts = any(one.name in CARRY_ALERTS for one in health.held_up)
    running = "; ".join(
        f"{TICKS.get(one.name, one.name)} for {age(one.running_since, now)}"
        for one in health.held_up
    )
    return [
        _need(
            "Something holds the scheduler up"
            + (": alerts may not go out" if stops_alerts else ""),
            f"At work without an end: {running}. Look whether the provider answers; "
            "then start the scheduler again.",
            "figures",
            is_urgent=True,
        )
    ]


def _last_seen(at: datetime, now: datetime) -> str:
    return f"It was last alive {age(at, now)} ago."


def _need(
    title: str, detail: str, anchor: str, *, is_urgent: bool = False
) -> dict[str, object]:
    return {
        "title": title,
        "detail": detail,
        "url": f"#{anchor}",
        "urgent": is_urgent,
    }


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
