"""What does a coordinator say of a new review, its reviewer and its moderators?"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from flask_wtf import FlaskForm
from wtforms import (
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired

from feedback.domain.access import AccountId
from feedback.domain.calendar import END_OF_DAY, at_wall_time
from feedback.domain.intake import IntakeError, NewReview, check_reference
from feedback.domain.moderation import Seat
from feedback.domain.review import Conflict, Service
from feedback.services.commission import Team
from feedback.services.read_team import Team as SeatedTeam
from feedback.services.staff import Colleague
from feedback.web.fields import DayField, Needed

NOBODY: Final = ""
CONFLICTS: Final = (
    (Conflict.IN_LINE_OF_MANAGEMENT, "Is in the line of management of the case"),
    (Conflict.OWN_CHILD_AS_IRO, "Is the child's own Independent Reviewing Officer"),
    (Conflict.HAS_ROLE_IN_CASE, "Takes part in the case themselves"),
)


class TeamForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Who reviews and who moderates."""

    reviewer = SelectField("Reviewer", validators=[])
    conflicts = SelectMultipleField(
        "Does the reviewer have a stake in this case?",
        choices={one.value: text for one, text in CONFLICTS},
        description="Ask them. Whoever has a stake cannot review this case.",
    )
    head_csc = SelectField(Seat.HEAD_CSC.label)
    ad_people = SelectField(Seat.AD_PEOPLE.label)

    def offer(
        self, reviewers: Sequence[Colleague], moderators: Sequence[Colleague]
    ) -> None:
        """List whom there is to choose from."""
        self.reviewer.choices = _choices(reviewers)
        for field in (self.head_csc, self.ad_people):
            field.choices = _choices(moderators)

    def show(self, team: SeatedTeam) -> None:
        """Start from who has a seat now."""
        self.reviewer.data = str(team.reviewer.account) if team.reviewer else NOBODY
        seats = [str(one.account) for one in team.moderators]
        self.head_csc.data, self.ad_people.data = [*seats, NOBODY, NOBODY][:2]

    def team(self) -> Team:
        """Give what was chosen."""
        moderators = (self.head_csc.data, self.ad_people.data)
        return Team(
            reviewer=_account(self.reviewer.data),
            conflicts=frozenset(Conflict(one) for one in self.conflicts.data or ()),
            moderators=tuple(
                account for one in moderators if (account := _account(one)) is not None
            ),
        )


class ReviewForm(TeamForm):
    """A new review."""

    reference = StringField(
        "Case reference",
        [InputRequired("Enter the case reference")],
        description="The number from your case system, like H-000123. "
        "Never a name: it appears in messages to staff.",
    )
    service = RadioField(
        "Service",
        [InputRequired("Choose the service")],
        choices={one.value: one.label for one in Service},
    )
    opens_on = DayField(
        "From which day may people answer?",
        [Needed("Enter the day from which people may answer")],
    )
    closes_on = DayField(
        "Until which day?",
        [Needed("Enter the last day on which people may answer")],
        description="People may answer until the end of this day.",
    )
    moderation_on = DayField(
        "When is the moderation meeting?",
        description="Leave empty if no day is set yet.",
    )

    def validate_reference(self, field: StringField) -> None:
        """Refuse a reference that could tell who the child is."""
        try:
            check_reference((field.data or "").strip())
        except IntakeError as error:
            raise ValidationError(sentence_case(error.sentence)) from None

    def review(self) -> NewReview | None:
        """Give the review; None where a rule refuses it, with the fault beside it."""
        opens_on, closes_on = self.opens_on.data, self.closes_on.data
        if opens_on is None or closes_on is None:
            return None
        if closes_on < opens_on:
            self.closes_on.errors = ["The last day must not come before the first"]
            return None
        try:
            return NewReview(
                reference=self.reference.data.strip(),
                service=Service(self.service.data),
                opens_at=opening(opens_on),
                closes_at=closing(closes_on),
                moderation_on=self.moderation_on.data,
            )
        except IntakeError as error:
            self.reference.errors = [sentence_case(error.sentence)]
            return None


def opening(day: date) -> datetime:
    """Find the instant at which a day begins in London."""
    return at_wall_time(day, time.min)


def closing(day: date) -> datetime:
    """Find the last second of a day in London."""
    return at_wall_time(day, END_OF_DAY)


def sentence_case(text: str) -> str:
    """Begin a rule's words with a capital, as they stand beside a field."""
    return text[:1].upper() + text[1:]


def _choices(colleagues: Sequence[Colleague]) -> dict[str, str]:
    return {NOBODY: "Choose later"} | {
        str(one.account): f"{one.name} ({_described(one)})" for one in colleagues
    }


def _described(one: Colleague) -> str:
    return f"{one.job_title}, independent" if one.is_independent else one.job_title


def _account(chosen: str | None) -> AccountId | None:
    return AccountId(UUID(chosen)) if chosen else None
