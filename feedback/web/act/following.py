"""How does one action stand, and how is it taken one step further?"""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action, may
from feedback.domain.action import ActionError, NotYoursToDecideError, Step
from feedback.domain.errors import IllegalMoveError
from feedback.services import act, admit, read_actions
from feedback.web.act import wording
from feedback.web.act.forms import FORMS, AssignForm, StepForm, forms_for
from feedback.web.act.pages import at_action, blueprint, may_follow
from feedback.web.context import database, now
from feedback.web.guards import actor, current_staff, guarded
from feedback.web.review.pages import today

TOO_LATE = (
    "This step does not follow from how the action stands now. Read what happened "
    "meanwhile"
)


@blueprint.get("/<uuid:action>")
@guarded(Action.ACT)
@at_action
def action(action: UUID) -> ResponseReturnValue:
    """Show an action: what it is, what happened, and what is next."""
    return _page(action)


@blueprint.post("/<uuid:action>/steps/<step>")
@guarded(Action.ACT)
@at_action
def take(action: UUID, step: str) -> ResponseReturnValue:
    """Take an action one step."""
    form = _form_of(step)
    if not form.is_sound(today()):
        return _page(action, form), 422
    try:
        with database().transaction() as work:
            act.take(work, action, form.said(), by=actor(), now=now())
    except NotYoursToDecideError:
        abort(404)
    except (ActionError, IllegalMoveError) as error:
        is_move = isinstance(error, IllegalMoveError)
        form.refuse(TOO_LATE if is_move else str(error))
        return _page(action, form), 422
    flash(wording.TAKEN[form.step], "success")
    # Whoever assigns it to somebody else may follow it no more.
    address = url_for(".action", action=action)
    return redirect(address if may_follow(action) else url_for(".actions"), 303)


def _form_of(step: str) -> StepForm:
    """Read the form of a step from an address; 404 where there is no such step."""
    kind = next((FORMS[one] for one in FORMS if one.value == step), None)
    if kind is None:
        abort(404)
    form = kind()
    if isinstance(form, AssignForm):
        with database().reading() as reading:
            form.offer(read_actions.colleagues(reading))
    return form


def _page(action: UUID, failed: StepForm | None = None) -> str:
    with database().transaction() as work:
        page = read_actions.read_action(work, action, current_staff().viewer, now=now())
    return render_template(
        "act/action.html",
        page=page,
        review_url=_review_url(page.listed.reference),
        forms=forms_for(page, failed),
        failed=failed,
        form_failed=failed is not None,
        Step=Step,
        say=wording,
        today=today(),
    )


def _review_url(reference: str) -> str | None:
    """Give the page of the action's review, to those who may open it."""
    staff = current_staff()
    with database().reading() as reading:
        _, standing = admit.standing_at(reading, reference, staff.account, now=now())
    if not may(staff.viewer, Action.SEE_COUNTS, standing):
        return None
    return url_for("office.review", reference=reference)
