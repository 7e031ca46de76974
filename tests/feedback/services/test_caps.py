"""Does nobody hear from us too often, and does what never arrived count for nothing?"""

import dataclasses
from datetime import UTC, datetime, timedelta

from fakes_sending import FakeSender, a_dispatch
from sqlalchemy import select

from feedback.db.models import MessageRow
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.messaging.sender import Accepted
from feedback.services import outbox, receive
from feedback.services.deliver import Tally, deliver_due
from feedback.services.receive import Receipt


def several_due(post, clock, how_many):
    """One person, for whom so many messages are due at once."""
    post.invite_one(clock.now())
    with post.database.transaction() as session:
        first = session.scalars(select(MessageRow)).one()
        for wave in range(1, how_many):
            again = outbox.NewMessage(
                purpose=Purpose.INVITATION,
                channel=Channel.SMS,
                review=first.review_id,
                participant=first.participant_id,
                contact=first.contact_id,
                invitation=first.invitation_id,
                distinct=str(wave),
                wave=wave,
            )
            outbox.queue(session, again, now=clock.now())


def test_nobody_is_messaged_more_than_twice_in_a_day(post, settings, clock):
    clock.at = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    several_due(post, clock, 3)
    sending = a_dispatch(post.database, settings)

    assert deliver_due(sending, read_now=clock.now) == Tally(sent=2, held=1)

    (held,) = [one for one in post.messages() if one.reason == "cap-per-day"]
    assert held.next_at == datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
    clock.at = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    assert deliver_due(sending, read_now=clock.now).sent == 1


def test_in_summer_a_day_ends_at_midnight_on_the_clock(post, settings, clock):
    clock.at = datetime(2027, 7, 1, 18, 0, tzinfo=UTC)
    several_due(post, clock, 3)

    deliver_due(a_dispatch(post.database, settings), read_now=clock.now)

    (held,) = [one for one in post.messages() if one.reason == "cap-per-day"]
    assert held.next_at == datetime(2027, 7, 1, 23, 0, tzinfo=UTC)


def test_a_text_that_did_not_arrive_uses_up_nobodys_week(post, settings, clock):
    settings = dataclasses.replace(settings, cap_per_person_per_week=1)
    sms = FakeSender(post.database, outcomes=[Accepted(provider_sid="SM-1")])
    sending = a_dispatch(post.database, settings, sms=sms)
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    with post.database.transaction() as session:
        receipt = Receipt(provider_sid="SM-1", status="undelivered", code="30003")
        receive.record_receipt(session, receipt, rules=sending.rules, now=clock.now())

    clock.forward(minutes=61)

    assert deliver_due(sending, read_now=clock.now).sent == 1


def test_a_text_that_arrived_uses_it_up(post, settings, clock):
    settings = dataclasses.replace(settings, cap_per_person_per_week=1)
    several_due(post, clock, 2)
    start = clock.now()

    deliver_due(a_dispatch(post.database, settings), read_now=clock.now)

    (held,) = [one for one in post.messages() if one.reason == "cap-per-person"]
    assert held.next_at == start + timedelta(days=7)
