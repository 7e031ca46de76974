"""Which actions are there, and what does the service develop with them?"""

from enum import StrEnum
from typing import TypeVar

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.grading import Judgement
from feedback.services import list_actions, plan
from feedback.services.list_actions import ActionList, Concerns, Show, Wanted
from feedback.web.act import wording
from feedback.web.act.bars import bar
from feedback.web.act.pages import blueprint
from feedback.web.context import database, now
from feedback.web.guards import current_staff, guarded
from feedback.web.review.pages import today

LAST_PAGE = 10_000
LONGEST_REFERENCE = 100
Choice = TypeVar("Choice", bound=StrEnum)


@blueprint.get("")
@guarded(Action.ACT)
def actions() -> ResponseReturnValue:
    """List the actions that the signed-in person follows."""
    wanted = _wanted()
    with database().transaction() as work:
        listing = list_actions.actions(work, current_staff().viewer, wanted, now=now())
    return render_template(
        "act/actions.html",
        listing=listing,
        filters=[(one, _address(wanted, show=one)) for one in Show],
        previous_url=_turned(listing, -1) if wanted.page > 1 else None,
        next_url=_turned(listing, 1) if listing.has_more else None,
        say=wording,
        today=today(),
    )


@blueprint.get("/plan")
@guarded(Action.ACT)
def development_plan() -> ResponseReturnValue:
    """Gather the actions of all reviews, dimension by dimension."""
    with database().transaction() as work:
        found = plan.development_plan(work, current_staff().viewer, now=now())
    return render_template(
        "act/plan.html",
        plan=found,
        bars={one.about: bar(one.tally, found.longest) for one in found.sections},
        say=wording,
    )


def _wanted() -> Wanted:
    given = request.args
    reference = given.get("review", "")[:LONGEST_REFERENCE].replace("\0", "")
    about = given.get("about", "")
    return Wanted(
        show=_chosen(Show, given.get("show", "")) or Show.OPEN,
        reference=reference or None,
        about=_chosen(Judgement, about) or _chosen(Concerns, about),
        page=min(max(1, given.get("page", 1, type=int)), LAST_PAGE),
    )


def _chosen(kind: type[Choice], given: str) -> Choice | None:
    return next((one for one in kind if one.value == given), None)


def _address(wanted: Wanted, *, show: Show, page: int | None = None) -> str:
    about = None if wanted.about is None else wanted.about.value
    return url_for(
        "act.actions",
        show=show.value,
        review=wanted.reference,
        about=about,
        page=page,
    )


def _turned(listing: ActionList, by: int) -> str:
    wanted = listing.wanted
    return _address(wanted, show=wanted.show, page=wanted.page + by)
