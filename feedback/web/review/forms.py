"""What does a reviewer type: judgements, evidence, revisions?"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from flask_wtf import FlaskForm
from typing_extensions import override
from wtforms import RadioField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional

from feedback.domain.attention import Aspect, Attention
from feedback.domain.grade_lock import Revision
from feedback.domain.grading import (
    GRADE_LABELS,
    GRADES,
    EvidenceItem,
    Grading,
    Judgement,
    SourceType,
)
from feedback.domain.review import FeedbackSeen
from feedback.services.grade import Draft
from feedback.web.fields import (
    DayField,
    WordsField,
    add_error,
    free_text,
    is_blank,
)

NOT_GRADED: Final = "not_graded"
NONE_OF_THESE: Final = "none"
GRADE_CHOICES: Final = {
    **{str(grade): GRADE_LABELS[grade] for grade in GRADES},
    NOT_GRADED: "Not graded",
}
SOURCES: Final = {
    "": "Choose a source",
    **{one.value: one.label for one in SourceType},
}


# A summary of errors runs down the page: fields count in the order written here.
class AttentionFields(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which aspects of identity the work paid attention to."""

    attention = SelectMultipleField(
        "Which of these did the work pay attention to?",
        description=(
            "Tick what you saw considered in the work: in the record, in supervision, "
            "in what people told you. It is about the work, not a list of what this "
            "child is. It is not a grade."
        ),
    )

    def offer(self, aspects: Sequence[Aspect]) -> None:
        """List what there is to choose from, and that it is none of these."""
        labels = {one.value: one.label for one in aspects}
        self.attention.choices = {**labels, NONE_OF_THESE: "None of these"}

    def show(self, attention: Attention | None) -> None:
        """Start from what was said before."""
        if attention is not None:
            self.attention.data = list(attention.paid) or [NONE_OF_THESE]

    def check_attention(self) -> bool:
        """Refuse some and none at once."""
        chosen = self.attention.data or []
        if NONE_OF_THESE in chosen and len(chosen) > 1:
            add_error(
                self.attention,
                "Choose the aspects, or choose None of these, but not both",
            )
        return not self.attention.errors

    def said(self, offered: tuple[Aspect, ...]) -> Attention | None:
        """Give what is said; None where nothing is."""
        chosen = self.attention.data or []
        if not chosen:
            return None
        aspects = frozenset(Aspect(one) for one in chosen if one != NONE_OF_THESE)
        return Attention(aspects=aspects, offered=offered)


class GradeFields(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A grade, or why there is none."""

    grade = RadioField("Your grade", [Optional()], choices=GRADE_CHOICES)
    not_graded_reason = WordsField(
        "If it is not graded, why?",
        free_text(),
        description="For example: a new case, or it does not apply here.",
    )
    note = WordsField("Your note (optional)", free_text())


class WhyFields(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why a grade moves."""

    why = WordsField(
        "Why does the grade move?",
        free_text(),
        description=(
            "Both grades and this reason are kept, and everyone at the meeting "
            "reads them."
        ),
    )


class EvidenceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A piece of evidence: all four parts of it, or none."""

    source_type = SelectField("Where it comes from", choices=SOURCES, default="")
    observed_on = DayField("Date")
    statement = WordsField(
        "What it shows",
        free_text(),
        description="One short statement of fact. Use no names.",
    )
    so_what = WordsField(
        "So what for the child?",
        free_text(),
        description="What difference it made, or could make, to this child.",
    )

    @property
    def has_evidence(self) -> bool:
        """Whether anything of it was filled in."""
        return bool(
            self.source_type.data
            or any(self.observed_on.raw_data or ())
            or self.statement.data
            or self.so_what.data
        )

    def check_evidence(self, today: date) -> bool:
        """Say what is missing of a piece that was begun; True where all is there."""
        if not self.has_evidence:
            return True
        if not self.source_type.data:
            add_error(self.source_type, "Choose where the evidence comes from")
        if self.observed_on.data is None and not self.observed_on.errors:
            add_error(self.observed_on, "Enter the date of the evidence")
        if self.observed_on.data is not None and self.observed_on.data > today:
            add_error(self.observed_on, "The date of the evidence is in the future")
        if is_blank(self.statement):
            add_error(self.statement, "Say what the evidence shows")
        if is_blank(self.so_what):
            add_error(self.so_what, "Say what this means for the child")
        parts = (self.source_type, self.observed_on, self.statement, self.so_what)
        return not any(part.errors for part in parts)

    def evidence(self, judgement: Judgement) -> EvidenceItem | None:
        """Give the piece of evidence, where one was filled in."""
        if not self.has_evidence or self.observed_on.data is None:
            return None
        return EvidenceItem(
            judgement=judgement,
            source_type=SourceType(self.source_type.data),
            observed_on=self.observed_on.data,
            statement=self.statement.data,
            so_what=self.so_what.data,
        )


class JudgementForm(GradeFields, EvidenceForm):
    """A grade or why there is none, and evidence beside it; all may come later."""

    def is_sound(self, today: date) -> bool:
        """Check everything that was filled in."""
        is_valid = bool(self.validate_on_submit())
        return self._check_grade() & self.check_evidence(today) & is_valid

    def draft(self, judgement: Judgement) -> Draft:
        """Give the judgement as far as it is made."""
        return Draft(
            judgement=judgement,
            grade=self._number(),
            not_graded_reason=self.not_graded_reason.data or None,
            note=self.note.data or None,
        )

    def _number(self) -> int | None:
        value = self.grade.data
        return int(value) if value and value != NOT_GRADED else None

    def _check_grade(self) -> bool:
        reason = self.not_graded_reason
        if self.grade.data == NOT_GRADED and is_blank(reason):
            add_error(reason, "Say why it is not graded")
        elif self.grade.data != NOT_GRADED and reason.data:
            add_error(reason, "Choose Not graded above, or empty this box")
        return not reason.errors


class IdentityForm(AttentionFields, JudgementForm):
    """The judgement on identity: what the work paid attention to comes first."""

    @override
    def is_sound(self, today: date) -> bool:
        """Check everything that was filled in."""
        return super().is_sound(today) & self.check_attention()


class RevisionForm(WhyFields, JudgementForm):
    """A grade that moves, and why."""

    @override
    def is_sound(self, today: date) -> bool:
        """Check that a grade was chosen and a reason given."""
        is_sound = super().is_sound(today)
        if not self.grade.data:
            add_error(self.grade, "Choose the grade it moves to")
        if is_blank(self.why):
            add_error(self.why, "Say why the grade moves")
        return is_sound and not self.grade.errors and not self.why.errors

    def revision(self, judgement: Judgement) -> Revision:
        """Give the revision that was asked for."""
        draft = self.draft(judgement)
        return Revision(
            grading=Grading(
                judgement=judgement,
                grade=draft.grade,
                not_graded_reason=draft.not_graded_reason,
            ),
            reason=self.why.data,
            evidence=self.evidence(judgement),
        )


class LockForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What the reviewer had heard before grading."""

    feedback_seen = RadioField(
        "Before you graded, what had you heard from people?",
        [InputRequired("Say what you had heard from people before you graded")],
        choices={
            FeedbackSeen.NONE.value: "Nothing yet",
            FeedbackSeen.CONVERSATIONS.value: "I had spoken with some of them",
            FeedbackSeen.FORMS.value: "I had read forms they filled in",
        },
        description=(
            "It decides how agreement is read later. There is no wrong answer."
        ),
    )

    def seen(self) -> FeedbackSeen:
        """Give the reviewer's answer."""
        return FeedbackSeen(self.feedback_seen.data)
