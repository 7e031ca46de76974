"""Which reviews are there, how does one begin, and how does it stand?"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action, Role, may
from feedback.domain.intake import NewReview
from feedback.domain.review import ConflictOfInterestError
from feedback.services import commission, list_reviews, read_review, staff
from feedback.services.commission import ReferenceTakenError, TeamError
from feedback.web.act.wording import tally_in_words
from feedback.web.context import database, now
from feedback.web.guards import (
    actor,
    allowed,
    current_review,
    current_staff,
    guarded,
)
from feedback.web.office.blueprint import blueprint
from feedback.web.office.review_forms import ReviewForm, TeamForm
from feedback.web.office.stages import link_if_any, next_for_reader, stage_links

MOST_SEARCHED = 100
LAST_PAGE = 10_000


@blueprint.get("")
@guarded(Action.SEE_COUNTS)
def reviews() -> ResponseReturnValue:
    """List the reviews that the signed-in person may know of."""
    search = request.args.get("reference", "")[:MOST_SEARCHED].replace("\0", "")
    page = min(max(1, request.args.get("page", 1, type=int)), LAST_PAGE)
    with database().reading() as reading:
        listed = list_reviews.reviews(
            reading, current_staff().viewer, search=search, page=page, now=now()
        )
    return render_template(
        "office/reviews.html",
        listed=listed,
        may_create=allowed(Action.CREATE_REVIEW),
    )


@blueprint.get("/new")
@guarded(Action.CREATE_REVIEW)
def new() -> ResponseReturnValue:
    """Ask what is needed to begin a review."""
    form = ReviewForm()
    offer_people(form)
    return render_template("office/new.html", form=form)


@blueprint.post("/new")
@guarded(Action.CREATE_REVIEW)
def create() -> ResponseReturnValue:
    """Begin a review."""
    form = ReviewForm()
    offer_people(form)
    wanted = form.review() if form.validate_on_submit() else None
    if wanted is None or not _created(form, wanted):
        return render_template("office/new.html", form=form, form_failed=True), 422
    flash(f"{wanted.reference} is commissioned. Next, add people.", "success")
    return redirect(url_for(".review", reference=wanted.reference), 303)


@blueprint.get("/<reference>")
@guarded(Action.SEE_COUNTS)
def review(reference: str) -> ResponseReturnValue:
    """Show how a review stands, what is next, and by whom."""
    with database().reading() as reading:
        hub = read_review.hub(reading, current_review(), now=now())
    return render_template(
        "office/review.html",
        hub=hub,
        links=stage_links(reference),
        next=next_for_reader(hub.due),
        may_create=allowed(Action.CREATE_REVIEW),
        may_send=allowed(Action.SEND_INVITATIONS),
        alert_url=link_if_any("safeguarding.raise_form", reference, Action.RAISE_ALERT),
        concerns_url=link_if_any("review.concerns", reference, Action.RAISE_CONCERN),
        actions_url=_actions_url(reference),
        tally_in_words=tally_in_words,
    )


def _actions_url(reference: str) -> str | None:
    """Give the list of the review's actions to those who follow them."""
    # Whoever deputises at one meeting follows no actions: their role decides.
    if not allowed(Action.ACT) or not may(current_staff().viewer, Action.ACT):
        return None
    return url_for("act.actions", show="all", review=reference)


def offer_people(form: TeamForm) -> None:
    """List whom there is to review and to moderate."""
    with database().reading() as reading:
        form.offer(
            staff.colleagues(reading, Role.REVIEWER),
            staff.colleagues(reading, Role.MODERATOR),
        )


def refuse_team(form: TeamForm, error: TeamError) -> None:
    """Put what is wrong with the team beside the field that it is about."""
    field = form.reviewer if error.part == "reviewer" else form.ad_people
    field.errors = [error.sentence]


def _created(form: ReviewForm, wanted: NewReview) -> bool:
    try:
        with database().transaction() as work:
            commission.commission(work, wanted, form.team(), by=actor(), now=now())
    except ReferenceTakenError:
        form.reference.errors = ["There is a review of this reference already"]
    except ConflictOfInterestError as error:
        form.reviewer.errors = [error.conflict.sentence]
    except TeamError as error:
        refuse_team(form, error)
    else:
        return True
    return False
