"""A picture as PNG: the drawing of the pages, with fonts that come along."""

import re
import struct

import pytest
from portfolio_builders import a_portfolio, a_record, figures_of, published_figures

from feedback.documents.drawing import (
    FONT,
    PIXELS_PER_INCH,
    _drawings,
    _fonts,
    png,
    png_width,
)
from feedback.domain.portfolio_tables import shown
from feedback.domain.report_pictures import pictures
from triangulation import Group, PersonStatus

PEOPLE = {Group.FAMILY: {PersonStatus.ANSWERED: 8, PersonStatus.NO_REPLY: 3}}
INSIDE = [
    one.as_json()
    for one in pictures(
        figures_of(12, people=PEOPLE),
        shown(a_portfolio(12, {a_record(): 10, a_record((3, 4), coarse=True): 1})),
        {(4, 3): 2, (3, 3): 9},
    )
]
PUBLIC = [one.as_json() for one in pictures(published_figures(12, people=PEOPLE))]


def size_of(drawn):
    assert drawn[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", drawn[16:24])


@pytest.mark.parametrize("picture", [*INSIDE, *PUBLIC], ids=lambda one: one["kind"])
def test_every_picture_becomes_a_png_as_wide_as_it_is_to_stand(picture):
    width, height = size_of(png(picture))

    assert width == pytest.approx(png_width(picture) * PIXELS_PER_INCH, abs=2)
    assert height > 200


def test_the_font_of_a_drawing_is_installed_with_the_program():
    assert FONT in _fonts().families()


@pytest.mark.parametrize("picture", [*INSIDE, *PUBLIC], ids=lambda one: one["kind"])
def test_a_drawing_has_no_sign_that_its_font_lacks(picture):
    for drawn in _drawings(picture):
        assert not re.findall(r"[○●◐◇■▲◆]", drawn)


def test_the_same_picture_gives_the_same_bytes():
    assert png(INSIDE[0]) == png(INSIDE[0])


def test_more_panels_make_a_taller_picture_with_two_abreast():
    few = {**INSIDE[2], "data": {**INSIDE[2]["data"]}}
    few["data"]["panels"] = few["data"]["panels"][:2]

    assert size_of(png(few))[1] < size_of(png(INSIDE[2]))[1] / 3


@pytest.mark.parametrize("picture", [*INSIDE, *PUBLIC], ids=lambda one: one["kind"])
def test_a_drawing_carries_its_looks_and_its_words_itself(picture):
    for drawn in _drawings(picture):
        assert "style=" not in drawn
        assert "<script" not in drawn
        assert re.search(r"<title[^>]*>[^<]+</title>", drawn)


def test_a_withheld_count_is_hatched_and_never_a_bar():
    (drawn,) = _drawings(PUBLIC[0])

    family = drawn.split(">Family<")[1].split(">Partner<")[0]
    assert "funnel-withheld" in family
    assert ">withheld<" in family
    assert ">8<" not in family
    assert ">3<" not in family


def test_a_withheld_movement_has_no_length():
    counts = {"raised": None, "lowered": None, "kept": 123, "other": 0}
    picture = {**PUBLIC[1], "data": {**PUBLIC[1]["data"], "counts": counts}}

    (drawn,) = _drawings(picture)

    rose = drawn.split(">Rose<")[1].split(">Fell<")[0]
    assert ">withheld<" in rose
    assert "of 132" not in rose


def test_a_panel_of_which_nothing_is_told_is_one_block():
    hidden = {
        "group": "child",
        "label": "Child",
        "bands": [None] * 4,
        "wide": None,
        "silent": None,
        "reviews": None,
        "pairs": None,
        "exact": None,
    }
    panel = {**INSIDE[2]["data"]["panels"][0], "rows": [hidden]}
    picture = {**INSIDE[2], "data": {**INSIDE[2]["data"], "panels": [panel]}}

    (drawn,) = _drawings(picture)

    assert "counts too small to be told" in drawn
    assert ">negative<" not in drawn


def test_bands_that_are_withheld_are_hatched_beside_counts_that_are_told():
    partly = {
        "group": "child",
        "label": "Child",
        "bands": [None] * 4,
        "wide": 0,
        "silent": 7,
        "reviews": 40,
        "pairs": 33,
        "exact": 20,
    }
    panel = {**INSIDE[2]["data"]["panels"][0], "rows": [partly]}
    picture = {**INSIDE[2], "data": {**INSIDE[2]["data"], "panels": [panel]}}

    (drawn,) = _drawings(picture)

    assert ">bands withheld<" in drawn
    assert ">7<" in drawn
    assert ">20/33<" in drawn


def test_each_voice_keeps_its_mark():
    (drawn,) = _drawings(INSIDE[0])

    marks = re.findall(r'<g fill="(#\w+)"', drawn)
    assert marks == ["#e69f00", "#0072b2", "#009e73", "#cc79a7", "#56b4e9"]
