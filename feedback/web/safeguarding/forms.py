"""What does somebody write about an alert?"""

from typing import Final

from flask_wtf import FlaskForm
from wtforms import Field, RadioField, ValidationError

from feedback.domain.alert import Told
from feedback.web.fields import SaysSomething, WordsField, free_text

TOLD_LABELS: Final = {
    Told.YES: "Yes",
    Told.NO: "No",
    Told.NOT_SAFE_TO: "No, it would not be safe to tell them",
}


class NoteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What was done so far."""

    note = WordsField(
        "Add a note",
        [SaysSomething("Write what was done"), *free_text()],
        description="What you tried, whom you spoke with, what you agreed.",
    )


class CloseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What came of it."""

    outcome = WordsField(
        "What came of it?",
        [
            SaysSomething(
                "Write what came of it. An alert cannot be closed without an outcome"
            ),
            *free_text(),
        ],
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

    words = WordsField(
        "What have you seen or heard?",
        [
            SaysSomething("Write what makes you think that somebody may not be safe"),
            *free_text(),
        ],
        description=(
            "Say who may be at risk, from what, and how you know. Only the duty "
            "contact and the Head of Safeguarding and QA read this."
        ),
    )
