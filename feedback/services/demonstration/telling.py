"""In which order does everything happen? As it would have: by the clock."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain

from feedback.services.demonstration.acting import acting
from feedback.services.demonstration.almanac import Almanac
from feedback.services.demonstration.moderating import moderating
from feedback.services.demonstration.people import gathering
from feedback.services.demonstration.post import catch_up
from feedback.services.demonstration.reviewing import reviewing
from feedback.services.demonstration.stage import Scene, Stage
from feedback.services.demonstration.story import Story


def tell(
    stories: Iterable[Story],
    stage: Stage,
    *,
    say: Callable[[str], None],
    now: datetime,
) -> None:
    """Tell stories up to now, all at once, each scene at its own instant.

    What is still to come in a story is left to whoever tries the demonstration.
    """
    scenes = chain.from_iterable(scenes_of(story, stage.almanac) for story in stories)
    for scene in sorted(scenes, key=lambda one: one.at):
        if scene.at > now:
            break
        catch_up(stage.session, stage.rules, until=scene.at)
        scene.act(stage, scene.at)
        if scene.ends is not None:
            say(scene.ends)
    catch_up(stage.session, stage.rules, until=now)


def scenes_of(story: Story, almanac: Almanac) -> Iterator[Scene]:
    """List what happens in one story."""
    yield from gathering(story, almanac)
    yield from reviewing(story, almanac)
    yield from moderating(story, almanac)
    yield from acting(story, almanac)
