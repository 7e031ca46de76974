"""What does a coordinator say of a person who takes part?"""

from collections.abc import Sequence
from typing import Final

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired

from feedback.domain.calendar import london_day
from feedback.domain.intake import LONGEST_NAME, IntakeError, NewPerson
from feedback.domain.questionnaire import Questionnaire
from feedback.web.fields import DayField, WordsField, free_text, not_in_future
from feedback.web.office.review_forms import opening, sentence_case
from triangulation import AgeBand, Group, LanguageRoute

USUAL: Final = ""
NO_BAND: Final = ""
LANGUAGES: Final = {"en": "English"}
# Optional parts of forms, as coordinators know them.
BLOCKS: Final = {
    "uasc": "Two more questions for a young person who seeks asylum here alone",
}
GROUP_CHOICES: Final = (
    (Group.CHILD, "Child or young person"),
    (Group.FAMILY, "Parent, carer or family"),
    (Group.PARTNER, "Partner: school, health, police or another agency"),
    (Group.PRACTITIONER, "Practitioner"),
    (Group.MANAGER, "Line manager"),
)


class PersonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A person whose voice is sought."""

    group = RadioField(
        "Who are they to this child?",
        [InputRequired("Choose who they are")],
        choices={one.value: text for one, text in GROUP_CHOICES},
    )
    age_band = RadioField(
        "Age, if they are a child or young person",
        choices={one.value: one.label for one in AgeBand}
        | {NO_BAND: "Not a child or young person"},
        default=NO_BAND,
    )
    name = StringField(
        "Name to use",
        [
            InputRequired("Enter the name they like to be called"),
            *free_text(LONGEST_NAME),
        ],
        description="What they like to be called. It is kept sealed, apart from "
        "their answers, and never stands in a message.",
    )
    form = SelectField(
        "Form",
        description="Easy read suits children and young people of any age who like "
        "short sentences and pictures.",
    )
    blocks = SelectMultipleField(
        "Add to the form",
        description="Only the form for ages 13 to 25 has these. They ask whether the "
        "interpreter was right for them and whether they know what happens next, and "
        "never about their journey or their claim.",
    )
    language = SelectField("Language")
    language_route = RadioField(
        "How do their words reach the reviewer?",
        choices={
            LanguageRoute.NONE.value: "In the language they write",
            LanguageRoute.TRANSLATED.value: "Translated",
            LanguageRoute.INTERPRETED.value: "Through an interpreter",
        },
        default=LanguageRoute.NONE.value,
    )
    consented_on = DayField(
        "When did someone they trust tell them about this?",
        [not_in_future],
        description="A text from nobody they know looks like a trick. Until this "
        "conversation has happened, nothing is sent. For example, 23 11 2026.",
    )
    must_not_be_told = WordsField(
        "Who must not learn that they are asked?",
        free_text(),
        description="Leave empty if there is nobody. Only people who can add "
        "people to this review see this, and the duty contact in an alert.",
    )
    not_invited_reason = WordsField(
        "If they will not be asked, why not?",
        free_text(),
        description="Leave empty to ask them. The reason is told in the "
        "triangulated view, so that a silence is not taken for praise.",
    )

    def offer(self, forms: Sequence[Questionnaire]) -> None:
        """List the forms and languages that are published."""
        self.form.choices = {USUAL: "The usual form for them"} | {
            one.form: _title(one) for one in forms
        }
        parts = sorted(part for one in forms for part in one.blocks)
        self.blocks.choices = {part: BLOCKS.get(part, part) for part in parts}
        codes = sorted({code for one in forms for code in one.languages} | {"en"})
        self.language.choices = {code: LANGUAGES.get(code, code) for code in codes}

    def show(self, person: NewPerson, forms: Sequence[Questionnaire]) -> None:
        """Start from what is known of a person."""
        self.group.data = person.group.value
        self.age_band.data = person.age_band.value if person.age_band else NO_BAND
        self.name.data = person.name
        known = {one.form for one in forms}
        self.form.data = person.form if person.form in known else USUAL
        self.blocks.data = sorted(person.blocks)
        self.language.data = person.language
        self.language_route.data = person.language_route.value
        self.consented_on.data = (
            london_day(person.consented_at) if person.consented_at else None
        )
        self.must_not_be_told.data = person.must_not_be_told or ""
        self.not_invited_reason.data = person.not_invited_reason or ""

    def person(self) -> NewPerson | None:
        """Give the person; None where a rule refuses it, with the fault beside it."""
        try:
            return NewPerson(
                group=Group(self.group.data),
                name=self.name.data.strip(),
                language=self.language.data,
                age_band=AgeBand(self.age_band.data) if self.age_band.data else None,
                form=self.form.data or None,
                blocks=frozenset(self.blocks.data or ()),
                consented_at=(
                    opening(self.consented_on.data) if self.consented_on.data else None
                ),
                must_not_be_told=_words(self.must_not_be_told.data),
                language_route=LanguageRoute(self.language_route.data),
                not_invited_reason=_words(self.not_invited_reason.data),
            )
        except IntakeError as error:
            self.refuse(error)
            return None

    def refuse(self, error: IntakeError) -> None:
        """Put a rule's words beside the field that they are about."""
        field = self[error.field] if error.field in self.data else self.group
        field.errors = [sentence_case(error.sentence)]


def _title(form: Questionnaire) -> str:
    if form.form == "easy_read":
        return "Easy read"
    bands = " and ".join(form.age_bands)
    group = Group(form.group).label
    return f"{group} {bands}" if bands else f"{group} form"


def _words(text: str | None) -> str | None:
    return text if text and text.strip() else None
