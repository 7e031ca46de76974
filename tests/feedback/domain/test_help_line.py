"""A person who needs somebody to call sees a number in their language."""

import pytest

from feedback.domain.help_line import HelpLine, HelpLineError, parse_help_lines

LINES = {
    "emergency": {
        "number": "999",
        "texts": {"en": {"name": "Police", "when": "In danger"}},
    },
    "listening": {
        "number": "116 123",
        "texts": {"en": {"name": "Samaritans", "when": "To talk"}},
    },
}


def test_the_lines_come_in_the_order_the_form_names_them() -> None:
    lines = parse_help_lines(LINES, codes=("listening", "emergency"), language="en")

    assert [line.number for line in lines] == ["116 123", "999"]
    assert lines[1] == HelpLine(
        code="emergency", number="999", name="Police", when="In danger"
    )


def test_a_line_that_nobody_wrote_down_is_refused_by_name() -> None:
    with pytest.raises(HelpLineError) as refused:
        parse_help_lines(LINES, codes=("childline",), language="en")

    assert "childline: is missing" in refused.value.faults


def test_a_line_that_is_not_worded_in_the_language_is_refused() -> None:
    with pytest.raises(HelpLineError) as refused:
        parse_help_lines(LINES, codes=("emergency",), language="cy")

    assert refused.value.faults == ("emergency: is not worded in cy",)
