"""Is what a browser sent text at all? Judged on the raw body, before it is parsed."""

from typing import Final
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, request

from feedback.web.sessions import is_staff_path

URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"


def register_body_checks(app: Flask) -> None:
    """Refuse forms that are not UTF-8.

    A parser would put replacement characters in the place of what it cannot
    read, and nobody would know that words had been changed. So this must be the
    first that reads a body.
    """

    @app.before_request
    def refuse_what_is_not_text() -> None:
        if request.mimetype == URLENCODED:
            _check(unquote_to_bytes(request.get_data().replace(b"+", b" ")))
        # Files come to staff pages only; a respondent's parts are all text.
        elif request.mimetype == MULTIPART and not is_staff_path(request.path):
            _check(request.get_data())


def _check(body: bytes) -> None:
    try:
        body.decode("utf-8")  # strict: surrogates are refused too
    except UnicodeDecodeError:
        abort(400)
