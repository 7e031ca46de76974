"""What is one question, in which words, and what may be answered to it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final


@unique
class QuestionKind(StrEnum):
    """What a question is for, and so how it is shown and read."""

    SCALE = "scale"
    WORDS = "words"
    SAFETY = "safety"
    SAFE_NOW = "safe_now"
    CONTACT = "contact"
    HELPED_BY = "helped_by"


@unique
class Scale(StrEnum):
    """The worded scales; every point has a name, none has a number."""

    F3 = "F3"
    W4C = "W4C"
    W4 = "W4"


DONT_KNOW: Final = "dont_know"
RATHER_NOT_SAY: Final = "rather_not_say"
DOES_NOT_APPLY: Final = "does_not_apply"

SCALE_POINTS: Final[Mapping[Scale, tuple[str, ...]]] = {
    Scale.F3: ("yes", "a_bit", "no"),
    Scale.W4C: ("always", "mostly", "sometimes", "never"),
    Scale.W4: ("completely", "mostly", "a_little", "not_at_all"),
}

# A child under thirteen who finds that a question does not fit says "I don't know".
SCALE_OPTIONS: Final[Mapping[Scale, tuple[str, ...]]] = {
    Scale.F3: (*SCALE_POINTS[Scale.F3], DONT_KNOW, RATHER_NOT_SAY),
    Scale.W4C: (*SCALE_POINTS[Scale.W4C], DONT_KNOW, RATHER_NOT_SAY),
    Scale.W4: (
        *SCALE_POINTS[Scale.W4],
        DONT_KNOW,
        RATHER_NOT_SAY,
        DOES_NOT_APPLY,
    ),
}

CHOICE_OPTIONS: Final[Mapping[QuestionKind, tuple[str, ...]]] = {
    QuestionKind.SAFE_NOW: ("yes", "no"),
    QuestionKind.CONTACT: ("yes", "not_now"),
    QuestionKind.HELPED_BY: (
        "nobody",
        "carer",
        "teacher",
        "advocate",
        "worker",
        "other",
    ),
}

SPEAKS_TO: Final[Mapping[str, frozenset[str]]] = {
    "child": frozenset({"D1", "D2", "D3", "D4", "D5", "D7", "D8", "D9"}),
    "family": frozenset({"D1", "D2", "D3", "D4", "D5", "D7", "D8", "D9"}),
    "partner": frozenset({"D1", "D2", "D3", "D4", "D7", "D8", "D9"}),
    "practitioner": frozenset(f"D{number}" for number in range(1, 10)),
    "manager": frozenset({"D1", "D2", "D3", "D5", "D6", "D7", "D8", "D9"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option as a person sees it, stored by its id in every language."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionText:
    """One question in one language."""

    ask: str
    hint: str = ""
    offer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing that is asked, the same in every language.

    Attributes:
        dimension: D1 to D9 for a scored question, otherwise None.
        scale: The worded scale of a scored or safety question.
        reverse: True where the top of the scale is the bad end.
        about_self: True where the person judges their own agency's part.
        options: Ids that may be stored, in the order shown; none for words.
        offer_on: Options after which a talk is offered and equality is flagged.
        section: The part of a one-page form that this question opens.
        block: The optional part that this question belongs to, if any.
    """

    code: str
    kind: QuestionKind
    options: tuple[str, ...]
    dimension: str | None = None
    scale: Scale | None = None
    reverse: bool = False
    about_self: bool = False
    offer_on: tuple[str, ...] = ()
    picture: str | None = None
    section: str | None = None
    block: str | None = None
    texts: Mapping[str, QuestionText]
    labels: Mapping[str, Mapping[str, str]]

    def wording(self, language: str) -> str:
        """Say the question in one of the form's languages."""
        return self.texts[language].ask

    def hint(self, language: str) -> str:
        """Say what helps to understand it; empty where nothing is needed."""
        return self.texts[language].hint

    def offer(self, language: str) -> str:
        """Say what is offered after an answer in `offer_on`; empty without one."""
        return self.texts[language].offer

    def label(self, option: str, language: str) -> str:
        """Name one option in one of the form's languages."""
        return self.labels[language][option]

    def choices(self, language: str) -> tuple[Choice, ...]:
        """Name the options in one of the form's languages."""
        labels = self.labels[language]
        return tuple(Choice(id=option, label=labels[option]) for option in self.options)
