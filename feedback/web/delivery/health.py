"""How does the sending stand, and what is done about what got stuck?"""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.services import decide, delivery_health, pause
from feedback.services.decide import NotGivenUpError
from feedback.web.context import database, now, settings
from feedback.web.delivery import wording
from feedback.web.delivery.forms import CancelForm
from feedback.web.delivery.needs import needs
from feedback.web.errors import error_page
from feedback.web.guards import actor, guarded

blueprint = Blueprint("delivery", __name__, url_prefix="/staff/delivery")


@blueprint.errorhandler(NotGivenUpError)
def not_given_up(error: NotGivenUpError) -> ResponseReturnValue:
    """Lead back to the list where somebody else decided meanwhile."""
    if error.state is None:
        return error_page(404)
    flash("Somebody has decided about that message already.")
    return redirect(url_for("delivery.overview"), 303)


@blueprint.context_processor
def words() -> dict[str, object]:
    """Give templates the words for what the rules know by codes."""
    return {"say": wording, "now": now()}


@blueprint.get("")
@guarded(Action.SEE_DELIVERY)
def overview() -> ResponseReturnValue:
    """Show how the sending stands; no name, number or word is on it."""
    with database().reading() as reading:
        cap = settings().cap_sms_per_day
        found = delivery_health.health(reading, cap=cap, now=now())
    return render_template(
        "delivery/health.html", health=found, needs=needs(found, now())
    )


@blueprint.post("/resume")
@guarded(Action.SEE_DELIVERY)
def resume() -> ResponseReturnValue:
    """End every pause but that of the clocks."""
    with database().transaction() as work:
        done = pause.end_all(work, by=actor(), now=now())
    flash(wording.resumed(done), "success" if done.ended else "message")
    return redirect(url_for(".overview"), 303)


@blueprint.get("/<uuid:message>")
@guarded(Action.SEE_DELIVERY)
def letter(message: UUID) -> ResponseReturnValue:
    """Show one message that was given up, and ask what to do."""
    return _letter_page(message, CancelForm())


@blueprint.post("/<uuid:message>/requeue")
@guarded(Action.SEE_DELIVERY)
def requeue(message: UUID) -> ResponseReturnValue:
    """Try a message once more."""
    with database().transaction() as work:
        decide.requeue(work, message, by=actor(), now=now())
    flash("The message is tried again, as soon as hours and consent allow.", "success")
    return redirect(url_for(".overview"), 303)


@blueprint.post("/<uuid:message>/cancel")
@guarded(Action.SEE_DELIVERY)
def cancel(message: UUID) -> ResponseReturnValue:
    """Give a message up, with the reason."""
    form = CancelForm()
    if not form.validate_on_submit():
        return _letter_page(message, form), 422
    with database().transaction() as work:
        decide.cancel(work, message, reason=form.reason.data, by=actor(), now=now())
    flash("The message is cancelled. It will not be sent.", "success")
    return redirect(url_for(".overview"), 303)


def _letter_page(message: UUID, form: CancelForm) -> str:
    with database().reading() as reading:
        found = delivery_health.dead_letter(reading, message)
    return render_template(
        "delivery/letter.html", letter=found, form_=form, form_failed=bool(form.errors)
    )
