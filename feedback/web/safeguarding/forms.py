"""What does somebody write about an alert?"""

from typing import Final

from flask_wtf import FlaskForm
from wtforms import Field, RadioField, TextAreaField, ValidationError

from feedback.domain.alert import Told
from feedback.domain.answering import LONGEST_WORDS

TOLD_LABELS: Final = {
    Told.YES: "Yes",
    Told.NO: "No",
    Told.NOT_SAFE_TO: "No, it would not be safe to tell them",
}


class Words:
    """Words that say something, kept as they are written."""

    def __init__(self, missing: str) -> None:
        self._missing = missing

    def __call__(self, form: FlaskForm, field: Field) -> None:
        """Refuse what cannot be kept, and say what to do."""
        del form
        words = field.data or ""
        if not words.strip():
            raise ValidationError(self._missing)
        if "\0" in words:
            raise ValidationError("Take out the hidden sign in this text")
        if len(words) > LONGEST_WORDS:
            raise ValidationError("Shorten this to 10,000 characters or fewer")


class NoteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What was done so far."""

    note = TextAreaField(
        "Add a note",
        [Words("Write what was done")],
        description="What you tried, whom you spoke with, what you agreed.",
    )


class CloseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What came of it."""

    outcome = TextAreaField(
        "What came of it?",
        [Words("Write what came of it. An alert cannot be closed without an outcome")],
        description="What was done, by whom, and what happens next.",
    )
    told = RadioField(
        "Was the person told what was done?",
        choices={told.value: label for told, label in TOLD_LABELS.items()},
        validate_choice=False,
    )

    def validate_told(self, field: Field) -> None:
        """Ask for one of the three."""
        if field.data not in {told.value for told in Told}:
            raise ValidationError("Choose whether the person was told")

    @property
    def told_person(self) -> Told:
        """The choice as the rules know it."""
        return Told(self.told.data)


class RaiseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a reviewer has come upon."""

    words = TextAreaField(
        "What have you seen or heard?",
        [Words("Write what makes you think that somebody may not be safe")],
        description=(
            "Say who may be at risk, from what, and how you know. Only the duty "
            "contact and the Head of Safeguarding and QA read this."
        ),
    )
