"""Has each language of a form all the words that its questions need?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from feedback.domain.document import Node
from feedback.domain.question import Question, QuestionKind, QuestionText
from feedback.domain.questionnaire import FormText, SectionText

PARAGRAPHS: Final = (
    "intro",
    "who_sees",
    "emergency",
    "private",
    "skipping",
    "saving",
    "told_us",
    "nothing_answered",
    "receipt",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageText:
    """Everything a form says in one language.

    Attributes:
        questions: By question code.
        labels: Option labels by the set that options share, then by option id.
    """

    form: FormText
    questions: Mapping[str, QuestionText]
    labels: Mapping[str, Mapping[str, str]]


def label_set(question: Question) -> str | None:
    """Name the labels a question shares with others; None where it has none."""
    if question.kind is QuestionKind.WORDS:
        return None
    return "scale" if question.scale is not None else question.kind.value


def label_sets(questions: Iterable[Question]) -> dict[str, tuple[str, ...]]:
    """Gather the option ids of each set, in order of first appearance."""
    sets: dict[str, tuple[str, ...]] = {}
    for question in questions:
        name = label_set(question)
        if name is not None:
            known = sets.get(name, ())
            new = tuple(option for option in question.options if option not in known)
            sets[name] = known + new
    return sets


def read_language(node: Node, questions: Sequence[Question]) -> LanguageText:
    """Read one language, noting what is missing and what belongs to nothing."""
    asks_safe_now = any(asked.kind is QuestionKind.SAFE_NOW for asked in questions)
    sections = _sections(questions)
    fields = node.fields(
        required=(
            "title",
            *PARAGRAPHS,
            *(("not_safe_now",) if asks_safe_now else ()),
            *(("sections",) if sections else ()),
            "options",
            "questions",
        )
    )
    return LanguageText(
        form=FormText(
            title=fields["title"].text(),
            intro=fields["intro"].paragraphs(),
            who_sees=fields["who_sees"].paragraphs(),
            emergency=fields["emergency"].paragraphs(),
            private=fields["private"].paragraphs(),
            skipping=fields["skipping"].paragraphs(),
            saving=fields["saving"].paragraphs(),
            told_us=fields["told_us"].paragraphs(),
            nothing_answered=fields["nothing_answered"].paragraphs(),
            receipt=fields["receipt"].paragraphs(),
            not_safe_now=(fields["not_safe_now"].paragraphs() if asks_safe_now else ()),
            sections=(_read_sections(fields["sections"], sections) if sections else {}),
        ),
        questions=_read_questions(fields["questions"], questions),
        labels=_read_labels(fields["options"], label_sets(questions)),
    )


def write_language(
    form: FormText, questions: Sequence[Question], language: str
) -> dict[str, object]:
    """Write one language back in the shape it is read from."""
    written: dict[str, object] = {"title": form.title}
    written |= {name: list(getattr(form, name)) for name in PARAGRAPHS}
    if form.not_safe_now:
        written["not_safe_now"] = list(form.not_safe_now)
    if form.sections:
        written["sections"] = {
            code: {"heading": section.heading, "body": list(section.body)}
            for code, section in form.sections.items()
        }
    written["options"] = _write_labels(questions, language)
    written["questions"] = {
        question.code: _write_question(question.texts[language])
        for question in questions
    }
    return written


def _sections(questions: Iterable[Question]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(asked.section for asked in questions if asked.section is not None)
    )


def _read_sections(node: Node, codes: Sequence[str]) -> dict[str, SectionText]:
    sections = {}
    for code, section in node.fields(required=codes).items():
        fields = section.fields(required=("heading", "body"))
        sections[code] = SectionText(
            heading=fields["heading"].text(), body=fields["body"].paragraphs()
        )
    return sections


def _read_questions(
    node: Node, questions: Sequence[Question]
) -> dict[str, QuestionText]:
    texts = {}
    entries = node.fields(required=tuple(asked.code for asked in questions))
    for question in questions:
        # An offer is a promise to talk: it may not be left out of a language.
        required = ("ask", "offer") if question.offer_on else ("ask",)
        fields = entries[question.code].fields(required=required, optional=("hint",))
        texts[question.code] = QuestionText(
            ask=fields["ask"].text(),
            hint=fields["hint"].text(),
            offer=fields["offer"].text() if question.offer_on else "",
        )
    return texts


def _read_labels(
    node: Node, sets: Mapping[str, tuple[str, ...]]
) -> dict[str, dict[str, str]]:
    return {
        name: {
            option: label.text()
            for option, label in entry.fields(required=sets[name]).items()
        }
        for name, entry in node.fields(required=tuple(sets)).items()
    }


def _write_labels(
    questions: Sequence[Question], language: str
) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    for question in questions:
        name = label_set(question)
        if name is not None:
            labels.setdefault(name, {}).update(question.labels[language])
    return labels


def _write_question(text: QuestionText) -> dict[str, str]:
    given = {"ask": text.ask, "hint": text.hint, "offer": text.offer}
    return {name: words for name, words in given.items() if words}
