"""Who is asked now, in person or by message, and what if it must stop?"""

from uuid import UUID

from flask import abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from feedback.domain.access import Action
from feedback.domain.errors import FeedbackError
from feedback.domain.outlook import OutlookKind
from feedback.services import duty, invite, on_request, resend, sign_in, stop
from feedback.services.invite import InviteResult, NoDutyRouteError
from feedback.services.read_people import Participant
from feedback.web.context import database, now, settings
from feedback.web.guards import actor, current_review, current_staff, guarded
from feedback.web.headers import clear_site
from feedback.web.office.blueprint import blueprint
from feedback.web.office.people import read_everybody, read_one
from feedback.web.office.review_forms import sentence_case

NO_DUTY = (
    "A child is to be asked, and no duty contact is set. An operator sets one with "
    "the command duty set; until then nobody would hear if the child is not safe."
)
STAYS_STOPPED = (
    "Noted. But a number or address of theirs stays stopped: STOP was sent from it, or "
    "somebody else who is reached there asked for no more. Find them a way of their "
    "own."
)


@blueprint.get("/<reference>/invite")
@guarded(Action.SEND_INVITATIONS)
def invite_check(reference: str) -> ResponseReturnValue:
    """Show exactly who gets what and when, before anything is sent."""
    return _check_page(reference)


@blueprint.post("/<reference>/invite")
@guarded(Action.SEND_INVITATIONS)
def invite_people(reference: str) -> ResponseReturnValue:
    """Invite everybody who was not invited yet; pressing twice is harmless."""
    try:
        with database().transaction() as work:
            result = invite.invite(
                work,
                current_review(),
                rules=invite.rules(settings()),
                by=actor(),
                now=now(),
            )
    except NoDutyRouteError:
        return _check_page(reference, problem=NO_DUTY), 422
    except FeedbackError as error:
        return _check_page(reference, problem=sentence_case(f"{error}.")), 422
    flash(_told(result), "success")
    return redirect(url_for(".people", reference=reference), 303)


@blueprint.post("/<reference>/people/<uuid:person>/open")
@guarded(Action.SEND_INVITATIONS)
def open_here(reference: str, person: UUID) -> ResponseReturnValue:
    """Start a person's form on this device, and sign the member of staff out of it."""
    found = read_one(person)
    if not found.may_start_here:
        abort(404)
    try:
        with database().transaction() as work:
            token = invite.open_here(
                work, person, rules=invite.rules(settings()), by=actor(), now=now()
            )
            # Whoever answers now must not be able to go back to staff pages.
            sign_in.sign_out(work, current_staff(), now=now())
    except NoDutyRouteError:
        flash(NO_DUTY)
        return redirect(url_for(".person", reference=reference, person=person), 303)
    session.clear()
    return clear_site(redirect(f"/r/{token}", 303))


@blueprint.post("/<reference>/people/<uuid:person>/send")
@guarded(Action.SEND_INVITATIONS)
def send_again(reference: str, person: UUID) -> ResponseReturnValue:
    """Send a person's link once more."""
    read_one(person)
    try:
        with database().transaction() as work:
            is_new = resend.resend(
                work, person, rules=invite.rules(settings()), by=actor(), now=now()
            )
    except resend.StoppedError:
        flash("They asked for no more messages. Start messages again first.")
    except resend.NotOpenError:
        flash("There is nothing to send: they answered, or said no, or time is over.")
    except FeedbackError as error:
        flash(sentence_case(str(error)))
    else:
        flash(
            "The link goes to them again, in their safe hours."
            if is_new
            else "A message with the link is waiting already.",
            "success",
        )
    return redirect(url_for(".person", reference=reference, person=person), 303)


@blueprint.post("/<reference>/people/<uuid:person>/stop")
@guarded(Action.SEND_INVITATIONS)
def stop_messages(reference: str, person: UUID) -> ResponseReturnValue:
    """Stop all messages to a person."""
    invitation = _invitation(read_one(person))
    with database().transaction() as work:
        stop.stop_messages(
            work, invitation, reason="asked_staff", by=actor(), now=now()
        )
    flash("Messages to them are stopped. Their link still opens.", "success")
    return redirect(url_for(".person", reference=reference, person=person), 303)


