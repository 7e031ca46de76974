"""Who is about to answer? People whose browser stands at a form, ready to press Send.

Nothing here is measured: links, sessions and tokens are made beforehand, through the
program's own services, so that only what a measurement names is timed.
"""

import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from ground import ROOT, SECRET_KEY

sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from builders import a_participant, a_review, an_invitation  # type: ignore[import-not-found]  # noqa: E402

from feedback import questionnaires as bundled  # noqa: E402
from feedback.db.ids import new_id  # noqa: E402
from feedback.db.models import DutyContactRow, QuestionnaireRow  # noqa: E402
from feedback.db.session import Database, Session  # noqa: E402
from feedback.domain.form_file import as_document, parse_questionnaire  # noqa: E402
from feedback.services import enter, publish  # noqa: E402
from feedback.web.sessions import KEY  # noqa: E402

FORM: Final = "partner"
# Two of the eleven questions go, so that nine are left.
LEFT_OUT: Final = frozenset({"disagreements_resolved", "own_agency_delivered"})
AT_A_REVIEW: Final = 5
AT_ONCE: Final = 200
WORDS: Final = "The weekly call between all of us kept everybody on the same page."


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """One person's browser: its cookie, and the two forms that it will send."""

    cookie: str
    page_body: bytes
    check_body: bytes


def people_at_the_form(
    database: Database, count: int, *, now: datetime, ago: timedelta
) -> list[Ready]:
    """Let so many professionals be at their form with nine questions.

    Args:
        database: Where; it is migrated, and holds nothing yet.
        count: How many.
        now: The time.
        ago: How long ago they pressed Start.
    """
    with database.transaction() as session:
        form = nine_questions(database, session, now)
    answers = _answers(form)
    app = Flask(__name__)
    app.secret_key = SECRET_KEY
    found: list[Ready] = []
    while len(found) < count:
        with database.transaction() as session:
            some = min(AT_ONCE, count - len(found))
            keys = _started(session, form, some, now - ago)
            found.extend(_ready(app, key, answers) for key in keys)
    return found


def nine_questions(
    database: Database, session: Session, now: datetime
) -> QuestionnaireRow:
    """Publish a professional's form with nine questions; have keys and a duty route."""
    database.keyring.make_own_keys(session, now)
    session.flush()
    publish.publish_bundled(session, now=now)
    document: dict[str, Any] = next(
        one for one in bundled.documents() if one["form"] == FORM
    )
    form = as_document(parse_questionnaire(_cut(document)))
    row = QuestionnaireRow(
        id=new_id(),
        form=FORM,
        version=99,
        document=form,
        digest="nine questions",
        published_at=now,
    )
    duty = DutyContactRow(
        id=new_id(),
        name="Duty",
        phone="+447700900900",
        email="duty@council.example",
        hours="always",
        backup_name="Backup",
        backup_phone="+447700900901",
        backup_email="backup@council.example",
        set_at=now,
    )
    session.add_all((row, duty))
    session.flush()
    return row


def _cut(document: dict[str, Any]) -> dict[str, Any]:
    texts = {
        language: {
            **text,
            "questions": {
                code: words
                for code, words in text["questions"].items()
                if code not in LEFT_OUT
            },
        }
        for language, text in document["texts"].items()
    }
    questions = [one for one in document["questions"] if one["code"] not in LEFT_OUT]
    return {**document, "version": 99, "questions": questions, "texts": texts}


def _answers(form: QuestionnaireRow) -> dict[str, str]:
    """Answer eight of the nine: the last is left empty, as most people leave it."""
    questions = parse_questionnaire(form.document).asked
    *scales, keep, change = [one.code for one in questions]
    return {**dict.fromkeys(scales, "mostly"), keep: WORDS, change: ""}


def _started(
    session: Session, form: QuestionnaireRow, count: int, at: datetime
) -> Iterator[str]:
    review = None
    for number in range(count):
        if number % AT_A_REVIEW == 0:
            review = a_review(session, now=at)
        person = a_participant(session, review, now=at, group="partner")
        _, token = an_invitation(session, person, form, now=at)
        key = enter.start(session, token, now=at)
        assert key is not None
        yield key


def _ready(app: Flask, key: str, answers: dict[str, str]) -> Ready:
    with app.test_request_context():
        token = generate_csrf()
        from flask import session as browser  # noqa: PLC0415

        kept = {KEY: key, "csrf_token": browser["csrf_token"]}
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    page = {"csrf_token": token, **answers}
    check = {"csrf_token": token, "key": secrets.token_urlsafe(16)}
    return Ready(
        cookie=f"respond={serializer.dumps(kept)}",
        page_body=urlencode(page).encode(),
        check_body=urlencode(check).encode(),
    )
