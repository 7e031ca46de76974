"""What would each person receive, seen before anything is sent?"""

from babel import Locale, UnknownLocaleError
from flask import render_template
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.services import rehearse as rehearsing
from feedback.web.context import database, now, settings
from feedback.web.guards import actor, current_review, guarded
from feedback.web.office.blueprint import blueprint


@blueprint.get("/<reference>/rehearsal")
@guarded(Action.SEND_INVITATIONS)
def rehearsal(reference: str) -> ResponseReturnValue:
    """Show every message of a review as it would arrive, and what is not safe yet."""
    with database().transaction() as work:
        played = rehearsing.rehearse(
            work,
            current_review(),
            rehearsing.stage(settings()),
            by=actor(),
            now=now(),
        )
    return render_template(
        "office/rehearsal.html",
        reference=reference,
        rehearsal=played,
        language_name=_language_name,
    )


def _language_name(code: str) -> str:
    """Say a language in English; a code that nobody knows stays as it is."""
    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code
