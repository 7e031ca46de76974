"""How can a person be reached safely?"""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from feedback.domain.access import Action
from feedback.domain.intake import IntakeError, NewContact
from feedback.domain.review import ReviewError
from feedback.services import enrol, read_contact
from feedback.services.enrol import InvitedError, NoSuchPersonError
from feedback.web.context import database, now
from feedback.web.guards import actor, allowed, current_review, guarded
from feedback.web.office.blueprint import blueprint
from feedback.web.office.contact_forms import ContactForm
from feedback.web.office.people import read_one
from feedback.web.office.review_forms import sentence_case


@blueprint.get("/<reference>/people/<uuid:person>/contacts/new")
@guarded(Action.CREATE_REVIEW)
def new_contact(reference: str, person: UUID) -> ResponseReturnValue:
    """Ask how a person can be reached."""
    found = read_one(person)
    return render_template(
        "office/new-contact.html", form=ContactForm(), reference=reference, found=found
    )


@blueprint.post("/<reference>/people/<uuid:person>/contacts/new")
@guarded(Action.CREATE_REVIEW)
def add_contact(reference: str, person: UUID) -> ResponseReturnValue:
    """Add a way to reach a person."""
    found = read_one(person)
    form = ContactForm()
    wanted = form.contact() if form.is_sound() else None
    if wanted is None or not _added(form, person, wanted):
        page = render_template(
            "office/new-contact.html",
            form=form,
            reference=reference,
            found=found,
            form_failed=True,
        )
        return page, 422
    flash("The contact is saved.", "success")
    return redirect(url_for(".person", reference=reference, person=person), 303)


@blueprint.get("/<reference>/people/<uuid:person>/contacts/<uuid:contact>")
@guarded(Action.CREATE_REVIEW)
def contact(reference: str, person: UUID, contact: UUID) -> ResponseReturnValue:
    """Show what a person said about a way to reach them, to change it."""
    found = read_one(person)
    form = ContactForm()
    form.show(_contact(person, contact), with_address=allowed(Action.SEE_CONTACTS))
    return _edit_page(form, reference, found=found, contact=contact)


@blueprint.post("/<reference>/people/<uuid:person>/contacts/<uuid:contact>")
@guarded(Action.CREATE_REVIEW)
def change_contact(reference: str, person: UUID, contact: UUID) -> ResponseReturnValue:
    """Record what a person says now about a way to reach them."""
    found = read_one(person)
    before = _contact(person, contact)
    kept = None if allowed(Action.SEE_CONTACTS) else before
    form = ContactForm()
    wanted = form.contact(kept) if form.is_sound(kept) else None
    if wanted is None or not _changed(form, contact, wanted):
        page = _edit_page(
            form, reference, found=found, contact=contact, form_failed=True
        )
        return page, 422
    flash("The contact is saved.", "success")
    return redirect(url_for(".person", reference=reference, person=person), 303)


@blueprint.post("/<reference>/people/<uuid:person>/contacts/<uuid:contact>/remove")
@guarded(Action.CREATE_REVIEW)
def remove_contact(reference: str, person: UUID, contact: UUID) -> ResponseReturnValue:
    """Take a way to reach a person out again."""
    _contact(person, contact)
    try:
        with database().transaction() as work:
            enrol.remove_contact(work, contact, by=actor(), now=now())
    except InvitedError as error:
        flash(str(error))
    else:
        flash("The contact is taken out.", "success")
    return redirect(url_for(".person", reference=reference, person=person), 303)


def _contact(person: UUID, contact: UUID) -> NewContact:
    try:
        with database().transaction() as work:
            return read_contact.contact(
                work, current_review(), person, contact, by=actor(), now=now()
            )
    except NoSuchPersonError:
        abort(404)


def _edit_page(form: ContactForm, reference: str, **more: object) -> str:
    return render_template(
        "office/edit-contact.html",
        form=form,
        reference=reference,
        shows_contacts=allowed(Action.SEE_CONTACTS),
        **more,
    )


def _added(form: ContactForm, person: UUID, wanted: NewContact) -> bool:
    try:
        with database().transaction() as work:
            enrol.add_contact(work, person, wanted, by=actor(), now=now())
    except ReviewError as error:
        _refuse(form, error)
    else:
        return True
    return False


def _changed(form: ContactForm, contact: UUID, wanted: NewContact) -> bool:
    try:
        with database().transaction() as work:
            enrol.change_contact(work, contact, wanted, by=actor(), now=now())
    except ReviewError as error:
        _refuse(form, error)
    else:
        return True
    return False


def _refuse(form: ContactForm, error: ReviewError) -> None:
    field, words = form.value, str(error)
    if isinstance(error, IntakeError):
        by_name = {one.name: one for one in form}
        field = by_name.get(error.field, form.value)
        words = error.sentence
    field.errors = [sentence_case(words)]
