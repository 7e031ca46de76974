"""How does the demonstration come to life, and what can be tried in it?"""

import json

import click
from flask import Flask
from flask.cli import AppGroup

from feedback.services import demonstration, tell_links
from feedback.web.context import runtime

demo = AppGroup("demo", help="Load the demonstration, and tell its links and sign-ins.")


@demo.command("load")
def load() -> None:
    """Bring the demonstration to life; a second time changes nothing."""
    work = runtime()
    _refuse_production()
    with work.database.transaction() as session:
        is_new = demonstration.load(
            session, work.settings, now=work.clock.now(), say=click.echo
        )
    click.echo(
        "The demonstration is loaded." if is_new else "The demonstration is there."
    )


@demo.command("links")
@click.option("--json", "as_json", is_flag=True, help="For a machine to read.")
def links(*, as_json: bool) -> None:
    """Tell every respondent's link and every member of staff's sign-in."""
    work = runtime()
    _refuse_production()
    with work.database.reading() as session:
        respondents = tell_links.respondents(session, work.settings)
    staff = tell_links.staff(work.settings)
    if as_json:
        found = {
            "respondents": [one.as_json() for one in respondents],
            "staff": [one.as_json() for one in staff],
        }
        click.echo(json.dumps(found))
        return
    for one in respondents:
        click.echo(f"{one.review} {one.key} {one.form} {one.status} {one.link or '-'}")
    for who in staff:
        click.echo(f"{who.email} {who.role} {who.password} {who.totp_secret}")


def register(app: Flask) -> None:
    """Add the group to the application."""
    app.cli.add_command(demo)


def _refuse_production() -> None:
    if not runtime().settings.is_demo:
        raise click.ClickException("MODE: this works in demo mode only")
