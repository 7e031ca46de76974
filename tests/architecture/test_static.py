"""Are the style sheets and scripts ours to serve, small, and from nobody else?"""

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "feedback" / "static"
SHEETS = ["respond.css", "respond.rtl.css", "staff.css", "staff.rtl.css"]
FIRST_LOAD_BYTES = 30_000


def text(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


def on_the_wire(*names: str) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes())) for name in names)


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_uses_the_readers_own_fonts(sheet):
    css = text(sheet)

    assert "GDS Transport" not in css
    assert "@font-face" not in css
    assert "system-ui" in css


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_fetches_nothing(sheet):
    assert re.findall(r"url\(|@import", text(sheet)) == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_keeps_what_prints_and_what_is_focused_visible(sheet):
    css = text(sheet)

    assert "@media print" in css
    assert ":focus" in css


def test_nothing_static_carries_a_crest_or_a_crown():
    names = [path.name.lower() for path in STATIC.rglob("*")]
    marked = [name for name in names if re.search(r"crest|crown|transport", name)]
    drawn = [sheet for sheet in SHEETS if re.search(r"crest|crown", text(sheet))]

    assert marked == drawn == []


@pytest.mark.parametrize("side", ["respond.css", "respond.rtl.css"])
def test_what_a_respondents_first_page_fetches_is_small(side):
    assert on_the_wire(side, "respond.js", "favicon.svg") < FIRST_LOAD_BYTES


def test_the_mirrored_sheets_are_mirrored():
    for sheet in ("respond", "staff"):
        plain, mirrored = text(f"{sheet}.css"), text(f"{sheet}.rtl.css")

        assert mirrored != plain
        assert mirrored.count("margin-right") == plain.count("margin-left")


def test_our_own_scripts_write_no_markup_and_reach_no_other_host():
    unsafe = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|https?://"
    for name in ("respond.js", "start.js"):
        assert re.findall(unsafe, text(name)) == []


def test_the_vendored_script_stands_beside_its_licence_and_version():
    kept = STATIC / "govuk-frontend"
    script = (kept / "govuk-frontend.min.js").read_text("utf-8")
    version = (kept / "VERSION").read_text("utf-8").strip()

    assert f'version="{version}"' in script
    assert "sourceMappingURL" not in script
    assert "MIT License" in (kept / "LICENSE.txt").read_text("utf-8")


def test_the_respondents_icon_does_not_show_the_products_mark():
    layout = STATIC.parents[1] / "templates" / "layouts" / "respond.html"

    page = layout.read_text("utf-8")

    assert "favicon.svg" in page
    assert "trigpoint" not in page.lower()
