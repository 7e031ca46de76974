"""What does the meeting type: what it agrees, recommends and signs?"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from feedback.domain.grading import GRADE_LABELS, GRADES, Grading, Judgement
from feedback.domain.moderation import (
    ConsideredMissingError,
    ModerationError,
    ReasonMissingError,
    Recommendation,
)
from feedback.services.minutes import Point
from feedback.services.moderate import Agreement
from feedback.web.fields import (
    LONGEST_LINE,
    DayField,
    WordsField,
    add_error,
    chosen_day,
    free_text,
    is_blank,
)

NOT_GRADED: Final = "not_graded"
GRADE_CHOICES: Final = [
    *(SelectChoice(str(grade), GRADE_LABELS[grade]) for grade in GRADES),
    SelectChoice(NOT_GRADED, "Not graded"),
]


def name_of(one: Judgement) -> str:
    """Write a judgement as pages do: D3 Direct work and child's voice."""
    return one.label if one.is_headline else f"{one.value} {one.label}"


class AgreementForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What the meeting says about one judgement; no grade is chosen beforehand."""

    version = HiddenField()
    considered = WordsField(
        "Considered",
        free_text(),
        description=(
            "What the meeting made of the voice that disagrees: what it may mean, and "
            "why the grade moves or stays."
        ),
    )
    grade = RadioField("Agreed grade", choices=GRADE_CHOICES, validate_choice=False)
    not_graded_reason = WordsField("If not graded, why?", free_text())
    reason = WordsField(
        "Why does the grade move?",
        free_text(),
        description="Needed where the agreed grade is not the reviewer's.",
    )

    def is_sound(self) -> bool:
        """Check what can be checked without the record."""
        is_sound = bool(self.validate_on_submit())
        known = {choice.value for choice in GRADE_CHOICES}
        if self.grade.data and self.grade.data not in known:
            add_error(self.grade, "Choose one of the grades")
        if self.grade.data == NOT_GRADED and is_blank(self.not_graded_reason):
            add_error(self.not_graded_reason, "Say why it is not graded")
        elif self.grade.data != NOT_GRADED and not is_blank(self.not_graded_reason):
            add_error(
                self.not_graded_reason, "Choose Not graded above, or empty this box"
            )
        return is_sound and not self.errors

    def agreement(self, one: Judgement) -> Agreement:
        """Give what was said."""
        return Agreement(
            judgement=one,
            grading=self._grading(one),
            reason=self.reason.data or None,
            considered=self.considered.data or None,
            version=self.version.data or None,
        )

    def blame(self, error: ModerationError) -> None:
        """Put what was refused beside the control that mends it."""
        if isinstance(error, ConsideredMissingError):
            add_error(self.considered, str(error))
        elif isinstance(error, ReasonMissingError):
            add_error(self.reason, str(error))
        else:
            self.form_errors.append(str(error))

    def _grading(self, one: Judgement) -> Grading | None:
        chosen = self.grade.data
        if not chosen:
            return None
        if chosen == NOT_GRADED:
            return Grading(
                judgement=one,
                grade=None,
                not_graded_reason=self.not_graded_reason.data,
            )
        return Grading(judgement=one, grade=int(chosen))


class RecommendationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What is to be done, by whom and by when."""

    dimension = SelectField(
        "What it is about",
        choices=[
            SelectChoice("", "Choose"),
            *(SelectChoice(one.value, name_of(one)) for one in Judgement),
        ],
    )
    words = WordsField(
        "What is to be done",
        free_text(),
        description="One thing that somebody can do. Use no names of the family.",
    )
    owner = StringField(
        "Who owns it",
        free_text(LONGEST_LINE),
        description="A role, such as Team manager.",
    )
    due_on = DayField("By when")

    def is_sound(self, today: date) -> bool:
        """Check that all four are there, and that the day is still to come."""
        is_sound = bool(self.validate_on_submit())
        if not self.dimension.data and not self.dimension.errors:
            add_error(self.dimension, "Choose what it is about")
        if is_blank(self.words):
            add_error(self.words, "Write what is to be done")
        if is_blank(self.owner):
            add_error(self.owner, "Name who owns it")
        if self.due_on.data is None and not self.due_on.errors:
            add_error(self.due_on, "Enter the day by which it is done")
        elif self.due_on.data is not None and self.due_on.data < today:
            add_error(self.due_on, "Enter a day that is still to come")
        return is_sound and not self.errors

    def recommendation(self) -> Recommendation:
        """Give the recommendation."""
        return Recommendation(
            dimension=Judgement(self.dimension.data),
            words=self.words.data,
            owner=self.owner.data,
            due_on=chosen_day(self.due_on),
        )


class SignForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A signature: which record was read, and that it was."""

    digest = HiddenField()
    have_read = BooleanField("I have read this record and I sign it for my seat")

    def is_sound(self) -> bool:
        """Check that the signer says so."""
        is_sound = bool(self.validate_on_submit())
        if not self.have_read.data:
            add_error(self.have_read, "Tick the box to sign")
        return is_sound and not self.errors


def agreement_values(point: Point) -> Mapping[str, Any]:
    """Give what the form shows when it is opened: only what the meeting saved."""
    agreed = point.agreed
    chosen = None if agreed is None else str(agreed.grade or NOT_GRADED)
    return {
        "version": point.version,
        "considered": point.considered,
        "grade": chosen,
        "not_graded_reason": None if agreed is None else agreed.not_graded_reason,
        "reason": point.reason,
    }
