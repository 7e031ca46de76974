"""Is each short form fit for a text, and is a reply read as what it says?"""

from dataclasses import replace

import pytest

from feedback import questionnaires as bundled
from feedback.domain.conversation import Heard
from feedback.domain.form_file import parse_questionnaire
from feedback.domain.neutral import telling_words
from feedback.domain.question import QuestionKind
from feedback.domain.questionnaire import Layout
from feedback.domain.short_form import (
    BETWEEN,
    MOST_QUESTIONS,
    Reply,
    ShortFormError,
    asks_help,
    read_reply,
    short_form,
)
from feedback.domain.sms import Encoding, count_segments

BY_TEXT = bundled.by_text()
FORMS = {name: parse_questionnaire(bundled.document(name)) for name in BY_TEXT}
FAMILY = short_form(BY_TEXT, FORMS["family"], "en")


@pytest.fixture(params=sorted(BY_TEXT))
def form(request):
    return FORMS[request.param]


def test_a_short_form_asks_scored_questions_of_its_form_and_no_others(form):
    short = short_form(BY_TEXT, form, "en")

    assert len(short.questions) == MOST_QUESTIONS
    for asked in short.questions:
        question = form.question(asked.code)
        # A thread stays on the phone: nobody is asked in it whether they are safe.
        assert question.kind is QuestionKind.SCALE
        assert [one.option for one in short.choices] == list(
            question.options[: len(short.choices)]
        )


def test_a_question_is_one_plain_part_and_tells_a_stranger_nothing(form):
    short = short_form(BY_TEXT, form, "en")

    for asked in short.questions:
        text = f"{asked.wording}\n{short.legend}".replace(BETWEEN, "\n")
        counted = count_segments(text)
        assert (counted.encoding, counted.parts) == (Encoding.GSM_7, 1), text
        assert telling_words(text) == ()


def test_every_choice_has_a_digit_of_its_own_and_none_is_a_keyword(form):
    short = short_form(BY_TEXT, form, "en")

    digits = [one.digit for one in short.choices]
    assert digits == [str(number) for number in range(1, len(digits) + 1)]
    assert len(digits) < 10
    for one in short.choices:
        assert read_reply(one.digit, short, is_alarming=False).option == one.option


@pytest.mark.parametrize("name", ["partner", "manager", "child_9_12"])
def test_other_forms_have_none(name):
    form = parse_questionnaire(bundled.document(name))

    assert short_form(BY_TEXT, form, "en") is None


def test_a_language_without_wordings_has_none():
    assert short_form(BY_TEXT, FORMS["family"], "cy") is None


def test_a_one_page_form_has_none():
    form = replace(FORMS["family"], layout=Layout.ONE_PAGE)

    assert short_form(BY_TEXT, form, "en") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"questions": ["home_safe"]},
        {"questions": ["listens"] * 2},
        {"texts": {"en": {"skip": "Skip", "options": {"maybe": "Maybe"}}}},
    ],
)
def test_what_is_not_the_forms_own_is_refused(changes):
    document = {"easy_read": {**BY_TEXT["easy_read"], **changes}}

    with pytest.raises(ShortFormError):
        short_form(document, FORMS["easy_read"], "en")


@pytest.mark.parametrize(
    "body",
    [
        "2",
        " 2 \n",
        "2.",
        "2)",
        "(2)",
        "#2",
        "\uff12",
        "\u2461",
        "2\ufe0f\u20e3",
        "\u0662",
        "\u200f2",
        "2 Mostly",
        "2. mostly!",
        "MOSTLY",
        "mostly.",
        "2\0",
    ],
)
def test_a_digit_is_read_in_every_shape_it_comes_in(body):
    reply = read_reply(body, FAMILY, is_alarming=False)

    assert reply == Reply(heard=Heard.CHOICE, option="mostly")


@pytest.mark.parametrize("body", ["0", "0.", "skip", "Skip", "0 skip"])
def test_a_question_can_be_left_out(body):
    assert read_reply(body, FAMILY, is_alarming=False).heard is Heard.SKIP


@pytest.mark.parametrize(
    ("body", "option"),
    [("don't know", "dont_know"), ("Dont know", "dont_know"), ("5", "dont_know")],
)
def test_a_label_is_read_with_or_without_its_apostrophe(body, option):
    assert read_reply(body, FAMILY, is_alarming=False).option == option


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "9",
        "22",
        "two",
        "one",
        "2 but he shouts",
        "1 2",
        "1 mostly",
        "2 or 3",
        "not mostly",
        "\U0001f44d",
        "x" * 2000,
    ],
)
def test_what_is_no_answer_stays_words(body):
    assert read_reply(body, FAMILY, is_alarming=False).heard is Heard.WORDS


@pytest.mark.parametrize(
    ("body", "heard"),
    [
        ("STOP", Heard.STOP),
        ("stop.", Heard.STOP),
        ("Cancel", Heard.STOP),
        ("END", Heard.STOP),
        ("YES", Heard.KEYWORD),
        ("START", Heard.KEYWORD),
        ("info", Heard.KEYWORD),
        ("HELP", Heard.HELP),
        ("\uff28\uff25\uff2c\uff30", Heard.HELP),
        ("web", Heard.WEB),
        ("Web.", Heard.WEB),
        ("stop it now", Heard.WORDS),
        ("Please stop", Heard.WORDS),
        ("help me", Heard.WORDS),
        ("the web", Heard.WORDS),
    ],
)
@pytest.mark.parametrize("form", [FAMILY, None])
def test_only_a_whole_text_is_a_keyword(body, heard, form):
    assert read_reply(body, form, is_alarming=False).heard is heard


@pytest.mark.parametrize("body", ["2", "web", "he hits me"])
def test_words_that_worry_are_never_an_answer(body):
    assert read_reply(body, FAMILY, is_alarming=True).heard is Heard.ALARM


@pytest.mark.parametrize(
    ("body", "heard"),
    [("1", Heard.AGREE), ("1.", Heard.AGREE), ("2", Heard.WORDS), ("ok", Heard.WORDS)],
)
def test_before_anything_was_asked_only_a_1_agrees(body, heard):
    assert read_reply(body, None, is_alarming=False).heard is heard


def test_info_is_no_cry_for_help():
    assert asks_help("Help!")
    assert not asks_help("INFO")


def test_the_next_question_is_the_first_that_nobody_answered():
    first, second, *_ = FAMILY.questions

    assert FAMILY.next_after(frozenset()) == first
    assert FAMILY.next_after(frozenset({first.code})) == second
    assert FAMILY.next_after(FAMILY.codes) is None
    assert (FAMILY.place(second.code), FAMILY.place("know_the_plan")) == (2, 0)
