"""How does an operator send what is due, and see what became of it?"""

import json
from uuid import UUID

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from feedback.messaging.build import composer, senders
from feedback.services import audit, decide, pause, trace
from feedback.services.deliver import deliver_due
from feedback.services.dispatch import dispatch
from feedback.services.list_texts import every_text
from feedback.web.context import runtime

delivery = AppGroup(
    "delivery",
    help="See what became of messages; end pauses, settle what was given up.",
)
inbound = AppGroup("inbound", help="See which texts came in.")


@click.command()
@click.option("--once", is_flag=True, help="Send everything that is due now, then end.")
@with_appcontext
def deliver(*, once: bool) -> None:
    """Send everything that is due now, alerts first, and tell how it went.

    Quiet hours, consent and caps hold as ever. The scheduler does this by itself
    every two seconds.
    """
    if not once:
        raise click.UsageError("say --once; the scheduler delivers again and again")
    work = runtime()
    sending = dispatch(work.settings, work.database, senders(work.settings), composer())
    tally = deliver_due(sending, read_now=work.clock.now)
    click.echo(
        f"sent {tally.sent}, refused {tally.refused}, "
        f"unknown {tally.unknown}, held {tally.held}"
    )


@delivery.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_messages(*, as_json: bool) -> None:
    """List every message, what state it is in and each try to send it.

    A line begins with the message's id, by which it is requeued or cancelled.
    """
    with runtime().database.reading() as session:
        for one in trace.traces(session):
            click.echo(json.dumps(one.as_json()) if as_json else _line(one))


@delivery.command("resume")
def resume() -> None:
    """End every pause, once the provider takes our messages again.

    But for that of the clocks, which ends by itself once they agree.
    """
    work = runtime()
    with work.database.transaction() as session:
        done = pause.end_all(session, by=audit.OPERATOR, now=work.clock.now())
    click.echo(f"{done.ended} {'pause' if done.ended == 1 else 'pauses'} ended")
    if done.waits_for_clocks:
        click.echo("the clocks disagree: that pause ends by itself once they agree")


@delivery.command("requeue")
@click.argument("message", type=click.UUID)
def requeue(*, message: UUID) -> None:
    """Try a message once more that the program gave up.

    It is a new attempt at the same MESSAGE, with the same link. Consent, hours and
    everything else are judged again before it goes.
    """
    work = runtime()
    try:
        with work.database.transaction() as session:
            decide.requeue(session, message, by=audit.OPERATOR, now=work.clock.now())
    except decide.NotGivenUpError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{message} is due")


@delivery.command("cancel")
@click.argument("message", type=click.UUID)
@click.option("--reason", required=True, help="Why; it is kept with the message.")
def cancel(*, message: UUID, reason: str) -> None:
    """Give a message up for good that the program gave up."""
    work = runtime()
    try:
        with work.database.transaction() as session:
            decide.cancel(
                session,
                message,
                reason=reason,
                by=audit.OPERATOR,
                now=work.clock.now(),
            )
    except decide.ReasonMissingError:
        raise click.ClickException("--reason: write why it is cancelled") from None
    except decide.NotGivenUpError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{message} is cancelled")


@inbound.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_texts(*, as_json: bool) -> None:
    """List every text that came in: what kind it is and who dealt with it.

    Never its words, and never the number.
    """
    with runtime().database.reading() as session:
        for one in every_text(session):
            shown = one.as_json()
            line = "  ".join(str(value or "-") for value in shown.values())
            click.echo(json.dumps(shown) if as_json else line)


def register(app: Flask) -> None:
    """Add the commands to the application."""
    app.cli.add_command(inbound)
    app.cli.add_command(deliver)
    app.cli.add_command(delivery)


def _line(one: trace.MessageTrace) -> str:
    parts = (
        str(one.message),
        one.review or "-",
        one.person or "-",
        f"{one.purpose} {one.wave}",
        one.channel,
        one.state,
        one.reason or "-",
    )
    return "  ".join(parts)
