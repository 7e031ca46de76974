"""How does an operator build the report of a period?"""

import csv
import io
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click
from flask import Flask
from flask.cli import AppGroup

from feedback.domain.report import Period, ReportError
from feedback.domain.report_findings import csv_rows
from feedback.domain.report_words import sentences
from feedback.services import audit
from feedback.services import report as reports
from feedback.services.report import Order
from feedback.web.context import runtime

report = AppGroup("report", help="Build the report of a period.")
DAY: Final = click.DateTime(["%Y-%m-%d"])


@report.command("build")
@click.option("--from", "first", type=DAY, required=True, help="First day (London).")
@click.option("--to", "last", type=DAY, required=True, help="Last day, included.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["json", "csv"]),
    default="json",
    show_default=True,
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="Where to write what may be published.",
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
    open_grades_reason: str | None,
) -> None:
    """Freeze the report of a period, and write what may be published to a file.

    A review counts on the London day on which the last seat signed its moderation
    record. The report is kept and reads the same for ever; it stays a draft until
    the Head of Safeguarding and QA publishes it on the page Reports.

    The FILE holds what the public may read: counts of 1 to 5 are withheld, marked
    c, with those from which they could be worked out. The agreed grades are
    withheld in the same way unless --open-grades-reason gives the decision of the
    Head of Safeguarding and QA; it is kept with the report.

    What is printed on the terminal is the internal summary, with nothing withheld:
    treat it as confidential.
    """
    work = runtime()
    try:
        order = Order(
            period=Period(first=first.date(), last=last.date()),
            open_grades_reason=open_grades_reason,
        )
        with work.database.transaction() as session:
            built, inside = reports.build(
                session, order, by=audit.OPERATOR, now=work.clock.now()
            )
            # Written before the report is kept: either both are there or none.
            _write(out, _file(built.findings, kind))
    except (ReportError, OSError) as error:
        raise click.ClickException(str(error)) from None
    click.echo("Internal summary, nothing withheld:")
    for sentence in sentences(inside):
        click.echo(f"  {sentence}")
    click.echo(f"Report {built.id} is frozen as a draft; {out} holds what may be read.")


def register(app: Flask) -> None:
    """Add the group to the application."""
    app.cli.add_command(report)


def _file(findings: Mapping[str, Any], kind: str) -> str:
    if kind == "json":
        return json.dumps(findings, indent=2, ensure_ascii=False) + "\n"
    written = io.StringIO(newline="")
    csv.writer(written).writerows(csv_rows(findings))
    return written.getvalue()


def _write(out: Path, text: str) -> None:
    """Replace the file in one go, so that nobody reads half of it."""
    half = out.with_name(f"{out.name}.part")
    half.write_text(text, encoding="utf-8", newline="")
    half.replace(out)
