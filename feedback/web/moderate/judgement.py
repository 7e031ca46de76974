"""How does the meeting come to one judgement?"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.grading import DESCRIPTORS, GRADE_LABELS, Judgement
from feedback.domain.moderation import ModerationError
from feedback.services import moderate
from feedback.services.minutes import Record
from feedback.web.context import database, now
from feedback.web.guards import actor, current_review, guarded
from feedback.web.moderate.forms import AgreementForm, agreement_values, name_of
from feedback.web.moderate.pages import blueprint, record_here, tell_cleared
from feedback.web.review.pages import judgement_of


@blueprint.get("/meeting/<code>")
@guarded(Action.MODERATE)
def judgement(reference: str, code: str) -> ResponseReturnValue:
    """Show one judgement: who disagrees, what was graded, what is agreed."""
    one = judgement_of(code)
    try:
        record = record_here()
    except ModerationError:
        return redirect(url_for(".meeting", reference=reference), 303)
    if record.is_signed:
        return redirect(url_for(".record", reference=reference), 303)
    form = AgreementForm(**agreement_values(record.point(one)))
    return _page(reference, record, one, form)


@blueprint.post("/meeting/<code>")
@guarded(Action.MODERATE)
def save_judgement(reference: str, code: str) -> ResponseReturnValue:
    """Keep what the meeting says; nothing typed is lost where it is refused."""
    one, form = judgement_of(code), AgreementForm()
    if not form.is_sound():
        return _page(reference, record_here(), one, form), 422
    try:
        with database().transaction() as work:
            cleared = moderate.agree(
                work, current_review(), form.agreement(one), by=actor(), now=now()
            )
    except ModerationError as error:
        form.blame(error)
        record = record_here()
        form.version.data = record.point(one).version
        return _page(reference, record, one, form), 422
    flash(f"{one.label} is saved", "success")
    tell_cleared(cleared)
    return redirect(_next_address(reference, record_here(), one), 303)


def _page(reference: str, record: Record, one: Judgement, form: AgreementForm) -> str:
    order = [point.judgement for point in record.points]
    place = order.index(one)
    return render_template(
        "moderate/judgement.html",
        reference=reference,
        record=record,
        point=record.point(one),
        name=name_of(one),
        form=form,
        form_failed=bool(form.errors),
        descriptors=DESCRIPTORS,
        grade_labels=GRADE_LABELS,
        place=place + 1,
        of=len(order),
        following=order[place + 1] if place + 1 < len(order) else None,
        previous=order[place - 1] if place else None,
    )


def _next_address(reference: str, record: Record, one: Judgement) -> str:
    order = [point.judgement for point in record.points]
    place = order.index(one) + 1
    if request.form.get("go") == "next" and place < len(order):
        return url_for(".judgement", reference=reference, code=order[place].value)
    return url_for(".meeting", reference=reference)
