"""Does production run on the demonstration's data? Asked once, before any answer.

The commands `web` and `scheduler` do not start then. Another server that is given
`wsgi:app` starts, and has this.
"""

import logging
from typing import Final

from flask import Flask, abort, request

from feedback.db.session import DATABASE_FAULTS
from feedback.services import demonstration
from feedback.web.context import database

log = logging.getLogger(__name__)
# Tells that the process lives, whatever data it was given.
LIVING: Final = "pages.healthz"


def register_refusal(app: Flask) -> None:
    """Answer 503 to everything over a database whose accounts anybody can open."""
    is_invented: bool | None = None

    @app.before_request
    def refuse_the_demonstrations_data() -> None:
        nonlocal is_invented
        if request.endpoint == LIVING:
            return
        if is_invented is None:
            is_invented = _holds_the_demonstration()
        if is_invented:
            abort(503)


def _holds_the_demonstration() -> bool | None:
    """Look once; None where the database is away: then nobody signs in either."""
    try:
        with database().reading() as session:
            found = demonstration.is_loaded(session)
    except DATABASE_FAULTS:
        return None
    if found:
        log.error(
            "DATABASE_URL: this database holds the demonstration; stop and set it"
        )
    return found
