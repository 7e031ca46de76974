"""Which alerts are open, what do they say, and what is done about them?"""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action, Standing, may
from feedback.domain.alert import AlertState
from feedback.domain.errors import IllegalMoveError
from feedback.services import admit, alert_list, alerted_contact, settle_alert
from feedback.services.alert import raise_by_staff
from feedback.services.alert_list import AlertPage
from feedback.services.notice import StaffLinks
from feedback.services.settle_alert import NoSuchAlertError
from feedback.web.context import database, now, settings
from feedback.web.errors import error_page
from feedback.web.guards import actor, current_review, current_staff, guarded
from feedback.web.safeguarding import wording
from feedback.web.safeguarding.forms import CloseForm, NoteForm, RaiseForm

blueprint = Blueprint("safeguarding", __name__, url_prefix="/staff")


@blueprint.errorhandler(NoSuchAlertError)
def no_such_alert(_: NoSuchAlertError) -> ResponseReturnValue:
    """Answer what is not there like everything that may not be seen."""
    return error_page(404)


@blueprint.context_processor
def words() -> dict[str, object]:
    """Give templates the words for what the rules know by codes."""
    return {"say": wording, "now": now()}


@blueprint.get("/alerts")
@guarded(Action.SETTLE_ALERTS)
def alerts() -> ResponseReturnValue:
    """List the open alerts, the oldest first, then those that were closed."""
    with database().reading() as reading:
        open_ones = alert_list.open_alerts(reading)
        closed = alert_list.closed_alerts(reading)
    return render_template(
        "safeguarding/alerts.html", open_alerts=open_ones, closed_alerts=closed
    )


@blueprint.get("/alerts/<uuid:alert>")
@guarded(Action.SETTLE_ALERTS)
def alert(alert: UUID) -> ResponseReturnValue:
    """Show one alert with what was said; that it was read goes on record."""
    return _alert_page(alert, NoteForm(), CloseForm())


@blueprint.post("/alerts/<uuid:alert>/acknowledge")
@guarded(Action.SETTLE_ALERTS)
def acknowledge(alert: UUID) -> ResponseReturnValue:
    """Take an alert on."""
    with database().transaction() as work:
        settle_alert.acknowledge(work, alert, by=current_staff().account, now=now())
    flash("You have taken this alert on. Nobody else is told.", "success")
    return redirect(url_for(".alert", alert=alert), 303)


@blueprint.post("/alerts/<uuid:alert>/note")
@guarded(Action.SETTLE_ALERTS)
def note(alert: UUID) -> ResponseReturnValue:
    """Write down what was done so far."""
    form = NoteForm()
    if not form.validate_on_submit():
        return _alert_page(alert, form, CloseForm(formdata=None)), 422
    by = current_staff().account
    with database().transaction() as work:
        settle_alert.add_note(work, alert, form.note.data, by=by, now=now())
    flash("The note is kept with the alert.", "success")
    return redirect(url_for(".alert", alert=alert), 303)


@blueprint.post("/alerts/<uuid:alert>/close")
@guarded(Action.SETTLE_ALERTS)
def close(alert: UUID) -> ResponseReturnValue:
    """Close an alert with what came of it."""
    form = CloseForm()
    if not form.validate_on_submit():
        return _alert_page(alert, NoteForm(formdata=None), form), 422
    try:
        with database().transaction() as work:
            settle_alert.close(
                work,
                alert,
                outcome=form.outcome.data,
                told_person=form.told_person,
                by=current_staff().account,
                now=now(),
            )
    except IllegalMoveError:
        form.outcome.errors = ["Acknowledge the alert first, or see who closed it"]
        return _alert_page(alert, NoteForm(formdata=None), form), 422
    flash("The alert is closed with its outcome.", "success")
    return redirect(url_for(".alerts"), 303)


@blueprint.get("/reviews/<reference>/alert")
@guarded(Action.RAISE_ALERT)
def raise_form(reference: str) -> ResponseReturnValue:
    """Ask a reviewer what they have come upon."""
    return render_template(
        "safeguarding/raise.html", form=RaiseForm(), reference=reference
    )


@blueprint.post("/reviews/<reference>/alert")
@guarded(Action.RAISE_ALERT)
def raise_alert(reference: str) -> ResponseReturnValue:
    """Raise an alert; it goes to the duty contact at once."""
    form = RaiseForm()
    if not form.validate_on_submit():
        page = render_template(
            "safeguarding/raise.html", form=form, reference=reference, form_failed=True
        )
        return page, 422
    with database().transaction() as work:
        raised = raise_by_staff(
            work,
            current_review(),
            form.words.data,
            StaffLinks(settings().staff_base_url),
            by=actor(),
            now=now(),
        )
    flash(f"Alert {raised} is with the duty contact now.", "success")
    return redirect(url_for("office.review", reference=reference), 303)


def _alert_page(alert: UUID, note: NoteForm, closing: CloseForm) -> str:
    with database().transaction() as work:
        by = current_staff().account
        page = alert_list.read_alert(work, alert, by=by, now=now())
        may_reach = _may_see_contacts(page)
        person = number = None
        if may_reach:
            person = alerted_contact.person_of(work, alert, by=by, now=now())
            number = alerted_contact.number_of(work, alert, by=by, now=now())
    return render_template(
        "safeguarding/alert.html",
        page=page,
        person=person,
        number=number,
        may_reach=may_reach,
        note=note,
        closing=closing,
        form_failed=bool(note.errors or closing.errors),
    )


def _may_see_contacts(page: AlertPage) -> bool:
    """Decide from the access table, for the review at hand, while it is open."""
    if page.listed.state is AlertState.CLOSED:
        return False
    staff = current_staff()
    # What came by text may be about nobody at any one review.
    standing = Standing(has_open_alert=True)
    if page.listed.review_reference is not None:
        with database().reading() as reading:
            _, standing = admit.standing_at(
                reading, page.listed.review_reference, staff.account, now=now()
            )
    return may(staff.viewer, Action.SEE_ALERTED_CONTACT, standing)
