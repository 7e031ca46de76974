"""What stands on a respondent's page, and which page comes next?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from flask import url_for

from feedback.domain.alarm_words import WordList
from feedback.domain.alert import AlertKind, triggers
from feedback.domain.answering import (
    LONGEST_WORDS,
    Fault,
    PageReading,
    StoredAnswer,
    answered_codes,
    next_page,
    offers,
)
from feedback.domain.help_line import HelpLine
from feedback.domain.question import Question, QuestionKind, Scale
from feedback.domain.questionnaire import Layout, Page, Questionnaire, SectionText
from feedback.services import help_lines
from feedback.services.resume import Run
from feedback.web.respond import wording

# Told on the next page, with numbers to call. After words or "not safe now" the
# page says nothing: a reader over the shoulder must not learn why.
TOLD_AFTER: Final = frozenset({AlertKind.UNSAFE, AlertKind.UNCLEAR})
NO_WORDS: Final = WordList(pattern=None)
CHILD_SCALES: Final = frozenset({Scale.F3, Scale.W4C})
REVERSED_FACES: Final = {"yes": "no", "a_bit": "a_bit", "no": "yes"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question as its control needs it."""

    code: str
    wording: str
    hint: str
    options: tuple[tuple[str, str], ...]
    value: str | None
    error: str | None
    section: SectionText | None
    faces: Mapping[str, str] | bool
    picture: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPage:
    """One screen of questions.

    Attributes:
        told_us: What to say after the answer before gave cause for an alert.
        offers: What to offer after the answer before.
    """

    number: int
    total: int
    title: str
    asks: tuple[Ask, ...]
    is_one_page: bool
    is_child: bool
    told_us: tuple[str, ...] = ()
    lines: tuple[HelpLine, ...] = ()
    offers: tuple[str, ...] = ()
    errors: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Intro:
    """What is told before the first question."""

    title: str
    intro: tuple[str, ...]
    who_sees: tuple[str, ...]
    emergency: tuple[str, ...]
    private: tuple[str, ...]
    skipping: tuple[str, ...]
    saving: tuple[str, ...]
    lines: tuple[HelpLine, ...]
    is_child: bool


def intro(run: Run) -> Intro:
    """Lay out what is told before the first question."""
    text = run.questionnaire.text(run.language)
    return Intro(
        title=text.title,
        intro=text.intro,
        who_sees=text.who_sees,
        emergency=text.emergency,
        private=text.private,
        skipping=text.skipping,
        saving=text.saving,
        lines=lines_of(run),
        is_child=is_child(run.questionnaire),
    )


def next_address(run: Run, saved: Iterable[StoredAnswer] = ()) -> str:
    """Say where a run goes on: forward, at the first page that is not done.

    Args:
        run: The run as it was opened.
        saved: What was saved since.
    """
    given = tuple(saved)
    form = run.questionnaire
    if any(_is_not_safe(form, answer) for answer in given):
        return url_for("start.later")
    renewed = {answer.question for answer in given}
    answered = (run.answered - renewed) | answered_codes(form, given)
    page = next_page(form, answered)
    if page is None:
        return url_for("check.check")
    has_begun = run.has_begun or any(not _is_safe_now(form, code) for code in renewed)
    is_safe_first = all(asked.kind is QuestionKind.SAFE_NOW for asked in page.questions)
    if not has_begun and not is_safe_first:
        return url_for("start.intro")
    return url_for("questions.question", number=number_of(form, page))


def question_address(run: Run) -> str:
    """Say where the questions go on, the introduction being read."""
    page = next_page(run.questionnaire, run.answered)
    if page is None:
        return url_for("check.check")
    return url_for("questions.question", number=number_of(run.questionnaire, page))


def number_of(form: Questionnaire, page: Page) -> int:
    """Number a page from 1: addresses stay in a phone's history, and tell nothing."""
    return 1 + [one.code for one in form.pages].index(page.code)


def page_at(form: Questionnaire, number: int) -> Page | None:
    """Find a page by its number."""
    return form.pages[number - 1] if 1 <= number <= len(form.pages) else None


