"""Which texts wait for a person, and what is done with them?"""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.services import list_texts, triage
from feedback.services.attribute import (
    NoSuchConversationError,
    NotTheirsError,
    attribute,
)
from feedback.services.dispatch import rules
from feedback.services.list_texts import NoSuchTextError, StillToLockError
from feedback.services.notice import StaffLinks
from feedback.services.raise_from_text import (
    AlreadyRaisedError,
    Finding,
    raise_from_text,
)
from feedback.services.triage import AlreadySettledError
from feedback.web.context import database, now, settings
from feedback.web.delivery import wording
from feedback.web.delivery.forms import RaiseForm
from feedback.web.errors import error_page
from feedback.web.guards import actor, current_staff, guarded

blueprint = Blueprint("inbound", __name__, url_prefix="/staff/inbound")


@blueprint.errorhandler(NoSuchTextError)
@blueprint.errorhandler(NoSuchConversationError)
def not_there(_: NoSuchTextError | NoSuchConversationError) -> ResponseReturnValue:
    """Answer what is not there like everything that may not be seen."""
    return error_page(404)


@blueprint.errorhandler(StillToLockError)
def still_to_lock(_: StillToLockError) -> ResponseReturnValue:
    """Lead back to the list whoever would look before their grades are locked."""
    flash(
        "That text may be an answer at a review that you have not graded yet. "
        "Another duty contact reads it, or you do once your grades are locked."
    )
    return redirect(url_for("inbound.texts"), 303)


@blueprint.errorhandler(AlreadySettledError)
@blueprint.errorhandler(NotTheirsError)
def already_settled(
    _: AlreadySettledError | NotTheirsError,
) -> ResponseReturnValue:
    """Lead back to the list where somebody else was quicker."""
    flash("Somebody has dealt with that text already.")
    return redirect(url_for("inbound.texts"), 303)


@blueprint.errorhandler(AlreadyRaisedError)
def already_raised(_: AlreadyRaisedError) -> ResponseReturnValue:
    """Lead back to the list where an alert is open for the text already."""
    flash("An alert is open for that text already.")
    return redirect(url_for("inbound.texts"), 303)


@blueprint.context_processor
def words() -> dict[str, object]:
    """Give templates the words for what the rules know by codes."""
    return {"say": wording, "now": now()}


@blueprint.get("")
@guarded(Action.SEE_INBOUND)
def texts() -> ResponseReturnValue:
    """List the texts that wait, and those that were dealt with; not their words."""
    viewer = current_staff().viewer
    with database().reading() as reading:
        listed = list_texts.texts_for(reading, viewer, now=now())
    return render_template("delivery/inbound.html", listed=listed)


@blueprint.get("/<uuid:text>")
@guarded(Action.READ_INBOUND)
def read(text: UUID) -> ResponseReturnValue:
    """Show what somebody wrote; that it was read goes on record."""
    viewer = current_staff().viewer
    with database().transaction() as work:
        found = triage.open_text(work, text, viewer, by=actor(), now=now())
    return render_template("delivery/text.html", found=found)


@blueprint.post("/<uuid:text>/settle")
@guarded(Action.SEE_INBOUND)
def settle(text: UUID) -> ResponseReturnValue:
    """Note that a person has dealt with a text."""
    viewer = current_staff().viewer
    with database().transaction() as work:
        triage.settle(work, text, viewer, by=actor(), now=now())
    flash("The text is marked as dealt with.", "success")
    return redirect(url_for(".texts"), 303)


@blueprint.get("/<uuid:text>/alert")
@guarded(Action.READ_INBOUND)
def raise_form(text: UUID) -> ResponseReturnValue:
    """Ask once before an alert is raised for a text."""
    return _raise_page(text, RaiseForm())


@blueprint.post("/<uuid:text>/alert")
@guarded(Action.READ_INBOUND)
def raise_alert(text: UUID) -> ResponseReturnValue:
    """Raise an alert for a text; it goes to the duty contact at once."""
    form = RaiseForm()
    if not form.validate_on_submit():
        return _raise_page(text, form), 422
    finding = Finding(text=text, reason=form.reason.data or "")
    links = StaffLinks(settings().staff_base_url)
    viewer = current_staff().viewer
    with database().transaction() as work:
        list_texts.hold_for_reader(work, text, viewer, now=now())
        alert = raise_from_text(work, finding, links, by=actor(), now=now())
    flash("The alert is raised, and goes out now.", "success")
    return redirect(url_for("safeguarding.alert", alert=alert), 303)


@blueprint.post("/<uuid:text>/belongs/<uuid:conversation>")
@guarded(Action.READ_INBOUND)
def belongs(text: UUID, conversation: UUID) -> ResponseReturnValue:
    """Take a text as one person's answer, because somebody says that it is."""
    viewer = current_staff().viewer
    with database().transaction() as work:
        list_texts.hold_for_reader(work, text, viewer, now=now())
        attribute(
            work,
            text,
            conversation,
            rules=rules(settings()),
            by=actor(),
            now=now(),
        )
    flash("The text is taken as this person's.", "success")
    return redirect(url_for(".texts"), 303)


def _raise_page(text: UUID, form: RaiseForm) -> str:
    viewer = current_staff().viewer
    with database().transaction() as work:
        found = triage.open_text(work, text, viewer, by=actor(), now=now())
        if found.text.is_alert_open:
            raise AlreadyRaisedError
    return render_template(
        "delivery/raise.html", found=found, form_=form, form_failed=bool(form.errors)
    )
