"""Which headers stand on every answer, errors included?"""

from typing import Final

from flask import Flask, Response, request
from werkzeug.wrappers import Response as AnyResponse

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; report-to csp; report-uri /csp"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Reporting-Endpoints": 'csp="/csp"',
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), "
        "clipboard-read=()"
    ),
    "X-Robots-Tag": "noindex, noarchive",
}
STRICT_TRANSPORT: Final = "max-age=31536000; includeSubDomains"
FOREVER: Final = "public, max-age=31536000, immutable"
# A script that another script loads has no fingerprint in its address.
FOR_AN_HOUR: Final = "public, max-age=3600"
FAULTS: Final = 400
NEVER_KEPT: Final = "no-store"
# Never "cookies": that would clear the whole registrable domain.
CLEARED: Final = '"cache", "storage"'


def headers_of_faults(*, is_https: bool) -> dict[str, str]:
    """Name what stands on an answer that the server gives without the application."""
    return {**_always(is_https=is_https), "Cache-Control": NEVER_KEPT}


def register_headers(app: Flask, *, is_https: bool) -> None:
    """Put the headers on every answer of the application."""
    always = _always(is_https=is_https)

    @app.after_request
    def add(response: Response) -> Response:
        # Nobody else sets these, so that none has to be looked for first.
        response.headers.extend(always)
        response.headers["Cache-Control"] = _caching(response)
        _forget_host(response)
        return response


def _always(*, is_https: bool) -> dict[str, str]:
    strict = {"Strict-Transport-Security": STRICT_TRANSPORT} if is_https else {}
    return HEADERS | strict


def _forget_host(response: Response) -> None:
    """Lead on within this site by path alone: the Host header may be anybody's."""
    location = response.headers.get("Location", "")
    # Nearly all are paths already.
    if "://" in location and location.startswith(here := request.host_url):
        response.headers["Location"] = f"/{location.removeprefix(here).lstrip('/')}"


def _caching(response: Response) -> str:
    """Keep files, by fingerprint for ever; never a page, and never a fault."""
    if request.endpoint != "static" or response.status_code >= FAULTS:
        return NEVER_KEPT
    return FOREVER if "v" in request.args else FOR_AN_HOUR


def clear_site(response: AnyResponse) -> AnyResponse:
    """Ask the browser to forget what it cached, on leaving and on submitting."""
    response.headers["Clear-Site-Data"] = CLEARED
    return response
