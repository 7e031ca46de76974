"""What does a link show before anything is known of who holds it?"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.token import ALPHABET, LENGTH, is_well_formed
from feedback.services import enter, withdraw
from feedback.web.context import database, now
from feedback.web.errors import error_page
from feedback.web.respond.gate import links
from feedback.web.sessions import KEY

blueprint = Blueprint("entry", __name__)

# Stands in for a token that cannot be one, so that the page keeps its length.
NO_TOKEN: Final = ALPHABET[0] * LENGTH


class Asked(StrEnum):
    """What a press on one of the buttons asks for."""

    START = "start"
    STOP = "stop"
    NOT_ME = "not_me"
    TAKE_OUT = "take_out"


@blueprint.get("/r/<token>")
def entry(token: str) -> ResponseReturnValue:
    """Show the same page for every link, and change nothing.

    Opening is not consent: scanners fetch every link before a person sees it.
    """
    return render_template("respond/entry.html", token=token)


@blueprint.post("/r")
def exchange() -> ResponseReturnValue:
    """Do what was asked, with one answer for every link."""
    token = request.form.get("token", "")
    try:
        asked = Asked(request.form.get("action", Asked.START))
    except ValueError:
        asked = Asked.START
    return _ANSWERS[asked](token)


def _start(token: str) -> ResponseReturnValue:
    with database().transaction() as work:
        cookie = enter.start(work, token, now=now())
        is_flood = cookie is None and enter.note_failure(work, _address(), now=now())
    if is_flood:
        return error_page(429)
    if cookie is None:
        kept = token if is_well_formed(token) else NO_TOKEN
        # 200, not 404: the page is an answer with two buttons, and some browsers
        # and filters put a page of their own in the place of an error.
        return render_template("respond/gone.html", token=kept)
    session.clear()
    session[KEY] = cookie
    return redirect(url_for("start.here"), 303)


def _stop(token: str) -> ResponseReturnValue:
    with database().transaction() as work:
        is_known = withdraw.stop_by_link(work, token, now=now())
        is_flood = not is_known and enter.note_failure(work, _address(), now=now())
    return _told(Asked.STOP, is_flood=is_flood)


def _not_me(token: str) -> ResponseReturnValue:
    with database().transaction() as work:
        is_known = withdraw.not_me(work, token, links(), now=now())
        is_flood = not is_known and enter.note_failure(work, _address(), now=now())
    return _told(Asked.NOT_ME, is_flood=is_flood)


def _take_out(token: str) -> ResponseReturnValue:
    with database().transaction() as work:
        is_known = withdraw.take_out(work, token, links(), now=now())
        is_flood = not is_known and enter.note_failure(work, _address(), now=now())
    return _told(Asked.TAKE_OUT, is_flood=is_flood)


def _address() -> str:
    return request.remote_addr or ""


def _told(asked: Asked, *, is_flood: bool) -> ResponseReturnValue:
    if is_flood:
        return error_page(429)
    return render_template("respond/told.html", asked=asked)


_ANSWERS: Final[dict[Asked, Callable[[str], ResponseReturnValue]]] = {
    Asked.START: _start,
    Asked.STOP: _stop,
    Asked.NOT_ME: _not_me,
    Asked.TAKE_OUT: _take_out,
}
