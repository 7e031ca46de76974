"""How does gunicorn carry the application, and what does it say by itself?"""

import logging
import re
import sys
from collections.abc import Mapping
from socket import socket
from traceback import format_tb
from typing import Any, Final

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker
from typing_extensions import override

from feedback.web.headers import headers_of_faults

# A link's token must not come to rest in a log, however the link was mangled.
TOKEN_PATH: Final = re.compile(r"/+[ru]/.+|[0-9A-Za-z]{22,}", re.DOTALL | re.IGNORECASE)
REDACTED: Final = "[redacted]"
UNREADABLE: Final = b"This could not be read. Please go back and try again.\n"


def shown_path(path: str) -> str:
    """Write a request's path as a log may hold it: no token, no query."""
    bare = path.partition("?")[0].partition("#")[0]
    found = TOKEN_PATH.sub(_redacted, bare)
    # What is no plain character could forge a line of the log.
    return "".join(one if one.isascii() and one.isprintable() else "?" for one in found)


def _redacted(found: re.Match[str]) -> str:
    if not found[0].startswith("/"):
        return REDACTED
    return f"/{found[0].lstrip('/')[0].lower()}/{REDACTED}"


class RedactedLogger(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Writes one line a request: nobody's address, no token, no query."""

    @override
    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        # Both logs go to standard output.
        self._set_handler(
            self.error_log,
            "-",
            logging.Formatter("%(levelname)s %(message)s"),
            sys.stdout,
        )

    @override
    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        # The server quotes what it cannot read: a token or a cookie may be in it.
        if msg.startswith("Invalid request"):
            msg = "a request could not be read"
        super().warning(msg, *args, **kwargs)

    @override
    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        # Class and place only: its words may quote a request, and so may these.
        kind, _, trace = sys.exc_info()
        name = "fault" if kind is None else kind.__name__
        super().error("unexpected %s\n%s", name, "".join(format_tb(trace)), **kwargs)

    @override
    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        if self.access_log_enabled:
            self.access_log.info(
                "%s %s %s %s %.0fms",
                environ.get("REQUEST_METHOD", "-"),
                shown_path(environ.get("PATH_INFO", "-")),
                str(resp.status).split(" ", 1)[0],
                resp.sent,
                request_time.total_seconds() * 1000,
            )


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """The application under gunicorn.

    Args:
        app: The application.
        options: gunicorn's settings.
        is_https: Whether people reach the service over TLS.
    """

    def __init__(
        self, app: Flask, options: Mapping[str, object], *, is_https: bool
    ) -> None:
        self._app = app
        self._options = options
        self.headers_of_faults = headers_of_faults(is_https=is_https)
        super().__init__()

    @override
    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    @override
    def load(self) -> Flask:
        return self._app


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """Answers what cannot be read, or is too long, with our headers and no echo.

    Such a request never reaches the application, which sets them elsewhere.
    """

    @override
    def handle_error(self, req: Any, client: Any, addr: Any, exc: Any) -> None:
        headers = self.app.headers_of_faults
        super().handle_error(req, _OwnAnswer(client, headers), addr, exc)


class _OwnAnswer:
    """A client's socket that keeps the status of an answer and replaces the rest."""

    def __init__(self, client: socket, headers: Mapping[str, str]) -> None:
        self._client = client
        self._headers = headers

    def gettimeout(self) -> float | None:
        return self._client.gettimeout()

    # The server asks with 0 and 1; the socket's own name for it is `flag`.
    def setblocking(self, flag: int) -> None:
        self._client.setblocking(bool(flag))

    def sendall(self, answer: bytes) -> None:
        status, _, _ = answer.partition(b"\r\n")
        named = {
            **self._headers,
            "Connection": "close",
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(UNREADABLE)),
        }
        lines = (f"{name}: {value}".encode("latin-1") for name, value in named.items())
        self._client.sendall(b"\r\n".join((status, *lines)) + b"\r\n\r\n" + UNREADABLE)
