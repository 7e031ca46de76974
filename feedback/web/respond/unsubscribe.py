"""What does a mail program, or a person, see who follows "unsubscribe" in an email?

Looking changes nothing: scanners open every address. Only a POST stops messages; mail
programs send it by themselves, without a session, and its token can do nothing else.
"""

from typing import Final

from flask import Blueprint, render_template
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from feedback.services import unsubscribe as unsubscribing
from feedback.web.context import database, now

blueprint = Blueprint("unsubscribe", __name__)

STOPPED: Final = "stop"


@blueprint.record_once
def _exempt(state: BlueprintSetupState) -> None:
    # A mail program holds no session: the token in the address is what it has.
    state.app.extensions["csrf"].exempt(blueprint)


@blueprint.get("/u/<token>")
def ask(token: str) -> ResponseReturnValue:
    """Show the same page for every token, and change nothing."""
    return render_template("respond/unsubscribe.html", token=token)


@blueprint.post("/u/<token>")
def stop(token: str) -> ResponseReturnValue:
    """Stop this person's messages; the answer is the same for every token."""
    with database().transaction() as work:
        unsubscribing.unsubscribe(work, token, now=now())
    return render_template("respond/told.html", asked=STOPPED)
