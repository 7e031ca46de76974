"""Every picture that a form asks for is drawn, and no two are the same."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from feedback import questionnaires
from feedback.domain.form_file import parse_questionnaire

TEMPLATES = Path(__file__).parents[2] / "templates"
NAMES = sorted(
    {
        question.picture
        for document in questionnaires.documents()
        for question in parse_questionnaire(document).questions
        if question.picture is not None
    }
)


def drawn(name):
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    return str(environment.get_template("components/cues.html").module.cue(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_forms_picture_is_drawn_and_silent(name):
    assert 'class="cue__line"' in drawn(name)
    assert 'aria-hidden="true"' in drawn(name)


def test_no_two_pictures_are_the_same():
    shapes = [re.sub(r"cue--[\w-]+", "", drawn(name)) for name in NAMES]

    assert len(set(shapes)) == len(NAMES)


def test_the_forms_for_small_children_and_easy_reading_have_pictures():
    assert len(NAMES) >= 15
