"""How does an operator bring reviews in?"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import click
from flask import Flask
from flask.cli import AppGroup

from feedback.domain.intake_file import NotReadableError
from feedback.services import audit, bring_in, invite
from feedback.services.bring_in import UNSEEN, Brought, Progress, Terms
from feedback.web.context import runtime

review = AppGroup(
    "review", help="Bring reviews in from a file; see what one would send."
)

STANDARD_INPUT: Final = "-"
MOST_BYTES: Final = 64 * 1024 * 1024
# From here on a person at a terminal is told that work goes on.
LONG: Final = 256 * 1024
FAULTY: Final = 2


class RefusedFileError(click.ClickException):
    """A file that cannot be read at all."""

    exit_code = FAULTY


@review.command("import")
@click.argument("file")
@click.option(
    "--partial", is_flag=True, help="Take sound reviews although others are not."
)
@click.option(
    "--uninvited",
    is_flag=True,
    help="Invite nobody yet: each review is rehearsed and sent from its page.",
)
@click.option("--json", "as_json", is_flag=True, help="Counts for a machine to read.")
def import_reviews(*, file: str, partial: bool, uninvited: bool, as_json: bool) -> None:
    """Commission and invite every review in FILE ("-" for standard input).

    FILE is JSON, CSV or XLSX; `review template` writes an empty sheet, with a row
    for each person.

    One file is one transaction: one fault stores nothing, and every fault is
    told on a line of its own with its path; then the exit status is 2. A review
    that is there already with equal content is passed over.
    """
    work = runtime()
    raw = _read(file)
    is_watched = sys.stderr.isatty()
    if len(raw) > LONG and is_watched:
        click.echo(f"Reading {len(raw) // 1024} kB, this takes a moment…", err=True)
    terms = Terms(
        rules=invite.rules(work.settings), is_partial=partial, is_held=uninvited
    )
    try:
        given = bring_in.load(raw)
        with (
            _progress(is_watched=is_watched) as progress,
            work.database.transaction() as session,
        ):
            brought = bring_in.bring_in(
                session,
                given,
                terms,
                by=audit.OPERATOR,
                now=work.clock.now(),
                progress=progress,
            )
    except NotReadableError as error:
        raise RefusedFileError(f"{file}: {error}") from None
    for fault in brought.faults:
        click.echo(fault, err=True)
    if brought.faults and (brought.is_empty or not partial):
        click.echo(f"{file}: nothing was stored", err=True)
        click.get_current_context().exit(FAULTY)
    _show(brought, as_json=as_json)


@review.command("template")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def template(*, file: Path) -> None:
    """Write an empty sheet to fill in to FILE, which ends in .csv or .xlsx."""
    writers = {".csv": bring_in.empty_csv, ".xlsx": bring_in.empty_workbook}
    write = writers.get(file.suffix.casefold())
    if write is None:
        raise click.BadParameter("must end in .csv or .xlsx", param_hint="FILE")
    try:
        with file.open("xb") as out:
            out.write(write())
    except OSError as error:
        raise click.ClickException(
            f"{file}: {error.strerror or 'cannot be written'}"
        ) from None
    click.echo(f"{file} is ready to be filled in.")


class _Bar:
    """A bar at a terminal that fills as reviews come in."""

    def __init__(self, until_done: ExitStack) -> None:
        self._until_done = until_done
        self._update: Callable[[int], None] | None = None

    def begin(self, steps: int) -> None:
        bar = click.progressbar(
            length=steps, label="Bringing reviews in", file=sys.stderr
        )
        self._update = self._until_done.enter_context(bar).update

    def step(self, steps: int) -> None:
        if self._update is not None:
            self._update(steps)


@contextmanager
def _progress(*, is_watched: bool) -> Iterator[Progress]:
    """Show progress to a person; a pipe or a log gets none of it."""
    with ExitStack() as until_done:
        yield _Bar(until_done) if is_watched else UNSEEN


def register(app: Flask) -> None:
    """Add the group to the application."""
    app.cli.add_command(review)


def _read(file: str) -> bytes:
    try:
        if file == STANDARD_INPUT:
            raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise RefusedFileError(
            f"{file}: {error.strerror or 'cannot be read'}"
        ) from None
    if len(raw) > MOST_BYTES:
        raise RefusedFileError(
            f"{file}: is larger than {MOST_BYTES // 1024**2} MB; split it"
        )
    return raw


def _show(brought: Brought, *, as_json: bool) -> None:
    counts = brought.as_json()
    if as_json:
        click.echo(json.dumps(counts))
        return
    click.echo(
        f"{brought.reviews} reviews with {brought.people} people are in, "
        f"{brought.messages} messages wait to be sent, "
        f"{brought.unchanged} reviews were there already."
    )
