"""The whole story, with a client in the place of a browser, on both databases."""

import story
from person import Person


def test_the_whole_story(app, database, settings, clock, sent):
    someone = {name: Person(app, clock, name) for name in story.CAST}

    story.tell(someone, database=database, settings=settings, clock=clock, sent=sent)
