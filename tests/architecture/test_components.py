"""Do the shared pieces of every page give whole, accessible HTML?"""

from pathlib import Path
from types import SimpleNamespace

import html5lib
import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    Form,
    FormField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from feedback.web.filters import visible
from triangulation import CellStatus, DimensionStatus

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FACES = [("yes", "Yes"), ("a_bit", "A bit"), ("no", "No"), ("dont_know", "Not sure")]


class Inner(Form):
    phone = StringField("Phone", validators=[InputRequired("Enter a phone number")])


class Commission(Form):
    reference = StringField(
        "Case reference",
        description="Never a name",
        validators=[InputRequired("Enter the case reference")],
    )
    secret = PasswordField("Password")
    notes = TextAreaField("Notes")
    service = RadioField(
        "Service",
        choices=[SelectChoice("a", "Social care"), SelectChoice("b", "Early help")],
        validators=[InputRequired("Choose the service")],
    )
    band = SelectField(
        "Age band",
        choices=[SelectChoice("", "Choose"), SelectChoice("9-12", "9 to 12")],
        validators=[InputRequired("Choose the age band")],
    )
    safe = BooleanField("Safe", validators=[InputRequired("Confirm that it is safe")])
    opens = DateField(
        "Opens", format="%d %m %Y", validators=[InputRequired("Enter the date")]
    )
    inner = FormField(Inner)


EVERY_FIELD = """
{% from "components/forms.html" import form, error_summary, text_field, textarea_field,
   radios_field, select_field, checkbox_field, date_field, button %}
{{ error_summary(f) }}
{% call form(action="/x") %}
{{ text_field(f.reference) }}{{ text_field(f.secret) }}{{ textarea_field(f.notes) }}
{{ radios_field(f.service) }}{{ select_field(f.band) }}{{ checkbox_field(f.safe) }}
{{ date_field(f.opens) }}{{ text_field(f.inner.form.phone) }}
{{ button("Save", primary=true) }}
{% endcall %}
"""
QUESTION = """
{% from "components/questions.html" import question_radios, question_text %}
{{ question_radios("y1", "Do you like it?", options, value="no", error=error,
   faces=true, big=true, read_aloud=true) }}
{{ question_text("w1", "Say more", words, page_heading=false) }}
"""


@pytest.fixture
def engine():
    engine = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    engine.install_null_translations(newstyle=True)
    engine.filters["visible"] = visible
    engine.globals.update(
        once_a_page=lambda macro: macro,
        csrf_token=lambda: "a-token",
        asset=lambda name: f"/static/{name}",
        get_flashed_messages=lambda **_: [],
    )
    return engine


def context(**changes):
    given = {
        "settings": SimpleNamespace(
            service_name="Your feedback", council_name="Stonebridge", mode="demo"
        ),
        "language": "en",
        "text_direction": "ltr",
        "staff": None,
        "navigation": (),
    }
    return given | changes


def parsed(html, *, whole=False):
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    if whole:
        return parser.parse(html)
    return parser.parse(
        f"<!DOCTYPE html><html lang='en'><title>t</title><body>{html}</body></html>"
    )


def attribute(tree, name):
    return [one.attrib[name] for one in tree.iter() if name in one.attrib]


def failed_form():
    form = Commission(
        MultiDict({"secret": "pass phrase", "opens": ["31", "2", "2027"]})
    )
    form.validate()
    return form


def test_a_failed_form_is_summed_up_with_links_that_reach_each_control(engine):
    html = engine.from_string(EVERY_FIELD).render(f=failed_form())

    tree = parsed(html)
    ids = attribute(tree, "id")
    anchors = [href[1:] for href in attribute(tree, "href") if href.startswith("#")]
    controls = {
        one.attrib["id"]
        for one in tree.iter()
        if one.tag in {"input", "select", "textarea"} and "id" in one.attrib
    }
    assert anchors == [
        "reference",
        "service",
        "band",
        "safe",
        "opens",
        "inner-phone",
    ]
    assert set(anchors) <= controls
    assert len(ids) == len(set(ids))


def test_every_control_has_a_label_and_points_only_at_what_is_there(engine):
    html = engine.from_string(EVERY_FIELD).render(f=failed_form())

    tree = parsed(html)
    ids = set(attribute(tree, "id"))
    labelled = set(attribute(tree, "for"))
    shown = [
        one.attrib["id"]
        for one in tree.iter()
        if one.tag in {"input", "select", "textarea"}
        and one.attrib.get("type") != "hidden"
    ]
    described = {
        word for words in attribute(tree, "aria-describedby") for word in words.split()
    }
    assert set(shown) <= labelled
    assert described <= ids
    assert {"reference-error", "service-error", "opens-error"} <= described


