"""Does whatever hangs in the air come down, and never twice on somebody?"""

import dataclasses
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from fakes_sending import FakeSender, RememberingSender, a_dispatch
from fakes_twilio import ACCOUNT, AUTH_TOKEN, FROM, Answer, running_twilio
from sqlalchemy import select, update

from feedback.config import TwilioSettings
from feedback.db.ids import new_id
from feedback.db.models import (
    InvitationRow,
    ProviderEventRow,
    ReviewKeyRow,
)
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.messaging.build import senders
from feedback.messaging.sender import Accepted, Unknown
from feedback.messaging.smtp_email import SmtpEmail
from feedback.services import (
    ask_around,
    audit,
    decide,
    outbox,
    receive,
    reconcile,
    sweep,
)
from feedback.services.deliver import deliver_due

LOST = Unknown(detail="timeout")


class PowerCut(BaseException):
    """Nothing after this is done, as if the machine had stopped."""


def pass_minutes(sending, clock, minutes):
    for _ in range(minutes):
        clock.forward(minutes=1)
        sweep.sweep(sending, read_now=clock.now)
        deliver_due(sending, read_now=clock.now)


class TestAnEmailWhoseAnswerWasLost:
    @pytest.fixture
    def email(self, post):
        return FakeSender(post.database)

    @pytest.fixture
    def sending(self, post, settings, clock, email):
        contact = {"channel": "email", "value": "who@example.org"}
        post.invite_one(clock.now(), contact_given=contact)
        return a_dispatch(post.database, settings, email=email)

    @pytest.fixture
    def lost(self, email, sending, clock):
        email.outcomes = [LOST]
        deliver_due(sending, read_now=clock.now)
        return sending

    def test_goes_once_more_after_a_while_under_the_same_name(
        self, post, email, lost, clock
    ):
        sweep.sweep(lost, read_now=clock.now)
        deliver_due(lost, read_now=clock.now)
        assert len(email.sent) == 1

        pass_minutes(lost, clock, 2)

        assert len(email.sent) == 2
        assert post.message().state == "accepted"
        assert [one.state for one in post.attempts()] == ["not-found", "accepted"]
        mail = SmtpEmail(host="x", port=1, sender="form@council.example", tls="none")
        written = [
            message_from_bytes(mail._written(one), policy=default) for one in email.sent
        ]
        assert len({one["Message-ID"] for one in written}) == 1
        assert len({one.get_content() for one in written}) == 1

    def test_is_left_to_a_person_where_that_is_lost_too(self, post, email, lost, clock):
        email.outcomes = [LOST]

        pass_minutes(lost, clock, 30)

        assert len(email.sent) == 2
        message = post.message()
        assert (message.state, message.reason) == ("dead-letter", "unknown-outcome")

    def test_goes_no_third_time_by_itself_after_a_person_tried_again(
        self, post, email, lost, clock
    ):
        email.outcomes = [LOST, LOST]
        pass_minutes(lost, clock, 5)
        with post.database.transaction() as session:
            message = post.message().id
            decide.requeue(session, message, by=audit.OPERATOR, now=clock.now())

        pass_minutes(lost, clock, 30)

        assert len(email.sent) == 3
        assert post.message().state == "dead-letter"

    def test_goes_once_more_where_the_program_was_killed(
        self, post, email, sending, clock
    ):
        def crash(_):
            raise PowerCut

        email.before_answering = crash
        with pytest.raises(PowerCut):
            deliver_due(sending, read_now=clock.now)
        email.before_answering = None

        pass_minutes(sending, clock, 30)

        assert len(email.sent) == 2
        assert post.message().state == "accepted"


def test_a_call_that_was_cut_off_is_asked_about_in_the_same_round(
    post, settings, clock
):
    sms = RememberingSender(post.database)

    def crash(_):
        raise PowerCut

    sms.before_answering = crash
    sending = a_dispatch(post.database, settings, sms=sms)
    post.invite_one(clock.now())
    with pytest.raises(PowerCut):
        deliver_due(sending, read_now=clock.now)
    sms.before_answering = None

    pass_minutes(sending, clock, 6)

    # Asked at one minute and at five: one text more, within six minutes.
    assert sms.asked == 2
    assert len(sms.sent) == 2
    assert post.message().state == "accepted"


