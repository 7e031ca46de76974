"""How does the service run? The web server, and the scheduler beside it."""

import logging
import re
import signal
import sys
from contextlib import suppress
from threading import Event
from traceback import format_tb
from typing import Any, Final

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from typing_extensions import override

from feedback import scheduler as scheduling
from feedback.db.lock import lock_of
from feedback.db.session import DATABASE_FAULTS
from feedback.messaging.build import composer, senders
from feedback.services import demonstrate
from feedback.services.dispatch import dispatch
from feedback.web.context import Runtime, runtime

# A link's token must not come to rest in a log, however the link was mangled.
TOKEN_PATH: Final = re.compile(r"/+r/.+|[0-9A-Za-z]{22,}", re.DOTALL | re.IGNORECASE)
REDACTED: Final = "[redacted]"
# More processes on PostgreSQL only: SQLite has one writer, and threads suffice it.
PROCESSES_ON_POSTGRESQL: Final = 2
REQUEST_SECONDS: Final = 60
LOG: Final = "%(levelname)s %(name)s %(message)s"
GRACE_SECONDS: Final = 20


def shown_path(path: str) -> str:
    """Write a request's path as a log may hold it: no token, no query."""
    bare = path.partition("?")[0].partition("#")[0]
    found = TOKEN_PATH.sub(_redacted, bare)
    # What is no plain character could forge a line of the log.
    return "".join(one if one.isascii() and one.isprintable() else "?" for one in found)


def _redacted(found: re.Match[str]) -> str:
    return f"/r/{REDACTED}" if found[0].startswith("/") else REDACTED


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
    """The application under gunicorn."""

    def __init__(self, app: Flask, options: dict[str, object]) -> None:
        self._app = app
        self._options = options
        super().__init__()

    @override
    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    @override
    def load(self) -> Flask:
        return self._app


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
@with_appcontext
def web(*, host: str, port: int, threads: int) -> None:
    """Serve the pages until told to stop."""
    _log_to_standard_output()
    work = runtime()
    _refuse_demonstration_data(work)
    on_postgresql = work.database.dialect == "postgresql"
    options: dict[str, object] = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": PROCESSES_ON_POSTGRESQL if on_postgresql else 1,
        "worker_class": "gthread",
        "threads": threads,
        "timeout": REQUEST_SECONDS,
        "graceful_timeout": GRACE_SECONDS,
        "accesslog": "-",
        "errorlog": "-",
        "logger_class": RedactedLogger,
        "limit_request_fields": 60,
        "limit_request_field_size": 8190,
        # Which forwarded headers count is decided by TRUSTED_PROXIES alone.
        "forwarded_allow_ips": "",
        "secure_scheme_headers": {},
        "control_socket_disable": True,
        "proc_name": "trigpoint-web",
    }
    # The workers are copies of this process: they must not share its connections.
    work.database.dispose()
    application = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way
    Server(application, options).run()


@click.command()
@with_appcontext
def scheduler() -> None:
    """Send what is due, escalate, remind and expire, until told to stop.

    Of several such processes over one database one works; the others stand by.
    """
    _log_to_standard_output()
    work = runtime()
    _refuse_demonstration_data(work)
    stop = Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    sending = dispatch(work.settings, work.database, senders(work.settings), composer())
    all_ticks = scheduling.ticks(sending, work.clock)
    scheduling.run(all_ticks, lock_of(work.database), stop)
    work.database.dispose()
    sys.stdout.flush()


def _refuse_demonstration_data(work: Runtime) -> None:
    """Keep production off accounts whose sign-ins anybody can work out."""
    if work.settings.is_demo:
        return
    with suppress(*DATABASE_FAULTS), work.database.reading() as session:
        if demonstrate.is_loaded(session):
            raise click.ClickException(
                "DATABASE_URL: this database holds the demonstration; "
                "give production one of its own"
            )


def _log_to_standard_output() -> None:
    """Log where the server logs; what other commands print there is read."""
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format=LOG, force=True)


def register(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(web)
    app.cli.add_command(scheduler)
