"""Which reports are there, and what does one say?"""

import csv
import io
import json
from uuid import UUID

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.report_findings import csv_rows
from feedback.services import report as kept
from feedback.services.report import BuiltReport
from feedback.web.committee.forms import BuildForm
from feedback.web.committee.pages import blueprint
from feedback.web.context import database
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
    return render_template(
        "committee/report.html",
        report=_readable(report_id),
        may_build=allowed(Action.BUILD_REPORT),
    )


@blueprint.get("/<uuid:report_id>/findings.json")
@guarded(Action.READ_REPORT)
def as_json(report_id: UUID) -> ResponseReturnValue:
    """Give a report's findings for machines."""
    text = json.dumps(dict(_readable(report_id).findings), indent=2, ensure_ascii=False)
    return _file(text, "application/json", "findings.json")


@blueprint.get("/<uuid:report_id>/figures.csv")
@guarded(Action.READ_REPORT)
def as_csv(report_id: UUID) -> ResponseReturnValue:
    """Give a report's figures, a line each."""
    written = io.StringIO()
    csv.writer(written).writerows(csv_rows(_readable(report_id).findings))
    return _file(written.getvalue(), "text/csv", "figures.csv")


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


def _file(text: str, kind: str, name: str) -> Response:
    answer = Response(text, content_type=f"{kind}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
