"""Alarm words are heard however a frightened person or a phone writes them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import questionnaires
from feedback.domain.alarm_words import WordList

ENGLISH_TEXT = questionnaires.alarm_words()["en"]
ENGLISH = WordList.of(ENGLISH_TEXT)
PHRASES = [
    line.strip().removesuffix("*")
    for line in ENGLISH_TEXT.splitlines()
    if line.strip() and not line.startswith("#")
]


@pytest.mark.parametrize(
    "words",
    [
        "he hits me",
        "HE HITS ME!!!",
        "he hits   me",
        "he hits\nme.",
        "he-hits-me",
        "ｈｅ ｈｉｔｓ ｍｅ",  # noqa: RUF001 - letters as wide as a phone may send
        "he hıts me".replace("ı", "i\u0307"),  # noqa: RUF001 - a dotted i
        "he h\u200bits me",
        "i don't feel safe",
        "i dont feel safe",
        "i don\u2019t feel safe",
        "i don\u00b4t feel safe",
        "I DON\u02bcT FEEL SAFE",
        "sometimes i think about suicide",
        "suicidal",
        "i self-harm",
        "i want to die",
        "wánt tó díe",
        "\u202ei want to die\u202c",
    ],
)
def test_a_cry_for_help_is_heard_however_it_is_written(words: str) -> None:
    assert ENGLISH.is_in(words)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "   ",
        "My worker is kind and we play football.",
        "The visits were well planned, thank you.",
        "The white mew",
        "He was a big hit. Men came later.",
        "I feel safe and happy",
        "They help me with school and my reading.",
        "We can't go on holiday this year.",
        "It made a great deal of difference, a good deal for him.",
        "She pushes me to try new things, and I jump off the high board now.",
        "We talked about the domestic abuse course and the plan.",
        "She is skilled and drives a hard bargain.",
        "مرحبا بكم",
        "👍👍",
    ],
)
def test_an_ordinary_answer_is_left_alone(words: str) -> None:
    assert not ENGLISH.is_in(words)


@pytest.mark.parametrize("phrase", PHRASES)
def test_every_phrase_of_the_list_is_found_inside_a_sentence(phrase: str) -> None:
    assert ENGLISH.is_in(f"Well, {phrase}, you know.")


@given(
    st.sampled_from(PHRASES),
    st.text(max_size=20),
    st.sampled_from([str.upper, str.title, lambda words: words.replace("'", "")]),
)
def test_case_apostrophes_and_marks_hide_no_phrase(phrase, around, write) -> None:
    marked = "".join(letter + "\u0301\u200d" for letter in write(phrase))

    assert ENGLISH.is_in(f"{around} {marked} {around}")
    assert ENGLISH.is_in(unicodedata.normalize("NFC", f"{around} . {marked}"))


@given(st.text())
def test_any_text_can_be_listened_to(words: str) -> None:
    assert ENGLISH.is_in(words) in {True, False}


def test_several_languages_are_listened_to_at_once() -> None:
    both = WordList.of("hits me", "beni dövüyor  # Turkish")

    assert both.is_in("O BENİ DÖVÜYOR")
    assert both.is_in("he hits me")


def test_lines_that_say_nothing_match_nothing() -> None:
    assert not WordList.of().is_in("anything")
    assert not WordList.of("# a comment\n\n  *  \n --- ").is_in("anything * at all")


def test_a_star_ends_a_word_in_any_way_and_no_star_ends_it_there() -> None:
    words = WordList.of("strangl*\nrape")

    assert words.is_in("he strangled her")
    assert not words.is_in("grapes and rapeseed")
