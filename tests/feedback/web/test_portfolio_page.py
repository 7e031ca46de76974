"""The page of the portfolio: every count, for one pair of eyes."""

import re

import pytest
from builders import a_staff_member, sign_in
from meeting_builders import an_agreed_review, kept_voices

from feedback.domain.access import Role

PAGE = "/staff/portfolio"
WINTER = "first=1&first=9&first=2026&last=28&last=2&last=2027"


@pytest.fixture
def as_head(database, client, now):
    with database.transaction() as session:
        head = a_staff_member(session, Role.HEAD_SQA, now=now, email="h@x.example")
        for n in range(10):
            row = an_agreed_review(
                session, now=now, by=head, people={"child": "answered"}
            )
            stance = (1, 1) if n == 0 else (4, 4) if n < 8 else (3, 3)
            said = {("D3", "child"): stance, ("D3", "family"): "no_reply"}
            kept_voices(session, row, said, grade=3)
    sign_in(client, "h@x.example", now=now)
    return client


def test_the_page_begins_with_where_grade_and_voice_lie_far_apart(as_head):
    text = as_head.get(f"{PAGE}?{WINTER}").text

    said = "D3 Direct work and child&#39;s voice: child 1 of 10"
    assert said in text
    assert text.index(said) < text.index("<svg xmlns")


def test_the_page_names_who_was_silent(as_head):
    assert "<li>Family: D3</li>" in as_head.get(f"{PAGE}?{WINTER}").text


def test_each_table_of_four_by_four_has_its_headings(as_head):
    text = as_head.get(f"{PAGE}?{WINTER}").text

    (table,) = re.findall(r'<table class="crossing">.*?</table>', text, re.DOTALL)
    assert table.count('scope="col"') == 4
    assert table.count('scope="row"') == 4
    good = re.search(r">Good</th>(.*?)</tr>", table, re.DOTALL)[1]
    assert re.findall(r">(\d+)<", good) == ["1", "0", "2", "7"]


def test_two_coefficients_stand_together(as_head):
    text = as_head.get(f"{PAGE}?{WINTER}").text

    both = re.search(
        r'data-label="AC2, linear"[^>]*><div[^>]*>(-?[\d.]+) .*?'
        r'data-label="Alpha, ordinal"[^>]*><div[^>]*>(-?[\d.]+) ',
        text,
        re.DOTALL,
    )
    assert both
    assert "Indicative." in text


def test_every_drawing_says_in_words_what_it_shows(as_head):
    text = as_head.get(f"{PAGE}?{WINTER}").text

    drawings = re.findall(r'<svg xmlns[^>]*aria-labelledby="([^"]+)"', text)
    assert len(drawings) == 11
    assert all(f'<title id="{one}">' in text for one in drawings)
    assert len(set(drawings)) == len(drawings)


def test_the_year_that_ends_today_is_shown_where_nothing_is_asked(as_head):
    answer = as_head.get(PAGE)

    assert answer.status_code == 200
    assert "24 November 2026" in answer.text


def test_a_period_without_reviews_says_what_to_do(as_head):
    answer = as_head.get(f"{PAGE}?first=1&first=1&first=2020&last=2&last=1&last=2020")

    assert answer.status_code == 200
    assert "No review was agreed in this period" in answer.text


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("first=1&first=13&first=2026&last=1&last=2&last=2026", "Enter a real date"),
        ("first=&last=1&last=2&last=2026", "Enter the first day of the period"),
        (
            "first=2&first=1&first=2026&last=1&last=1&last=2026",
            "The last day comes before the first",
        ),
    ],
)
def test_a_period_that_is_none_is_refused_with_what_to_put_right(as_head, asked, told):
    answer = as_head.get(f"{PAGE}?{asked}")

    assert answer.status_code == 422
    assert told in answer.text
    assert "<title>Error: " in answer.text


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.HEAD_SQA])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_for_everybody_else_the_page_is_not_there(client, database, now, role):
    with database.transaction() as session:
        a_staff_member(session, role, now=now, email="who@council.example")
    sign_in(client, "who@council.example", now=now)

    assert client.get(PAGE).status_code == 404
    assert PAGE not in client.get("/staff/").text


def test_it_stands_in_the_navigation_of_the_head(as_head):
    assert f'href="{PAGE}"' in as_head.get("/staff/").text
