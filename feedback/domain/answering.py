"""What did a person answer on this page, and what is left to ask?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, unique
from typing import Final

from feedback.domain.question import Question, QuestionKind
from feedback.domain.questionnaire import Layout, Page, Questionnaire

LONGEST_WORDS: Final = 10_000

SKIPPED: Final = "skipped"
HELPER_UNKNOWN: Final = "unknown"

# They describe how the form is filled in, and tell nothing about the help.
_ABOUT_THE_RUN: Final = frozenset({QuestionKind.SAFE_NOW, QuestionKind.HELPED_BY})


@unique
class FaultReason(StrEnum):
    """Why an answer cannot be kept; pages choose the sentence from it."""

    MISSING = "missing"
    SEVERAL = "several"
    UNKNOWN_OPTION = "unknown_option"
    TOO_LONG = "too_long"
    NUL = "nul"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """What is kept for one question: an option, words, or that it was skipped."""

    question: str
    option: str | None = None
    words: str | None = None
    skipped: bool = False

    def __post_init__(self) -> None:
        given = (self.option is not None, self.words is not None, self.skipped)
        if given.count(True) != 1:
            raise ValueError("an answer is an option, words or skipped: one of them")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One control whose answer cannot be kept."""

    question: str
    reason: FaultReason


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """Either every question's answer, or the faults; never part of a page.

    Attributes:
        raw: What was sent for each question, to show it again beside a fault.
    """

    answers: tuple[StoredAnswer, ...] = ()
    faults: tuple[Fault, ...] = ()
    raw: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether the page can be saved."""
        return not self.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredAnswer:
    """An answer that is held against a dimension; it knows no person and no words."""

    question: str
    dimension: str
    scale: str
    value: str
    reverse: bool


def read_page(
    questionnaire: Questionnaire,
    page: Page,
    raw: Mapping[str, Sequence[str]],
    *,
    skip: bool,
) -> PageReading:
    """Read what a browser sent for one page; names of other controls are ignored.

    Where a page asks one question, going on without a choice is a fault, so that
    nobody passes a question without meaning to; an empty text box is skipped. On
    a one-page form whatever is blank is skipped.
    """
    if skip:
        return PageReading(
            answers=tuple(_skipped(question) for question in page.questions)
        )
    blank_is_skipped = questionnaire.layout is Layout.ONE_PAGE
    readings = [
        _read(question, raw.get(question.code, ()), blank_is_skipped=blank_is_skipped)
        for question in page.questions
    ]
    faults = tuple(reading for reading in readings if isinstance(reading, Fault))
    return PageReading(
        answers=(
            ()
            if faults
            else tuple(one for one in readings if isinstance(one, StoredAnswer))
        ),
        faults=faults,
        raw={
            question.code: raw[question.code][0]
            for question in page.questions
            if raw.get(question.code)
        },
    )


def answered_codes(
    questionnaire: Questionnaire, answers: Iterable[StoredAnswer]
) -> frozenset[str]:
    """Name the questions that need not be asked again, skipped ones included.

    Somebody who once said that it was not safe to go on is asked that again:
    it was true of that moment only.
    """
    return frozenset(
        answer.question
        for answer in answers
        if not (
            answer.option == "no"
            and _kind(questionnaire, answer) is QuestionKind.SAFE_NOW
        )
    )


def next_page(questionnaire: Questionnaire, answered: Collection[str]) -> Page | None:
    """Find the first page with a question neither answered nor skipped."""
    return next(
        (
            page
            for page in questionnaire.pages
            if any(question.code not in answered for question in page.questions)
        ),
        None,
    )


def is_real_submission(
    questionnaire: Questionnaire, answers: Iterable[StoredAnswer]
) -> bool:
    """Tell whether anything was said; "I don't know" is saying something.

    Whether it was safe to go on and who helped do not count by themselves, and
    neither does a text box that holds only blanks.
    """
    return any(
        answer.option is not None or (answer.words or "").strip()
        for answer in answers
        if _kind(questionnaire, answer) not in _ABOUT_THE_RUN
    )


def scored(
    questionnaire: Questionnaire, answers: Iterable[StoredAnswer]
) -> tuple[ScoredAnswer, ...]:
    """Give every scored question with its answer, and nothing but those.

    Safety, contact and words are left out; a question without an answer counts
    as skipped, so that silence stays visible.
    """
    options = {answer.question: answer.option for answer in answers}
    return tuple(
        ScoredAnswer(
            question=question.code,
            dimension=question.dimension,
            scale=question.scale.value,
            value=options.get(question.code) or SKIPPED,
            reverse=question.reverse,
        )
        for question in questionnaire.asked
        if question.dimension is not None and question.scale is not None
    )


def helped_by(questionnaire: Questionnaire, answers: Iterable[StoredAnswer]) -> str:
    """Say who helped; `unknown` where nobody told."""
    return next(
        (
            answer.option
            for answer in answers
            if answer.option is not None
            and _kind(questionnaire, answer) is QuestionKind.HELPED_BY
        ),
        HELPER_UNKNOWN,
    )


def offers(
    questionnaire: Questionnaire, answers: Iterable[StoredAnswer]
) -> tuple[Question, ...]:
    """List the questions whose answer opens an offer to talk and flags equality."""
    options = {answer.question: answer.option for answer in answers}
    return tuple(
        question
        for question in questionnaire.asked
        if options.get(question.code) in question.offer_on
    )


def _read(
    question: Question, values: Sequence[str], *, blank_is_skipped: bool
) -> StoredAnswer | Fault:
    if len(values) > 1:
        return Fault(question=question.code, reason=FaultReason.SEVERAL)
    value = values[0] if values else ""
    # An empty text box that was sent is a choice; a lost one is not.
    if not value and (blank_is_skipped or (values and not question.options)):
        return _skipped(question)
    if not value:
        return Fault(question=question.code, reason=FaultReason.MISSING)
    return (
        _read_choice(question, value) if question.options else _words(question, value)
    )


def _read_choice(question: Question, value: str) -> StoredAnswer | Fault:
    if value not in question.options:
        return Fault(question=question.code, reason=FaultReason.UNKNOWN_OPTION)
    return StoredAnswer(question=question.code, option=value)


def _words(question: Question, value: str) -> StoredAnswer | Fault:
    # Browsers send CRLF whatever was typed; nothing else is touched.
    words = value.replace("\r\n", "\n")
    if "\0" in words:
        return Fault(question=question.code, reason=FaultReason.NUL)
    if len(words) > LONGEST_WORDS:
        return Fault(question=question.code, reason=FaultReason.TOO_LONG)
    return StoredAnswer(question=question.code, words=words)


def _skipped(question: Question) -> StoredAnswer:
    return StoredAnswer(question=question.code, skipped=True)


def _kind(questionnaire: Questionnaire, answer: StoredAnswer) -> QuestionKind | None:
    question = questionnaire.question(answer.question)
    return None if question is None else question.kind
