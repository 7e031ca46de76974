"""How is the first comment made, and read?"""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.grading import GradeLayer, Judgement
from feedback.domain.moderation import ModerationError, who_comments_first
from feedback.services import comment as comments
from feedback.services.read_grades import grades_of
from feedback.web.context import database, now
from feedback.web.guards import (
    actor,
    allowed,
    current_review,
    current_standing,
    guarded,
)
from feedback.web.moderate.forms import name_of
from feedback.web.moderate.opening_forms import CommentForm
from feedback.web.moderate.pages import blueprint


@blueprint.get("/comment")
@guarded(Action.FIRST_COMMENT, Action.MODERATE)
def comment(reference: str) -> ResponseReturnValue:
    """Show the first comment, or the page to make it, or who makes it."""
    return _page(reference, CommentForm())


@blueprint.post("/comment")
@guarded(Action.FIRST_COMMENT, Action.MODERATE)
def save_comment(reference: str) -> ResponseReturnValue:
    """Make the first comment, for ever."""
    form = CommentForm()
    if not form.is_sound():
        return _page(reference, form), 422
    try:
        with database().transaction() as work:
            comments.comment(
                work, current_review(), form.comment(), by=actor(), now=now()
            )
    except ModerationError as error:
        form.form_errors.append(str(error))
        return _page(reference, form), 422
    flash("Your comment is recorded. The meeting can be opened now", "success")
    return redirect(url_for(".comment", reference=reference), 303)


def _page(reference: str, form: CommentForm) -> str:
    standing = current_standing()
    with database().transaction() as work:
        made = comments.read_first_comment(
            work, current_review(), by=actor(), now=now()
        )
        # Before lock nobody but the reviewer may know what was graded.
        grades = grades_of(work, current_review()) if standing.is_locked else None
    return render_template(
        "moderate/comment.html",
        reference=reference,
        form=form,
        form_failed=bool(form.errors),
        made=made,
        judgements=[(one, name_of(one)) for one in Judgement],
        standing=grades.reviewers if grades else {},
        first=grades.in_layer(GradeLayer.INITIAL) if grades else {},
        proposed=grades.in_layer(GradeLayer.PROPOSED) if grades else {},
        is_locked=standing.is_locked,
        is_reviewer=standing.is_reviewer,
        may_comment=allowed(Action.FIRST_COMMENT),
        who=who_comments_first(standing),
    )
