"""A disclosure on a saved page raises an alert; nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import questionnaires
from feedback.domain.alarm_words import WordList
from feedback.domain.alert import AlertKind, Trigger, triggers
from feedback.domain.answering import StoredAnswer
from feedback.domain.form_file import parse_questionnaire
from feedback.domain.question import QuestionKind

FORMS = {
    name: parse_questionnaire(questionnaires.document(name))
    for name in questionnaires.FORMS
}
WORDS = WordList.of("hits me")


def raised(form: str, **answer) -> tuple[Trigger, ...]:
    return triggers(FORMS[form], [StoredAnswer(**answer)], alarm_words=WORDS)


@pytest.mark.parametrize(
    ("form", "question", "option"),
    [
        ("child_5_8", "home_safe", "no"),
        ("child_5_8", "home_safe", "a_bit"),
        ("child_9_12", "home_safe", "never"),
        ("child_9_12", "home_safe", "sometimes"),
        ("young_person", "feel_safe", "not_at_all"),
        ("young_person", "feel_safe", "a_little"),
        ("easy_read", "home_safe", "no"),
        ("easy_read", "home_safe", "a_bit"),
    ],
)
def test_an_unsafe_answer_raises_an_alert(form, question, option) -> None:
    assert raised(form, question=question, option=option) == (
        Trigger(kind=AlertKind.UNSAFE, question=question),
    )


@pytest.mark.parametrize(
    ("form", "question"),
    [
        ("child_5_8", "home_safe"),
        ("child_9_12", "home_safe"),
        ("young_person", "feel_safe"),
        ("easy_read", "home_safe"),
    ],
)
def test_rather_not_saying_whether_one_is_safe_is_unclear(form, question) -> None:
    assert raised(form, question=question, option="rather_not_say") == (
        Trigger(kind=AlertKind.UNCLEAR, question=question),
    )


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        ("child_5_8", {"question": "home_safe", "option": "yes"}),
        ("child_9_12", {"question": "home_safe", "option": "always"}),
        ("child_9_12", {"question": "home_safe", "option": "mostly"}),
        ("child_9_12", {"question": "home_safe", "option": "dont_know"}),
        ("child_9_12", {"question": "home_safe", "skipped": True}),
        ("young_person", {"question": "feel_safe", "option": "completely"}),
        ("young_person", {"question": "feel_safe", "option": "mostly"}),
        ("child_5_8", {"question": "listens", "option": "no"}),
        ("child_9_12", {"question": "listens", "option": "never"}),
        ("child_9_12", {"question": "listens", "option": "rather_not_say"}),
        ("child_9_12", {"question": "contact", "option": "not_now"}),
        ("child_9_12", {"question": "contact", "skipped": True}),
        ("child_9_12", {"question": "helped_by", "option": "worker"}),
        ("child_9_12", {"question": "helped_most", "words": "my nan"}),
        ("child_9_12", {"question": "helped_most", "skipped": True}),
        ("family", {"question": "safe_now", "option": "yes"}),
        ("family", {"question": "safe_now", "skipped": True}),
        ("family", {"question": "not_on_this_form", "option": "no"}),
    ],
)
def test_no_other_answer_raises_one(form, answer) -> None:
    assert raised(form, **answer) == ()


def test_not_safe_now_is_an_alert_of_its_own_kind() -> None:
    assert raised("family", question="safe_now", option="no") == (
        Trigger(kind=AlertKind.NOT_SAFE_NOW, question="safe_now"),
    )


@pytest.mark.parametrize(
    "form", ["child_5_8", "child_9_12", "young_person", "easy_read", "family"]
)
def test_whoever_asks_for_contact_raises_one(form: str) -> None:
    assert raised(form, question="contact", option="yes") == (
        Trigger(kind=AlertKind.CONTACT_ASKED, question="contact"),
    )


@pytest.mark.parametrize(
    ("form", "question"),
    [
        (form.form, question.code)
        for form in FORMS.values()
        for question in form.asked
        if question.kind is QuestionKind.WORDS
    ],
)
def test_alarm_words_in_any_text_of_anybody_raise_one(form, question) -> None:
    assert raised(form, question=question, words="He HITS  me") == (
        Trigger(kind=AlertKind.WORDS, question=question),
    )


def test_every_trigger_of_one_page_is_told() -> None:
    answers = [
        StoredAnswer(question="proud_of", words="he hits me"),
        StoredAnswer(question="direct_work", option="mostly"),
        StoredAnswer(question="surprised_by", words="it hits me every day"),
    ]

    found = triggers(FORMS["practitioner"], answers, alarm_words=WORDS)

    assert [trigger.question for trigger in found] == ["proud_of", "surprised_by"]


@given(st.data())
def test_a_trigger_never_holds_what_was_said(data) -> None:
    words = data.draw(st.text(min_size=1))

    found = raised("child_9_12", question="helped_most", words=f"he hits me {words}")

    assert found == (Trigger(kind=AlertKind.WORDS, question="helped_most"),)
