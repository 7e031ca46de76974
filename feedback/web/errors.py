"""What does a person read when something goes wrong? The only maker of error pages."""

import logging
import secrets
from traceback import format_tb
from typing import Final

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    ServiceUnavailable,
)

from feedback.db.session import DATABASE_AWAY
from feedback.web.sessions import is_staff_path

log = logging.getLogger(__name__)
# What forms send beside words, and what must not be shown again.
NOT_WORDS: Final = frozenset(
    {"csrf_token", "password", "code", "code_word", "token", "key", "action", "skip"}
)


def error_page(code: int, *, typed: str | None = None) -> ResponseReturnValue:
    """Render the page for a status code, with what the person had typed."""
    reference = secrets.token_hex(4) if code >= 500 else None  # noqa: PLR2004
    template = "errors/respond.html"
    if is_staff_path(request.path):
        template = "errors/staff.html"
    if reference is not None:
        log.error("error page %s shown, reference %s", code, reference)
    page = render_template(template, code=code, reference=reference, typed=typed)
    return page, code


def register_errors(app: Flask) -> None:
    """Answer every error with a page that says what to do."""

    @app.errorhandler(CSRFError)
    def stale_form(_: CSRFError) -> ResponseReturnValue:
        return error_page(400, typed=_typed())

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:  # noqa: PLR2004 - a redirect
            return error
        return error_page(error.code)

    def away(error: Exception) -> ResponseReturnValue:
        log.error("the database cannot be used: %s", _name(error))
        g.staff = None  # the page must not ask the database who this is
        return error_page(ServiceUnavailable.code, typed=_typed())

    for kind in DATABASE_AWAY:
        app.register_error_handler(kind, away)

    @app.errorhandler(Exception)
    def bug(error: Exception) -> ResponseReturnValue:
        # Class and place only: the message may hold what somebody typed.
        place = "".join(format_tb(error.__traceback__))
        log.error("unexpected %s\n%s", type(error).__name__, place)
        return error_page(InternalServerError.code, typed=_typed())


def _name(error: Exception) -> str:
    """Say what a database calls its trouble: a name or number, and no words."""
    cause = getattr(error, "orig", None)
    names = (getattr(cause, one, None) for one in ("sqlite_errorname", "sqlstate"))
    return next((str(one) for one in names if one), type(error).__name__)


def _typed() -> str | None:
    """Collect free text from a form that cannot be taken, so that it is not lost."""
    try:
        fields = request.form.items()
    except (HTTPException, OSError):  # what cannot be read is not given back
        return None
    texts = [value for name, value in fields if name not in NOT_WORDS]
    return "\n\n".join(text for text in texts if text.strip()) or None
