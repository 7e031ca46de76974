"""What do the tests of services share? A review that is ready to be sent."""

from dataclasses import dataclass
from datetime import datetime

import pytest
from builders import a_participant, a_review
from sqlalchemy import select

from feedback.db.ids import new_id
from feedback.db.models import AttemptRow, DutyContactRow, InvitationRow, MessageRow
from feedback.services import audit, invite
from feedback.services.publish import publish_bundled


@dataclass
class Sent:
    """Looks at what became of messages, and makes more of them."""

    database: object
    rules: invite.InviteRules

    def invite_one(self, now: datetime, **person):
        """Invite one adult at a review of their own."""
        with self.database.transaction() as session:
            review = a_review(session, now=now, **person.pop("review", {}))
            a_participant(session, review, now=now, **person)
            invite.invite(
                session, review.id, rules=self.rules, by=audit.OPERATOR, now=now
            )

    def messages(self):
        with self.database.reading() as session:
            return session.scalars(
                select(MessageRow).order_by(MessageRow.created_at, MessageRow.id)
            ).all()

    def message(self, purpose="invitation"):
        return next(one for one in self.messages() if one.purpose == purpose)

    def attempts(self):
        with self.database.reading() as session:
            return session.scalars(select(AttemptRow).order_by(AttemptRow.n)).all()

    def invitation(self):
        with self.database.reading() as session:
            return session.scalars(select(InvitationRow)).one()


@pytest.fixture
def ready(database, now):
    """A database with published forms and a duty route."""
    with database.transaction() as session:
        publish_bundled(session, now=now)
        session.add(
            DutyContactRow(
                id=new_id(),
                name="Duty",
                phone="+447700900900",
                email="duty@council.example",
                hours="always",
                backup_name="Backup",
                backup_phone="+447700900901",
                backup_email="backup@council.example",
                set_at=now,
            )
        )
    return database


@pytest.fixture
def post(ready, settings):
    return Sent(database=ready, rules=invite.rules(settings))
