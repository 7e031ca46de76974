"""What reaches people in the demonstration? No sign-in: registered there alone."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from feedback.messaging.build import composer, senders
from feedback.services import (
    audit,
    converse,
    display,
    inbound,
    let_go,
    link,
    show_codes,
)
from feedback.services.deliver import deliver_due
from feedback.services.dispatch import dispatch
from feedback.services.inbound import Inbound
from feedback.web.context import database, now, runtime, settings

blueprint = Blueprint("dev", __name__, url_prefix="/dev")

# One press sends so many at most, so that the page comes back.
MOST_AT_ONCE = 200
# What providers hand over at once, many parts joined.
LONGEST_TEXT = 1_600
CONSOLE = "console"


@blueprint.before_request
def refuse_outside_the_demonstration() -> None:
    """Be no page at all where people are real."""
    if not settings().is_demo:
        abort(404)


@blueprint.get("/phones")
def phones() -> ResponseReturnValue:
    """Show drawn phones, and each staff account's current code."""
    rules = link.rules(settings())
    with database().reading() as reading:
        return render_template(
            "dev/phones.html",
            phones=display.phones(reading, composer(), rules=rules, now=now()),
            codes=show_codes.codes(reading, now=now()),
            seconds_left=show_codes.seconds_left(now()),
            waiting=let_go.waiting(reading, now=now()),
            takes_replies=settings().twilio is None,
            now=now(),
        )


@blueprint.get("/mail")
def mail() -> ResponseReturnValue:
    """Show everybody's mailbox as one."""
    rules = link.rules(settings())
    with database().reading() as reading:
        return render_template(
            "dev/mail.html",
            mails=display.mailbox(reading, composer(), rules=rules, now=now()),
            waiting=let_go.waiting(reading, now=now()),
            now=now(),
        )


@blueprint.post("/deliver")
def deliver() -> ResponseReturnValue:
    """Deliver what waits for a permitted hour: in the demonstration only."""
    work = runtime()
    # Where texts or emails really leave, the hour is kept even here.
    if work.settings.twilio is not None or work.settings.smtp is not None:
        abort(404)
    with work.database.transaction() as session:
        let_go.release_waiting(session, by=audit.OPERATOR, now=now())
    sending = dispatch(work.settings, work.database, senders(work.settings), composer())
    tally = deliver_due(sending, read_now=work.clock.now, limit=MOST_AT_ONCE)
    flash(_told(tally.sent), "success")
    return redirect(url_for(_back_to()), 303)


@blueprint.post("/phones/reply")
def reply() -> ResponseReturnValue:
    """Take a text from a drawn phone, as the provider would bring it."""
    work = runtime()
    number = request.form.get("number", "")
    if work.settings.twilio is not None or not number:
        abort(404)
    text = Inbound(
        provider=CONSOLE,
        sid=f"{CONSOLE}-{uuid4()}",
        sender=number,
        body=request.form.get("body", "")[:LONGEST_TEXT],
    )
    with work.database.transaction() as session:
        inbound.record_inbound(session, text, now=now())
    sending = dispatch(work.settings, work.database, senders(work.settings), composer())
    # A drawn phone sends no text twice: what follows need not wait for a second one.
    at_once = replace(sending, rules=replace(sending.rules, same_breath=timedelta(0)))
    converse.work(work.database, at_once.rules, read_now=work.clock.now)
    deliver_due(at_once, read_now=work.clock.now, limit=MOST_AT_ONCE)
    return redirect(url_for(".phones", _anchor=f"phone-{number[1:]}"), 303)


def _told(sent: int) -> str:
    if sent == 0:
        return "Nothing was waiting"
    return "1 message delivered" if sent == 1 else f"{sent} messages delivered"


def _back_to() -> str:
    return ".mail" if request.form.get("back") == "mail" else ".phones"