def may_show(run: Run, page: Page) -> bool:
    """Tell whether a page may be shown: it is next, or this browser answered it."""
    if any(question.code in run.given for question in page.questions):
        return True
    upcoming = next_page(run.questionnaire, run.answered)
    return upcoming is not None and upcoming.code == page.code


def question_page(
    run: Run, page: Page, reading: PageReading | None = None
) -> QuestionPage:
    """Lay out a page of questions, with what was typed where it could not be kept."""
    form = run.questionnaire
    faults = {} if reading is None else {one.question: one for one in reading.faults}
    raw = None if reading is None else reading.raw
    asks = tuple(_ask(run, one, raw, faults.get(one.code)) for one in page.questions)
    number = number_of(form, page)
    before = () if number == 1 else _own(run, form.pages[number - 2])
    is_told = reading is None and _is_told(form, before)
    return QuestionPage(
        number=number,
        total=len(form.pages),
        title=form.text(run.language).title,
        asks=asks,
        is_one_page=form.layout is Layout.ONE_PAGE,
        is_child=is_child(form),
        told_us=form.text(run.language).told_us if is_told else (),
        lines=lines_of(run) if is_told else (),
        offers=tuple(one.offer(run.language) for one in offers(form, before)),
        errors=tuple((one.code, one.error) for one in asks if one.error is not None),
    )


def told_us(run: Run) -> tuple[str, ...]:
    """Give what is said where any answer of this browser gave cause for an alert."""
    form = run.questionnaire
    is_told = _is_told(form, tuple(run.given.values()))
    return form.text(run.language).told_us if is_told else ()


def lines_of(run: Run) -> tuple[HelpLine, ...]:
    """Give the numbers that the form names."""
    return help_lines.named(run.questionnaire.help_lines, run.language)


def is_child(form: Questionnaire) -> bool:
    """Tell whether pages are laid out for a child: larger, one thing at a time."""
    return form.scale in CHILD_SCALES


def _ask(
    run: Run, question: Question, raw: Mapping[str, str] | None, fault: Fault | None
) -> Ask:
    language = run.language
    form = run.questionnaire
    value = _kept(run, question) if raw is None else raw.get(question.code)
    section = question.section and form.text(language).sections[question.section]
    return Ask(
        code=question.code,
        wording=question.wording(language),
        hint=question.hint(language),
        options=tuple((one.id, one.label) for one in question.choices(language))
        if question.options
        else (),
        # A NUL cannot stand in a page; without it the words can be sent again.
        value=None if value is None else value.replace("\0", ""),
        error=None if fault is None else _sentence(form, fault, value or ""),
        section=section or None,
        faces=_faces(form, question),
        picture=question.picture,
    )


def _kept(run: Run, question: Question) -> str | None:
    answer = run.given.get(question.code)
    if answer is None or question.kind is QuestionKind.SAFE_NOW:
        return None
    return answer.option if answer.words is None else answer.words


def _sentence(form: Questionnaire, fault: Fault, value: str) -> str:
    too_many = len(value.replace("\r\n", "\n")) - LONGEST_WORDS
    return wording.fault(fault.reason, too_many=too_many, is_child=is_child(form))


def _faces(form: Questionnaire, question: Question) -> Mapping[str, str] | bool:
    if form.scale is not Scale.F3 or question.scale is not Scale.F3:
        return False
    return REVERSED_FACES if question.reverse else True


def _own(run: Run, page: Page) -> tuple[StoredAnswer, ...]:
    return tuple(
        run.given[question.code]
        for question in page.questions
        if question.code in run.given
    )


def _is_told(form: Questionnaire, answers: tuple[StoredAnswer, ...]) -> bool:
    raised = triggers(form, answers, alarm_words=NO_WORDS)
    return any(trigger.kind in TOLD_AFTER for trigger in raised)


def _is_not_safe(form: Questionnaire, answer: StoredAnswer) -> bool:
    return answer.option == "no" and _is_safe_now(form, answer.question)


def _is_safe_now(form: Questionnaire, code: str) -> bool:
    question = form.question(code)
    return question is not None and question.kind is QuestionKind.SAFE_NOW
