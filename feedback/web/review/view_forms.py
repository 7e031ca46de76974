"""What is typed beside the triangulated view: readings of words, and concerns?"""

from datetime import date
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from feedback.services.code_words import Coding
from feedback.services.raise_concern import NewConcern
from feedback.web.fields import (
    LONGEST_LINE,
    DayField,
    WordsField,
    add_error,
    free_text,
    is_blank,
)
from triangulation import CommentStance, Dimension


class CodingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How a person reads somebody's words."""

    # Named here: for a name of its own the library would read a catalogue each time.
    answer = HiddenField("Answer", validators=[InputRequired()])
    dimension = SelectField(
        "This is about",
        choices={one.value: f"{one.value} {one.label}" for one in Dimension},
    )
    stance = RadioField(
        "It is a", choices={one.value: one.label for one in CommentStance}
    )

    def coding(self) -> Coding | None:
        """Give the reading; None where the words' id is none."""
        try:
            answer = UUID(self.answer.data)
        except ValueError:
            return None
        return Coding(
            answer=answer,
            dimension=Dimension(self.dimension.data),
            stance=CommentStance(self.stance.data),
        )


class UndoForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which reading of words is taken back."""

    coding = HiddenField("Coding", validators=[InputRequired()])

    def coding_id(self) -> UUID | None:
        """Give its id; None where it is none."""
        try:
            return UUID(self.coding.data)
        except ValueError:
            return None


class ConcernForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """An area of significant concern."""

    words = WordsField(
        "What is the concern?",
        free_text(),
        description="A serious or repeated weakness in the work. Use no names.",
    )
    owner = StringField(
        "Who owns putting it right?",
        free_text(LONGEST_LINE),
        description="A post, such as Service Manager, Children in Care.",
    )
    due_on = DayField("By when?")

    def is_sound(self, today: date) -> bool:
        """Check that all three parts are there."""
        self.validate_on_submit()
        if is_blank(self.words):
            add_error(self.words, "Say what the concern is")
        if is_blank(self.owner):
            add_error(self.owner, "Say who owns putting it right")
        if self.due_on.data is None and not self.due_on.errors:
            add_error(self.due_on, "Enter the date by which it is put right")
        if self.due_on.data is not None and self.due_on.data < today:
            add_error(self.due_on, "The date is in the past")
        return not self.errors

    def concern(self, link: str) -> NewConcern | None:
        """Give the concern that was typed; None where its date is missing."""
        if self.due_on.data is None:
            return None
        return NewConcern(
            words=self.words.data,
            owner=self.owner.data,
            due_on=self.due_on.data,
            link=link,
        )
