"""How does an operator give people accounts?"""

import json

import click
from flask import Flask
from flask.cli import AppGroup

from feedback.domain.access import Role
from feedback.services import audit
from feedback.services import staff as accounts
from feedback.services.staff import NewAccount, Secrets, StaffError
from feedback.web.context import runtime

staff = AppGroup("staff", help="Create, disable and reset the accounts of staff.")
ROLES = [role.value for role in Role]


@staff.command("create")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--job-title", required=True)
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES))
@click.option("--independent", is_flag=True, help="Works for a reviewing agency.")
@click.option("--json", "as_json", is_flag=True, help="For a machine to read.")
def create(
    *,
    email: str,
    name: str,
    job_title: str,
    roles: tuple[str, ...],
    independent: bool,
    as_json: bool,
) -> None:
    """Create an account; its password and authenticator secret are shown once."""
    account = NewAccount(
        email=email,
        name=name,
        job_title=job_title,
        roles=frozenset(Role(role) for role in roles),
        is_independent=independent,
    )
    given = accounts.new_secrets()
    work = runtime()
    try:
        with work.database.transaction() as session:
            accounts.create(
                session, account, given, by=audit.OPERATOR, now=work.clock.now()
            )
    except StaffError as error:
        raise click.ClickException(str(error)) from None
    _show(email, given, as_json=as_json)


@staff.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Shut an account out at once, wherever it is signed in."""
    work = runtime()
    try:
        with work.database.transaction() as session:
            accounts.disable(session, email, by=audit.OPERATOR, now=work.clock.now())
    except StaffError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{email} can no longer sign in.")


@staff.command("reset")
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="For a machine to read.")
def reset(*, email: str, as_json: bool) -> None:
    """Give an account a new password and authenticator secret, shown once."""
    given = accounts.new_secrets()
    work = runtime()
    try:
        with work.database.transaction() as session:
            accounts.reset(
                session, email, given, by=audit.OPERATOR, now=work.clock.now()
            )
    except StaffError as error:
        raise click.ClickException(str(error)) from None
    _show(email, given, as_json=as_json)


def register(app: Flask) -> None:
    """Add the group to the application."""
    app.cli.add_command(staff)


def _show(email: str, given: Secrets, *, as_json: bool) -> None:
    shown = {
        "email": email.strip().casefold(),
        "password": given.password,
        "totp_secret": given.totp_secret,
    }
    if as_json:
        click.echo(json.dumps(shown))
        return
    click.echo("Shown once. Hand them over in person:")
    for name, value in shown.items():
        click.echo(f"  {name}: {value}")
