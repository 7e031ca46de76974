import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.sms import (
    Encoding,
    InboundKind,
    Segments,
    count_segments,
    inbound_kind,
)

GSM, UCS = Encoding.GSM_7, Encoding.UCS_2


@pytest.mark.parametrize(
    ("text", "encoding", "parts", "units"),
    [
        ("", GSM, 1, 0),
        ("a" * 160, GSM, 1, 160),
        ("a" * 161, GSM, 2, 161),
        ("a" * 306, GSM, 2, 306),
        ("a" * 307, GSM, 3, 307),
        ("a" * 918, GSM, 6, 918),
        ("€" * 80, GSM, 1, 160),
        ("€" * 81, GSM, 2, 162),
        # 152 septets leave no room for a pair: it opens the second part.
        ("a" * 152 + "€" + "a" * 151, GSM, 2, 305),
        ("a" * 152 + "€" + "a" * 152, GSM, 3, 306),
        ("ŵ" + "a" * 69, UCS, 1, 70),
        ("ŵ" + "a" * 70, UCS, 2, 71),
        ("ŵ" * 134, UCS, 2, 134),
        ("ŵ" * 135, UCS, 3, 135),
        ("🙂" * 35, UCS, 1, 70),
        ("🙂" * 36, UCS, 2, 72),
        # 67 is odd: the last unit of a part stays empty.
        ("🙂" * 66, UCS, 2, 132),
        ("🙂" * 67, UCS, 3, 134),
        ("€" + "ŵ" * 69, UCS, 1, 70),
    ],
)
def test_parts_are_counted_as_networks_count_them(text, encoding, parts, units):
    counted = count_segments(text)

    assert (counted.encoding, counted.parts, counted.units) == (encoding, parts, units)


@pytest.mark.parametrize("character", "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\n\r")
def test_the_signs_of_the_plain_alphabet_cost_one(character):
    assert count_segments(character) == Segments(encoding=GSM, parts=1, units=1)


@pytest.mark.parametrize("character", "^{}\\[~]|€\f")
def test_the_signs_behind_the_escape_cost_two(character):
    assert count_segments(character) == Segments(encoding=GSM, parts=1, units=2)


@pytest.mark.parametrize(
    "character",
    ["\u2019", "\u2013", "ŵ", "ŷ", "ç", "ś", "🙂", "\u00a0", "\x1b", "\t", "`"],
)
def test_one_sign_outside_it_moves_the_whole_text_and_is_named(character):
    counted = count_segments(f"Hello {character} and {character}")

    assert counted.encoding is UCS
    assert counted.offending == (character,)


def test_offending_signs_are_named_in_order_each_once():
    assert count_segments("ŷ a ŵ b ŷ").offending == ("ŷ", "ŵ")


@given(st.text(max_size=800))
def test_the_units_always_fit_the_parts_and_no_part_is_spare(text):
    counted = count_segments(text)
    width = 2

    if counted.parts == 1:
        assert counted.units <= counted.encoding.single
    else:
        assert counted.units > counted.encoding.single
        assert counted.units <= counted.parts * counted.encoding.joined
        # Each full part can waste one unit at most, where a pair did not fit.
        spare = (counted.encoding.joined - width + 1) * (counted.parts - 1)
        assert counted.units > spare


@given(st.text(max_size=300), st.characters())
def test_a_longer_text_never_costs_less(text, character):
    assert count_segments(text + character).parts >= count_segments(text).parts


@pytest.mark.parametrize(
    "body",
    [
        "STOP",
        "stop",
        " Stop. ",
        "STOP!!",
        "Stop …",
        "\uff33\uff34\uff2f\uff30",
        "UNSUBSCRIBE",
        "end",
        "Quit",
        "stopall",
        "REVOKE",
        "OptOut",
        "cancel\n",
    ],
)
def test_a_whole_message_that_is_a_stop_word_opts_out(body):
    assert inbound_kind(body) is InboundKind.OPT_OUT


@pytest.mark.parametrize("body", ["START", "yes", "Unstop."])
def test_a_whole_message_that_is_a_start_word_opts_in(body):
    assert inbound_kind(body) is InboundKind.OPT_IN


@pytest.mark.parametrize("body", ["HELP", "help!", "Info?"])
def test_a_whole_message_that_is_a_help_word_asks_for_help(body):
    assert inbound_kind(body) is InboundKind.HELP


@pytest.mark.parametrize(
    "body",
    [
        "Stop him hitting me",
        "please stop",
        "stop stop",
        "STOP it",
        "don't stop",
        "help me",
        "Yes I am ok",
        "the end",
        ".stop",
        "s t o p",
        "",
        "...",
        "   ",
        "1",
        "🙂",
    ],
)
def test_a_keyword_inside_a_sentence_is_what_a_person_said(body):
    assert inbound_kind(body) is InboundKind.WORDS


@given(st.text())
def test_any_reply_is_sorted_without_fault(body):
    assert inbound_kind(body) in InboundKind
