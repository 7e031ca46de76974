import re
from pathlib import Path

import pytest

from feedback.domain.delivery import Purpose
from feedback.domain.neutral import telling_words
from feedback.domain.sms import Encoding
from feedback.domain.token import LENGTH, LONGEST_LINK, respondent_link
from feedback.messaging.compose import (
    FOR_RESPONDENTS,
    REPLIES,
    VARIABLES,
    Composer,
    TooLongError,
    UnknownTemplateError,
    UnsendableTextError,
    WrongValuesError,
)

TEMPLATES = Path(__file__).parents[3] / "templates"
TOKEN = "z" * LENGTH
LINK = respondent_link("https://forms.example.org", TOKEN)
LONG_LINK = (
    "https://" + "x" * (LONGEST_LINK - len("https:///r/") - LENGTH) + f"/r/{TOKEN}"
)
REFERENCE = "H-000001"
VALUES = {"link": LINK, "reference": REFERENCE}

# Words that hurry people, as letters from swindlers do.
HURRYING = (
    "urgent|urgently|immediately|now|today|asap|act|must|final|last chance|deadline"
    "|expires?|expired|warning|attention|important|verify|confirm|account|password"
    "|click|win|prize|free|limited|hurry|reply"
)


def values_for(name, link=LINK):
    known = {
        "link": link,
        "reference": REFERENCE,
        "question": "I was treated with respect, even when we disagreed.",
        "choices": "1 Completely 2 Mostly 3 A little 4 Not at all 0 Skip",
        "emergency": "999",
        "line": "116 123",
    }
    return {key: known[key] for key in VARIABLES[name]}


def everything(composed):
    return f"{composed.subject}\n{composed.body}\n{composed.sms}"


@pytest.fixture(scope="module")
def composer():
    return Composer(TEMPLATES)


@pytest.mark.parametrize("name", sorted(set(VARIABLES) - REPLIES))
def test_every_message_has_all_its_forms_and_its_link_once_in_each(composer, name):
    composed = composer.compose(name, values=values_for(name))

    assert composed.subject
    assert composed.body.count(LINK) == 1
    assert composed.sms.count(LINK) == 1
    assert composed.sms.count("http") == 1


def test_every_message_belongs_to_a_purpose():
    assert set(VARIABLES) <= {purpose.value for purpose in Purpose}


def test_every_folder_of_messages_is_one_the_program_knows():
    folders = {path.name for path in (TEMPLATES / "messages").iterdir()}

    assert folders == set(VARIABLES)


@pytest.mark.parametrize("name", sorted(set(VARIABLES) - {"text-first", "text-again"}))
def test_a_text_is_one_plain_part_even_with_the_longest_link(composer, name):
    composed = composer.compose(name, values=values_for(name, link=LONG_LINK))

    assert len(LONG_LINK) == LONGEST_LINK
    assert composed.segments.encoding is Encoding.GSM_7
    assert composed.segments.parts == 1


def telling_words_of(text):
    return telling_words(text.replace(LINK, ""))


@pytest.mark.parametrize("name", sorted(FOR_RESPONDENTS))
def test_a_stranger_who_reads_a_respondents_message_learns_nothing(composer, name):
    composed = composer.compose(name, values=values_for(name))

    assert telling_words_of(everything(composed)) == ()


@pytest.mark.parametrize("name", sorted(FOR_RESPONDENTS))
def test_a_respondents_message_does_not_hurry_anyone(composer, name):
    composed = composer.compose(name, values=values_for(name))

    plain = everything(composed).replace(LINK, "").casefold()
    assert re.findall(rf"\b(?:{HURRYING})\b|!", plain) == []


@pytest.mark.parametrize("name", sorted(FOR_RESPONDENTS))
def test_a_respondents_message_says_that_it_can_be_left_and_stopped(composer, name):
    composed = composer.compose(name, values=values_for(name))

    for text in (composed.sms, composed.body):
        assert "You don't have to do it." in text
        assert "stop" in text


def test_the_word_list_catches_a_telling_message():
    told = telling_words_of("The Children's Social Care review of Stonebridgechild")

    assert told == ("children", "social", "review", "child")


@pytest.mark.parametrize("name", sorted(set(VARIABLES) - FOR_RESPONDENTS - REPLIES))
def test_a_message_to_staff_holds_a_reference_and_a_link_and_no_more(composer, name):
    asked = VARIABLES[name]
    composed = composer.compose(name, values=values_for(name))

    assert asked == {"reference", "link"}
    assert REFERENCE in composed.subject
    assert REFERENCE in composed.sms


@pytest.mark.parametrize("name", sorted(REPLIES))
def test_a_reply_by_text_is_neutral_short_and_has_no_email(composer, name):
    composed = composer.compose(name, values=values_for(name, link=LONG_LINK))

    plain = composed.sms.replace(LONG_LINK, "")
    assert telling_words_of(plain) == ()
    assert re.findall(rf"\b(?:{HURRYING})\b|!", plain.casefold()) == []
    assert composed.segments.encoding is Encoding.GSM_7
    assert composed.segments.parts <= 2
    assert (composed.subject, composed.body) == ("", "")


