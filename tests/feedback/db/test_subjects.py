"""What messages are about is found in one way, for one of them and for many."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest
from builders import a_contact, a_participant, a_review, an_invitation
from grading_builders import published
from sqlalchemy import event

from feedback.db.models import MessageRow
from feedback.db.queries import message as messages
from feedback.domain.contact import Channel, HoldReason
from feedback.domain.delivery import Purpose
from feedback.services import outbox, reach


@dataclass(frozen=True)
class Asked:
    """Somebody who was messaged, by ids, the contacts in the person's order."""

    message: UUID
    contacts: tuple[UUID, ...]
    invitation: UUID


def somebody(session, review, now: datetime) -> Asked:
    """A person with two numbers, messaged on the first; the second is a high risk."""
    person = a_participant(session, review, now=now, contact=False)
    second = a_contact(session, person, now=now, position=1, is_high_risk=True)
    first = a_contact(session, person, now=now, position=0)
    form = published(session, "family", now=now)
    invitation, _ = an_invitation(session, person, form, now=now)
    new = outbox.NewMessage(
        purpose=Purpose.INVITATION,
        channel=Channel.SMS,
        review=review.id,
        participant=person.id,
        contact=first.id,
        invitation=invitation.id,
        distinct=str(person.id),
    )
    queued = outbox.queue(session, new, now=now)
    assert queued is not None
    return Asked(queued, (first.id, second.id), invitation.id)


def to_staff(session, now: datetime) -> UUID:
    """A message that is about no review and nobody at one."""
    new = outbox.NewMessage(
        purpose=Purpose.STAFF_NOTICE, channel=Channel.EMAIL, to="duty@council.example"
    )
    queued = outbox.queue(session, new, now=now)
    assert queued is not None
    return queued


@pytest.fixture
def review(database, now):
    with database.transaction() as session:
        return a_review(session, now=now)


def test_every_contact_of_the_person_comes_along_in_their_order(database, review, now):
    with database.transaction() as session:
        asked = [somebody(session, review, now) for _ in range(3)]

    with database.reading() as session:
        rows = [session.get_one(MessageRow, one.message) for one in asked]
        many = messages.subjects_of(session, rows)
        alone = [messages.subject_of(session, row) for row in rows]

        for one, *found in zip(asked, many, alone, strict=True):
            for subject in found:
                assert subject.message.id == one.message
                assert tuple(each.id for each in subject.contacts) == one.contacts
                assert subject.contact is subject.contacts[0]
                assert subject.invitation.id == one.invitation
                assert subject.review.id == review.id


def test_a_high_risk_on_another_contact_is_seen_whoever_asks(database, review, now):
    with database.transaction() as session:
        asked = somebody(session, review, now)

    with database.reading() as session:
        row = session.get_one(MessageRow, asked.message)
        (subject,) = messages.subjects_of(session, [row])
        verdict = reach.verdict_on(
            subject.contact,
            among=subject.contacts,
            participant=subject.participant,
            now=now,
        )

    assert verdict.reason is HoldReason.HIGH_RISK


def test_a_message_to_staff_is_about_nobody(database, review, now):
    with database.transaction() as session:
        message = to_staff(session, now)
        somebody(session, review, now)

        subject = messages.subject_of(session, session.get_one(MessageRow, message))

    about = (subject.review, subject.participant, subject.contact, subject.invitation)
    assert about == (None,) * 4
    assert subject.contacts == ()


def test_many_messages_take_as_few_questions_as_one(database, review, now):
    with database.transaction() as session:
        asked = [somebody(session, review, now).message for _ in range(4)]
        asked.append(to_staff(session, now))
    statements = []

    def count(_connection, _cursor, statement, *_):
        statements.append(statement)

    with database.reading() as session:
        rows = [session.get_one(MessageRow, one) for one in asked]
        event.listen(database.engine, "before_cursor_execute", count)
        messages.subjects_of(session, rows)
        messages.subjects_of(session, [])
        event.remove(database.engine, "before_cursor_execute", count)

    assert len(statements) == 2, "\n\n".join(statements)
