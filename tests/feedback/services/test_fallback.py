"""Is a text that failed for good followed by one email, and by no more?"""

import dataclasses
from datetime import timedelta

import pytest
from builders import a_contact, a_participant, a_review
from fakes_sending import FakeSender, a_dispatch
from sqlalchemy import update

from feedback.db.models import ContactRow, InvitationRow
from feedback.domain.contact import Channel
from feedback.messaging.sender import Accepted, Refused, Unknown
from feedback.services import audit, invite, receive, sweep
from feedback.services.deliver import deliver_due
from feedback.services.receive import Receipt

LANDLINE = Refused(code="30006", http=400)


@pytest.fixture
def email(post):
    return FakeSender(post.database)


@pytest.fixture
def send(post, settings, clock, email):
    """Invite one person by text who agreed to email too, and send what is due."""

    def go(*outcomes, phone=None, mail=None):
        with post.database.transaction() as session:
            review = a_review(session, now=clock.now())
            person = a_participant(
                session, review, now=clock.now(), contact_given=phone or {}
            )
            given = {"position": 1, "channel": "email", "value": "who@example.org"}
            a_contact(session, person, now=clock.now(), **given | (mail or {}))
        with post.database.transaction() as session:
            invite.invite(
                session, review.id, rules=post.rules, by=audit.OPERATOR, now=clock.now()
            )
        sms = FakeSender(post.database, outcomes=list(outcomes))
        sending = a_dispatch(post.database, settings, sms=sms, email=email)
        deliver_due(sending, read_now=clock.now)
        return sending

    return go


def follower(post):
    return next((one for one in post.messages() if one.fallback_of), None)


def link_in(outgoing):
    return next(word for word in outgoing.body.split() if "/r/" in word)


def test_the_email_goes_two_hours_later_with_the_same_link(post, send, clock, email):
    sending = send(LANDLINE)

    clock.forward(minutes=119)
    deliver_due(sending, read_now=clock.now)
    assert email.sent == []
    clock.forward(minutes=1)
    deliver_due(sending, read_now=clock.now)

    assert [one.to for one in email.sent] == ["who@example.org"]
    text = sending.senders[Channel.SMS].sent[0]
    assert link_in(text) == link_in(email.sent[0])
    failed = next(one for one in post.messages() if one.channel == "sms")
    assert failed.state == "failed-permanent"
    assert follower(post).fallback_of == failed.id
    assert (follower(post).wave, follower(post).state) == (failed.wave, "accepted")


@pytest.mark.parametrize(
    ("phone", "mail"),
    [
        ({"is_shared_device": True}, {}),
        ({}, {"is_shared_device": True}),
        ({}, {"is_safe": None}),
        ({}, {"is_safe": False}),
        ({}, {"verified_at": None}),
    ],
)
def test_nothing_follows_without_an_agreement_of_its_own(post, send, phone, mail):
    send(LANDLINE, phone=phone, mail=mail)

    assert follower(post) is None


@pytest.mark.parametrize(
    "outcome",
    [
        Unknown(detail="timeout"),
        Refused(code="connect"),
        Refused(code="21610", http=400),
        Refused(code="30005", http=400),
        Refused(code="20003", http=401),
    ],
)
def test_nothing_follows_what_has_not_failed_for_good(post, send, outcome):
    send(outcome)

    assert follower(post) is None


def test_it_is_cancelled_where_the_text_arrived_after_all(post, send, clock, email):
    sending = send(Accepted(provider_sid="SM-1"))
    for status, code in (("undelivered", "30006"), ("delivered", None)):
        with post.database.transaction() as session:
            receive.record_receipt(
                session,
                Receipt(provider_sid="SM-1", status=status, code=code),
                rules=sending.rules,
                now=clock.now(),
            )

    clock.forward(hours=3)
    deliver_due(sending, read_now=clock.now)

    assert email.sent == []
    assert follower(post).state == "cancelled"
    assert "delivered" in {one.state for one in post.messages()}


@pytest.mark.parametrize(
    "change",
    [
        update(InvitationRow).values(status="started"),
        update(ContactRow).values(is_shared_device=True),
        update(ContactRow).where(ContactRow.channel == "sms").values(is_high_risk=True),
        update(ContactRow).where(ContactRow.channel == "email").values(is_safe=False),
    ],
)
def test_it_is_judged_again_when_it_would_go(post, send, clock, email, change):
    sending = send(LANDLINE)
    with post.database.transaction() as session:
        session.execute(change)

    clock.forward(hours=3)
    deliver_due(sending, read_now=clock.now)

    assert email.sent == []
    assert follower(post).state in {"cancelled", "suppressed"}


def test_an_email_that_fails_too_is_followed_by_nothing(post, send, clock, email):
    email.outcomes = [Refused(code="5.1.1", http=550)]
    sending = send(LANDLINE)

    for _ in range(4):
        clock.forward(hours=3)
        sweep.sweep(sending, read_now=clock.now)
        deliver_due(sending, read_now=clock.now)

    assert len(email.sent) == 1
    assert len(sending.senders[Channel.SMS].sent) == 1


def test_a_text_goes_once_by_the_other_number_where_there_is_one(
    post, send, settings, clock, email
):
    refused = Refused(code="21612", http=400)
    sending = send(Refused(code="20429", http=429))
    rules = dataclasses.replace(sending.rules, has_second_sender=True)
    sending = dataclasses.replace(sending, rules=rules)
    sms = sending.senders[Channel.SMS]
    sms.outcomes = [refused, refused]

    clock.forward(minutes=1)
    deliver_due(sending, read_now=clock.now)
    clock.forward(minutes=1)
    deliver_due(sending, read_now=clock.now)

    assert [one.by_second_sender for one in sms.sent] == [False, False, True]
    assert follower(post) is not None


def test_without_another_number_the_email_follows_at_once(post, send):
    send(Refused(code="21612", http=400))

    assert follower(post).not_before - post.messages()[0].created_at == timedelta(
        hours=2
    )
