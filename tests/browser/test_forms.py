"""Every form can be read and answered on a phone, at a desk, and without script."""

import pytest
from flask import g
from form_walk import a_link, begins, sends
from visitor import Visitor

from feedback import questionnaires
from feedback.app import create_app
from feedback.db.models import ResponseRow

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@pytest.mark.parametrize("form", questionnaires.FORMS)
def test_the_first_questions_of_each_form_have_no_fault(
    live, eyes_on, database, clock, form
):
    eyes = eyes_on(PHONE)

    begins(Visitor(live, eyes, clock), a_link(database, form, now=clock.at))

    for viewport in (PHONE, DESK):
        eyes.page.set_viewport_size(viewport)
        eyes.check()


@pytest.mark.parametrize("form", ["child_5_8", "family", "practitioner"])
def test_a_form_is_answered_without_script(live, eyes_on, database, clock, form):
    visitor = Visitor(live, eyes_on(PHONE, script=False), clock)

    begins(visitor, a_link(database, form, now=clock.at))
    sends(visitor)

    assert visitor.sees("Your answers are sent")
    with database.reading() as session:
        assert [one.state for one in session.query(ResponseRow)] == ["submitted"]


def test_a_page_in_a_language_from_right_to_left_is_mirrored(
    serving, settings, eyes_on, database, clock
):
    app = create_app(settings, clock)

    @app.before_request
    def speak_arabic():
        g.language = "ar"

    eyes = eyes_on(PHONE)
    with serving(app) as port:
        eyes.page.goto(
            f"http://127.0.0.1:{port}{a_link(database, 'family', now=clock.at)}"
        )

        assert eyes.page.locator("html").get_attribute("dir") == "rtl"
        name = eyes.page.locator(".top__name").bounding_box()
        leave = eyes.page.locator(".leave").bounding_box()
        assert leave["x"] < name["x"], "what stands on the right stands on the left"
        eyes.check()
