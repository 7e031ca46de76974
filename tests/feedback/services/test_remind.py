"""When is somebody reminded, where the message before did not go as usual?"""

from datetime import UTC, datetime, timedelta

import pytest
from fakes_sending import FakeSender, RememberingSender, a_dispatch
from sqlalchemy import update

from feedback.db.models import ContactRow, InvitationRow
from feedback.messaging.sender import Accepted, Unknown
from feedback.services import audit, receive, resend, sweep
from feedback.services.deliver import deliver_due
from feedback.services.receive import Receipt

SID = "SM-1"


@pytest.fixture
def sending(post, settings):
    sms = FakeSender(post.database, outcomes=[Accepted(provider_sid=SID)])
    return a_dispatch(post.database, settings, sms=sms)


@pytest.fixture
def told(post, sending, clock):
    """Record a receipt, as the hook does."""

    def tell(status, code=None, sid=SID, attempt=None):
        with post.database.transaction() as session:
            receive.record_receipt(
                session,
                Receipt(provider_sid=sid, status=status, code=code, attempt=attempt),
                rules=sending.rules,
                now=clock.now(),
            )

    return tell


def reminders(post, state="due"):
    return [
        one
        for one in post.messages()
        if one.purpose == "reminder" and one.state == state
    ]


def test_days_are_counted_from_when_it_went_not_from_when_that_was_known(
    post, settings, clock
):
    sms = RememberingSender(post.database, outcomes=[Unknown(detail="timeout")])
    sms.is_down = True
    sending = a_dispatch(post.database, settings, sms=sms)
    post.invite_one(clock.now())
    sent_at = clock.now()
    deliver_due(sending, read_now=clock.now)
    sms.known = [(SID, sms.sent[0].body)]

    clock.forward(hours=5)
    sms.is_down = False
    sweep.sweep(sending, read_now=clock.now)

    (reminder,) = reminders(post)
    assert reminder.not_before == sent_at + timedelta(days=3)


def test_a_message_that_arrived_after_all_is_followed_by_a_reminder(
    post, sending, told, clock
):
    post.invite_one(clock.now())
    sent_at = clock.now()
    deliver_due(sending, read_now=clock.now)
    told("undelivered", "30006")
    assert reminders(post) == []

    clock.forward(hours=7)
    told("delivered")

    (reminder,) = reminders(post)
    assert reminder.not_before == sent_at + timedelta(days=3)
    assert len(reminders(post, "cancelled")) == 1


def test_a_message_whose_outcome_nobody_knew_is_followed_too_once_it_is_known(
    post, settings, told, clock
):
    sms = FakeSender(post.database, outcomes=[Unknown(detail="timeout")])
    sending = a_dispatch(post.database, settings, sms=sms)
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    clock.forward(hours=6)
    sweep.sweep(sending, read_now=clock.now)
    assert post.message().state == "dead-letter"

    told("delivered", attempt=post.attempts()[0].id)

    assert post.message().state == "delivered"
    assert len(reminders(post)) == 1


def test_a_late_receipt_adds_no_reminder_to_one_that_went(post, sending, told, clock):
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    told("undelivered", "30006")
    person = post.invitation().participant_id
    with post.database.transaction() as session:
        # Somebody checked the number with them.
        session.execute(contact_checked(clock.now()))
        resend.resend(
            session, person, rules=post.rules, by=audit.OPERATOR, now=clock.now()
        )
    deliver_due(sending, read_now=clock.now)
    clock.forward(days=3)
    deliver_due(sending, read_now=clock.now)
    went = len(sending.senders["sms"].sent)

    told("delivered")
    clock.forward(hours=1)
    deliver_due(sending, read_now=clock.now)

    assert len(sending.senders["sms"].sent) == went


def test_a_reminder_that_never_went_leaves_room_for_two(post, sending, told, clock):
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    told("undelivered", "30006")
    told("delivered")
    with post.database.transaction() as session:
        session.execute(contact_checked(clock.now()))

    for _ in range(12):
        clock.forward(days=1)
        deliver_due(sending, read_now=clock.now)

    went = [
        one for one in post.messages() if one.purpose == "reminder" and one.attempts
    ]
    assert len(went) == 2


def test_nobody_is_reminded_who_answered_before_the_receipt(post, sending, told, clock):
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    told("undelivered", "30006")
    with post.database.transaction() as session:
        session.execute(update(InvitationRow).values(status="answered"))

    told("delivered")

    assert reminders(post) == []


def test_a_message_of_which_nothing_more_was_heard_has_its_reminder(
    post, sending, clock
):
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)

    clock.forward(hours=72)
    sweep.sweep(sending, read_now=clock.now)
    assert post.message().state == "unconfirmed"
    deliver_due(sending, read_now=clock.now)

    assert [one.state for one in post.messages() if one.wave == 1] == ["accepted"]


def test_over_the_clock_change_a_reminder_keeps_its_time_on_the_clock(
    post, sending, clock
):
    clock.at = datetime(2027, 3, 25, 10, 15, tzinfo=UTC)
    post.invite_one(clock.now())

    deliver_due(sending, read_now=clock.now)

    (reminder,) = reminders(post)
    # The 28th, a Sunday, on summer time.
    assert reminder.not_before == datetime(2027, 3, 28, 9, 15, tzinfo=UTC)


def contact_checked(now):
    return update(ContactRow).values(verified_at=now)
