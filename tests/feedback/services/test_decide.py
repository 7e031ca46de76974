"""What may a person do with a message that the program gave up?"""

import pytest
from fakes_sending import FakeSender, a_dispatch
from sqlalchemy import select

from feedback.db.crypto import Where
from feedback.db.models import AuditEventRow, DeliveryDecisionRow
from feedback.db.vault import vault_of
from feedback.messaging.sender import Refused, Unknown
from feedback.services import audit, decide, sweep
from feedback.services.deliver import deliver_due


@pytest.fixture
def given_up(post, settings, clock):
    """A message whose outcome stayed unknown, and what would send it."""
    sms = FakeSender(post.database, outcomes=[Unknown(detail="timeout")])
    sending = a_dispatch(post.database, settings, sms=sms)
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    clock.forward(hours=6)
    sweep.sweep(sending, read_now=clock.now)
    assert post.message().state == "dead-letter"
    return sending


def test_a_requeued_message_is_a_new_attempt_at_the_same_one(post, given_up, clock):
    message = post.message()
    clock.at = clock.at.replace(hour=12)
    with post.database.transaction() as session:
        decide.requeue(session, message.id, by=audit.OPERATOR, now=clock.now())
    deliver_due(given_up, read_now=clock.now)

    assert post.message().id == message.id
    assert post.message().state == "accepted"
    assert [(one.n, one.state) for one in post.attempts()] == [
        (1, "not-found"),
        (2, "accepted"),
    ]
    with post.database.reading() as session:
        actions = session.scalars(select(AuditEventRow.action)).all()
    assert "message_requeued" in actions


def test_a_cancelled_message_keeps_its_reason_sealed(post, given_up, clock):
    message = post.message()
    with post.database.transaction() as session:
        decide.cancel(
            session,
            message.id,
            reason="Rang Sam instead",
            by=audit.OPERATOR,
            now=clock.now(),
        )

    assert post.message().state == "cancelled"
    with post.database.reading() as session:
        row = session.scalars(select(DeliveryDecisionRow)).one()
        place = Where(
            table="delivery_decision",
            column="reason_sealed",
            row=row.id,
            review=message.review_id,
        )
        assert vault_of(session).unseal(place, row.reason_sealed) == "Rang Sam instead"
        facts = session.scalars(
            select(AuditEventRow.facts).where(
                AuditEventRow.action == "message_cancelled"
            )
        ).one()
    assert "Sam" not in str(facts)


def test_a_reason_must_say_something(post, given_up, clock):
    message = post.message().id
    with (
        post.database.transaction() as session,
        pytest.raises(decide.ReasonMissingError),
    ):
        decide.cancel(session, message, reason=" ", by=audit.OPERATOR, now=clock.now())

    assert post.message().state == "dead-letter"


def test_only_what_was_given_up_is_decided_on(post, settings, clock):
    post.invite_one(clock.now())
    sms = FakeSender(post.database, outcomes=[Refused(code="21211", http=400)])
    deliver_due(a_dispatch(post.database, settings, sms=sms), read_now=clock.now)
    message = post.message().id

    with (
        post.database.transaction() as session,
        pytest.raises(decide.NotGivenUpError) as caught,
    ):
        decide.requeue(session, message, by=audit.OPERATOR, now=clock.now())

    assert caught.value.state == "failed-permanent"
