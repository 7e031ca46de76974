"""The whole story, in a browser: no page on the way has a fault."""

import story
from visitor import Looks, Visitor

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
RESPONDENTS = ("mother", "child")
# Pages that staff open between visits, or all day long.
ON_A_PHONE = (
    "/reviews/CASE-7",
    "/people",
    "/invite",
    "/alerts/*",
    "/grades*",
    "/lock",
    "/view",
    "/meeting",
    "/meeting*",
    "/sign",
    "/actions",
    "/actions/*",
    "/actions/plan",
    "/preview",
    "/reports/*",
)


def test_every_page_of_the_whole_story_has_no_fault(
    live, eyes_on, database, settings, clock, sent
):
    looks = Looks(desk=DESK, phone=PHONE, key=ON_A_PHONE)
    someone = {
        name: Visitor(
            live,
            eyes_on(PHONE if name in RESPONDENTS else DESK),
            clock,
            looks=looks,
        )
        for name in story.CAST
    }

    story.tell(someone, database=database, settings=settings, clock=clock, sent=sent)

    assert len(looks.seen) > 30, "one page of each kind was looked at"
