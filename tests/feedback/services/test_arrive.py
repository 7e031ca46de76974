"""Does a link that somebody opened show that its message arrived?"""

import pytest
from builders import a_contact
from fakes_sending import RememberingSender, a_dispatch
from sqlalchemy import select, update

from feedback.db.models import ContactRow, InvitationRow, ParticipantRow
from feedback.domain.token import Token
from feedback.messaging.sender import Refused, Unknown
from feedback.services import audit, enter, receive, resend, sweep
from feedback.services.deliver import deliver_due
from feedback.services.receive import Receipt


@pytest.fixture
def sms(post):
    return RememberingSender(post.database)


@pytest.fixture
def sending(post, settings, sms):
    return a_dispatch(post.database, settings, sms=sms)


def opened(post, sms, clock):
    link = next(word for word in sms.sent[0].body.split() if "/r/" in word)
    with post.database.transaction() as session:
        token = Token(link.rpartition("/")[2])
        assert enter.start(session, token, now=clock.now()) is not None


def test_a_lost_answer_is_found_out_by_the_person_who_opens_the_link(
    post, sms, sending, clock
):
    sms.outcomes = [Unknown(detail="timeout")]
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)

    opened(post, sms, clock)
    for _ in range(10):
        clock.forward(minutes=1)
        sweep.sweep(sending, read_now=clock.now)
        deliver_due(sending, read_now=clock.now)

    assert (post.message().state, post.message().reason) == ("delivered", "link-opened")
    assert len(sms.sent) == 1


def test_a_taken_message_has_arrived_and_a_receipt_changes_nothing(
    post, sms, sending, clock
):
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    opened(post, sms, clock)
    assert post.message().state == "delivered"

    for status, code in (("sent", None), ("undelivered", "30003"), ("delivered", None)):
        with post.database.transaction() as session:
            receipt = Receipt(
                provider_sid=post.attempts()[0].provider_sid, status=status, code=code
            )
            receive.record_receipt(
                session, receipt, rules=sending.rules, now=clock.now()
            )

    assert post.message().state == "delivered"


def test_a_receipt_still_finds_its_attempt_after_the_link_was_opened(
    post, sms, sending, clock
):
    sms.outcomes = [Unknown(detail="timeout")]
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    opened(post, sms, clock)

    with post.database.transaction() as session:
        receipt = Receipt(
            provider_sid="SM-late", status="delivered", attempt=post.attempts()[0].id
        )
        receive.record_receipt(session, receipt, rules=sending.rules, now=clock.now())
    clock.forward(minutes=11)
    with post.database.transaction() as session:
        assert receive.tell_orphans(session, now=clock.now()) == 0

    assert [one.provider_sid for one in post.attempts()] == ["SM-late"]


def test_a_refused_message_did_not_arrive_whoever_opens_the_link(
    post, sms, sending, clock
):
    sms.outcomes = [Refused(code="21211", http=400)]
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)

    opened(post, sms, clock)

    assert post.message().state == "failed-permanent"


def test_a_form_opened_on_a_device_at_hand_shows_nothing(post, sms, sending, clock):
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    with post.database.transaction() as session:
        session.execute(update(InvitationRow).values(channel="in_person"))

    opened(post, sms, clock)

    assert post.message().state == "accepted"


def by_state(post):
    found = [(one.channel, one.wave, one.state) for one in post.messages()]
    return {(channel, wave): state for channel, wave, state in found}


def sent_again(post, clock, *, to_another=None):
    """Let staff send the link once more, to another address where one is given."""
    with post.database.transaction() as session:
        person = session.scalars(select(ParticipantRow)).one()
        if to_another is not None:
            session.execute(update(ContactRow).values(is_safe=False))
            a_contact(
                session,
                person,
                now=clock.now(),
                position=1,
                channel="email",
                value=to_another,
            )
        resend.resend(
            session, person.id, rules=post.rules, by=audit.OPERATOR, now=clock.now()
        )


def test_only_where_the_link_went_last_is_believed_to_be_reached(
    post, sms, sending, clock
):
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    clock.forward(minutes=5)
    sent_again(post, clock, to_another="who@example.org")
    deliver_due(sending, read_now=clock.now)

    opened(post, sms, clock)

    found = by_state(post)
    assert found[("email", 1)] == "delivered"
    assert found[("sms", 0)] == "accepted"


def test_both_of_two_messages_to_one_number_have_arrived(post, sms, sending, clock):
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    clock.forward(minutes=5)
    sent_again(post, clock)
    deliver_due(sending, read_now=clock.now)

    opened(post, sms, clock)

    found = by_state(post)
    assert found[("sms", 0)] == found[("sms", 1)] == "delivered"


def test_what_has_not_gone_out_yet_has_not_arrived(post, sms, sending, clock):
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    clock.forward(minutes=5)
    sent_again(post, clock)

    opened(post, sms, clock)

    found = by_state(post)
    assert (found[("sms", 0)], found[("sms", 1)]) == ("delivered", "due")


def test_a_link_opened_says_nothing_of_another_persons_message(
    post, sms, sending, clock
):
    post.invite_one(clock.now(), contact_given={"value": "+447700900555"})
    post.invite_one(clock.now(), contact_given={"value": "+447700900555"})
    deliver_due(sending, read_now=clock.now)

    opened(post, sms, clock)

    states = [one.state for one in post.messages() if one.purpose == "invitation"]
    assert sorted(states) == ["accepted", "delivered"]
