"""What runs beside the pages? The scheduler, and the workers that it hands out to."""

import signal
import sys
from threading import Event

import click
from flask import Flask
from flask.cli import with_appcontext

from feedback import scheduler as scheduling
from feedback import worker as working
from feedback.cli.serve import (
    log_to_standard_output,
    refuse_unfit_database,
    warn_of_long_links,
)
from feedback.config import DispatchEngine
from feedback.db.lock import lock_of
from feedback.messaging.build import composer, senders
from feedback.services.dispatch import dispatch
from feedback.web.context import runtime


@click.command()
@with_appcontext
def scheduler() -> None:
    """Send what is due, escalate, remind and expire, until told to stop.

    Of several such processes over one database one works; the others stand by.
    """
    log_to_standard_output()
    work = runtime()
    refuse_unfit_database(work)
    warn_of_long_links(work.settings)
    stop = Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: stop.set())
    sending = dispatch(work.settings, work.database, senders(work.settings), composer())
    hands_out = work.settings.dispatch_engine is DispatchEngine.PROCRASTINATE
    all_ticks = scheduling.ticks(sending, work.clock, hands_out=hands_out)
    scheduling.run(all_ticks, lock_of(work.database), stop)
    work.database.dispose()
    sys.stdout.flush()


@click.command()
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
@click.option("--name", default="worker", show_default=True, help="For the log.")
@with_appcontext
def worker(*, threads: int, name: str) -> None:
    """Send what the scheduler hands out, until told to stop.

    For DISPATCH_ENGINE=procrastinate, on PostgreSQL; any number of these may run, on
    any number of machines, beside one scheduler and its standby.
    """
    log_to_standard_output()
    work = runtime()
    if work.settings.dispatch_engine is not DispatchEngine.PROCRASTINATE:
        raise click.ClickException(
            "DISPATCH_ENGINE: the scheduler itself sends everything; "
            "set procrastinate to have workers send"
        )
    refuse_unfit_database(work)
    sending = dispatch(work.settings, work.database, senders(work.settings), composer())
    working.run(sending, work.clock, threads=threads, name=name)
    work.database.dispose()
    sys.stdout.flush()


def register(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(scheduler)
    app.cli.add_command(worker)
