"""Who reviews, and who moderates?"""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.review import ConflictOfInterestError
from feedback.services import commission, read_team
from feedback.services.commission import TeamError, TooLateError
from feedback.web.context import database, now
from feedback.web.guards import actor, current_review, guarded
from feedback.web.office.blueprint import blueprint
from feedback.web.office.review_forms import TeamForm
from feedback.web.office.reviews import offer_people, refuse_team


@blueprint.get("/<reference>/team")
@guarded(Action.CREATE_REVIEW)
def team(reference: str) -> ResponseReturnValue:
    """Show who reviews and who moderates, to change it."""
    form = TeamForm()
    offer_people(form)
    with database().reading() as reading:
        form.show(read_team.team(reading, current_review(), now=now()))
    return render_template("office/team.html", form=form, reference=reference)


@blueprint.post("/<reference>/team")
@guarded(Action.CREATE_REVIEW)
def change_team(reference: str) -> ResponseReturnValue:
    """Say who reviews and who moderates from now on."""
    form = TeamForm()
    offer_people(form)
    if not form.validate_on_submit() or not _assigned(form):
        page = render_template(
            "office/team.html", form=form, reference=reference, form_failed=True
        )
        return page, 422
    flash("The reviewer and the moderators are saved.", "success")
    return redirect(url_for(".review", reference=reference), 303)


def _assigned(form: TeamForm) -> bool:
    try:
        with database().transaction() as work:
            commission.assign(
                work, current_review(), form.team(), by=actor(), now=now()
            )
    except (ConflictOfInterestError, TooLateError) as error:
        form.reviewer.errors = [str(error)]
    except TeamError as error:
        refuse_team(form, error)
    else:
        return True
    return False
