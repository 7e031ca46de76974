"""Is this what they want to send, and has it arrived?"""

import json
import secrets
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import (
    Blueprint,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from feedback.domain.answering import next_page
from feedback.domain.help_line import HelpLine
from feedback.domain.questionnaire import FormText
from feedback.services import help_lines, submit
from feedback.services.publish import questionnaire_of
from feedback.services.resume import EndReason, Run, language_of
from feedback.services.submit import (
    NothingSaidError,
    OtherBodyError,
    Outcome,
    Receipt,
    Sending,
    UnansweredError,
)
from feedback.web.context import database, now, settings
from feedback.web.headers import clear_site
from feedback.web.respond import gate, pages, review

blueprint = Blueprint("check", __name__, url_prefix="/s")

DONE: Final = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanks:
    """What stands on the last page."""

    outcome: Outcome | None
    lines: tuple[HelpLine, ...]
    text: tuple[str, ...] = ()
    is_child: bool = False


@blueprint.get("/check")
def check() -> ResponseReturnValue:
    """Show what this browser answered, before it is sent."""
    run = gate.current_run()
    if next_page(run.questionnaire, run.answered) is not None:
        return redirect(pages.next_address(run), 303)
    return _check_page(run)


@blueprint.post("/check")
def send() -> ResponseReturnValue:
    """Send the answers, or say that there are none to send."""
    try:
        with database().transaction() as work:
            if "decline" in request.form:
                receipt = submit.decline(work, gate.cookie(), now=now())
            else:
                receipt = submit.submit(
                    work,
                    gate.cookie(),
                    _sending(),
                    quarantine=settings().quarantine,
                    now=now(),
                )
    except OtherBodyError:
        return _sent_before()
    except UnansweredError:
        return redirect(url_for("start.here"), 303)
    except NothingSaidError:
        return _check_page(gate.current_run()), 422
    return _to_receipt(receipt)


@blueprint.get("/done")
def done() -> ResponseReturnValue:
    """Thank them; what was said is not shown, and no session is needed."""
    found = session.get(DONE)
    # Whoever comes here early keeps their run: a GET ends nothing.
    if found is not None:
        session.clear()
    page = render_template("respond/done.html", receipt=_read_receipt(found))
    return clear_site(make_response(page))


def pressed_twice(_: CSRFError) -> ResponseReturnValue:
    """Give the same receipt to a second press, whose cookie is gone by then."""
    if request.path != url_for(".send"):
        return gate.ended_page(EndReason.OVER)
    try:
        with database().reading() as reading:
            receipt = submit.receipt_for(reading, _sending())
    except OtherBodyError:
        return _sent_before()
    if receipt is None:
        return gate.ended_page(EndReason.OVER)
    return _to_receipt(receipt)


def _check_page(run: Run) -> str:
    return render_template(
        "respond/check.html",
        items=review.items(run),
        nothing_said=() if run.is_real else _text(run).nothing_answered,
        told_us=pages.told_us(run),
        lines=pages.lines_of(run),
        key=secrets.token_urlsafe(16),
        child=pages.is_child(run.questionnaire),
    )


def _text(run: Run) -> FormText:
    return run.questionnaire.text(run.language)


def _sending() -> Sending:
    """Read the key, and everything else that came with it in a fixed order."""
    key = request.form.get("key", "")
    fields = sorted(
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in {"csrf_token", "key"}
    )
    return Sending(key=key, body=json.dumps(fields))


def _sent_before() -> ResponseReturnValue:
    page = render_template("respond/sent_before.html", typed=gate.typed())
    return page, 409


def _to_receipt(receipt: Receipt) -> ResponseReturnValue:
    """Drop the session's key, so that Back opens nothing; keep what to thank for."""
    session.clear()
    session[DONE] = [receipt.outcome, str(receipt.questionnaire), receipt.language]
    return clear_site(make_response(redirect(url_for(".done"), 303)))


def _read_receipt(found: object) -> Thanks:
    """Thank in the form's words, or in neutral ones where no form is known."""
    match found:
        case [str(outcome), str(questionnaire), str(language)]:
            with database().reading() as reading:
                form = questionnaire_of(reading, UUID(questionnaire))
        case _:
            return Thanks(outcome=None, lines=help_lines.neutral_lines("en"))
    spoken = language_of(form, language)
    g.language = spoken
    return Thanks(
        outcome=Outcome(outcome),
        text=form.text(spoken).receipt,
        lines=help_lines.named(form.help_lines, spoken),
        is_child=pages.is_child(form),
    )
