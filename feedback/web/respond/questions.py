"""What is asked on this page, and what came back?"""

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from feedback.domain.answering import read_page
from feedback.services import respond
from feedback.web.context import database, now
from feedback.web.respond import gate, pages

blueprint = Blueprint("questions", __name__, url_prefix="/s/q")


@blueprint.get("/<int:number>")
def question(number: int) -> ResponseReturnValue:
    """Ask what is next; earlier pages show again only to who answered them."""
    run = gate.current_run()
    page = pages.page_at(run.questionnaire, number)
    if page is None or not pages.may_show(run, page):
        return redirect(pages.next_address(run), 303)
    return render_template("respond/question.html", page=pages.question_page(run, page))


@blueprint.post("/<int:number>")
def save(number: int) -> ResponseReturnValue:
    """Keep a page's answers at once."""
    with database().transaction() as work:
        run = gate.held_run(work)
        page = pages.page_at(run.questionnaire, number)
        if page is None:
            abort(404)
        raw = request.form.to_dict(flat=False)
        reading = read_page(run.questionnaire, page, raw, skip="skip" in request.form)
        if reading.is_sound:
            respond.save_page(work, run, reading.answers, gate.links(), now=now())
    if not reading.is_sound:
        shown = pages.question_page(run, page, reading)
        failed = render_template("respond/question.html", page=shown, form_failed=True)
        return failed, 422
    return redirect(pages.next_address(run, reading.answers), 303)
