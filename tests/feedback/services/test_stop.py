"""Whom does a stop hold for, and who can take it back?"""

import pytest
from builders import a_contact, a_staff_member
from fakes_sending import FakeSender, a_dispatch
from sqlalchemy import select

from feedback.db.models import (
    AuditEventRow,
    ContactRow,
    InvitationRow,
    ParticipantRow,
    SuppressionRow,
)
from feedback.domain.access import Role
from feedback.services import audit, resend, stop
from feedback.services.deliver import deliver_due
from feedback.services.inbound import Inbound, record_inbound

NUMBER = "+447700900555"


@pytest.fixture
def staff(post, clock):
    with post.database.transaction() as session:
        return audit.staff(a_staff_member(session, Role.COORDINATOR, now=clock.now()))


@pytest.fixture
def two(post, clock):
    """Two people who are reached at one number; their invitations."""
    for _ in range(2):
        post.invite_one(clock.now(), contact_given={"value": NUMBER})
    with post.database.reading() as session:
        return session.scalars(select(InvitationRow.id)).all()


def texts(post, clock, body, *, sid="SM-1"):
    with post.database.transaction() as session:
        text = Inbound(provider="twilio", sid=sid, sender=NUMBER, body=body)
        record_inbound(session, text, now=clock.now())


def stops(post, clock, invitation, reason="link"):
    with post.database.transaction() as session:
        stop.stop_messages(session, invitation, reason=reason, now=clock.now())


def resumes(post, clock, staff, invitation):
    with post.database.transaction() as session:
        return resend.resume_messages(session, invitation, by=staff, now=clock.now())


def standing(post):
    with post.database.reading() as session:
        rows = session.scalars(
            select(SuppressionRow).where(SuppressionRow.cleared_by.is_(None))
        )
        return sorted((row.channel, row.reason) for row in rows)


def test_a_stop_from_a_number_not_yet_on_record_holds_once_it_is(post, settings, clock):
    texts(post, clock, "STOP")
    texts(post, clock, "Stop.", sid="SM-2")

    post.invite_one(clock.now(), contact_given={"value": NUMBER})
    sms = FakeSender(post.database)
    deliver_due(a_dispatch(post.database, settings, sms=sms), read_now=clock.now)

    assert sms.sent == []
    assert post.message().state == "suppressed"
    assert standing(post) == [("sms", "sms")]


def test_of_a_stopped_number_a_keyed_digest_is_kept_and_nothing_else(post, clock):
    texts(post, clock, "STOP")
    post.invite_one(clock.now(), contact_given={"value": NUMBER})

    with post.database.reading() as session:
        row = session.scalars(select(SuppressionRow)).one()
        contact = session.scalars(select(ContactRow)).one()
    assert row.contact_hmac == contact.value_index
    told = repr([getattr(row, one.key) for one in SuppressionRow.__table__.columns])
    assert NUMBER.lstrip("+") not in told


def test_other_words_from_a_number_not_on_record_stop_nothing(post, clock):
    texts(post, clock, "Stop him hitting me")

    assert standing(post) == []


def test_what_one_person_takes_back_leaves_what_another_at_the_number_asked_for(
    post, clock, staff, two
):
    first, second = two
    for one in two:
        stops(post, clock, one)

    assert resumes(post, clock, staff, first) == 1
    assert standing(post) == [("sms", "link")]
    assert resumes(post, clock, staff, second) == 0
    assert standing(post) == []


def test_one_persons_stop_keeps_the_number_silent_for_whoever_is_reached_there(
    post, settings, clock, two
):
    stops(post, clock, two[0])
    sms = FakeSender(post.database)

    deliver_due(a_dispatch(post.database, settings, sms=sms), read_now=clock.now)

    assert sms.sent == []


@pytest.mark.parametrize("reason", ["link", "unsubscribe", "asked_staff", "sms"])
def test_what_a_person_asked_for_they_can_take_back(post, clock, staff, two, reason):
    stops(post, clock, two[0], reason)

    assert resumes(post, clock, staff, two[0]) == 0

    assert standing(post) == []
    with post.database.reading() as session:
        row = session.get_one(InvitationRow, two[0])
        assert row.messages_stopped_at is None


def test_a_stop_by_text_is_the_numbers_and_nobody_takes_it_back(post, clock, staff):
    post.invite_one(clock.now(), contact_given={"value": NUMBER})
    with post.database.transaction() as session:
        person = session.scalars(select(ParticipantRow)).one()
        a_contact(
            session,
            person,
            now=clock.now(),
            position=1,
            channel="email",
            value="who@example.org",
        )
    texts(post, clock, "STOP")
    stops(post, clock, post.invitation().id, "sms")

    assert resumes(post, clock, staff, post.invitation().id) == 1

    # The email was stopped by the person's wish, which is theirs to change.
    assert standing(post) == [("sms", "sms")]


def test_whose_stop_was_lifted_and_on_whose_word_goes_on_record(
    post, clock, staff, two
):
    for one in two:
        stops(post, clock, one)
    resumes(post, clock, staff, two[0])

    with post.database.reading() as session:
        event = session.scalars(
            select(AuditEventRow).where(AuditEventRow.action == "messages_resumed")
        ).one()
        lifted = session.scalars(
            select(SuppressionRow).where(SuppressionRow.cleared_by.is_not(None))
        ).one()
        person = session.get_one(InvitationRow, two[0]).participant_id
    assert event.facts == {"how": "told-staff", "lifted": 1, "still_stopped": 1}
    assert (event.subject, event.actor) == (str(two[0]), str(staff))
    assert (lifted.scope, lifted.cleared_by) == (str(person), staff.account)
