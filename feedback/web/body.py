"""Is what a browser sent text at all? Judged on the raw body, before it is parsed."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.multipart import Data, Epilogue, Field, MultipartDecoder

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
        elif request.mimetype == MULTIPART:
            body = _raw()
            # Files come to staff pages only; a respondent's parts are all text.
            parts = _texts(body) if is_staff_path(request.path) else (body,)
            for part in parts:
                _check(part)


def _texts(body: bytes) -> Iterator[bytes]:
    """Yield the parts of a form that are no files, as they were sent."""
    boundary = request.mimetype_params.get("boundary", "").encode("latin-1", "replace")
    decoder = MultipartDecoder(boundary, max_parts=current_app.config["MAX_FORM_PARTS"])
    decoder.receive_data(body)
    decoder.receive_data(None)
    is_text = False
    held = bytearray()
    try:
        while not isinstance(event := decoder.next_event(), Epilogue):
            if isinstance(event, Data):
                held += event.data if is_text else b""
            else:
                is_text = isinstance(event, Field)
            if isinstance(event, Data) and not event.more_data:
                yield bytes(held)
                held.clear()
    except ValueError:  # the parser would make an empty form of it
        abort(400)


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
