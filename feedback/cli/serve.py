"""How are the pages served?"""

import logging
import sys
from contextlib import suppress
from typing import Final

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from feedback.cli.server import RedactedLogger, Server, Worker
from feedback.config import Settings
from feedback.db.session import DATABASE_FAULTS
from feedback.db.vault import KeyName, WrongMasterKeyError, vault_of
from feedback.domain.token import LONGEST_BASE
from feedback.services import demonstration
from feedback.web.context import Runtime, runtime

# More processes on PostgreSQL only: SQLite has one writer, and threads suffice it.
PROCESSES_ON_POSTGRESQL: Final = 2
REQUEST_SECONDS: Final = 60
LOG: Final = "%(levelname)s %(name)s %(message)s"
GRACE_SECONDS: Final = 20
log = logging.getLogger(__name__)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
@with_appcontext
def web(*, host: str, port: int, threads: int) -> None:
    """Serve the pages until told to stop."""
    log_to_standard_output()
    work = runtime()
    refuse_unfit_database(work)
    warn_of_long_links(work.settings)
    on_postgresql = work.database.dialect == "postgresql"
    options: dict[str, object] = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": PROCESSES_ON_POSTGRESQL if on_postgresql else 1,
        "worker_class": Worker,
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
    Server(application, options, is_https=work.settings.is_https).run()


def refuse_unfit_database(work: Runtime) -> None:
    """Keep off accounts that anybody can open, and off words that we cannot."""
    with suppress(*DATABASE_FAULTS), work.database.reading() as session:
        if not work.settings.is_demo and demonstration.is_loaded(session):
            raise click.ClickException(
                "DATABASE_URL: this database holds the demonstration; "
                "give production one of its own"
            )
        try:
            vault_of(session).secret(KeyName.SESSION)
        except WrongMasterKeyError as error:
            raise click.ClickException(str(error)) from None


def warn_of_long_links(settings: Settings) -> None:
    """Tell what a long name costs; it works, so it is no reason not to start."""
    length = len(settings.public_base_url)
    if length > LONGEST_BASE:
        log.warning(
            "PUBLIC_BASE_URL has %d characters: with more than %d, "
            "a text may take two parts and cost twice as much",
            length,
            LONGEST_BASE,
        )


def log_to_standard_output() -> None:
    """Log where the server logs; what other commands print there is read."""
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format=LOG, force=True)


def register(app: Flask) -> None:
    """Add the command to the application."""
    app.cli.add_command(web)
