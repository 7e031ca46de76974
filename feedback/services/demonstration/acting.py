"""What became of what the meetings recommended? Followed step by step."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from feedback.domain.action import Said, Step
from feedback.services import act
from feedback.services.demonstration.almanac import Almanac
from feedback.services.demonstration.stage import Scene, Stage
from feedback.services.demonstration.story import Story, ToldStep


def acting(story: Story, almanac: Almanac) -> Iterator[Scene]:
    """Tell what was done about each recommendation of a signed record."""
    recommended = story.get("meeting", {}).get("recommendations", ())
    for place, recommendation in enumerate(recommended):
        for step in recommendation.get("action", ()):
            yield Scene(
                at=almanac.at(step["at"]),
                act=partial(_take, story["reference"], place, step),
            )


def _take(
    reference: str, place: int, told: ToldStep, stage: Stage, now: datetime
) -> None:
    action = act.actions_of(stage.session, stage.reviews[reference])[place]
    due, to = told.get("due"), told.get("to")
    said = Said(
        step=Step(told["step"]),
        words=told.get("words"),
        shown_by=told.get("shown_by"),
        due_on=None if due is None else stage.almanac.day(due),
        account=None if to is None else stage.staff[to],
    )
    act.take(stage.session, action, said, by=stage.actor(told["by"]), now=now)
