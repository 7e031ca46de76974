"""How do many reviews come in at once, from a file?"""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, FileField

from feedback.domain.access import Action
from feedback.domain.errors import FeedbackError
from feedback.domain.intake_file import NotReadableError
from feedback.services import bring_in, invite
from feedback.services.bring_in import Brought, Terms
from feedback.web.context import database, now, settings
from feedback.web.downloads import CSV, XLSX, attachment
from feedback.web.guards import actor, guarded
from feedback.web.office.blueprint import blueprint
from feedback.web.office.faults import Faults, gathered

MOST_FAULTS_SHOWN = 200


class ImportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A file of reviews."""

    file = FileField(
        "Your filled-in sheet",
        description="Excel (.xlsx) or CSV, up to 1 MB. An operator can bring in larger "
        "files, and JSON.",
    )
    is_held = BooleanField(
        "Do not invite anybody yet",
        description="Then rehearse each review, and invite from its own page.",
    )
    is_partial = BooleanField(
        "Take the reviews that are sound, although others are not",
        description="Otherwise one fault stores nothing.",
    )


@blueprint.get("/import")
@guarded(Action.CREATE_REVIEW)
def import_form() -> ResponseReturnValue:
    """Ask for a file."""
    return render_template(
        "office/import.html", form=ImportForm(), faults=Faults(), fault_count=0
    )


@blueprint.get("/import/people.xlsx")
@guarded(Action.CREATE_REVIEW)
def workbook_template() -> ResponseReturnValue:
    """Give an Excel workbook to fill in."""
    return attachment(bring_in.empty_workbook(), XLSX, "people.xlsx")


@blueprint.get("/import/people.csv")
@guarded(Action.CREATE_REVIEW)
def csv_template() -> ResponseReturnValue:
    """Give a CSV file to fill in."""
    return attachment(bring_in.empty_csv(), CSV, "people.csv")


@blueprint.post("/import")
@guarded(Action.CREATE_REVIEW)
def import_file() -> ResponseReturnValue:
    """Bring in the reviews of a file, or tell every fault."""
    form = ImportForm()
    brought = _brought(form) if form.validate_on_submit() else None
    if brought is None or (brought.faults and brought.is_empty):
        return _faulty_page(form, brought), 422
    flash(_told(brought, is_held=bool(form.is_held.data)), "success")
    if brought.faults:
        return _faulty_page(form, brought)
    return redirect(url_for(".reviews"), 303)


def _brought(form: ImportForm) -> Brought | None:
    upload = form.file.data
    # A field of this name that is no file comes as text.
    raw = upload.read() if isinstance(upload, FileStorage) else b""
    if not raw:
        form.file.errors = ["Choose a file that is not empty"]
        return None
    try:
        given = bring_in.load(raw)
        terms = Terms(
            rules=invite.rules(settings()),
            is_partial=bool(form.is_partial.data),
            is_held=bool(form.is_held.data),
        )
        with database().transaction() as work:
            return bring_in.bring_in(work, given, terms, by=actor(), now=now())
    except NotReadableError as error:
        form.file.errors = [f"The file {error}"]
    except FeedbackError as error:
        form.file.errors = [f"Nothing was stored: {error}"]
    return None


def _faulty_page(form: ImportForm, brought: Brought | None) -> str:
    faults = gathered(() if brought is None else brought.faults)
    if len(faults) and not form.file.errors:
        form.file.errors = [
            "One thing in this file needs a correction"
            if len(faults) == 1
            else f"{len(faults)} things in this file need a correction"
        ]
    return render_template(
        "office/import.html",
        form=form,
        faults=Faults(
            of_rows=faults.of_rows[:MOST_FAULTS_SHOWN],
            others=faults.others[:MOST_FAULTS_SHOWN],
        ),
        fault_count=len(faults),
        is_partial=brought is not None and not brought.is_empty,
        form_failed=True,
    )


def _told(brought: Brought, *, is_held: bool) -> str:
    parts = []
    if brought.reviews:
        parts.append(
            f"{_counted(brought.reviews, 'review is in', 'reviews are in')}, with "
            f"{_counted(brought.people, 'person', 'people')}."
        )
        parts.append(
            "Nobody is invited yet: open a review to rehearse it, then invite."
            if is_held
            else f"{_counted(brought.messages, 'message waits', 'messages wait')} for "
            "safe hours."
        )
    if brought.unchanged:
        there = _counted(brought.unchanged, "review was", "reviews were")
        parts.append(f"{there} there already.")
    return " ".join(parts)


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