def test_news_is_asked_for_three_times_and_then_no_more(post, settings, clock):
    sms = RememberingSender(post.database)
    sending = a_dispatch(post.database, settings, sms=sms)
    post.invite_one(clock.now())
    start = clock.now()
    deliver_due(sending, read_now=clock.now)
    sid = post.attempts()[0].provider_sid
    sms.statuses[sid] = "sent"
    asked_after = []

    for minutes in (14, 15, 16, 119, 120, 121, 1439, 1440, 1441, 4319):
        clock.at = start + timedelta(minutes=minutes)
        before = sms.asked
        sweep.sweep(sending, read_now=clock.now)
        if sms.asked > before:
            asked_after.append(minutes)

    assert asked_after == [15, 120, 1440]
    assert post.message().state == "sent"
    clock.at = start + timedelta(hours=72)
    sweep.sweep(sending, read_now=clock.now)
    assert post.message().state == "unconfirmed"


def test_what_may_be_sent_again_is_asked_about_before_what_was_taken(
    post, settings, clock, monkeypatch
):
    monkeypatch.setattr(ask_around, "MOST", 2)
    sms = RememberingSender(post.database)
    sending = a_dispatch(post.database, settings, sms=sms)
    for _ in range(4):
        post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    post.invite_one(clock.now())
    clock.forward(minutes=20)
    sms.outcomes = [LOST]
    deliver_due(sending, read_now=clock.now)
    clock.forward(minutes=1)

    sweep.sweep(sending, read_now=clock.now)

    (lost,) = [one for one in post.messages() if one.state == "unknown"]
    assert lost.reason == reconcile.ASKED_ONCE


def test_an_erased_review_holds_up_nobody_else(post, settings, clock):
    sms = RememberingSender(post.database, outcomes=[LOST, LOST])
    sending = a_dispatch(post.database, settings, sms=sms)
    for _ in range(2):
        post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    with post.database.transaction() as session:
        key = session.scalars(select(ReviewKeyRow)).first()
        key.wrapped = None
        erased = key.review_id

    pass_minutes(sending, clock, 6)

    states = {one.review_id == erased: one.state for one in invitations(post)}
    assert states == {True: "unknown", False: "accepted"}


def test_a_key_that_does_not_open_keeps_only_its_own_messages_from_being_asked_about(
    post, settings, clock, caplog
):
    sms = RememberingSender(post.database, outcomes=[LOST] * 3)
    sending = a_dispatch(post.database, settings, sms=sms)
    for _ in range(3):
        post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    with post.database.transaction() as session:
        key = session.scalars(select(ReviewKeyRow)).first()
        key.wrapped = bytes(len(key.wrapped))
        broken = key.review_id

    pass_minutes(sending, clock, 6)

    states = {one.review_id == broken: one.state for one in invitations(post)}
    assert states == {True: "unknown", False: "accepted"}
    # The two others, twice each.
    assert sms.asked == 4
    assert "nobody is asked: WrongMasterKeyError" in caplog.text


def test_receipts_that_cannot_be_told_of_keep_nobody_from_asking(
    post, settings, clock, monkeypatch, caplog
):
    sms = RememberingSender(post.database, outcomes=[LOST])
    sending = a_dispatch(post.database, settings, sms=sms)
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)

    def breaks(_session, *, now):
        raise ValueError(f"what somebody typed at {now}")

    monkeypatch.setattr(receive, "tell_orphans", breaks)
    clock.forward(minutes=1)
    sweep.sweep(sending, read_now=clock.now)

    assert sms.asked == 1
    assert "is not swept: ValueError" in caplog.text
    assert "typed" not in caplog.text


def test_one_message_that_cannot_be_settled_holds_up_no_other(
    post, settings, clock, monkeypatch, caplog
):
    sms = RememberingSender(post.database, outcomes=[LOST, LOST])
    sending = a_dispatch(post.database, settings, sms=sms)
    for _ in range(2):
        post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    broken = invitations(post)[0].id
    still_unknown = reconcile._still_unknown

    def breaks(session, dispatch, a_try, now, **given):
        if a_try.message.id == broken:
            raise ValueError("what somebody typed")
        still_unknown(session, dispatch, a_try, now, **given)

    monkeypatch.setattr(reconcile, "_still_unknown", breaks)
    pass_minutes(sending, clock, 6)

    states = {one.id == broken: one.state for one in invitations(post)}
    assert states == {True: "unknown", False: "accepted"}
    assert "stays in the air: ValueError" in caplog.text
    assert "typed" not in caplog.text


