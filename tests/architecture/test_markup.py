"""Do templates keep the house rules: one place for controls, nothing inline?"""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PAGES = sorted(
    path
    for path in TEMPLATES.rglob("*.html")
    if path.relative_to(TEMPLATES).parts[0] != "messages"
)
COMPOSED = [
    path
    for path in PAGES
    if path.relative_to(TEMPLATES).parts[0] not in {"components", "layouts"}
]


def named(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


def markup(path: Path) -> str:
    return re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("path", COMPOSED, ids=named)
def test_a_page_takes_its_controls_from_the_components(path):
    assert re.findall(r"<(?:input|select|textarea|form)\b", markup(path)) == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_page_holds_nothing_inline(path):
    page = markup(path)

    assert re.findall(r"\sstyle=|<style\b|\son[a-z]+=|javascript:", page) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_page_escapes_what_it_is_given(path):
    assert re.findall(r"\|\s*safe\b|autoescape\s+false", markup(path)) == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_page_can_be_read_by_the_template_engine(path):
    engine = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
    )

    engine.parse(path.read_text("utf-8"), name=named(path))
