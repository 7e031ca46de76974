"""What does a form ask of one person, on which pages, and what stands around it?"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum, unique
from functools import cached_property
from typing import Final

from feedback.domain.question import Question, Scale


@unique
class Layout(StrEnum):
    """How much stands on a page."""

    ONE_QUESTION = "one_question"
    ONE_PAGE = "one_page"


# What the staff read.
HOME_LANGUAGE: Final = "en"
AGE_BANDS: Final = ("5-8", "9-12", "13-17", "18-25")
WHOLE_FORM: Final = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionText:
    """The heading over a part of a one-page form, in one language."""

    heading: str
    body: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormText:
    """What stands around the questions, in one language; paragraphs throughout.

    Attributes:
        told_us: Shown with the help lines after an answer that raised an alert.
        not_safe_now: Shown when a person says that it is not safe to go on.
        nothing_answered: Shown on the last page of a run without an answer.
    """

    title: str
    intro: tuple[str, ...]
    who_sees: tuple[str, ...]
    emergency: tuple[str, ...]
    private: tuple[str, ...]
    skipping: tuple[str, ...]
    saving: tuple[str, ...]
    told_us: tuple[str, ...]
    nothing_answered: tuple[str, ...]
    receipt: tuple[str, ...]
    not_safe_now: tuple[str, ...] = ()
    sections: Mapping[str, SectionText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What stands on one screen and is saved with one press."""

    code: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Who should be able to read the form without help.

    Attributes:
        age: Reading age in years that the text as a whole stays within.
        longest_question: Words that no question goes beyond.
    """

    age: int
    longest_question: int


# No slots: what follows from the fields is worked out once, and asked for very often.
@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """One published version of a form, complete in each of its languages.

    Attributes:
        age_bands: Bands for which this is the group's default form; none for
            adults, and for a form that is only ever chosen.
        help_lines: Codes of the numbers shown beside it.
        chosen_blocks: Optional parts that a coordinator chose for this person;
            not part of what is published.
    """

    form: str
    version: int
    group: str
    age_bands: tuple[str, ...]
    scale: Scale
    layout: Layout
    reading: Reading
    help_lines: tuple[str, ...]
    questions: tuple[Question, ...]
    texts: Mapping[str, FormText]
    chosen_blocks: frozenset[str] = frozenset()

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """List the languages that the form is complete in."""
        return tuple(self.texts)

    @cached_property
    def blocks(self) -> frozenset[str]:
        """Name the optional parts that may be chosen."""
        return frozenset(
            question.block for question in self.questions if question.block is not None
        )

    @cached_property
    def asked(self) -> tuple[Question, ...]:
        """List the questions this person meets, in order."""
        return tuple(
            question
            for question in self.questions
            if question.block is None or question.block in self.chosen_blocks
        )

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """Lay the asked questions out, one to a page or all on one."""
        if self.layout is Layout.ONE_PAGE:
            return (Page(code=WHOLE_FORM, questions=self.asked),)
        return tuple(
            Page(code=question.code, questions=(question,)) for question in self.asked
        )

    def with_blocks(self, chosen: Collection[str]) -> "Questionnaire":
        """Add the optional parts that were chosen for one person.

        Raises:
            KeyError: If the form has no such part.
        """
        unknown = sorted(frozenset(chosen) - self.blocks)
        if unknown:
            raise KeyError(unknown[0])
        if frozenset(chosen) == self.chosen_blocks:
            return self
        return replace(self, chosen_blocks=frozenset(chosen))

    def page(self, code: str) -> Page | None:
        """Find a page by its code; None for one that this person has not."""
        return next((page for page in self.pages if page.code == code), None)

    def question(self, code: str) -> Question | None:
        """Find an asked question by its code."""
        return self._by_code.get(code)

    @cached_property
    def _by_code(self) -> Mapping[str, Question]:
        return {asked.code: asked for asked in self.asked}

    def text(self, language: str) -> FormText:
        """Take what stands around the questions in one of the form's languages."""
        return self.texts[language]


def default_form(
    questionnaires: Iterable[Questionnaire], *, group: str, age_band: str | None
) -> Questionnaire | None:
    """Choose the form a person of a group and age band is offered first.

    The band is a default and no gate: a coordinator may choose another form.
    """
    if group == "child" and age_band is None:
        return None
    return next(
        (
            questionnaire
            for questionnaire in questionnaires
            if questionnaire.group == group
            and age_band in (questionnaire.age_bands or (None,))
        ),
        None,
    )
