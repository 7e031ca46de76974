"""Which few questions of a form are asked by text, and what does a reply say?"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from feedback.domain.conversation import Heard
from feedback.domain.document import Node
from feedback.domain.errors import FeedbackError
from feedback.domain.question import QuestionKind
from feedback.domain.questionnaire import Layout, Questionnaire
from feedback.domain.sms import InboundKind, inbound_kind

MOST_QUESTIONS: Final = 5
SKIP_DIGIT: Final = "0"
# What a message is told is one line; its template breaks it here.
BETWEEN: Final = " / "
AGREE_DIGIT: Final = "1"
WEB_WORDS: Final = frozenset({"web", "link"})

_KEYWORDS: Final[Mapping[InboundKind, Heard]] = {
    InboundKind.OPT_OUT: Heard.STOP,
    InboundKind.OPT_IN: Heard.KEYWORD,
}
_INFO: Final = "info"
# Signs that people and phones put around a number: brackets, dots, keycaps.
_AROUND: Final = ("P", "Z", "M", "Cf", "Cc")


class ShortFormError(FeedbackError):
    """A short form that cannot be asked by text; `faults` names each place."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextQuestion:
    """One question as a text asks it, under its code in the form."""

    code: str
    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChoice:
    """One option, the digit that chooses it, and its short label."""

    digit: str
    option: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortForm:
    """A form's questions by text in one language: the same codes and options."""

    questions: tuple[TextQuestion, ...]
    choices: tuple[TextChoice, ...]
    skip: str

    @property
    def legend(self) -> str:
        """The digits that stand under each question; a text shows one on a line."""
        parts = [f"{one.digit} {one.label}" for one in self.choices]
        return BETWEEN.join((*parts, f"{SKIP_DIGIT} {self.skip}"))

    @property
    def codes(self) -> frozenset[str]:
        """The questions' codes."""
        return frozenset(one.code for one in self.questions)

    def question(self, code: str | None) -> TextQuestion | None:
        """Find one of its questions."""
        return next((one for one in self.questions if one.code == code), None)

    def place(self, code: str | None) -> int:
        """Tell the place of a question, from 1; 0 for one that is not asked."""
        codes = [one.code for one in self.questions]
        return codes.index(code) + 1 if code in codes else 0

    def next_after(self, answered: frozenset[str]) -> TextQuestion | None:
        """Find the first question that nobody has answered yet."""
        return next((one for one in self.questions if one.code not in answered), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an inbound text says; `option` with a choice only."""

    heard: Heard
    option: str | None = None


def short_form(
    document: Mapping[str, object], questionnaire: Questionnaire, language: str
) -> ShortForm | None:
    """Take a form's short form in a language; None where it has none.

    Only scale questions are asked. A one-page form is not: going on by its link
    would show every answer's question again, and a blank there replaces it.

    Raises:
        ShortFormError: If a question or option is not the form's own.
    """
    root = Node(value=document, path="", faults=[])
    found = root.entries().get(questionnaire.form)
    if found is None or questionnaire.layout is not Layout.ONE_QUESTION:
        return None
    fields = found.fields(required=("questions", "texts"))
    text = fields["texts"].entries().get(language)
    if text is None or language not in questionnaire.languages:
        return None
    scaled = [one.code for one in questionnaire.asked if one.kind is QuestionKind.SCALE]
    codes = fields["questions"].some_of(scaled)
    if len(codes) > MOST_QUESTIONS:
        fields["questions"].fault(f"must be {MOST_QUESTIONS} at most")
    form = _in_language(text, questionnaire, codes)
    if root.faults:
        raise ShortFormError(root.faults)
    return form


def _in_language(
    node: Node, questionnaire: Questionnaire, codes: Sequence[str]
) -> ShortForm:
    fields = node.fields(required=("questions", "options", "skip"))
    wordings = fields["questions"].fields(required=codes)
    labels = fields["options"].entries()
    options = next(
        (one.options for one in questionnaire.asked if one.code in codes), ()
    )
    for option, label in labels.items():
        if option not in options:
            label.fault("is no option of these questions")
    given = [option for option in options if option in labels]
    return ShortForm(
        questions=tuple(
            TextQuestion(code=code, wording=wordings[code].text()) for code in codes
        ),
        choices=tuple(
            TextChoice(digit=str(number), option=option, label=labels[option].text())
            for number, option in enumerate(given, start=1)
        ),
        skip=fields["skip"].text(),
    )


def read_reply(body: str, form: ShortForm | None, *, is_alarming: bool) -> Reply:
    """Read a text as the answer to a question; None for `form` where none was asked.

    Only a whole text counts: a digit however it is written, a digit with its own
    label, the label alone, or a keyword. "2 but he shouts" is words, and what is
    words is never made into an answer. Number words stay words.
    """
    plain = _plain(body)
    kind = inbound_kind(body)
    if kind is InboundKind.HELP:
        return Reply(heard=Heard.KEYWORD if plain == _INFO else Heard.HELP)
    if kind in _KEYWORDS:
        return Reply(heard=_KEYWORDS[kind])
    if is_alarming:
        return Reply(heard=Heard.ALARM)
    if plain in WEB_WORDS:
        return Reply(heard=Heard.WEB)
    if form is None:
        return Reply(heard=Heard.AGREE if plain == AGREE_DIGIT else Heard.WORDS)
    return _choice(plain, form)


def asks_help(body: str) -> bool:
    """Tell whether a whole text is HELP, which a person hears of at once."""
    return read_reply(body, None, is_alarming=False).heard is Heard.HELP


def _choice(plain: str, form: ShortForm) -> Reply:
    if plain in _spellings(SKIP_DIGIT, form.skip):
        return Reply(heard=Heard.SKIP)
    for one in form.choices:
        if plain in _spellings(one.digit, one.label):
            return Reply(heard=Heard.CHOICE, option=one.option)
    return Reply(heard=Heard.WORDS)


def _spellings(digit: str, label: str) -> frozenset[str]:
    name = _plain(label)
    return frozenset({digit, name, f"{digit} {name}"})


def _plain(body: str) -> str:
    """Write a reply in one way: plain digits, no case, one space between words."""
    letters = "".join(
        _simple(letter) for letter in unicodedata.normalize("NFKC", body).casefold()
    )
    return " ".join(letters.split())


def _simple(letter: str) -> str:
    # Any script's digit 2 is a 2.
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    if letter in {"'", "\u2019"}:
        return ""
    is_around = unicodedata.category(letter).startswith(_AROUND)
    return " " if is_around else letter
