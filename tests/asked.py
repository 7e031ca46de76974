"""Somebody who was asked: an invitation with a live link, and what became of it."""

from dataclasses import dataclass

from builders import a_participant, a_review, an_invitation
from person import Person
from sqlalchemy import func, select

from feedback.db.crypto import Where
from feedback.db.models import (
    AlertRow,
    AnswerRow,
    Base,
    ContactRow,
    InvitationRow,
    MessageRow,
    ResponseRow,
    ReviewRow,
)
from feedback.db.vault import vault_of
from feedback.services import audit
from feedback.services.duty import DutyRoute, set_route
from feedback.services.publish import newest_published, publish_bundled

DUTY = DutyRoute(
    name="Dee Duty",
    phone="+447700900900",
    email="duty@council.example",
    hours="Always",
    backup_name="Bo Backup",
    backup_phone="+447700900901",
    backup_email="backup@council.example",
)

# A family's form from its second question on: two answers, the rest skipped.
FAMILY = ("mostly", "a_little") + ("skip",) * 12


@dataclass
class Asked:
    """One person's invitation at a review, in a database."""

    database: object
    token: str
    invitation: object
    review: object
    participant: object

    @property
    def entry(self):
        return f"/r/{self.token}"

    @property
    def status(self):
        with self.database.reading() as session:
            return session.get_one(InvitationRow, self.invitation).status

    def runs(self):
        """The states of this person's runs, in order."""
        with self.database.reading() as session:
            return session.scalars(
                select(ResponseRow.state)
                .where(ResponseRow.invitation_id == self.invitation)
                .order_by(ResponseRow.submission_no)
            ).all()

    def answers(self):
        """What is stored, by question: an option, words, or None for skipped."""
        with self.database.reading() as session:
            rows = session.execute(
                select(AnswerRow, ResponseRow.review_id)
                .join(ResponseRow, ResponseRow.id == AnswerRow.response_id)
                .where(ResponseRow.invitation_id == self.invitation)
            ).all()
            return {
                row.question: row.option
                or vault_of(session).unseal_if_any(
                    Where(
                        table="answer",
                        column="words_sealed",
                        row=row.id,
                        review=review,
                    ),
                    row.words_sealed,
                )
                for row, review in rows
            }

    def alerts(self):
        with self.database.reading() as session:
            return session.scalars(
                select(AlertRow)
                .where(AlertRow.review_id == self.review)
                .order_by(AlertRow.raised_at, AlertRow.id)
            ).all()

    def messages(self, purpose=None):
        with self.database.reading() as session:
            rows = session.scalars(select(MessageRow).order_by(MessageRow.id)).all()
        return [row for row in rows if purpose in (None, row.purpose)]

    def change_review(self, **given):
        self._change(ReviewRow, self.review, given)

    def change_invitation(self, **given):
        self._change(InvitationRow, self.invitation, given)

    def _change(self, table, row_id, given):
        with self.database.transaction() as session:
            row = session.get_one(table, row_id)
            for name, value in given.items():
                setattr(row, name, value)


def ask(database, *, now, group="family", duty=True, code_word=None, **given):
    """Publish the forms, set the duty route, and invite one person."""
    with database.transaction() as session:
        publish_bundled(session, now=now)
        if duty:
            set_route(session, DUTY, by=audit.OPERATOR, now=now)
        review = a_review(session, now=now, **given.pop("review", {}))
        person = a_participant(
            session, review, now=now, group=group, **given.pop("person", {})
        )
        form = newest_published(session, person.form)
        with_row = given.pop("invitation", {})
        row, token = an_invitation(session, person, form, now=now, **with_row)
        if code_word is not None:
            _agree(session, person, code_word)
        return Asked(database, token, row.id, review.id, person.id)


def _agree(session, person, word):
    contact = session.scalars(
        select(ContactRow).where(ContactRow.participant_id == person.id)
    ).one()
    place = Where(
        table="contact",
        column="code_word_sealed",
        row=contact.id,
        review=contact.review_id,
    )
    contact.code_word_sealed = vault_of(session).seal(place, word)


def rows_of(database):
    """Count the rows of every table, to show that nothing was written."""
    with database.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }


class Respondent(Person):
    """Somebody who answers a form, without script."""

    def starts(self, asked):
        self.opens(asked.entry)
        return self.presses("Start")

    def begins(self, asked):
        """Start, say that it is safe where that is asked, and read on."""
        self.starts(asked)
        if self.sees("Is it safe for you"):
            self.answers("yes")
        return self.reads_on()

    def reads_on(self):
        """Read what is told before the first question."""
        self.presses("Continue")
        return self.presses("Go to the questions")

    def answers(self, *given):
        """Answer the questions that come, each with an option, words or a skip."""
        for answer in given:
            if answer == "skip":
                self.presses("Skip this question")
            else:
                self.presses("Continue", **{self.question: answer})
        return self

    @property
    def question(self):
        """The code of the question on screen."""
        names = [
            box.get("name")
            for kind in ("input", "textarea")
            for box in self.page.iter(kind)
            if box.get("type") != "hidden"
        ]
        assert names, f"no question at {self.path}: {self.text[:300]}"
        return names[0]

    @property
    def chosen(self):
        return [
            box.get("value")
            for box in self.page.iter("input")
            if box.get("checked") is not None
        ]
