"""Which page does each task of a review lead to, for those who may open it?"""

from collections.abc import Mapping, Sequence
from typing import Final

from flask import current_app, url_for

from feedback.domain.access import Action
from feedback.domain.journey import Stage, Task
from feedback.web.guards import allowed

PAGES: Final[Mapping[Stage, tuple[str, tuple[Action, ...]]]] = {
    Stage.TEAM: ("office.team", (Action.CREATE_REVIEW,)),
    Stage.PEOPLE: ("office.people", (Action.CREATE_REVIEW,)),
    Stage.INVITE: ("office.invite_check", (Action.SEND_INVITATIONS,)),
    Stage.LISTEN: ("office.people", (Action.CREATE_REVIEW,)),
    Stage.GRADE: ("review.grades", (Action.GRADE, Action.SEE_ANSWERS)),
    Stage.VIEW: ("review.view", (Action.SEE_ANSWERS,)),
    Stage.COMMENT: ("moderate.comment", (Action.FIRST_COMMENT, Action.SEE_ANSWERS)),
    Stage.MEETING: ("moderate.meeting", (Action.MODERATE,)),
}


# What a person may do themselves, not only look at.
DOES: Final[Mapping[Stage, Action]] = {
    Stage.TEAM: Action.CREATE_REVIEW,
    Stage.PEOPLE: Action.CREATE_REVIEW,
    Stage.INVITE: Action.SEND_INVITATIONS,
    Stage.GRADE: Action.GRADE,
    Stage.VIEW: Action.SEE_ANSWERS,
    Stage.COMMENT: Action.FIRST_COMMENT,
    Stage.MEETING: Action.MODERATE,
}


def next_for_reader(due: Sequence[Task]) -> Task | None:
    """Choose what the reader can do now; else what is next for somebody else."""
    theirs = (one for one in due if one.stage in DOES and allowed(DOES[one.stage]))
    return next(theirs, next(iter(due), None))


def stage_links(reference: str) -> Mapping[Stage, str]:
    """Give the addresses of the tasks that the signed-in person may open."""
    return {
        stage: url_for(endpoint, reference=reference)
        for stage, (endpoint, actions) in PAGES.items()
        if endpoint in current_app.view_functions
        and any(allowed(action) for action in actions)
    }


def link_if_any(endpoint: str, reference: str, action: Action) -> str | None:
    """Give a page's address where it exists and the signed-in person may open it."""
    if endpoint not in current_app.view_functions or not allowed(action):
        return None
    return url_for(endpoint, reference=reference)
