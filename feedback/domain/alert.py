"""What tells us that somebody may not be safe, and who must hear of it by when?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum, unique
from typing import Final, NewType
from uuid import UUID

from feedback.domain.alarm_words import WordList
from feedback.domain.answering import StoredAnswer
from feedback.domain.errors import FeedbackError, IllegalMoveError
from feedback.domain.question import RATHER_NOT_SAY, Question, QuestionKind
from feedback.domain.questionnaire import Questionnaire

AlertId = NewType("AlertId", UUID)


@unique
class AlertKind(StrEnum):
    """Why an alert was raised, as the duty contact reads it.

    After `not_safe_now` nobody contacts the person outside their safe-contact
    profile.
    """

    UNSAFE = "unsafe"
    UNCLEAR = "unclear"
    NOT_SAFE_NOW = "not_safe_now"
    CONTACT_ASKED = "contact_asked"
    HELP_ASKED = "help_asked"
    WORDS = "words"
    RAISED_BY_STAFF = "raised_by_staff"
    DELIVERY_FAILED = "delivery_failed"


# "I don't know", "yes" and a skipped question raise nothing by themselves.
OPTION_TRIGGERS: Final[Mapping[QuestionKind, Mapping[str, AlertKind]]] = {
    QuestionKind.SAFETY: {
        "no": AlertKind.UNSAFE,
        "a_bit": AlertKind.UNSAFE,
        "never": AlertKind.UNSAFE,
        "sometimes": AlertKind.UNSAFE,
        "not_at_all": AlertKind.UNSAFE,
        "a_little": AlertKind.UNSAFE,
        RATHER_NOT_SAY: AlertKind.UNCLEAR,
    },
    QuestionKind.SAFE_NOW: {"no": AlertKind.NOT_SAFE_NOW},
    QuestionKind.CONTACT: {"yes": AlertKind.CONTACT_ASKED},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """One answer after which the duty contact is told; never the words."""

    kind: AlertKind
    question: str


def triggers(
    questionnaire: Questionnaire,
    answers: Iterable[StoredAnswer],
    *,
    alarm_words: WordList,
) -> tuple[Trigger, ...]:
    """Find what raises an alert among the answers of one saved page."""
    found = []
    for answer in answers:
        question = questionnaire.question(answer.question)
        kind = None if question is None else _kind_raised(question, answer, alarm_words)
        if kind is not None:
            found.append(Trigger(kind=kind, question=answer.question))
    return tuple(found)


def _kind_raised(
    question: Question, answer: StoredAnswer, alarm_words: WordList
) -> AlertKind | None:
    if answer.words is not None:
        return AlertKind.WORDS if alarm_words.is_in(answer.words) else None
    if answer.option is None:
        return None
    return OPTION_TRIGGERS.get(question.kind, {}).get(answer.option)


@unique
class AlertState(StrEnum):
    """How far an alert has come."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


MOVES: Final[Mapping[AlertState, frozenset[AlertState]]] = {
    AlertState.RAISED: frozenset({AlertState.ACKNOWLEDGED}),
    AlertState.ACKNOWLEDGED: frozenset({AlertState.CLOSED}),
    AlertState.CLOSED: frozenset(),
}


@unique
class Told(StrEnum):
    """Whether the person was told what was done."""

    YES = "yes"
    NO = "no"
    NOT_SAFE_TO = "not_safe_to"


class OutcomeMissingError(FeedbackError):
    """An alert was to be closed without saying what came of it."""

    def __init__(self) -> None:
        super().__init__("an alert is closed with its outcome in words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Who took an alert on, and when."""

    by: UUID
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What came of an alert, who says so, when, and whether the person knows."""

    outcome: str
    told_person: Told
    by: UUID
    at: datetime

    def __post_init__(self) -> None:
        if not self.outcome.strip():
            raise OutcomeMissingError


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Somebody may not be safe; it stays open until a person writes what was done."""

    id: AlertId
    kind: AlertKind
    raised_at: datetime
    acknowledgement: Acknowledgement | None = None
    closing: Closing | None = None

    @property
    def state(self) -> AlertState:
        """Read the state from what was recorded, so that both cannot differ."""
        if self.closing is not None:
            return AlertState.CLOSED
        if self.acknowledgement is not None:
            return AlertState.ACKNOWLEDGED
        return AlertState.RAISED


def acknowledge(alert: Alert, *, by: UUID, now: datetime) -> Alert:
    """Record who took the alert on, which ends its escalation.

    Raises:
        IllegalMoveError: If somebody already has.
    """
    _check_move(alert, AlertState.ACKNOWLEDGED)
    return replace(alert, acknowledgement=Acknowledgement(by=by, at=now))


def close(
    alert: Alert, *, outcome: str, told_person: Told, by: UUID, now: datetime
) -> Alert:
    """Close an alert with what came of it.

    Raises:
        IllegalMoveError: If nobody has acknowledged it, or it is closed.
        OutcomeMissingError: If the outcome says nothing.
    """
    _check_move(alert, AlertState.CLOSED)
    closing = Closing(outcome=outcome, told_person=told_person, by=by, at=now)
    return replace(alert, closing=closing)


def _check_move(alert: Alert, to: AlertState) -> None:
    if to not in MOVES[alert.state]:
        raise IllegalMoveError(alert.state, to)


@unique
class EscalationLevel(IntEnum):
    """Who is told next while nobody has acknowledged."""

    DUTY = 0
    SECOND_CONTACT = 1
    HEAD_SQA = 2


ESCALATES_AFTER: Final[Mapping[EscalationLevel, timedelta]] = {
    EscalationLevel.DUTY: timedelta(0),
    EscalationLevel.SECOND_CONTACT: timedelta(minutes=15),
    EscalationLevel.HEAD_SQA: timedelta(minutes=30),
}


def escalations_due(
    *, raised_at: datetime, acknowledged_at: datetime | None, now: datetime
) -> tuple[EscalationLevel, ...]:
    """List everyone who must have been told by now; nobody once acknowledged.

    Whoever sends keeps the levels already queued and adds the others, so that a
    late tick catches up and a repeated one changes nothing.
    """
    if acknowledged_at is not None:
        return ()
    return tuple(
        level for level, after in ESCALATES_AFTER.items() if raised_at + after <= now
    )
