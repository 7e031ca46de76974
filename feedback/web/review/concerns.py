"""Which serious or repeated weaknesses were raised, and who mends them?"""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.services import raise_concern as service
from feedback.web.context import database, now, settings
from feedback.web.guards import actor, current_review, guarded
from feedback.web.review.pages import blueprint, today
from feedback.web.review.view_forms import ConcernForm


@blueprint.get("/concerns")
@guarded(Action.RAISE_CONCERN)
def concerns(reference: str) -> ResponseReturnValue:
    """List the areas of significant concern, with a form to raise one."""
    return _page(reference, ConcernForm())


@blueprint.post("/concerns")
@guarded(Action.RAISE_CONCERN)
def raise_concern(reference: str) -> ResponseReturnValue:
    """Record a concern and tell the Head of Safeguarding and QA."""
    form = ConcernForm()
    address = url_for(".concerns", reference=reference)
    concern = form.concern(f"{settings().staff_base_url}{address}")
    if not form.is_sound(today()) or concern is None:
        return _page(reference, form), 422
    with database().transaction() as work:
        service.raise_concern(work, current_review(), concern, by=actor(), now=now())
    flash("Raised. The Head of Safeguarding and QA is told now", "success")
    return redirect(address, 303)


def _page(reference: str, form: ConcernForm) -> str:
    with database().transaction() as work:
        found = service.concerns_of(work, current_review(), by=actor(), now=now())
    return render_template(
        "review/concerns.html",
        reference=reference,
        form=form,
        form_failed=bool(form.errors),
        concerns=found,
    )
