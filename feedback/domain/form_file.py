"""Is this document a form that we may ask people to fill in, and what is missing?"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from feedback.domain.document import Node
from feedback.domain.errors import FeedbackError
from feedback.domain.form_text import (
    LanguageText,
    label_set,
    read_language,
    write_language,
)
from feedback.domain.question import (
    CHOICE_OPTIONS,
    DOES_NOT_APPLY,
    SCALE_OPTIONS,
    SPEAKS_TO,
    Question,
    QuestionKind,
    Scale,
)
from feedback.domain.questionnaire import AGE_BANDS, Layout, Questionnaire, Reading

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

# These are names of other controls on the same page.
_RESERVED: Final = frozenset({"skip", "csrf_token", "code_word", "language", "token"})

_SCALED: Final = (QuestionKind.SCALE, QuestionKind.SAFETY)

# Some kinds are found again by their code, by pages and by whoever reads them.
_NAMED_KINDS: Final[Mapping[QuestionKind, str]] = {
    QuestionKind.SAFE_NOW: "safe_now",
    QuestionKind.CONTACT: "contact",
    QuestionKind.HELPED_BY: "helped_by",
}
_MUST_ASK: Final[Mapping[str, tuple[QuestionKind, ...]]] = {
    "child": (QuestionKind.SAFETY, QuestionKind.CONTACT, QuestionKind.HELPED_BY),
    "family": (QuestionKind.SAFE_NOW, QuestionKind.CONTACT, QuestionKind.HELPED_BY),
}


class QuestionnaireError(FeedbackError):
    """A document that is not a complete form; `faults` names each place."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(self.faults))


def parse_questionnaire(document: Mapping[str, object]) -> Questionnaire:
    """Read a form and refuse it unless every language is complete.

    Raises:
        QuestionnaireError: With every fault and its path.
    """
    root = Node(value=document, path="", faults=[])
    fields = root.fields(
        required=(
            "form",
            "version",
            "group",
            "age_bands",
            "scale",
            "layout",
            "reading",
            "help_lines",
            "questions",
            "texts",
        )
    )
    group = fields["group"].one_of(SPEAKS_TO)
    scale = fields["scale"].member_of(Scale)
    layout = fields["layout"].member_of(Layout)
    reading = fields["reading"].fields(required=("age", "longest_question"))
    asked = tuple(
        _question(item, group=group, scale=scale, layout=layout)
        for item in fields["questions"].items()
    )
    _check_together(fields["questions"], asked, group)
    languages = _languages(fields["texts"], asked)
    questionnaire = Questionnaire(
        form=_code(fields["form"]),
        version=fields["version"].whole_number(least=1),
        group=group,
        age_bands=fields["age_bands"].some_of(AGE_BANDS),
        scale=scale,
        layout=layout,
        reading=Reading(
            age=reading["age"].whole_number(least=5),
            longest_question=reading["longest_question"].whole_number(least=1),
        ),
        help_lines=tuple(_code(item) for item in fields["help_lines"].items()),
        questions=tuple(_worded(question, languages) for question in asked),
        texts={language: text.form for language, text in languages.items()},
    )
    if root.faults:
        raise QuestionnaireError(root.faults)
    return questionnaire


def as_document(questionnaire: Questionnaire) -> dict[str, object]:
    """Write a form as plain lists, mappings, texts and numbers.

    Reading the result gives an equal form again; parts chosen for one person
    are not part of the form and are left out.
    """
    return {
        "form": questionnaire.form,
        "version": questionnaire.version,
        "group": questionnaire.group,
        "age_bands": list(questionnaire.age_bands),
        "scale": questionnaire.scale.value,
        "layout": questionnaire.layout.value,
        "reading": {
            "age": questionnaire.reading.age,
            "longest_question": questionnaire.reading.longest_question,
        },
        "help_lines": list(questionnaire.help_lines),
        "questions": [_write_question(asked) for asked in questionnaire.questions],
        "texts": {
            language: write_language(text, questionnaire.questions, language)
            for language, text in questionnaire.texts.items()
        },
    }


def _code(node: Node) -> str:
    code = node.text()
    if code and not _CODE.fullmatch(code):
        node.fault("must be lower-case letters, digits and _, from a letter on")
    return code


def _optional_code(node: Node) -> str | None:
    return _code(node) if node.is_given else None


