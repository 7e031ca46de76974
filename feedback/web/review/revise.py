"""How does a locked grade move, once and for a reason?"""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.grading import DESCRIPTORS, GRADE_LABELS, GradingError, Judgement
from feedback.services import grade
from feedback.web.context import database, now
from feedback.web.guards import actor, current_review, guarded
from feedback.web.review.forms import RevisionForm
from feedback.web.review.pages import blueprint, judgement_of, sheet_here, today


@blueprint.get("/grades/<code>/revise")
@guarded(Action.GRADE)
def revise(reference: str, code: str) -> ResponseReturnValue:
    """Ask for another grade and the reason, before the meeting opens."""
    one = judgement_of(code)
    if one not in sheet_here().revisable:
        return redirect(url_for(".grades", reference=reference), 303)
    return _revision_page(reference, one, RevisionForm())


@blueprint.post("/grades/<code>/revise")
@guarded(Action.GRADE)
def revise_now(reference: str, code: str) -> ResponseReturnValue:
    """Let the grade move, for the reason; both are kept."""
    one, form = judgement_of(code), RevisionForm()
    if not form.is_sound(today()):
        return _revision_page(reference, one, form), 422
    try:
        with database().transaction() as work:
            grade.revise(
                work, current_review(), form.revision(one), by=actor(), now=now()
            )
    except GradingError as error:
        form.form_errors.append(str(error))
        return _revision_page(reference, one, form), 422
    flash(f"{one.label} has moved. Both grades are kept", "success")
    return redirect(url_for(".grades", reference=reference), 303)


def _revision_page(reference: str, one: Judgement, form: RevisionForm) -> str:
    return render_template(
        "review/revise.html",
        reference=reference,
        one=one,
        form=form,
        form_failed=bool(form.errors),
        record=sheet_here(),
        descriptors=DESCRIPTORS,
        grade_labels=GRADE_LABELS,
    )
