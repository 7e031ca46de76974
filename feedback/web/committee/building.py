"""How is a report written, looked at, frozen and published?"""

from collections import defaultdict
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.calendar import london_day
from feedback.domain.paper import figures_said
from feedback.domain.paper_boxes import BOXES, cautions, drafts
from feedback.domain.report import ReportError
from feedback.services import build_report
from feedback.services import report as kept
from feedback.web.committee.forms import BuildForm, PaperForm
from feedback.web.committee.pages import blueprint
from feedback.web.committee.reading import list_page
from feedback.web.context import database, now, settings
from feedback.web.guards import actor, current_staff, guarded


@blueprint.post("/preview")
@guarded(Action.BUILD_REPORT)
def preview() -> ResponseReturnValue:
    """Show the figures inside, beside what would be published, and the boxes."""
    asked = BuildForm()
    if not _may_write(asked):
        return list_page(asked), 422
    form = _paper_form(asked)
    # The first time there is nothing in the boxes yet: drafts stand in them.
    is_sound = form.is_sound()
    return _paper_page(form), 200 if is_sound else 422


@blueprint.post("")
@guarded(Action.BUILD_REPORT)
def build() -> ResponseReturnValue:
    """Freeze a report; only what the public may read is kept."""
    asked = BuildForm()
    if not _may_write(asked):
        return list_page(asked), 422
    form = _paper_form(asked)
    if not form.says_enough():
        return _paper_page(form), 422
    with database().transaction() as work:
        report, _ = build_report.build(work, form.order(), by=actor(), now=now())
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


def _may_write(asked: BuildForm) -> bool:
    """Tell whether the page of boxes is next, or stays.

    Once somebody writes they never lose the boxes to a fault beside them.
    """
    is_writing = any(box.key in request.form for box in BOXES)
    return asked.is_sound() or (is_writing and asked.has_period)


def _paper_form(asked: BuildForm) -> PaperForm:
    """Give the form with every box; what was not typed yet is drafted."""
    staff = current_staff()
    return PaperForm(
        data=drafts(
            asked.period,
            today=london_day(now()),
            council=settings().council_name,
            author=", ".join(one for one in (staff.name, staff.job_title) if one),
        )
    )


def _paper_page(form: PaperForm) -> str:
    with database().transaction() as work:
        found = build_report.preview(work, form.order(), by=actor(), now=now())
    doubts: defaultdict[str, list[str]] = defaultdict(list)
    for box, words in cautions(form.words()):
        doubts[box.key].append(words)
    return render_template(
        "committee/preview.html",
        form=form,
        form_failed=bool(form.errors),
        preview=found,
        said=figures_said(found.paper),
        doubts=doubts,
        is_reading="read" in request.form,
    )
