"""What becomes of a form that was sent faster than anybody reads?"""

from uuid import UUID

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.errors import FeedbackError
from feedback.services import quarantine
from feedback.web.context import database, now
from feedback.web.guards import actor, current_review, guarded
from feedback.web.office.blueprint import blueprint


@blueprint.post("/<reference>/runs/<uuid:run>/release")
@guarded(Action.SEND_INVITATIONS)
def release(reference: str, run: UUID) -> ResponseReturnValue:
    """Let it count as the person's response."""
    _refuse_other(run)
    try:
        with database().transaction() as work:
            quarantine.release(work, run, by=actor(), now=now())
    except FeedbackError as error:
        flash(str(error))
    else:
        flash("The answers count.", "success")
    return redirect(url_for(".review", reference=reference), 303)


@blueprint.post("/<reference>/runs/<uuid:run>/discard")
@guarded(Action.SEND_INVITATIONS)
def discard(reference: str, run: UUID) -> ResponseReturnValue:
    """Leave it out for good; the person may still answer by their link."""
    _refuse_other(run)
    with database().transaction() as work:
        quarantine.discard(work, run, by=actor(), now=now())
    flash("The answers are left out. The link still opens.", "success")
    return redirect(url_for(".review", reference=reference), 303)


def _refuse_other(run: UUID) -> None:
    with database().reading() as reading:
        if run not in quarantine.waiting(reading, current_review()):
            abort(404)
