"""How does each seat sign, and how does the record read afterwards?"""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.moderation import ModerationError
from feedback.services import sign_record
from feedback.web.context import database, now
from feedback.web.guards import actor, current_review, current_staff, guarded
from feedback.web.moderate.forms import SignForm, name_of
from feedback.web.moderate.pages import blueprint, record_here


@blueprint.get("/meeting/sign")
@guarded(Action.MODERATE)
def sign(reference: str) -> ResponseReturnValue:
    """Show the record as it would be signed, and what is still missing."""
    try:
        record = record_here()
    except ModerationError:
        return redirect(url_for(".meeting", reference=reference), 303)
    if record.is_signed:
        return redirect(url_for(".record", reference=reference), 303)
    return _page(reference, SignForm(digest=record.digest))


@blueprint.post("/meeting/sign")
@guarded(Action.MODERATE)
def save_signature(reference: str) -> ResponseReturnValue:
    """Sign for one's own seat; the fourth signature agrees the grades."""
    form = SignForm()
    if not form.is_sound():
        return _page(reference, form), 422
    try:
        with database().transaction() as work:
            is_agreed = sign_record.sign(
                work, current_review(), form.digest.data, by=actor(), now=now()
            )
    except ModerationError as error:
        form.form_errors.append(str(error))
        form.digest.data = record_here().digest
        return _page(reference, form), 422
    if is_agreed:
        flash("Every seat has signed. The grades are agreed", "success")
        return redirect(url_for(".record", reference=reference), 303)
    flash("You have signed for your seat", "success")
    return redirect(url_for(".meeting", reference=reference), 303)


@blueprint.get("/meeting/record")
@guarded(Action.MODERATE)
def record(reference: str) -> ResponseReturnValue:
    """Show the record to read and print; before the last signature, as a draft."""
    try:
        found = record_here()
    except ModerationError:
        return redirect(url_for(".meeting", reference=reference), 303)
    return render_template(
        "moderate/record.html", reference=reference, record=found, name_of=name_of
    )


def _page(reference: str, form: SignForm) -> str:
    found = record_here()
    return render_template(
        "moderate/sign.html",
        reference=reference,
        record=found,
        mine=found.seat_of(current_staff().account),
        form=form,
        form_failed=bool(form.errors),
        name_of=name_of,
    )
