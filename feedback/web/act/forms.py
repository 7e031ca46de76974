"""What does somebody write when they take an action one step?"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from flask_wtf import FlaskForm
from typing_extensions import override
from wtforms import Field, HiddenField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from feedback.domain.access import AccountId
from feedback.domain.action import NEEDS_WORDS, Said, Step
from feedback.services.read_actions import ActionPage, Colleague
from feedback.web.fields import (
    DayField,
    Needed,
    SaysSomething,
    WordsField,
    add_error,
    free_text,
)

NO_NAMES: Final = "Use no names of the family."
NEVER_READ: Final = 0


class StepForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A step of an action that was read: every form is one of these."""

    step: ClassVar[Step]
    words_field: ClassVar[str] = ""

    seen = HiddenField()

    def said(self) -> Said:
        """Give the step with what was written."""
        return Said(step=self.step, words=self._words(), version=self.version)

    @property
    def version(self) -> int:
        """Which version of the action was read; none that there is, if unreadable."""
        typed = self.seen.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() else NEVER_READ

    @property
    def typed(self) -> str:
        """All that was written, to be given back."""
        areas = (one.data for one in self if isinstance(one, WordsField))
        return "\n\n".join(words for words in areas if words and words.strip())

    def is_sound(self, today: date) -> bool:
        """Check that everything is there that the step needs."""
        del today
        return bool(self.validate_on_submit())

    def refuse(self, sentence: str) -> None:
        """Say why the step was not taken."""
        self.form_errors.append(sentence)

    def _words(self) -> str | None:
        field: Field | None = self._fields.get(self.words_field)
        return None if field is None else field.data


class DoneForm(StepForm):
    """What was done, and what shows it."""

    step = Step.DONE
    words_field = "done"

    done = WordsField(
        "What was done?",
        [SaysSomething(NEEDS_WORDS[Step.DONE]), *free_text()],
        description=f"What, by whom and when. {NO_NAMES}",
    )
    shown_by = WordsField(
        "What shows it?",
        [SaysSomething("Say what shows that it was done"), *free_text()],
        description=(
            "Something that a second person can look at: a record, a date, a count, "
            "what has changed for children."
        ),
    )

    @override
    def said(self) -> Said:
        """Give what was done with what shows it."""
        return Said(
            step=self.step,
            words=self.done.data,
            shown_by=self.shown_by.data,
            version=self.version,
        )


class ConfirmForm(StepForm):
    """That a second person looked, and what they saw."""

    step = Step.CONFIRMED
    words_field = "looked_at"

    looked_at = WordsField(
        "What did you look at? (optional)",
        free_text(),
        description="So that the next reader need not look again.",
    )


class SendBackForm(StepForm):
    """What a second person still misses."""

    step = Step.SENT_BACK
    words_field = "missing"

    missing = WordsField(
        "What is still missing?",
        [SaysSomething(NEEDS_WORDS[Step.SENT_BACK]), *free_text()],
    )


class TakeBackForm(StepForm):
    """Why it is not done after all."""

    step = Step.TAKEN_BACK
    words_field = "why_not_done"

    why_not_done = WordsField(
        "Why is it not done after all?",
        [SaysSomething(NEEDS_WORDS[Step.TAKEN_BACK]), *free_text()],
    )


class ReopenForm(StepForm):
    """Why it is to be done after all, or again."""

    step = Step.REOPENED
    words_field = "why_again"

    why_again = WordsField(
        "Why is it opened again?",
        [SaysSomething(NEEDS_WORDS[Step.REOPENED]), *free_text()],
    )


class NoteForm(StepForm):
    """How it goes."""

    step = Step.NOTED
    words_field = "note"

    note = WordsField(
        "How does it go?",
        [SaysSomething(NEEDS_WORDS[Step.NOTED]), *free_text()],
        description=f"What was tried, agreed or found out. {NO_NAMES}",
    )


class AssignForm(StepForm):
    """Who follows it here."""

    step = Step.ASSIGNED

    account = SelectField(
        "Who follows it?",
        description=(
            "The owner stays as it was recommended. This is who keeps an eye on it "
            "here, and whose own list it stands in."
        ),
        validate_choice=False,
    )

    def offer(self, colleagues: Iterable[Colleague]) -> None:
        """List whom it may be assigned to."""
        self.account.choices = [
            SelectChoice("", "Nobody"),
            *(
                SelectChoice(str(one.account), f"{one.name}, {one.job_title}")
                for one in colleagues
            ),
        ]

    def validate_account(self, field: Field) -> None:
        """Refuse whoever was not offered; nobody is an answer too."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError("Choose somebody from the list, or nobody")

    @override
    def said(self) -> Said:
        """Give whom it is assigned to."""
        chosen = self.account.data
        account = AccountId(UUID(chosen)) if chosen else None
        return Said(step=self.step, account=account, version=self.version)


class DueForm(StepForm):
    """The new day, and why it moves."""

    step = Step.DUE_CHANGED
    words_field = "why_moved"

    due_on = DayField("The new due day", [Needed("Enter the new due day")])
    why_moved = WordsField(
        "Why does it move?",
        [SaysSomething(NEEDS_WORDS[Step.DUE_CHANGED]), *free_text()],
        description="The day as it was stays in the history.",
    )

    @override
    def is_sound(self, today: date) -> bool:
        """Check that the new day is still to come."""
        is_sound = super().is_sound(today)
        if self.due_on.data is not None and self.due_on.data < today:
            add_error(self.due_on, "Enter a day that is still to come")
        return is_sound and not self.errors

    @override
    def said(self) -> Said:
        """Give the new day with its reason."""
        return Said(
            step=self.step,
            words=self.why_moved.data,
            due_on=self.due_on.data,
            version=self.version,
        )


class DropForm(StepForm):
    """Why it will not be done."""

    step = Step.DROPPED
    words_field = "why_never"

    why_never = WordsField(
        "Why will it not be done?",
        [SaysSomething(NEEDS_WORDS[Step.DROPPED]), *free_text()],
        description=(
            "The reason stays in the history and the action in the plan. You can "
            "open it again."
        ),
    )


FORMS: Final[Mapping[Step, type[StepForm]]] = {
    one.step: one
    for one in (
        DoneForm,
        ConfirmForm,
        SendBackForm,
        TakeBackForm,
        ReopenForm,
        NoteForm,
        AssignForm,
        DueForm,
        DropForm,
    )
}


def forms_for(
    page: ActionPage, failed: StepForm | None = None
) -> Mapping[Step, StepForm]:
    """Give an empty form for each step that the reader may take, or the failed one."""
    forms: dict[Step, StepForm] = {}
    for step in page.steps:
        is_failed = failed is not None and failed.step is step
        form = failed if is_failed and failed else FORMS[step](formdata=None)
        form.seen.data = str(page.listed.action.version)
        if isinstance(form, AssignForm):
            form.offer(page.colleagues)
            if not is_failed:
                form.account.data = str(page.listed.action.assigned_to or "")
        forms[step] = form
    return forms
