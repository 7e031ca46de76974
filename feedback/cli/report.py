"""How does an operator build the report of a period?"""

import json
from datetime import datetime
from pathlib import Path
from typing import Final

import click
from flask import Flask
from flask.cli import AppGroup

from feedback.domain.calendar import london_day
from feedback.domain.paper_boxes import BOXES, drafts, read_words
from feedback.domain.report import Period, ReportError
from feedback.domain.report_words import sentences
from feedback.services import audit, build_report
from feedback.services.build_report import Order
from feedback.services.print_report import FileKind, as_file
from feedback.web.context import runtime

report = AppGroup("report", help="Build the report of a period.")
DAY: Final = click.DateTime(["%Y-%m-%d"])
TO_WRITE: Final = click.Path(dir_okay=False, writable=True, path_type=Path)
TO_READ: Final = click.Path(dir_okay=False, exists=True, path_type=Path)
BOX_NAMES: Final = ", ".join(box.key for box in BOXES)


@report.command(
    "build", epilog=f"The boxes of a paper, for --text: {BOX_NAMES}. See report words."
)
@click.option("--from", "first", type=DAY, required=True, help="First day (London).")
@click.option("--to", "last", type=DAY, required=True, help="Last day, included.")
@click.option(
    "--format",
    "kind",
    type=click.Choice([one.value for one in FileKind]),
    default=FileKind.JSON.value,
    show_default=True,
    help="docx is the committee paper for Word.",
)
@click.option(
    "--out",
    type=TO_WRITE,
    required=True,
    help="Where to write what may be published.",
)
@click.option(
    "--text",
    type=TO_READ,
    help="Your words for the paper: a JSON object, a box's name and its words.",
)
@click.option(
    "--open-grades-reason",
    metavar="TEXT",
    help="The Head of Safeguarding and QA's recorded reason for showing the grades.",
)
def build(
    *,
    first: datetime,
    last: datetime,
    kind: str,
    out: Path,
    text: Path | None,
    open_grades_reason: str | None,
) -> None:
    """Freeze the report of a period, and write what may be published to a file.

    A review counts on the London day on which the last seat signed its moderation
    record. The report is kept and reads the same for ever; it stays a draft until
    the Head of Safeguarding and QA publishes it on the page Reports.

    The FILE holds what the public may read: counts of 1 to 5 are withheld, marked
    c, with those from which they could be worked out. The agreed grades are
    withheld in the same way unless --open-grades-reason gives the decision of the
    Head of Safeguarding and QA; it is kept with the report and printed in it.

    The paper has sentences that are worked out from the figures, and boxes with an
    officer's words around them. Drafted words stand in every box that --text leaves
    out; an empty text prints nothing there. Subject, Report of and Recommendation
    must not be empty.

    What is printed on the terminal is the internal summary, with nothing withheld:
    treat it as confidential.
    """
    work = runtime()
    try:
        period = Period(first=first.date(), last=last.date())
        order = Order(
            period=period,
            open_grades_reason=open_grades_reason,
            words={**_drafts(period), **_words(text)},
        )
        with work.database.transaction() as session:
            built, inside = build_report.build(
                session, order, by=audit.OPERATOR, now=work.clock.now()
            )
            # Written before the report is kept: either both are there or none.
            _write(out, as_file(built, FileKind(kind)))
    except (ReportError, OSError) as error:
        raise click.ClickException(str(error)) from None
    click.echo("Internal summary, nothing withheld:")
    for sentence in sentences(inside):
        click.echo(f"  {sentence}")
    click.echo(f"Report {built.id} is frozen as a draft; {out} holds what may be read.")


@report.command("words")
@click.option("--from", "first", type=DAY, required=True, help="First day (London).")
@click.option("--to", "last", type=DAY, required=True, help="Last day, included.")
def words(*, first: datetime, last: datetime) -> None:
    """Print the drafted words of every box, to edit and give to report build --text.

    What stands in a box is public: nothing in it may name or hint at a child or a
    family.
    """
    try:
        drafted = _drafts(Period(first=first.date(), last=last.date()))
    except ReportError as error:
        raise click.ClickException(str(error)) from None
    click.echo(json.dumps(drafted, indent=2, ensure_ascii=False))


def register(app: Flask) -> None:
    """Add the group to the application."""
    app.cli.add_command(report)


def _drafts(period: Period) -> dict[str, str]:
    work = runtime()
    today = london_day(work.clock.now())
    return drafts(period, today=today, council=work.settings.council_name)


def _words(text: Path | None) -> dict[str, str]:
    """Read the words of some boxes.

    Raises:
        ClickException: Saying in a line what is wrong with the file.
    """
    if text is None:
        return {}
    try:
        return read_words(json.loads(text.read_text(encoding="utf-8")))
    except ValueError as error:
        raise click.ClickException(f"{text}: {error}") from None


def _write(out: Path, content: bytes) -> None:
    """Replace the file in one go, so that nobody reads half of it."""
    half = out.with_name(f"{out.name}.part")
    half.write_bytes(content)
    half.replace(out)
