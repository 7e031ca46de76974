"""Which cookie belongs to this page? One for respondents, one for staff.

A cookie is signed and holds two things: the secret of its CSRF tokens and an
opaque key. Who that key belongs to, and until when, stands in the database.
"""

from typing import Final

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from typing_extensions import override

STAFF_PATHS: Final = ("/staff", "/dev")
RESPOND: Final = "respond"
STAFF: Final = "staff"
KEY: Final = "key"


def is_staff_path(path: str) -> bool:
    """Tell whether a path is of the staff's half of the service."""
    return any(path == one or path.startswith(f"{one}/") for one in STAFF_PATHS)


class TwoCookies(SecureCookieSessionInterface):
    """Chooses the cookie by the page, so that neither half sees the other's.

    Args:
        app: Whose secret signs both; it does not change while the program runs.
    """

    def __init__(self, app: Flask) -> None:
        self._signing = super().get_signing_serializer(app)

    @override
    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return self._signing

    @override
    def get_cookie_name(self, app: Flask) -> str:
        name = STAFF if is_staff_path(request.path) else RESPOND
        return f"__Host-{name}" if self.get_cookie_secure(app) else name

    @override
    def get_cookie_samesite(self, app: Flask) -> str:
        return "Lax" if is_staff_path(request.path) else "Strict"
