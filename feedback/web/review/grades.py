"""How far are the grades, and what stands once they are locked?"""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.grading import GradingError
from feedback.services import grade
from feedback.web.context import database, now
from feedback.web.guards import (
    actor,
    allowed,
    current_review,
    current_standing,
    guarded,
)
from feedback.web.review.forms import LockForm
from feedback.web.review.pages import ORDER, blueprint, sheet_here


@blueprint.get("/grades")
@guarded(Action.GRADE, Action.SEE_ANSWERS)
def grades(reference: str) -> ResponseReturnValue:
    """Show how far the judgements are, or the locked grades with their layers."""
    template = "review/grades.html"
    if current_standing().is_locked:
        template = "review/locked_grades.html"
    return render_template(
        template,
        reference=reference,
        record=sheet_here(),
        judgements=ORDER,
        may_grade=allowed(Action.GRADE),
        may_raise_concern=allowed(Action.RAISE_CONCERN),
    )


@blueprint.get("/grades/lock")
@guarded(Action.GRADE)
def lock(reference: str) -> ResponseReturnValue:
    """Show the grades once more, and ask once."""
    if current_standing().is_locked:
        return redirect(url_for(".grades", reference=reference), 303)
    return _lock_page(reference, LockForm())


@blueprint.post("/grades/lock")
@guarded(Action.GRADE)
def lock_now(reference: str) -> ResponseReturnValue:
    """Lock the grades; people's answers open."""
    form = LockForm()
    if not form.validate_on_submit():
        return _lock_page(reference, form), 422
    try:
        with database().transaction() as work:
            grade.lock(work, current_review(), form.seen(), by=actor(), now=now())
    except GradingError as error:
        form.form_errors.append(str(error))
        return _lock_page(reference, form), 422
    flash("Your grades are locked. This is what people said", "success")
    return redirect(url_for(".view", reference=reference), 303)


def _lock_page(reference: str, form: LockForm) -> str:
    return render_template(
        "review/lock.html",
        reference=reference,
        form=form,
        form_failed=bool(form.errors),
        record=sheet_here(),
        judgements=ORDER,
    )
