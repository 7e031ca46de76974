"""How is the meeting opened, and how far has it come?"""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.moderation import ModerationError, Seat, who_comments_first
from feedback.services import meet
from feedback.services.meet import Candidate
from feedback.services.read_record import stage_of
from feedback.web.context import database, now
from feedback.web.guards import (
    actor,
    current_review,
    current_staff,
    current_standing,
    guarded,
)
from feedback.web.moderate.forms import name_of
from feedback.web.moderate.opening_forms import MeetingForm
from feedback.web.moderate.pages import blueprint, record_here


@blueprint.get("/meeting")
@guarded(Action.MODERATE)
def meeting(reference: str) -> ResponseReturnValue:
    """Show the walk through the record, or the page to open the meeting."""
    with database().reading() as reading:
        stage = stage_of(reading, current_review())
    if not stage.is_open:
        return _opening(reference, None, may_open=stage.has_comment)
    record = record_here()
    if record.is_signed:
        return redirect(url_for(".record", reference=reference), 303)
    return render_template(
        "moderate/meeting.html",
        reference=reference,
        record=record,
        mine=record.seat_of(current_staff().account),
        name_of=name_of,
    )


@blueprint.post("/meeting")
@guarded(Action.MODERATE)
def open_meeting(reference: str) -> ResponseReturnValue:
    """Open the meeting with its four seats."""
    form = MeetingForm()
    with database().reading() as reading:
        form.offer(meet.candidates(reading, current_review(), now=now()))
    if not form.is_sound():
        return _opening(reference, form, may_open=True), 422
    try:
        with database().transaction() as work:
            meet.open_meeting(
                work, current_review(), form.meeting(), by=actor(), now=now()
            )
    except ModerationError as error:
        form.form_errors.append(str(error))
        return _opening(reference, form, may_open=True), 422
    flash("The meeting is open. Start at the top of the list", "success")
    return redirect(url_for(".meeting", reference=reference), 303)


def _opening(reference: str, form: MeetingForm | None, *, may_open: bool) -> str:
    with database().reading() as reading:
        candidates = meet.candidates(reading, current_review(), now=now())
    if form is None:
        form = MeetingForm(held_on=now().date(), **_usual(candidates))
        form.offer(candidates)
    return render_template(
        "moderate/open_meeting.html",
        reference=reference,
        form=form,
        form_failed=bool(form.errors),
        seats=tuple(Seat),
        may_open=may_open,
        who=who_comments_first(current_standing()),
    )


def _usual(candidates: Sequence[Candidate]) -> dict[str, str]:
    """Put the people who hold the seats into them, as far as that is plain."""
    usual: dict[str, str] = {}
    for seat in Seat:
        free = [
            one
            for one in candidates
            if seat in one.seats and str(one.account) not in usual.values()
        ]
        by_title = [one for one in free if one.job_title == seat.label]
        for one in (by_title or free)[:1]:
            usual[seat.value] = str(one.account)
    return usual
