"""What did this browser answer, to be checked before it is sent?"""

from dataclasses import dataclass

from flask import url_for

from feedback.domain.question import Question, QuestionKind
from feedback.domain.questionnaire import Layout, Page
from feedback.services.resume import Run
from feedback.web.respond import pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question with its answer.

    Attributes:
        label: The option that was chosen, in words; None for anything else.
        words: What was written; None for anything else.
        is_earlier: Whether it was answered in another session: then neither
            words nor choice are shown, nor whether it was skipped.
        url: Where it can be changed; None where it is earlier.
    """

    wording: str
    label: str | None
    words: str | None
    is_earlier: bool
    url: str | None


def items(run: Run) -> tuple[Item, ...]:
    """List every question of the form, in order.

    Whether it was safe to begin is no answer to send, and is left out.
    """
    return tuple(
        _item(run, page, question)
        for page in run.questionnaire.pages
        for question in page.questions
        if question.kind is not QuestionKind.SAFE_NOW
    )


def _item(run: Run, page: Page, question: Question) -> Item:
    answer = run.given.get(question.code)
    labels = (
        {one.id: one.label for one in question.choices(run.language)}
        if question.options
        else {}
    )
    return Item(
        wording=question.wording(run.language),
        label=None if answer is None else labels.get(answer.option or ""),
        words=None if answer is None else answer.words,
        is_earlier=answer is None,
        url=None if answer is None else _address(run, page, question),
    )


def _address(run: Run, page: Page, question: Question) -> str:
    number = pages.number_of(run.questionnaire, page)
    is_one_page = run.questionnaire.layout is Layout.ONE_PAGE
    anchor = question.code if is_one_page else None
    return url_for("questions.question", number=number, _anchor=anchor)
