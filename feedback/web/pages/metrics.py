"""What may a watching machine read? Counts and ages, from here or with a token."""

import hmac
from ipaddress import ip_address
from typing import Final

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from feedback.db.session import DATABASE_FAULTS
from feedback.services import metrics as measuring
from feedback.web.context import database, now, settings

blueprint = Blueprint("metrics", __name__)

BEARER: Final = "Bearer "
# By any of these somebody passed the request on, whether or not they say for whom.
FORWARDED: Final = frozenset({"forwarded", "via", "x-real-ip"})
FORWARDED_AND: Final = "x-forwarded-"
# ProxyFix leaves this where the peer is trusted to tell who is asking, and did or not.
TRUSTED: Final = "werkzeug.proxy_fix.orig"


@blueprint.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Tell how the sending stands; for others than our own machines it is not there."""
    if not (_has_token() or _is_from_here()):
        abort(404)
    try:
        with database().reading() as reading:
            text = measuring.metrics(reading, now=now())
    except DATABASE_FAULTS:
        abort(503)
    return Response(text, content_type=measuring.CONTENT_TYPE)


def _has_token() -> bool:
    expected = settings().metrics_token
    given = request.headers.get("Authorization", "")
    if expected is None or not given.startswith(BEARER):
        return False
    offered = given.removeprefix(BEARER)
    return hmac.compare_digest(offered.encode(), expected.encode())


def _is_from_here() -> bool:
    """Tell whether the request began on this machine, as far as we can trust."""
    if _is_passed_on() and not _is_told_for_whom():
        # A proxy on this machine speaks for somebody: it may be anybody.
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _is_passed_on() -> bool:
    names = {name.lower() for name, _ in request.headers}
    return not FORWARDED.isdisjoint(names) or any(
        name.startswith(FORWARDED_AND) for name in names
    )


def _is_told_for_whom() -> bool:
    """Tell whether a proxy that we trust named who is asking."""
    named = request.headers.get("X-Forwarded-For", "").strip(" ,")
    return TRUSTED in request.environ and bool(named)
