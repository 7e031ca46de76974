"""What do the first commenter and the meeting type?"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice

from feedback.domain.access import AccountId
from feedback.domain.grading import GRADE_LABELS, GRADES, Grading, Judgement
from feedback.domain.moderation import (
    SEAT_LABELS,
    ConsideredMissingError,
    ModerationError,
    ReasonMissingError,
    Recommendation,
    Seat,
)
from feedback.services.comment import NewComment, Proposal
from feedback.services.meet import Candidate, NewMeeting, Sitting
from feedback.services.minutes import Point
from feedback.services.moderate import Agreement
from feedback.web.fields import (
    LONGEST_LINE,
    DayField,
    WordsField,
    add_error,
    free_text,
    is_blank,
)

NOT_GRADED: Final = "not_graded"
GRADE_CHOICES: Final = [
    *(SelectChoice(str(grade), GRADE_LABELS[grade]) for grade in GRADES),
    SelectChoice(NOT_GRADED, "Not graded"),
]
PROPOSALS: Final = [
    SelectChoice("", "No other grade"),
    *(SelectChoice(str(grade), GRADE_LABELS[grade]) for grade in GRADES),
]
NOBODY: Final = SelectChoice("", "Choose a person")


def name_of(one: Judgement) -> str:
    """Write a judgement as pages do: D3 Direct work and child's voice."""
    return one.label if one.is_headline else f"{one.value} {one.label}"


class CommentForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The first comment; a grade and a reason for each judgement hang on it."""

    words = WordsField(
        "Your comment",
        free_text(),
        description=(
            "What is strong, what you would question, and what the meeting should "
            "talk about. Use no names."
        ),
    )

    def proposal_fields(self, one: Judgement) -> tuple[Field, Field]:
        """Give the two controls of one judgement: the grade and the reason."""
        return self[f"grade_{one.value}"], self[f"reason_{one.value}"]

    def is_sound(self) -> bool:
        """Check that there are words, and a reason for every other grade."""
        is_sound = bool(self.validate_on_submit())
        if is_blank(self.words):
            add_error(self.words, "Write what you make of this review")
        for one in Judgement:
            grade, reason = self.proposal_fields(one)
            if grade.data and is_blank(reason):
                add_error(reason, f"Say why you propose another grade for {one.label}")
            elif not grade.data and not is_blank(reason):
                add_error(grade, f"Choose the grade you propose for {one.label}")
        return is_sound and not self.errors

    def comment(self) -> NewComment:
        """Give what was said."""
        return NewComment(
            words=self.words.data,
            proposals=tuple(
                Proposal(
                    grading=Grading(judgement=one, grade=int(grade.data)),
                    reason=reason.data,
                )
                for one in Judgement
                for grade, reason in [self.proposal_fields(one)]
                if grade.data
            ),
        )


for _one in Judgement:
    setattr(
        CommentForm,
        f"grade_{_one.value}",
        SelectField("The grade you propose", choices=PROPOSALS, default=""),
    )
    setattr(
        CommentForm,
        f"reason_{_one.value}",
        WordsField("Why", free_text()),
    )


class MeetingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """When the meeting is held, and who sits in which seat."""

    held_on = DayField("When the meeting is held")

    def seat_fields(self, seat: Seat) -> tuple[Field, Field]:
        """Give the two controls of one seat: the person and the deputy's reason."""
        return self[seat.value], self[f"{seat.value}_deputy"]

    def offer(self, candidates: Iterable[Candidate]) -> None:
        """Offer who may sit; whoever holds a seat comes first in its list."""
        people = tuple(candidates)
        for seat in Seat:
            ordered = sorted(people, key=lambda one: seat not in one.seats)
            field, _ = self.seat_fields(seat)
            field.choices = [
                NOBODY,
                *(
                    SelectChoice(str(one.account), _described(one, seat))
                    for one in ordered
                ),
            ]

    def is_sound(self) -> bool:
        """Check that there is a day, and somebody in every seat."""
        is_sound = bool(self.validate_on_submit())
        if self.held_on.data is None and not self.held_on.errors:
            add_error(self.held_on, "Enter the day on which the meeting is held")
        for seat in Seat:
            field, _ = self.seat_fields(seat)
            if not field.data and not field.errors:
                add_error(field, f"Choose who sits as {seat.label}, or a deputy")
        return is_sound and not self.errors

    def meeting(self) -> NewMeeting:
        """Give the meeting to open."""
        return NewMeeting(
            held_on=_day(self.held_on),
            seats={
                seat: Sitting(
                    account=AccountId(UUID(person.data)), deputy_reason=why.data or None
                )
                for seat in Seat
                for person, why in [self.seat_fields(seat)]
            },
        )


for _seat in Seat:
    setattr(MeetingForm, _seat.value, SelectField(SEAT_LABELS[_seat], choices=[NOBODY]))
    setattr(
        MeetingForm,
        f"{_seat.value}_deputy",
        StringField(
            "If this is a deputy, why?",
            free_text(LONGEST_LINE),
        ),
    )


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
            due_on=_day(self.due_on),
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


def _day(field: DayField) -> date:
    if field.data is None:
        raise ValueError("ask is_sound first")
    return field.data


def _described(one: Candidate, seat: Seat) -> str:
    suffix = "" if seat in one.seats else " (deputy)"
    return f"{one.name}, {one.job_title}{suffix}"
