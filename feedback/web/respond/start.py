"""What comes before the questions, and what can be reached from all of them?"""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from feedback.services import help_lines, resume
from feedback.services.code_word import WordVerdict, check_code_word
from feedback.services.resume import EndReason, RunEndedError
from feedback.web.context import database, now, settings
from feedback.web.headers import clear_site
from feedback.web.respond import gate, pages

blueprint = Blueprint("start", __name__, url_prefix="/s")


@blueprint.get("")
def here() -> ResponseReturnValue:
    """Go on where this person left off."""
    return redirect(pages.next_address(gate.current_run()), 303)


@blueprint.get("/word")
def word() -> ResponseReturnValue:
    """Ask for the word that was agreed in person."""
    if not gate.run_before_word().needs_code_word:
        return redirect(url_for(".here"), 303)
    return render_template("respond/word.html", is_wrong=False)


@blueprint.post("/word")
def check_word() -> ResponseReturnValue:
    """Compare the word."""
    with database().transaction() as work:
        run = resume.open_run(work, gate.cookie(), now=now(), hold=True)
        offered = request.form.get("code_word", "")
        verdict = check_code_word(work, run, offered, gate.links(), now=now())
    if verdict is WordVerdict.LOCKED:
        return gate.ended_page(EndReason.CLOSED)
    if verdict is WordVerdict.WRONG:
        page = render_template("respond/word.html", is_wrong=True, form_failed=True)
        return page, 422
    return redirect(url_for(".here"), 303)


@blueprint.get("/intro")
def intro() -> ResponseReturnValue:
    """Tell what this is, and what it is not for."""
    told = pages.intro(gate.current_run())
    return render_template("respond/intro.html", intro=told, is_second=False)


@blueprint.post("/intro")
def go_on() -> ResponseReturnValue:
    """Go on to who sees the answers."""
    gate.current_run()
    return redirect(url_for(".who_sees"), 303)


@blueprint.get("/intro/2")
def who_sees() -> ResponseReturnValue:
    """Tell who sees the answers, and how they are kept."""
    told = pages.intro(gate.current_run())
    return render_template("respond/intro.html", intro=told, is_second=True)


@blueprint.post("/intro/2")
def begin() -> ResponseReturnValue:
    """Go to the first question."""
    return redirect(pages.question_address(gate.current_run()), 303)


@blueprint.get("/later")
def later() -> ResponseReturnValue:
    """Let go of somebody for whom it is not safe now."""
    run = gate.current_run()
    text = run.questionnaire.text(run.language).not_safe_now
    if not text:
        return redirect(url_for(".here"), 303)
    lines = help_lines.named(run.questionnaire.help_lines, run.language)
    return render_template("respond/later.html", text=text, lines=lines)


@blueprint.get("/help")
def help_now() -> ResponseReturnValue:
    """Show whom to call; without a session, only what tells nothing."""
    try:
        run = gate.run_before_word()
    except RunEndedError:
        lines = help_lines.neutral_lines("en")
        return render_template("respond/help.html", lines=lines, back=None)
    if run.needs_code_word:
        lines = help_lines.neutral_lines(run.language)
    else:
        lines = help_lines.named(run.questionnaire.help_lines, run.language)
    back = url_for(".here")
    return render_template("respond/help.html", lines=lines, back=back)


@blueprint.get("/leave")
def leave() -> ResponseReturnValue:
    """End this session and go where nobody asks why."""
    token = gate.cookie()
    if token is not None and request.method == "GET":
        with database().transaction() as work:
            resume.leave(work, token, now=now())
        session.clear()
    return clear_site(redirect(settings().leave_url, 303))
