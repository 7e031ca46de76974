"""How is a report looked at, frozen and published?"""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.report import ReportError
from feedback.services import report as kept
from feedback.web.committee.forms import BuildForm
from feedback.web.committee.pages import blueprint
from feedback.web.committee.reading import list_page
from feedback.web.context import database, now
from feedback.web.guards import actor, guarded


@blueprint.post("/preview")
@guarded(Action.BUILD_REPORT)
def preview() -> ResponseReturnValue:
    """Show the figures inside, beside what would be published."""
    form = BuildForm()
    if not form.is_sound():
        return list_page(form), 422
    with database().transaction() as work:
        found = kept.preview(work, form.order(), by=actor(), now=now())
    return render_template("committee/preview.html", form=form, preview=found)


@blueprint.post("")
@guarded(Action.BUILD_REPORT)
def build() -> ResponseReturnValue:
    """Freeze a report; only what the public may read is kept."""
    form = BuildForm()
    if not form.is_sound():
        return list_page(form), 422
    with database().transaction() as work:
        report, _ = kept.build(work, form.order(), by=actor(), now=now())
    flash("The report is frozen. Read it, then publish it", "success")
    return redirect(url_for(".report", report_id=report.id), 303)


@blueprint.post("/<uuid:report_id>/publish")
@guarded(Action.BUILD_REPORT)
def publish(report_id: UUID) -> ResponseReturnValue:
    """Let everybody who reads reports read this one."""
    with database().reading() as reading:
        if kept.read(reading, report_id, with_drafts=True) is None:
            abort(404)
    try:
        with database().transaction() as work:
            kept.publish(work, report_id, by=actor(), now=now())
        flash("The report is published", "success")
    except ReportError as error:
        flash(str(error))
    return redirect(url_for(".report", report_id=report_id), 303)
