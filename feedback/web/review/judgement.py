"""How is one judgement formed, with the evidence beside it?"""

from typing import Final
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.db.session import Session
from feedback.domain.access import Action
from feedback.domain.grading import DESCRIPTORS, GRADE_LABELS, GradingError, Judgement
from feedback.services import attend, grade, keep_evidence
from feedback.web.context import database, now, settings
from feedback.web.guards import actor, current_review, current_standing, guarded
from feedback.web.review.forms import NOT_GRADED, IdentityForm, JudgementForm
from feedback.web.review.pages import ORDER, blueprint, judgement_of, sheet_here, today

ABOUT_IDENTITY: Final = Judgement.D8


@blueprint.get("/grades/<code>")
@guarded(Action.GRADE)
def judgement(reference: str, code: str) -> ResponseReturnValue:
    """Show one judgement: descriptors, evidence, the grade so far."""
    one = judgement_of(code)
    if current_standing().is_locked:
        return redirect(url_for(".grades", reference=reference), 303)
    sheet = sheet_here()
    draft = sheet.drafts[one]
    form = _form_for(
        one,
        grade=str(draft.grade or (NOT_GRADED if draft.not_graded_reason else "")),
        not_graded_reason=draft.not_graded_reason,
        note=draft.note,
    )
    if isinstance(form, IdentityForm):
        form.show(sheet.attention)
    return _judgement_page(reference, one, form)


@blueprint.post("/grades/<code>")
@guarded(Action.GRADE)
def save_judgement(reference: str, code: str) -> ResponseReturnValue:
    """Keep the judgement as it stands, and the evidence that was added."""
    one = judgement_of(code)
    form = _form_for(one)
    if not form.is_sound(today()):
        return _judgement_page(reference, one, form), 422
    try:
        with database().transaction() as work:
            _keep(work, one, form)
    except GradingError as error:
        form.form_errors.append(str(error))
        return _judgement_page(reference, one, form), 422
    flash(f"{one.label} is saved", "success")
    return redirect(_next_address(reference, one), 303)


@blueprint.post("/evidence/<uuid:item>/remove")
@guarded(Action.GRADE)
def remove_evidence(reference: str, item: UUID) -> ResponseReturnValue:
    """Take a piece of evidence back; the next page offers to put it back."""
    try:
        with database().transaction() as work:
            one = keep_evidence.remove_evidence(
                work, current_review(), item, by=actor(), now=now()
            )
    except GradingError as error:
        flash(str(error))
        return redirect(url_for(".grades", reference=reference), 303)
    address = url_for(".judgement", reference=reference, code=one.value, removed=item)
    return redirect(address, 303)


@blueprint.post("/evidence/<uuid:item>/restore")
@guarded(Action.GRADE)
def restore_evidence(reference: str, item: UUID) -> ResponseReturnValue:
    """Put a piece of evidence back."""
    try:
        with database().transaction() as work:
            one = keep_evidence.restore_evidence(
                work, current_review(), item, by=actor(), now=now()
            )
    except GradingError as error:
        flash(str(error))
        return redirect(url_for(".grades", reference=reference), 303)
    flash("The evidence is back", "success")
    return redirect(url_for(".judgement", reference=reference, code=one.value), 303)


def _form_for(one: Judgement, **start: str | None) -> JudgementForm:
    if one is not ABOUT_IDENTITY:
        return JudgementForm(**start)
    form = IdentityForm(**start)
    form.offer(attend.offered(settings()))
    return form


def _keep(work: Session, one: Judgement, form: JudgementForm) -> None:
    review, by = current_review(), actor()
    grade.save_draft(work, review, form.draft(one), by=by, now=now())
    if (item := form.evidence(one)) is not None:
        keep_evidence.add_evidence(work, review, item, by=by, now=now())
    if isinstance(form, IdentityForm):
        said = form.said(attend.offered(settings()))
        attend.attend(work, review, said, by=by, now=now())


def _judgement_page(reference: str, one: Judgement, form: JudgementForm) -> str:
    place = ORDER.index(one)
    return render_template(
        "review/judgement.html",
        reference=reference,
        one=one,
        form=form,
        form_failed=bool(form.errors),
        record=sheet_here(),
        descriptors=DESCRIPTORS,
        grade_labels=GRADE_LABELS,
        previous=ORDER[place - 1] if place else None,
        following=ORDER[place + 1] if place + 1 < len(ORDER) else None,
        removed=request.args.get("removed", type=UUID),
    )


def _next_address(reference: str, one: Judgement) -> str:
    """Go on to the next judgement, or stay to add more evidence."""
    place = ORDER.index(one) + 1
    if request.form.get("go") == "stay":
        address = url_for(".judgement", reference=reference, code=one.value)
        return f"{address}#evidence"
    if request.form.get("go") == "next" and place < len(ORDER):
        following = ORDER[place].value
        return url_for(".judgement", reference=reference, code=following)
    return url_for(".grades", reference=reference)
