"""What does a respondent do from the link to the last button?"""

import story
from builders import a_participant, a_review, an_invitation
from grading_builders import published

GROUPS = {
    "child_5_8": ("child", "5-8"),
    "child_9_12": ("child", "9-12"),
    "young_person": ("child", "13-17"),
    "easy_read": ("child", "13-17"),
}


def a_link(database, form, *, now):
    """The path of somebody's link to a form."""
    group, age_band = GROUPS.get(form, (form, None))
    with database.transaction() as session:
        person = a_participant(
            session,
            a_review(session, now=now),
            now=now,
            group=group,
            form=form,
            age_band=age_band,
        )
        _, token = an_invitation(
            session, person, published(session, form, now=now), now=now
        )
    return f"/r/{token}"


def begins(visitor, link):
    """Go on to the first question about the help, past all that is told before."""
    visitor.opens(link).presses("Start")
    while True:
        if visitor.path.startswith("/s/intro"):
            last = visitor.path == "/s/intro/2"
            visitor.presses("Go to the questions" if last else "Continue")
        elif 'name="safe_now"' in visitor.eyes.page.content():
            visitor.presses("Continue", safe_now="yes")
        else:
            return visitor


def sends(visitor):
    """Answer everything and send it."""
    while "/s/q/" in visitor.path:
        visitor.clock.forward(seconds=5)
        story.answer_the_page(visitor, scale="mostly", words="They listened.")
    return visitor.presses("Send my answers")