def _question(node: Node, *, group: str, scale: Scale, layout: Layout) -> Question:
    fields = node.fields(
        required=("code", "kind"),
        optional=(
            "dimension",
            "reverse",
            "about_self",
            "offer_on",
            "options",
            "picture",
            "section",
            "block",
        ),
    )
    kind = fields["kind"].member_of(QuestionKind)
    options = _options(fields["options"], kind, scale)
    if fields["section"].is_given and layout is not Layout.ONE_PAGE:
        fields["section"].fault("stands on a one-page form only")
    if kind is not QuestionKind.SCALE:
        for name in ("dimension", "reverse", "about_self", "offer_on"):
            if fields[name].is_given:
                fields[name].fault("stands on a scale question only")
    elif not fields["dimension"].is_given:
        node.fault("dimension is missing")
    return Question(
        code=_named(fields["code"], kind),
        kind=kind,
        options=options,
        dimension=(
            fields["dimension"].one_of(sorted(SPEAKS_TO[group]))
            if fields["dimension"].is_given
            else None
        ),
        scale=scale if kind in _SCALED else None,
        reverse=fields["reverse"].flag(),
        about_self=fields["about_self"].flag(),
        offer_on=fields["offer_on"].some_of(options or ("nothing",)),
        picture=_optional_code(fields["picture"]),
        section=_optional_code(fields["section"]),
        block=_optional_code(fields["block"]),
        texts={},
        labels={},
    )


def _options(node: Node, kind: QuestionKind, scale: Scale) -> tuple[str, ...]:
    if kind is QuestionKind.HELPED_BY and node.is_given:
        return node.some_of(CHOICE_OPTIONS[kind])
    if node.is_given:
        node.fault("only helped_by may choose its options")
    if kind is QuestionKind.SCALE:
        return SCALE_OPTIONS[scale]
    if kind is QuestionKind.SAFETY:
        # Nobody is a person to whom being safe does not apply.
        return tuple(one for one in SCALE_OPTIONS[scale] if one != DOES_NOT_APPLY)
    return CHOICE_OPTIONS.get(kind, ())


def _named(node: Node, kind: QuestionKind) -> str:
    code = _code(node)
    if code in _RESERVED:
        node.fault("is the name of another control")
    if (kind is QuestionKind.SAFETY) != code.endswith("_safe"):
        node.fault("ends in _safe on a safety question, and on no other")
    expected = _NAMED_KINDS.get(kind)
    if expected is not None and code != expected:
        node.fault(f"must be {expected} for this kind")
    if expected is None and code in _NAMED_KINDS.values():
        node.fault("is the name of another kind of question")
    return code


def _check_together(node: Node, asked: Sequence[Question], group: str) -> None:
    for code, times in Counter(question.code for question in asked).items():
        if times > 1:
            node.fault(f"{code} is asked {times} times")
    kinds = [question.kind for question in asked]
    for kind in _MUST_ASK.get(group, ()):
        if kind not in kinds:
            node.fault(f"a {group} form must ask a {kind.value} question")
    if QuestionKind.SAFE_NOW in kinds[1:]:
        node.fault("safe_now must come first")
    if QuestionKind.SCALE not in kinds:
        node.fault("must hold at least one scale question")


def _languages(node: Node, asked: Sequence[Question]) -> dict[str, LanguageText]:
    languages = {}
    for language, entry in node.entries().items():
        if not _LANGUAGE.fullmatch(language):
            entry.fault("is not a language tag such as en or ckb")
        languages[language] = read_language(entry, asked)
    if not languages:
        node.fault("must hold at least one language")
    return languages


def _worded(question: Question, languages: Mapping[str, LanguageText]) -> Question:
    name = label_set(question)
    return replace(
        question,
        texts={
            language: text.questions[question.code]
            for language, text in languages.items()
        },
        labels={
            language: (
                {option: text.labels[name][option] for option in question.options}
                if name is not None
                else {}
            )
            for language, text in languages.items()
        },
    )


def _write_question(question: Question) -> dict[str, object]:
    written: dict[str, object] = {
        "code": question.code,
        "kind": question.kind.value,
        "dimension": question.dimension,
        "reverse": question.reverse,
        "about_self": question.about_self,
        "offer_on": list(question.offer_on),
        "picture": question.picture,
        "section": question.section,
        "block": question.block,
    }
    if question.kind is QuestionKind.HELPED_BY:
        written["options"] = list(question.options)
    return {name: value for name, value in written.items() if value or name == "code"}
