"""Which pages belong to nobody's journey?"""

import logging

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from feedback.db.session import DATABASE_FAULTS
from feedback.services import health
from feedback.web.context import database, now

blueprint = Blueprint("pages", __name__)
log = logging.getLogger(__name__)
MOST_REPORT_BYTES = 16 * 1024


@blueprint.get("/")
def front() -> ResponseReturnValue:
    """Show a neutral page that says nothing about who runs this, or for whom."""
    return render_template("pages/front.html")


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Tell what happens to what people write."""
    return render_template("pages/privacy.html", started=True)


@blueprint.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """Tell how accessible the service is, and whom to ask."""
    return render_template("pages/accessibility.html", started=True)


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
    if (request.content_length or 0) <= MOST_REPORT_BYTES:
        directive = _directive(_report())
        if directive:
            log.warning("content policy broken", extra={"directive": directive})
    return Response(status=204)


def _report() -> object:
    try:
        return request.get_json(force=True, silent=True)
    except RecursionError:  # nested without end: nobody's browser wrote that
        return None


def _directive(report: object) -> str | None:
    """Find which directive was broken, in either of the two shapes of reports."""
    first = report[0] if isinstance(report, list) and report else report
    body = None
    if isinstance(first, dict):
        body = first.get("csp-report") or first.get("body")
    if not isinstance(body, dict):
        return None
    found = body.get("effective-directive") or body.get("effectiveDirective")
    if not isinstance(found, str) or not found.replace("-", "").isalpha():
        return None
    return found[:40]
