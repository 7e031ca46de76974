"""Which reports are there, and what does one say?"""

from uuid import UUID

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.paper_boxes import cautions
from feedback.services import report as kept
from feedback.services.print_report import FileKind, as_file
from feedback.services.report import BuiltReport
from feedback.web.committee.forms import BuildForm
from feedback.web.committee.pages import blueprint
from feedback.web.context import database
from feedback.web.downloads import CSV, DOCX, JSON, attachment
from feedback.web.guards import allowed, guarded


@blueprint.get("")
@guarded(Action.READ_REPORT)
def reports() -> ResponseReturnValue:
    """List the reports that the reader may read, and offer to build one."""
    return list_page()


@blueprint.get("/<uuid:report_id>")
@guarded(Action.READ_REPORT)
def report(report_id: UUID) -> ResponseReturnValue:
    """Show one frozen report, to read and print."""
    found = _readable(report_id)
    may_build = allowed(Action.BUILD_REPORT)
    return render_template(
        "committee/report.html",
        report=found,
        paper=found.paper,
        may_build=may_build,
        doubts=() if found.is_published else cautions(found.words),
    )


@blueprint.get("/<uuid:report_id>/report.docx")
@guarded(Action.READ_REPORT)
def as_word(report_id: UUID) -> ResponseReturnValue:
    """Give the paper as a Word file."""
    found = _readable(report_id)
    name = f"report-{found.period.first}-{found.period.last}.docx"
    return attachment(as_file(found, FileKind.DOCX), DOCX, name)


@blueprint.get("/<uuid:report_id>/findings.json")
@guarded(Action.READ_REPORT)
def as_json(report_id: UUID) -> ResponseReturnValue:
    """Give a report's findings for machines."""
    found = _readable(report_id)
    return attachment(as_file(found, FileKind.JSON), JSON, "findings.json")


@blueprint.get("/<uuid:report_id>/figures.csv")
@guarded(Action.READ_REPORT)
def as_csv(report_id: UUID) -> ResponseReturnValue:
    """Give a report's figures, a line each."""
    found = _readable(report_id)
    return attachment(as_file(found, FileKind.CSV), CSV, "figures.csv")


def list_page(form: BuildForm | None = None) -> str:
    """Make the list, with a form that was refused where there is one."""
    may_build = allowed(Action.BUILD_REPORT)
    with database().reading() as reading:
        found = kept.listed(reading, with_drafts=may_build)
    return render_template(
        "committee/reports.html",
        reports=found,
        form=form or (BuildForm() if may_build else None),
        form_failed=form is not None and bool(form.errors),
        may_build=may_build,
    )


def _readable(report_id: UUID) -> BuiltReport:
    with database().reading() as reading:
        found = kept.read(reading, report_id, with_drafts=allowed(Action.BUILD_REPORT))
    if found is None:
        abort(404)
    return found