@pytest.mark.parametrize("name", sorted(FOR_RESPONDENTS))
def test_an_offer_to_answer_by_text_is_neutral_and_names_both_ways(composer, name):
    composed = composer.compose(name, values=values_for(name), by_text=True)

    assert telling_words_of(composed.sms) == ()
    plain = composed.sms.replace(LINK, "").casefold()
    assert re.findall(rf"\b(?:{HURRYING})\b|!", plain) == []
    assert composed.sms.count(LINK) == 1
    assert "send 1" in composed.sms
    assert "You don't have to do it." in composed.sms
    assert "STOP" in composed.sms
    assert composed.segments.encoding is Encoding.GSM_7
    assert composed.segments.parts <= 2


def test_a_message_shows_no_words_when_printed(composer):
    printed = repr(composer.compose("invitation", values={"link": LINK}))

    assert TOKEN not in printed


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("invitation", {}),
        ("invitation", {"link": LINK, "reference": REFERENCE}),
        ("invitation", {"link": "https://a.example b"}),
        ("invitation", {"link": "https://a.example\nhttps://b.example"}),
        ("invitation", {"link": " "}),
        ("alert", {"link": LINK, "reference": "H-1\r\nBcc: x@example.org"}),
        ("alert", {"link": LINK, "reference": ""}),
    ],
)
def test_only_the_agreed_values_are_taken(composer, name, values):
    with pytest.raises(WrongValuesError):
        composer.compose(name, values=values)


def test_a_reference_may_hold_a_space(composer):
    composed = composer.compose("alert", values={"link": LINK, "reference": "H 000 1"})

    assert "H 000 1" in composed.sms


def test_a_message_nobody_agreed_on_is_refused(composer):
    with pytest.raises(UnknownTemplateError):
        composer.compose("../errors", values={})


@pytest.fixture
def written(tmp_path):
    """Write message files of our own; unwritten ones hold only the link."""

    def write(**files):
        given = {
            "subject.txt": "A form",
            "body.txt": "{{ link }}",
            "sms.txt": "{{ link }}",
        }
        for path, text in (given | files).items():
            place = tmp_path / "messages" / "invitation" / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        return Composer(tmp_path)

    return write


@pytest.mark.parametrize(
    ("language", "sms"),
    [
        ("cy", "Ffurflen"),
        ("cy-GB", "Ffurflen"),
        ("zh-Hant", "表格"),
        ("zh", LINK),
        ("fr", LINK),
        ("../..", LINK),
    ],
)
def test_a_language_falls_back_to_its_base_and_then_to_english(written, language, sms):
    composer = written(**{"cy/sms.txt": "Ffurflen", "zh-Hant/sms.txt": "表格"})

    composed = composer.compose("invitation", values={"link": LINK}, language=language)

    assert composed.sms == sms
    assert composed.subject == "A form"


def test_a_template_that_asks_for_anything_else_is_refused(written):
    composer = written(**{"sms.txt": "Hello {{ name }}: {{ link }}"})

    with pytest.raises(WrongValuesError, match="name"):
        composer.compose("invitation", values={"link": LINK})


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(UnknownTemplateError, match=r"sms\.txt"):
        Composer(tmp_path).compose("invitation", values={"link": LINK})


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("a\x07b", ("U+0007",)),
        ("a\tb\tc", ("U+0009",)),
        ("\ue000\x07", ("U+E000", "U+0007")),
        ("a\u2028b", ("LINE SEPARATOR",)),
    ],
)
def test_a_text_that_would_not_arrive_as_it_is_is_refused(written, text, named):
    composer = written(**{"sms.txt": text})

    with pytest.raises(UnsendableTextError) as refused:
        composer.compose("invitation", values={"link": LINK})

    assert refused.value.offending == named


# Last: a family joined into one sign, and words after a right-to-left mark.
ANY_SCRIPT = ("Ŵy 🙂", "نموذج قصير", "line\nline", "👩\u200d👧", "\u200fنموذج")


@pytest.mark.parametrize("text", ANY_SCRIPT)
def test_a_text_in_any_script_goes_as_it_is(written, text):
    composer = written(**{"sms.txt": text})

    assert composer.compose("invitation", values={"link": LINK}).sms == text


@pytest.mark.parametrize(("length", "is_sent"), [(459, True), (460, False)])
def test_a_text_of_more_than_three_parts_is_refused(written, length, is_sent):
    composer = written(**{"sms.txt": "a" * length})

    if is_sent:
        assert composer.compose("invitation", values={"link": LINK}).segments.parts == 3
        return
    with pytest.raises(TooLongError) as refused:
        composer.compose("invitation", values={"link": LINK})
    assert refused.value.segments.parts == 4


def test_a_sign_in_a_link_arrives_as_the_sign_it_is(written):
    composer = written()

    composed = composer.compose("invitation", values={"link": "https://a.example/?a&b"})

    assert composed.sms == "https://a.example/?a&b"


def test_a_subject_is_one_line(written):
    composer = written(**{"subject.txt": "A form\nfor you"})

    assert composer.compose("invitation", values={"link": LINK}).subject == (
        "A form for you"
    )


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_a_text_alone_says_and_costs_what_it_does_among_all_forms(composer, name):
    text = composer.text(name, values=values_for(name))

    composed = composer.compose(name, values=values_for(name))
    assert (text.words, text.segments) == (composed.sms, composed.segments)
    assert text.words not in repr(text)
