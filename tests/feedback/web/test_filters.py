"""Times, words and files look right in a page."""

from datetime import UTC, date, datetime

import pytest

from feedback.web.filters import day, moment, visible


def test_a_date_is_written_as_people_write_it():
    assert day(date(2027, 3, 3)) == "3 March 2027"


def test_an_instant_shows_its_day_and_hour_in_london():
    summer_midnight = datetime(2027, 6, 30, 23, 5, tzinfo=UTC)

    assert day(summer_midnight) == "1 July 2027"
    assert moment(summer_midnight) == "12:05am on 1 July 2027"
    assert moment(datetime(2027, 1, 1, 12, 0, tzinfo=UTC)) == (
        "midday on 1 January 2027"
    )


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("a\u202eb", "a‹U+202E›b"),  # noqa: RUF001 - what people see
        ("a\x07b", "a‹U+0007›b"),  # noqa: RUF001 - what people see
        ("line\nline", "line\nline"),
        ("\U0001f469\u200d\U0001f467", "\U0001f469\u200d\U0001f467"),
        ("\u0633\u0644\u0627\u0645", "\u0633\u0644\u0627\u0645"),
    ],
)
def test_words_are_shown_with_controls_visible_and_direction_isolated(words, shown):
    assert visible(words) == f'<bdi dir="auto">{shown}</bdi>'
