"""Can the people a form is for read it? A formula finds slips; people decide."""

import re
from collections.abc import Iterator

import pytest

from feedback import questionnaires
from feedback.domain.form_file import parse_questionnaire
from feedback.domain.question import QuestionText
from feedback.domain.questionnaire import Questionnaire

FORMS = [parse_questionnaire(document) for document in questionnaires.documents()]
# English schools start at five: reading age is five years above the grade.
YEARS_ABOVE_GRADE = 5
# One paragraph is a small sample, and formulae are rough on small samples.
ROUGHNESS = 2.5


def words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z0-9'-]+", text)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"[.!?]+(?:\s|$)", text) if words(part)]


def syllables(word: str) -> int:
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) <= 3:
        return 1
    letters = re.sub(r"(?:[^laeiouy]es|[^td]ed|[^laeiouy]e)$", "", letters)
    return max(1, len(re.findall(r"[aeiouy]+", letters)))


def reading_age(text: str) -> float:
    """Flesch-Kincaid grade (Kincaid and others, 1975) as an age in years."""
    told = words(text)
    per_sentence = len(told) / len(sentences(text))
    per_word = sum(syllables(word) for word in told) / len(told)
    return 0.39 * per_sentence + 11.8 * per_word - 15.59 + YEARS_ABOVE_GRADE


def texts(question_text: QuestionText) -> Iterator[str]:
    for text in (question_text.ask, question_text.hint, question_text.offer):
        if text:
            yield text


def paragraphs(form: Questionnaire) -> list[str]:
    told = form.text("en")
    return [
        *told.intro,
        *told.who_sees,
        *told.emergency,
        *told.private,
        *told.skipping,
        *told.saving,
        *told.told_us,
        *told.not_safe_now,
        *told.nothing_answered,
        *told.receipt,
        *(body for section in told.sections.values() for body in section.body),
    ]


def test_the_formula_puts_a_nursery_sentence_below_a_statute() -> None:
    nursery = "The cat sat on the mat. It was red."
    statute = (
        "Notwithstanding subsection four, the responsible authority shall "
        "determine eligibility having regard to the aforementioned considerations."
    )

    assert reading_age(nursery) < 7
    assert reading_age(statute) > 18


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.form)
def test_no_question_is_longer_than_the_form_allows(form: Questionnaire) -> None:
    longest = max(form.questions, key=lambda one: len(words(one.wording("en"))))

    assert len(words(longest.wording("en"))) <= form.reading.longest_question, (
        longest.code
    )


@pytest.mark.parametrize(
    ("name", "longest", "age"),
    [
        ("child_5_8", 10, 7),
        ("child_9_12", 14, 8),
        ("young_person", 22, 9),
        ("easy_read", 8, 9),
        ("family", 22, 11),
        ("partner", 22, 14),
        ("practitioner", 22, 14),
        ("manager", 22, 14),
    ],
)
def test_a_form_cannot_loosen_its_own_reading_target(
    name: str, longest: int, age: int
) -> None:
    form = next(form for form in FORMS if form.form == name)

    assert form.reading.longest_question <= longest
    assert form.reading.age <= age


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.form)
def test_the_questions_together_stay_within_the_reading_age(
    form: Questionnaire,
) -> None:
    asked = ". ".join(
        text.rstrip(".?")
        for question in form.questions
        for text in texts(question.texts["en"])
    )

    assert reading_age(asked) <= form.reading.age


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.form)
def test_what_stands_around_the_questions_stays_within_the_reading_age(
    form: Questionnaire,
) -> None:
    assert reading_age(" ".join(paragraphs(form))) <= form.reading.age


@pytest.mark.parametrize(
    ("name", "paragraph"),
    [(form.form, paragraph) for form in FORMS for paragraph in paragraphs(form)],
)
def test_no_single_paragraph_is_far_above_the_reading_age(
    name: str, paragraph: str
) -> None:
    form = next(form for form in FORMS if form.form == name)

    assert reading_age(paragraph) <= form.reading.age + ROUGHNESS


@pytest.mark.parametrize("name", ["child_5_8", "easy_read"])
def test_the_plainest_forms_use_short_sentences_throughout(name: str) -> None:
    form = next(form for form in FORMS if form.form == name)

    longest = max(
        (sentence for text in paragraphs(form) for sentence in sentences(text)),
        key=lambda sentence: len(words(sentence)),
    )

    assert len(words(longest)) <= 15, longest
