"""Where do the pages of actions live, and who may open one?"""

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec
from uuid import UUID

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action, may
from feedback.services import read_actions
from feedback.services.act import NoSuchActionError
from feedback.web.context import database, now
from feedback.web.guards import current_staff

blueprint: Final = Blueprint("act", __name__, url_prefix="/staff/actions")

Args = ParamSpec("Args")
View = Callable[Args, ResponseReturnValue]


def may_follow(action: UUID) -> bool:
    """Decide from the table of access whether the signed-in person follows this."""
    staff = current_staff()
    try:
        with database().reading() as reading:
            standing = read_actions.standing_at(
                reading, action, staff.account, now=now()
            )
    except NoSuchActionError:
        return False
    return may(staff.viewer, Action.ACT, standing)


def at_action(view: View[Args]) -> View[Args]:
    """Answer 404 where the view's action is not the signed-in person's to follow."""

    @wraps(view)
    def guard(*args: Args.args, **kwargs: Args.kwargs) -> ResponseReturnValue:
        action = (request.view_args or {}).get("action")
        if not isinstance(action, UUID) or not may_follow(action):
            abort(404)
        return view(*args, **kwargs)

    return guard
