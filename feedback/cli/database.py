"""How does an operator bring the database to the program's shape?"""

import click
from alembic.util import CommandError
from flask import Flask
from flask.cli import AppGroup

from feedback.db import migrate
from feedback.db.vault import WrongMasterKeyError
from feedback.services import publish
from feedback.web.context import runtime

db = AppGroup("db", help="Bring the database to the program's shape, and check it.")


@db.command("upgrade")
@click.option("--revision", default="head", show_default=True)
def upgrade(revision: str) -> None:
    """Run the migrations that are missing; make keys; publish bundled forms."""
    work = runtime()
    try:
        migrate.upgrade(work.database, revision)
        if revision == "head":
            now = work.clock.now()
            with work.database.transaction() as session:
                work.database.keyring.make_own_keys(session, now)
                session.flush()
                publish.publish_bundled(session, now=now)
    except (CommandError, WrongMasterKeyError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"The database is at {revision}.")


@db.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the database down to REVISION ("base" for empty). Loses data."""
    try:
        migrate.downgrade(runtime().database, revision)
    except CommandError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"The database is at {revision}.")


@db.command("check")
def check() -> None:
    """Compare the database with the program; exit 1 where they differ."""
    try:
        migrate.check(runtime().database)
    except migrate.ShapeError as error:
        raise click.ClickException(str(error)) from None
    click.echo("The database has the program's shape.")


def register(app: Flask) -> None:
    """Add the group to the application."""
    app.cli.add_command(db)
