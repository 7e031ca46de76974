"""Is what a browser sent text at all? Judged on the raw body, before it is parsed."""

from typing import Final
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, request
from werkzeug.exceptions import HTTPException

from feedback.web.sessions import is_staff_path

URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"


def register_body_checks(app: Flask) -> None:
    """Refuse forms that are not UTF-8.

    A parser would put replacement characters in the place of what it cannot
    read, and nobody would know that words had been changed. So this must be the
    first that reads a body. Nor does the parser limit the fields of a plain form.
    """

    @app.before_request
    def refuse_what_is_not_text() -> None:
        if request.mimetype == URLENCODED:
            body = _raw()
            if body.count(b"&") >= app.config["MAX_FORM_PARTS"]:
                abort(413)
            _check(unquote_to_bytes(body.replace(b"+", b" ")))
        # Files come to staff pages only; a respondent's parts are all text.
        elif request.mimetype == MULTIPART and not is_staff_path(request.path):
            _check(_raw())


def _raw() -> bytes:
    try:
        return request.get_data()
    except HTTPException:
        raise
    except Exception:  # noqa: BLE001 - servers have their own names for a bad chunk
        abort(400)


def _check(body: bytes) -> None:
    try:
        body.decode("utf-8")  # strict: surrogates are refused too
    except UnicodeDecodeError:
        abort(400)
