"""May this browser go on? Asked on every request; what was typed is never lost."""

from collections.abc import Callable
from typing import Final

from flask import Blueprint, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError

from feedback.db.session import Session
from feedback.domain.errors import FeedbackError
from feedback.services import resume
from feedback.services.notice import StaffLinks
from feedback.services.resume import EndReason, Run, RunEndedError
from feedback.web.context import database, now, settings
from feedback.web.sessions import KEY

# What our own pages send beside people's answers.
OURS: Final = frozenset(
    {"csrf_token", "token", "action", "skip", "key", "decline", "code_word"}
)


class CodeWordNeededError(FeedbackError):
    """The agreed word has not been given yet."""


def cookie() -> str | None:
    """Give the token of this browser's session, if it has one."""
    found = session.get(KEY)
    return found if isinstance(found, str) else None


def links() -> StaffLinks:
    """Say where messages to staff point to."""
    return StaffLinks(settings().staff_base_url)


def current_run() -> Run:
    """Open this browser's run to show a page of it.

    Raises:
        RunEndedError: If there is none, or it may not go on.
        CodeWordNeededError: If the agreed word comes first.
    """
    run = run_before_word()
    if run.needs_code_word:
        raise CodeWordNeededError
    return run


def run_before_word() -> Run:
    """Open this browser's run where the agreed word may still be missing.

    Raises:
        RunEndedError: If there is none, or it may not go on.
    """
    with database().reading() as reading:
        run = resume.open_run(reading, cookie(), now=now())
    if run.is_due_to_be_noted:
        with database().transaction() as work:
            resume.note(work, run, now=now())
    g.language = run.language
    return run


def held_run(work: Session) -> Run:
    """Open this browser's run to write to it, in the same transaction.

    Raises:
        RunEndedError: If there is none, or it may not go on.
        CodeWordNeededError: If the agreed word comes first.
    """
    run = resume.open_run(work, cookie(), now=now(), hold=True)
    g.language = run.language
    if run.needs_code_word:
        raise CodeWordNeededError
    return run


def ended_page(reason: EndReason, status: int = 403) -> ResponseReturnValue:
    """Show that this browser cannot go on, with what was typed."""
    page = render_template("respond/ended.html", reason=reason, typed=typed())
    return page, status


def typed() -> str | None:
    """Collect what somebody wrote in a form that cannot be taken."""
    texts = [
        text
        for name, values in request.form.lists()
        if name not in OURS
        for text in values
        if text.strip()
    ]
    return "\n\n".join(texts) or None


def stale_form(_: CSRFError) -> ResponseReturnValue:
    """Give back what was typed in a form whose cookie is gone."""
    return ended_page(EndReason.OVER)


def register_endings(
    blueprint: Blueprint, *, stale: Callable[[CSRFError], ResponseReturnValue]
) -> None:
    """Let respondents' pages end in the same calm way.

    Args:
        blueprint: Whose pages.
        stale: What answers a form whose cookie is gone.
    """
    blueprint.register_error_handler(CSRFError, stale)

    @blueprint.errorhandler(RunEndedError)
    def ended(error: RunEndedError) -> ResponseReturnValue:
        return ended_page(error.reason)

    @blueprint.errorhandler(CodeWordNeededError)
    def word_first(_: CodeWordNeededError) -> ResponseReturnValue:
        return redirect(url_for("start.word"), 303)
