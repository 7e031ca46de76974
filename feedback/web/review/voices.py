"""What did people say beside the grades, and how does a person read their words?"""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.services import code_words as coding
from feedback.services.code_words import CodingError
from feedback.services.triangulate import triangulated_view
from feedback.web.context import database, now
from feedback.web.errors import error_page
from feedback.web.guards import actor, allowed, current_review, guarded
from feedback.web.review.pages import blueprint
from feedback.web.review.view_forms import CodingForm, UndoForm


@blueprint.get("/view")
@guarded(Action.SEE_ANSWERS)
def view(reference: str) -> ResponseReturnValue:
    """Show how the voices stand beside the locked grades."""
    with database().transaction() as work:
        found = triangulated_view(work, current_review(), by=actor(), now=now())
    may_code = allowed(Action.CODE_WORDS) and found.state.takes_feedback
    return render_template(
        "review/view.html",
        reference=reference,
        view=found,
        coding_form=CodingForm(formdata=None) if may_code else None,
        may_raise_concern=allowed(Action.RAISE_CONCERN),
    )


@blueprint.post("/view/words")
@guarded(Action.CODE_WORDS)
def code_words(reference: str) -> ResponseReturnValue:
    """Note words as a strength or a concern of a dimension."""
    form = CodingForm()
    read = form.coding() if form.validate_on_submit() else None
    if read is None:
        return error_page(422)
    try:
        with database().transaction() as work:
            coding.code_words(work, current_review(), read, by=actor(), now=now())
    except CodingError as error:
        flash(str(error))
    return redirect(_words(reference, str(read.answer)), 303)


@blueprint.post("/view/words/undo")
@guarded(Action.CODE_WORDS)
def undo_coding(reference: str) -> ResponseReturnValue:
    """Take a reading of words back."""
    form = UndoForm()
    which = form.coding_id() if form.validate_on_submit() else None
    if which is None:
        return error_page(422)
    try:
        with database().transaction() as work:
            coding.undo_coding(work, current_review(), which, by=actor(), now=now())
    except CodingError as error:
        flash(str(error))
    return redirect(_words(reference, ""), 303)


def _words(reference: str, answer: str) -> str:
    """Come back to the words that were read."""
    anchor = f"words-{answer}" if answer else "words"
    return f"{url_for('.view', reference=reference)}#{anchor}"
