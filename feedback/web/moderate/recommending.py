"""What does the meeting recommend, and what does it take back?"""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.moderation import ModerationError
from feedback.services.recommend import add_recommendation, drop_recommendation
from feedback.web.context import database, now
from feedback.web.guards import actor, current_review, guarded
from feedback.web.moderate.forms import RecommendationForm, name_of
from feedback.web.moderate.pages import blueprint, record_here, tell_cleared
from feedback.web.review.pages import today


@blueprint.get("/meeting/recommendations")
@guarded(Action.MODERATE)
def recommendations(reference: str) -> ResponseReturnValue:
    """Show what is recommended so far, and the form for one more."""
    try:
        return _page(reference, RecommendationForm())
    except ModerationError:
        return redirect(url_for(".meeting", reference=reference), 303)


@blueprint.post("/meeting/recommendations")
@guarded(Action.MODERATE)
def recommend(reference: str) -> ResponseReturnValue:
    """Add a recommendation."""
    form = RecommendationForm()
    if not form.is_sound(today()):
        return _page(reference, form), 422
    try:
        with database().transaction() as work:
            cleared = add_recommendation(
                work, current_review(), form.recommendation(), by=actor(), now=now()
            )
    except ModerationError as error:
        form.form_errors.append(str(error))
        return _page(reference, form), 422
    flash("The recommendation is added", "success")
    tell_cleared(cleared)
    return redirect(url_for(".recommendations", reference=reference), 303)


@blueprint.post("/meeting/recommendations/<uuid:recommendation>/remove")
@guarded(Action.MODERATE)
def drop(reference: str, recommendation: UUID) -> ResponseReturnValue:
    """Take a recommendation out again."""
    try:
        with database().transaction() as work:
            cleared = drop_recommendation(
                work, current_review(), recommendation, by=actor(), now=now()
            )
    except ModerationError as error:
        flash(str(error))
        return redirect(url_for(".meeting", reference=reference), 303)
    flash("The recommendation is taken out", "success")
    tell_cleared(cleared)
    return redirect(url_for(".recommendations", reference=reference), 303)


def _page(reference: str, form: RecommendationForm) -> str:
    record = record_here()
    return render_template(
        "moderate/recommendations.html",
        reference=reference,
        record=record,
        form=form,
        form_failed=bool(form.errors),
        name_of=name_of,
    )
