"""The pages that everybody may open read well on a phone and at a desk."""

import pytest
from form_walk import a_link
from visitor import Visitor

SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "path", ["/", "/privacy", "/accessibility", "/staff/login", "/nowhere"]
)
def test_open_pages_have_no_fault(live, eyes_on, path, size):
    eyes = eyes_on(SIZES[size])

    eyes.page.goto(live + path)
    eyes.complaints = [one for one in eyes.complaints if "404" not in one]

    eyes.check()


@pytest.mark.parametrize("size", SIZES)
def test_what_is_told_after_start_has_no_fault(live, eyes_on, database, clock, size):
    eyes = eyes_on(SIZES[size])
    visitor = Visitor(live, eyes, clock)
    visitor.opens(a_link(database, "family", now=clock.at)).presses("Start")

    for path in ("/privacy", "/accessibility"):
        visitor.opens(path)
        eyes.check()
