"""How is an alert told in words to the people who work with it?"""

from datetime import datetime, timedelta
from typing import Final

from feedback.domain.alert import AlertKind, AlertState, EscalationLevel
from feedback.services.alert_list import ListedAlert
from feedback.web.filters import moment

KINDS: Final = {
    AlertKind.UNSAFE: "May not be safe",
    AlertKind.UNCLEAR: "Would rather not say whether they are safe",
    AlertKind.NOT_SAFE_NOW: "Said it was not safe to answer",
    AlertKind.CONTACT_ASKED: "Asks to talk with someone",
    AlertKind.HELP_ASKED: "Sent HELP by text",
    AlertKind.WORDS: "Wrote words that may mean somebody is at risk",
    AlertKind.RAISED_BY_STAFF: "Raised by a member of staff",
    AlertKind.DELIVERY_FAILED: "A message about an alert did not arrive",
}
LEVELS: Final = {
    EscalationLevel.DUTY: "Duty contact",
    EscalationLevel.SECOND_CONTACT: "Second contact",
    EscalationLevel.HEAD_SQA: "Head of Safeguarding and QA",
}
NEXT_TOLD: Final = {
    EscalationLevel.SECOND_CONTACT: "the second contact is told",
    EscalationLevel.HEAD_SQA: "the Head of Safeguarding and QA is told",
}
EVENTS: Final = {
    "raised": "Raised",
    "told": "Told",
    "acknowledged": "Acknowledged",
    "noted": "Note",
    "closed": "Closed",
}
GROUPS: Final = {
    "child": "Child or young person",
    "family": "Family",
    "partner": "Partner agency",
    "practitioner": "Practitioner",
    "manager": "Line manager",
}
DAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
UNITS: Final = (
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)


def age(raised_at: datetime, now: datetime) -> str:
    """Say how long ago: 12 minutes, 3 hours, 2 days."""
    gone = now - raised_at
    for unit, name in UNITS:
        if gone >= unit:
            number = gone // unit
            return f"{number} {name}" + ("" if number == 1 else "s")
    return "less than a minute"


def what_next(alert: ListedAlert) -> str:
    """Say what happens next, and by when."""
    match alert.state:
        case AlertState.CLOSED:
            return "Nothing more to do: it is closed with its outcome."
        case AlertState.ACKNOWLEDGED:
            return "Write down what is done. Close it with what came of it."
        case AlertState.RAISED if alert.next_at is None:
            return "Everyone on the route was told. Acknowledge it now."
        case AlertState.RAISED:
            told = NEXT_TOLD[EscalationLevel(alert.level + 1)]
            return f"Acknowledge it. If nobody does, {told} at {_time(alert.next_at)}."


def _time(at: datetime | None) -> str:
    return "" if at is None else moment(at)