@blueprint.post("/<reference>/people/<uuid:person>/resume")
@guarded(Action.SEND_INVITATIONS)
def resume_messages(reference: str, person: UUID) -> ResponseReturnValue:
    """Allow messages to a person again."""
    invitation = _invitation(read_one(person))
    with database().transaction() as work:
        left = resend.resume_messages(work, invitation, by=actor(), now=now())
    if left:
        flash(STAYS_STOPPED)
    else:
        flash("Messages may go to them again. Nothing is sent by itself.", "success")
    return redirect(url_for(".person", reference=reference, person=person), 303)


@blueprint.get("/<reference>/people/<uuid:person>/close")
@guarded(Action.SEND_INVITATIONS)
def close(reference: str, person: UUID) -> ResponseReturnValue:
    """Ask once before a person's link is closed."""
    found = read_one(person)
    return _ask("office/close.html", reference, found)


@blueprint.post("/<reference>/people/<uuid:person>/close")
@guarded(Action.SEND_INVITATIONS)
def close_link(reference: str, person: UUID) -> ResponseReturnValue:
    """Close a person's link at once."""
    invitation = _invitation(read_one(person))
    try:
        with database().transaction() as work:
            resend.revoke(work, invitation, by=actor(), now=now())
    except FeedbackError:
        flash("Their link has ended already.")
    else:
        flash("Their link is closed. What was waiting is not sent.", "success")
    return redirect(url_for(".person", reference=reference, person=person), 303)


@blueprint.get("/<reference>/people/<uuid:person>/withdraw")
@guarded(Action.SEND_INVITATIONS)
def withdraw(reference: str, person: UUID) -> ResponseReturnValue:
    """Ask once before a person's answers are taken out."""
    found = read_one(person)
    return _ask("office/withdraw.html", reference, found)


@blueprint.post("/<reference>/people/<uuid:person>/withdraw")
@guarded(Action.SEND_INVITATIONS)
def take_out(reference: str, person: UUID) -> ResponseReturnValue:
    """Take a person's answers out of the view, because they asked for it."""
    invitation = _invitation(read_one(person))
    try:
        with database().transaction() as work:
            on_request.take_out(work, invitation, by=actor(), now=now())
    except on_request.LockedError as error:
        flash(str(error))
    except FeedbackError:
        flash("There are no answers to take out.")
    else:
        flash("Their answers are taken out.", "success")
    return redirect(url_for(".person", reference=reference, person=person), 303)


def _check_page(reference: str, problem: str | None = None) -> str:
    head, everybody = read_everybody()
    with database().reading() as reading:
        has_duty = duty.duty_route(reading) is not None
    to_do = [one for one in everybody if one.is_to_invite]
    return render_template(
        "office/invite.html",
        form=FlaskForm(),
        reference=reference,
        head=head,
        messages=_of_kind(to_do, OutlookKind.MESSAGE),
        in_person=_of_kind(to_do, OutlookKind.IN_PERSON),
        held=_of_kind(to_do, OutlookKind.HELD),
        not_asked=_of_kind(everybody, OutlookKind.NOT_ASKED),
        is_done=bool(everybody) and not to_do,
        lacks_duty=not has_duty
        and any(one.person.group.value == "child" for one in to_do),
        problem=problem,
        form_failed=problem is not None,
    )


def _of_kind(
    everybody: list[Participant] | tuple[Participant, ...], kind: OutlookKind
) -> list[Participant]:
    return [one for one in everybody if one.outlook.kind is kind]


def _told(result: InviteResult) -> str:
    parts = [
        f"{count} {words}"
        for count, words in (
            (result.queued, "to be messaged in their safe hours"),
            (result.in_person, "to be asked in person"),
            (result.held, "held until somebody checks"),
        )
        if count
    ]
    return (
        f"People invited: {', '.join(parts)}."
        if parts
        else "Nobody was left to invite."
    )


def _invitation(found: Participant) -> UUID:
    if found.invitation is None:
        abort(404)
    return found.invitation


def _ask(template: str, reference: str, found: Participant) -> str:
    _invitation(found)
    return render_template(template, form=FlaskForm(), reference=reference, found=found)
