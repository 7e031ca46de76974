"""What do the first commenter, and whoever opens the meeting, type?"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from feedback.domain.access import AccountId
from feedback.domain.grading import GRADE_LABELS, GRADES, Grading, Judgement
from feedback.domain.moderation import SEAT_LABELS, Seat
from feedback.services.comment import NewComment, Proposal
from feedback.services.meet import Candidate, NewMeeting, Sitting
from feedback.web.fields import (
    LONGEST_LINE,
    DayField,
    WordsField,
    add_error,
    chosen_day,
    free_text,
    is_blank,
)

PROPOSALS: Final = [
    SelectChoice("", "No other grade"),
    *(SelectChoice(str(grade), GRADE_LABELS[grade]) for grade in GRADES),
]
NOBODY: Final = SelectChoice("", "Choose a person")


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
            held_on=chosen_day(self.held_on),
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


def _described(one: Candidate, seat: Seat) -> str:
    suffix = "" if seat in one.seats else " (deputy)"
    return f"{one.name}, {one.job_title}{suffix}"