def invitations(post):
    return [one for one in post.messages() if one.purpose == "invitation"]


def two_alerts(post, sending, clock):
    """Of two alerts to one phone the second one's answer is lost; gives its sid."""
    for distinct in ("one", "two"):
        with post.database.transaction() as session:
            outbox.queue(
                session,
                outbox.NewMessage(
                    purpose=Purpose.ALERT,
                    channel=Channel.SMS,
                    to="+447700900900",
                    values={"reference": "A-BCDFGH", "link": "http://localhost/x"},
                    distinct=distinct,
                ),
                now=clock.now(),
            )
        deliver_due(sending, read_now=clock.now, urgent_only=True)


@pytest.mark.parametrize("has_arrived", [True, False])
def test_of_two_texts_alike_each_is_known_by_its_own_name(
    post, settings, clock, has_arrived
):
    sms = RememberingSender(
        post.database, outcomes=[Accepted(provider_sid="SM-first"), LOST]
    )
    sms.known = [("SM-second", "x")] if has_arrived else []
    sms.known.append(("SM-first", "x"))
    sending = a_dispatch(post.database, settings, sms=sms)
    two_alerts(post, sending, clock)

    pass_minutes(sending, clock, 7)

    sids = {one.provider_sid for one in post.attempts()} - {None}
    assert len(sms.sent) == (2 if has_arrived else 3)
    assert {"SM-first"} < sids
    assert ("SM-second" in sids) is has_arrived
    assert "unknown" not in {one.state for one in post.messages()}


def test_a_text_whose_link_has_ended_is_asked_about_by_its_number(
    post, settings, clock
):
    sms = RememberingSender(post.database, outcomes=[LOST])
    sending = a_dispatch(post.database, settings, sms=sms)
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    sms.known = [("SM-found", "x")]
    with post.database.transaction() as session:
        session.execute(
            update(InvitationRow).values(token_sealed=None, status="answered")
        )

    pass_minutes(sending, clock, 2)

    assert post.message().state == "sent"


def test_a_receipt_that_was_stored_beside_our_own_record_takes_effect(
    post, settings, clock
):
    sending = a_dispatch(post.database, settings)
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    sid = post.attempts()[0].provider_sid
    with post.database.transaction() as session:
        # Neither transaction saw the other.
        session.add(
            ProviderEventRow(
                id=new_id(),
                event_key=f"{sid}|delivered|",
                provider_sid=sid,
                status="delivered",
                received_at=clock.now(),
            )
        )

    sweep.sweep(sending, read_now=clock.now)

    assert post.message().state == "delivered"
    clock.forward(minutes=11)
    sweep.sweep(sending, read_now=clock.now)
    with post.database.reading() as session:
        assert session.scalars(select(ProviderEventRow.orphaned_at)).all() == [None]


@pytest.mark.parametrize("has_arrived", [True, False])
def test_on_a_summers_day_a_lost_text_is_found_at_the_provider(
    post, settings, clock, has_arrived
):
    clock.at = datetime(2027, 7, 1, 11, 30, tzinfo=UTC)
    with running_twilio() as twilio:
        twilio.now = clock.now()
        twilio.plan(Answer(accepts=has_arrived, status=500))
        settings = dataclasses.replace(settings, twilio=by_twilio(twilio.url))
        sending = dataclasses.replace(
            a_dispatch(post.database, settings), senders=senders(settings)
        )
        post.invite_one(clock.now())
        deliver_due(sending, read_now=clock.now)
        assert post.message().state == "unknown"

        pass_minutes(sending, clock, 7)

        asked = [
            given["DateSent>"]
            for _, _, given in twilio.requests
            if given.get("DateSent>")
        ]
        assert set(asked) == {"2027-07-01T11:29:00Z"}
        assert len(twilio.messages) == 1
        assert post.message().state == "accepted"
        assert len(post.attempts()) == (1 if has_arrived else 2)


def by_twilio(url):
    return TwilioSettings(
        account_sid=ACCOUNT,
        auth_token=AUTH_TOKEN,
        auth_token_previous=None,
        sender=FROM,
        messaging_service_sid=None,
        api_base_url=url,
    )
