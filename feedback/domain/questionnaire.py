"""What does a form ask, in which words, and what may be answered?"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
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


@unique
class Layout(StrEnum):
    """How much stands on a page."""

    ONE_QUESTION = "one_question"
    ONE_PAGE = "one_page"


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

AGE_BANDS: Final = ("5-8", "9-12", "13-17", "18-25")
WHOLE_FORM: Final = "all"


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

    @property
    def is_scored(self) -> bool:
        """Whether the answer is held against a dimension's grade."""
        return self.dimension is not None

    def wording(self, language: str) -> str:
        """Say the question in one of the form's languages."""
        return self.texts[language].ask

    def hint(self, language: str) -> str:
        """Say what helps to understand it; empty where nothing is needed."""
        return self.texts[language].hint

    def offer(self, language: str) -> str:
        """Say what is offered after an answer in `offer_on`; empty without one."""
        return self.texts[language].offer

    def choices(self, language: str) -> tuple[Choice, ...]:
        """Name the options in one of the form's languages."""
        labels = self.labels[language]
        return tuple(Choice(id=option, label=labels[option]) for option in self.options)


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


@dataclass(frozen=True, slots=True, kw_only=True)
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

    @property
    def languages(self) -> tuple[str, ...]:
        """List the languages that the form is complete in."""
        return tuple(self.texts)

    @property
    def blocks(self) -> frozenset[str]:
        """Name the optional parts that may be chosen."""
        return frozenset(
            question.block for question in self.questions if question.block is not None
        )

    @property
    def asked(self) -> tuple[Question, ...]:
        """List the questions this person meets, in order."""
        return tuple(
            question
            for question in self.questions
            if question.block is None or question.block in self.chosen_blocks
        )

    @property
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
        return replace(self, chosen_blocks=frozenset(chosen))

    def page(self, code: str) -> Page | None:
        """Find a page by its code; None for one that this person has not."""
        return next((page for page in self.pages if page.code == code), None)

    def question(self, code: str) -> Question | None:
        """Find an asked question by its code."""
        return next((asked for asked in self.asked if asked.code == code), None)

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
