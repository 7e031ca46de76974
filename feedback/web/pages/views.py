"""Which pages belong to nobody's journey?"""

from typing import Final, cast

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    render_template,
    request,
    session,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from feedback.db.session import DATABASE_FAULTS
from feedback.services import health
from feedback.web.context import database, now
from feedback.web.pages.policy_reports import PolicyReports
from feedback.web.sessions import KEY, STAFF

blueprint = Blueprint("pages", __name__)
REPORTS: Final = "trigpoint-policy-reports"
MOST_REPORT_BYTES: Final = 16 * 1024


@blueprint.record_once
def _count_reports(state: BlueprintSetupState) -> None:
    state.app.extensions[REPORTS] = PolicyReports()


@blueprint.get("/")
def front() -> ResponseReturnValue:
    """Show a neutral page that says nothing about who runs this, or for whom."""
    return render_template("pages/front.html")


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Tell what happens to what people write, and to whom it belongs."""
    if not _has_begun():
        return render_template("pages/privacy-before.html")
    return render_template("pages/privacy.html", started=True)


@blueprint.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """Tell how accessible the service is, and whom to ask."""
    is_named = _has_begun()
    return render_template(
        "pages/accessibility.html", started=is_named, is_named=is_named
    )


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Tell that the process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Tell whether the service can do its work, and what is missing if not."""
    try:
        found = health.readiness(database(), now=now())
    except DATABASE_FAULTS:
        found = health.UNREACHABLE
    return jsonify(found.as_json()), 200 if found.is_ready else 503


@blueprint.post("/csp")
def csp_report() -> ResponseReturnValue:
    """Note that a page broke the content policy, without its address."""
    reports = cast("PolicyReports", current_app.extensions[REPORTS])
    if not reports.admits(now()):
        abort(429)
    request.max_content_length = MOST_REPORT_BYTES
    reports.note(_report())
    return Response(status=204)


def _has_begun() -> bool:
    """Tell whether this browser knows already who asks: it pressed Start, or is ours.

    Whoever only finds the address learns nothing of who runs these pages.
    """
    is_staffs = any(name in request.cookies for name in (STAFF, f"__Host-{STAFF}"))
    return bool(session.get(KEY)) or is_staffs


def _report() -> object:
    try:
        return request.get_json(force=True, silent=True)
    except (RecursionError, HTTPException):  # nested without end, or too large
        return None
