"""Who takes part in a review? People join, change and leave."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.intake import IntakeError, NewPerson
from feedback.domain.review import ReviewError
from feedback.services import enrol, invite, read_people, read_review
from feedback.services.enrol import InvitedError, NoSuchPersonError
from feedback.services.offer import offered
from feedback.services.read_people import Participant, Reading
from feedback.services.read_review import Head
from feedback.web.context import database, now, settings
from feedback.web.guards import actor, allowed, current_review, guarded
from feedback.web.office.blueprint import blueprint
from feedback.web.office.person_forms import PersonForm


@blueprint.get("/<reference>/people")
@guarded(Action.CREATE_REVIEW)
def people(reference: str) -> ResponseReturnValue:
    """List who takes part, and what happens to each next."""
    head, everybody = read_everybody()
    return render_template(
        "office/people.html",
        reference=reference,
        head=head,
        people=everybody,
        shows_contacts=allowed(Action.SEE_CONTACTS),
        may_send=allowed(Action.SEND_INVITATIONS),
        waiting=sum(one.is_to_invite for one in everybody),
    )


@blueprint.get("/<reference>/people/new")
@guarded(Action.CREATE_REVIEW)
def new_person(reference: str) -> ResponseReturnValue:
    """Ask who joins."""
    form = PersonForm()
    offer_forms(form)
    return render_template("office/new-person.html", form=form, reference=reference)


@blueprint.post("/<reference>/people/new")
@guarded(Action.CREATE_REVIEW)
def add_person(reference: str) -> ResponseReturnValue:
    """Add a person to the review."""
    form = PersonForm()
    offer_forms(form)
    wanted = form.person() if form.validate_on_submit() else None
    added = None if wanted is None else _added(form, wanted)
    if added is None:
        page = render_template(
            "office/new-person.html", form=form, reference=reference, form_failed=True
        )
        return page, 422
    flash("They are added. Next, say how to reach them.", "success")
    return redirect(url_for(".person", reference=reference, person=added), 303)


@blueprint.get("/<reference>/people/<uuid:person>")
@guarded(Action.CREATE_REVIEW)
def person(reference: str, person: UUID) -> ResponseReturnValue:
    """Show a person, how to reach them, and what can be done."""
    return _page(reference, read_one(person))


@blueprint.get("/<reference>/people/<uuid:person>/edit")
@guarded(Action.CREATE_REVIEW)
def edit_person(reference: str, person: UUID) -> ResponseReturnValue:
    """Show what is known of a person, to change it."""
    found = read_one(person)
    form = PersonForm()
    with database().reading() as reading:
        forms = offered(reading)
    form.offer(forms)
    form.show(found.person, forms)
    return render_template(
        "office/edit-person.html", form=form, reference=reference, found=found
    )


@blueprint.post("/<reference>/people/<uuid:person>/edit")
@guarded(Action.CREATE_REVIEW)
def change_person(reference: str, person: UUID) -> ResponseReturnValue:
    """Change what is known of a person."""
    found = read_one(person)
    form = PersonForm()
    offer_forms(form)
    wanted = form.person() if form.validate_on_submit() else None
    if wanted is None or not _changed(form, person, wanted):
        page = render_template(
            "office/edit-person.html",
            form=form,
            reference=reference,
            found=found,
            form_failed=True,
        )
        return page, 422
    flash("Saved.", "success")
    return redirect(url_for(".person", reference=reference, person=person), 303)


@blueprint.post("/<reference>/people/<uuid:person>/remove")
@guarded(Action.CREATE_REVIEW)
def remove_person(reference: str, person: UUID) -> ResponseReturnValue:
    """Take a person out again, before they were invited."""
    read_one(person)
    try:
        with database().transaction() as work:
            enrol.remove(work, person, by=actor(), now=now())
    except InvitedError as error:
        flash(str(error))
        return redirect(url_for(".person", reference=reference, person=person), 303)
    flash("They are taken out again. Nothing was sent.", "success")
    return redirect(url_for(".people", reference=reference), 303)


def read_everybody() -> tuple[Head, tuple[Participant, ...]]:
    """Read the current review and everybody at it."""
    with database().transaction() as work:
        everybody = read_people.people(
            work, current_review(), how_to_read(), by=actor(), now=now()
        )
        return read_review.head(work, current_review()), everybody


def read_one(person: UUID) -> Participant:
    """Read a person at the current review; 404 where they are not at it."""
    try:
        with database().transaction() as work:
            return read_people.participant(
                work, current_review(), person, how_to_read(), by=actor(), now=now()
            )
    except NoSuchPersonError:
        abort(404)


def how_to_read() -> Reading:
    """Say what the signed-in person may see of people."""
    return Reading(
        calendar=invite.rules(settings()).calendar,
        shows_contacts=allowed(Action.SEE_CONTACTS),
    )


def offer_forms(form: PersonForm) -> None:
    """List the forms and languages that are published."""
    with database().reading() as reading:
        form.offer(offered(reading))


def _page(reference: str, found: Participant) -> str:
    return render_template(
        "office/person.html",
        reference=reference,
        found=found,
        shows_contacts=allowed(Action.SEE_CONTACTS),
        may_send=allowed(Action.SEND_INVITATIONS),
    )


def _added(form: PersonForm, wanted: NewPerson) -> UUID | None:
    try:
        with database().transaction() as work:
            return enrol.enrol(work, current_review(), wanted, by=actor(), now=now())
    except IntakeError as error:
        form.refuse(error)
    except ReviewError as error:
        form.group.errors = [str(error)]
    return None


def _changed(form: PersonForm, person: UUID, wanted: NewPerson) -> bool:
    try:
        with database().transaction() as work:
            enrol.change(work, person, wanted, by=actor(), now=now())
    except IntakeError as error:
        form.refuse(error)
    except ReviewError as error:
        form.group.errors = [str(error)]
    else:
        return True
    return False