def test_a_form_carries_its_token_and_leaves_judging_to_the_server(engine):
    html = engine.from_string(EVERY_FIELD).render(f=Commission())

    form = next(parsed(html).iter("form"))
    assert form.attrib["method"] == "post"
    assert "novalidate" in form.attrib
    assert form.attrib["autocomplete"] == "off"
    assert 'name="csrf_token" value="a-token"' in html
    assert "There is a problem" not in html


def test_a_password_is_never_written_back(engine):
    html = engine.from_string(EVERY_FIELD).render(f=failed_form())

    assert "pass phrase" not in html


def test_a_date_that_does_not_exist_is_given_back_as_it_was_typed(engine):
    tree = parsed(engine.from_string(EVERY_FIELD).render(f=failed_form()))

    boxes = [one for one in tree.iter("input") if one.attrib.get("name") == "opens"]
    assert [one.attrib.get("value") for one in boxes] == ["31", "2", "2027"]


@pytest.mark.parametrize("words", ["\nfirst", "  kept  ", "</textarea><b>x", "a\n\n"])
def test_words_come_back_exactly_as_they_were_sent(engine, words):
    html = engine.from_string(QUESTION).render(options=FACES, error=None, words=words)

    assert next(parsed(html).iter("textarea")).text == words


def test_a_question_draws_faces_and_keeps_other_answers_apart(engine):
    html = engine.from_string(QUESTION).render(options=FACES, error="Choose", words="")

    tree = parsed(html)
    radios = [one for one in tree.iter("input") if one.attrib["type"] == "radio"]
    apart = html.split("choices-apart")[1]
    assert [one.attrib["value"] for one in radios] == [
        "yes",
        "a_bit",
        "no",
        "dont_know",
    ]
    assert radios[0].attrib["id"] == "y1"
    assert html.count('class="face ') == 3
    assert 'value="dont_know"' in apart
    assert 'value="no"' not in apart
    assert 'id="y1-error"' in html


def test_no_answer_is_chosen_before_the_person_chooses(engine):
    blank = QUESTION.replace('value="no", ', "")

    html = engine.from_string(blank).render(options=FACES, error=None, words="")

    assert "checked" not in html


def test_before_start_the_page_links_only_to_danger_and_the_way_out(engine):
    html = engine.get_template("errors/respond.html").render(context(code=404))

    tree = parsed(html, whole=True)
    hrefs = [one.attrib["href"] for one in tree.iter("a")]
    assert hrefs == ["#main", "/s/leave", "tel:999"]
    assert "Trigpoint" not in html
    assert "Stonebridge" not in html


def test_after_start_help_privacy_and_accessibility_are_one_press_away(engine):
    html = engine.get_template("errors/respond.html").render(
        context(code=404, started=True)
    )

    hrefs = [one.attrib["href"] for one in parsed(html, whole=True).iter("a")]
    assert {"/s/help", "/privacy", "/accessibility"} <= set(hrefs)


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 422, 429, 500, 503])
@pytest.mark.parametrize("audience", ["respond", "staff"])
def test_every_error_says_what_to_do_and_gives_words_back(engine, code, audience):
    html = engine.get_template(f"errors/{audience}.html").render(
        context(code=code, reference="ab12", typed="I wrote\u202e this")
    )

    tree = parsed(html, whole=True)
    assert len(list(tree.iter("h1"))) == 1
    assert "ab12" in html
    assert "I wrote\u2039U+202E\u203a this" in html


def test_a_page_read_from_right_to_left_takes_the_mirrored_sheet(engine):
    html = engine.get_template("errors/respond.html").render(
        context(code=404, language="ar", text_direction="rtl")
    )

    assert '<html lang="ar" dir="rtl"' in html
    assert "/static/respond.rtl.css" in html


def test_a_failed_form_is_told_in_the_title_first(engine):
    html = engine.get_template("errors/staff.html").render(
        context(code=422, form_failed=True)
    )

    assert "<title>Error: There is a problem \u2013 Trigpoint</title>" in html


@pytest.mark.parametrize("status", [*CellStatus, *DimensionStatus])
def test_a_status_is_its_one_word_and_a_shape(engine, status):
    page = '{% from "components/marks.html" import status %}{{ status(given) }}'

    tree = parsed(engine.from_string(page).render(given=status.value))

    shapes = [one for one in tree.iter() if one.tag.endswith(("}circle", "}path"))]
    words = "".join(tree.find("body").itertext()).strip()
    assert shapes
    assert words == status.label


def test_no_two_voices_and_no_two_faces_share_a_shape(engine):
    page = """{% from "components/marks.html" import voice_shape, face %}
    {%- for one in voices %}{{ voice_shape(one) }}|{% endfor -%}
    {%- for one in faces %}{{ face(one) }}|{% endfor -%}"""
    voices = ["child", "family", "partner", "practitioner", "manager"]

    html = engine.from_string(page).render(voices=voices, faces=["yes", "a_bit", "no"])

    shapes = [one.strip() for one in html.split("|") if one.strip()]
    assert len(shapes) == len(set(shapes)) == 8
