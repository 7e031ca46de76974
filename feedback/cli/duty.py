"""How does an operator say who is told when somebody may be unsafe?"""

import json
from dataclasses import asdict

import click
from flask import Flask
from flask.cli import AppGroup

from feedback.domain.duty import DutyRoute, DutyRouteError
from feedback.services import audit
from feedback.services import duty as duties
from feedback.web.context import runtime

duty = AppGroup(
    "duty", help="Set and show who is told at once when somebody may be unsafe."
)


@duty.command("set")
@click.option("--name", required=True, help="The safeguarding duty contact.")
@click.option("--phone", required=True, help="A mobile, which alerts go to at once.")
@click.option("--email", required=True)
@click.option("--hours", required=True, help='In words, like "every day, 24 hours".')
@click.option("--backup-name", required=True, help="Who is told after 15 minutes.")
@click.option("--backup-phone", required=True)
@click.option("--backup-email", required=True)
def set_duty(**parts: str) -> None:
    """Set the duty route; it replaces the one before."""
    work = runtime()
    try:
        route = DutyRoute(**parts)
    except DutyRouteError as error:
        option = error.part.replace("_", "-")
        raise click.ClickException(f"--{option}: {error.sentence}") from None
    with work.database.transaction() as session:
        duties.set_route(session, route, by=audit.OPERATOR, now=work.clock.now())
    click.echo(f"{route.name} is told first, {route.backup_name} after 15 minutes.")
    if route.is_one_person:
        click.echo("Both have the same phone: nobody else would ring.", err=True)


@duty.command("show")
@click.option("--json", "as_json", is_flag=True, help="For a machine to read.")
def show(*, as_json: bool) -> None:
    """Show the duty route; exit 1 where none is set."""
    with runtime().database.reading() as session:
        route = duties.duty_route(session)
    if route is None:
        raise click.ClickException("no duty contact is set; see duty set")
    if as_json:
        click.echo(json.dumps(asdict(route)))
        return
    for part, text in asdict(route).items():
        click.echo(f"{part.replace('_', ' ').capitalize()}: {text}")


def register(app: Flask) -> None:
    """Add the group to the application."""
    app.cli.add_command(duty)
