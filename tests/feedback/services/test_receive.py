"""What do receipts and inbound texts change, in whatever order they come?"""

import itertools
from datetime import timedelta

import pytest
from fakes_sending import FakeSender, a_dispatch
from sqlalchemy import func, select

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import (
    AttemptRow,
    InboundRow,
    MessageRow,
    ProviderEventRow,
    SuppressionRow,
)
from feedback.db.vault import vault_of
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.domain.sms import InboundKind
from feedback.messaging.sender import Accepted, Refused, Unknown
from feedback.services import inbound, outbox, receive, sweep
from feedback.services.deliver import deliver_due
from feedback.services.inbound import Inbound
from feedback.services.receive import Receipt

SID = "SM-1"
STATUSES = ("accepted", "queued", "sending", "sent", "undelivered", "delivered")


@pytest.fixture
def sending(post, settings):
    sender = FakeSender(post.database, outcomes=[Accepted(provider_sid=SID)])
    return a_dispatch(post.database, settings, sms=sender)


@pytest.fixture
def told(post, sending, clock):
    """Record a receipt, as the hook does."""

    def tell(status, code=None, *, sid=SID, attempt=None):
        with post.database.transaction() as session:
            return receive.record_receipt(
                session,
                Receipt(provider_sid=sid, status=status, code=code, attempt=attempt),
                rules=sending.rules,
                now=clock.now(),
            )

    return tell


def test_a_delivery_receipt_is_believed_once(post, sending, told, clock):
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)

    assert told("delivered") is True
    assert told("delivered") is False

    assert post.message().state == "delivered"
    with post.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ProviderEventRow)) == 1


def all_orders_told(post, sending, clock, statuses, codes):
    """Tell receipts in all their orders, some twice, each of a message of its own.

    The kinds of codes take turns. On PostgreSQL, where this takes long, only of every
    seventh order.
    """
    orders = list(itertools.permutations(statuses))
    if post.database.engine.dialect.name == "postgresql":
        orders = orders[::7]
    with post.database.transaction() as session:
        for order, code in zip(orders, itertools.cycle(codes), strict=False):
            sid = an_accepted_message(session, clock.now())
            for status in (*order, order[0], order[3], order[-1]):
                receipt = Receipt(
                    provider_sid=sid,
                    status=status,
                    code=code if status == "undelivered" else None,
                )
                receive.record_receipt(
                    session, receipt, rules=sending.rules, now=clock.now()
                )
    return len(orders)


def test_receipts_end_alike_in_every_order_with_duplicates(post, settings, clock):
    """All 720 orders; a text that arrived has arrived, whatever else is told."""
    sender = FakeSender(post.database)
    sending = a_dispatch(post.database, settings, sms=sender)

    told = all_orders_told(post, sending, clock, STATUSES, ("30006", "30003", None))
    clock.forward(days=2)
    deliver_due(sending, read_now=clock.now)

    ends = {(one.state, one.attempts) for one in post.messages()}
    assert len(post.messages()) == told
    assert ends == {("delivered", 1)}
    assert sender.sent == []


@pytest.mark.parametrize(
    ("code", "state"), [("30006", "failed-permanent"), ("30003", "due")]
)
def test_receipts_of_a_text_that_failed_end_alike_in_every_order(
    post, settings, clock, code, state
):
    sending = a_dispatch(post.database, settings)
    start = clock.now()

    all_orders_told(post, sending, clock, STATUSES[:-1], (code,))

    assert {one.state for one in post.messages()} == {state}
    if state == "due":
        again = {one.next_at - start for one in post.messages()}
        assert again == {timedelta(hours=1)}


def an_accepted_message(session, now):
    """A text that the provider took; gives the provider's name for it."""
    message = session.get_one(
        MessageRow, outbox.queue(session, a_notice(str(new_id())), now=now)
    )
    message.state, message.attempts = "accepted", 1
    attempt = AttemptRow(
        id=new_id(),
        message_id=message.id,
        n=1,
        provider="fake",
        state="accepted",
        started_at=now,
        provider_sid=f"SM-{message.id}",
    )
    session.add(attempt)
    session.flush()
    return attempt.provider_sid


def a_notice(distinct):
    return outbox.NewMessage(
        purpose=Purpose.STAFF_NOTICE,
        channel=Channel.SMS,
        to="+447700900900",
        values={"reference": "H-1", "link": "http://localhost/x"},
        distinct=distinct,
    )


def test_receipts_of_unknown_messages_alarm_once_after_ten_minutes(
    post, told, clock, caplog
):
    told("delivered", sid="SM-nobodys")

    clock.forward(minutes=9)
    with post.database.transaction() as session:
        assert receive.tell_orphans(session, now=clock.now()) == 0
    clock.forward(minutes=1)
    with post.database.transaction() as session:
        assert receive.tell_orphans(session, now=clock.now()) == 1
    with post.database.transaction() as session:
        assert receive.tell_orphans(session, now=clock.now()) == 0

    assert "1 receipts of unknown messages" in caplog.text


def test_a_handset_out_of_reach_is_tried_again_in_an_hour(post, sending, told, clock):
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)

    told("undelivered", "30003")

    message = post.message()
    assert message.state == "due"
    assert (message.next_at - clock.now()).total_seconds() == 3600


def test_a_number_with_a_new_owner_gets_no_reminder(post, sending, told, clock):
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    assert post.message("reminder").state == "due"

    told("undelivered", "30005")

    assert post.message().state == "failed-permanent"
    assert post.message("reminder").state == "cancelled"


def test_news_of_an_earlier_try_does_not_undo_the_later_one(post, sending, told, clock):
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    told("undelivered", "30008")
    clock.forward(minutes=31)
    deliver_due(sending, read_now=clock.now)
    assert post.message().state == "accepted"

    told("failed", "30005")

    assert post.message().state == "accepted"


def test_a_receipt_that_names_its_attempt_settles_a_lost_answer(
    post, settings, told, clock
):
    sender = FakeSender(post.database, outcomes=[Unknown(detail="timeout")])
    sending = a_dispatch(post.database, settings, sms=sender)
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)

    told("sent", attempt=post.attempts()[0].id)

    assert post.message().state == "sent"
    assert post.attempts()[0].provider_sid == SID
    clock.forward(minutes=10)
    sweep.sweep(sending, read_now=clock.now)
    deliver_due(sending, read_now=clock.now)
    assert len(sender.sent) == 1


def test_a_receipt_of_what_was_refused_is_believed_after_all(
    post, settings, told, clock
):
    sender = FakeSender(post.database, outcomes=[Refused(code="30001", http=400)])
    sending = a_dispatch(post.database, settings, sms=sender)
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)

    told("delivered", attempt=post.attempts()[0].id)

    assert post.message().state == "delivered"
    clock.forward(hours=3)
    deliver_due(sending, read_now=clock.now)
    assert len(sender.sent) == 1


def test_a_receipt_that_overtakes_our_own_record_is_kept(post, settings, told, clock):
    sender = FakeSender(post.database, outcomes=[Accepted(provider_sid=SID)])
    sender.before_answering = lambda _: told("delivered")
    post.invite_one(clock.now())

    deliver_due(a_dispatch(post.database, settings, sms=sender), read_now=clock.now)

    assert post.message().state == "delivered"


def test_a_receipt_with_its_attempt_that_overtakes_our_own_record_is_kept(
    post, settings, told, clock
):
    sender = FakeSender(post.database, outcomes=[Accepted(provider_sid=SID)])
    sender.before_answering = lambda _: told("delivered", attempt=post.attempts()[0].id)
    post.invite_one(clock.now())

    deliver_due(a_dispatch(post.database, settings, sms=sender), read_now=clock.now)

    assert post.message().state == "delivered"
    assert [one.purpose for one in post.messages()].count("reminder") == 1


def test_a_receipt_for_an_unknown_message_is_stored(post, told):
    assert told("delivered", sid="SM-unknown", attempt=new_id()) is True


class TestInbound:
    @pytest.fixture
    def says(self, post, clock):
        def say(body, *, sid="SM-in", sender="+447700900111"):
            with post.database.transaction() as session:
                return inbound.record_inbound(
                    session,
                    Inbound(provider="twilio", sid=sid, sender=sender, body=body),
                    now=clock.now(),
                )

        return say

    def test_a_text_is_stored_sealed_and_once(self, post, says):
        assert says("I feel unsafe") is True
        assert says("I feel unsafe") is False

        with post.database.reading() as session:
            row = session.scalars(select(InboundRow)).one()
            place = Where(table="inbound", column="body_sealed", row=row.id)
            words = vault_of(session).unseal(place, row.body_sealed)
        assert words == "I feel unsafe"
        assert row.kind == "words"
        assert b"unsafe" not in row.body_sealed

    def test_stop_stops_at_once(self, post, says, clock):
        number = "+447700900111"
        post.invite_one(clock.now(), contact_given={"value": number})

        says(" stop. ", sender=number)

        assert post.message().state == "cancelled"
        with post.database.reading() as session:
            assert session.scalars(select(SuppressionRow)).one().reason == "sms"

    def test_what_the_provider_took_for_a_stop_stops_and_is_read_all_the_same(
        self, post, clock
    ):
        number = "+447700900111"
        post.invite_one(clock.now(), contact_given={"value": number})
        text = Inbound(
            provider="twilio",
            sid="SM-in",
            sender=number,
            body="basta",
            told_as=InboundKind.OPT_OUT,
        )

        with post.database.transaction() as session:
            inbound.record_inbound(session, text, now=clock.now())

        assert post.message().state == "cancelled"
        with post.database.reading() as session:
            row = session.scalars(select(InboundRow)).one()
            assert (row.kind, row.triage_state) == ("opt_out", "waiting")

    @pytest.mark.parametrize("told_as", [InboundKind.HELP, InboundKind.OPT_IN, None])
    def test_what_the_provider_took_for_anything_else_stays_what_it_is(
        self, post, clock, told_as
    ):
        text = Inbound(
            provider="twilio",
            sid="SM-in",
            sender="+447700900111",
            body="Stop him hitting me",
            told_as=told_as,
        )

        with post.database.transaction() as session:
            inbound.record_inbound(session, text, now=clock.now())

        with post.database.reading() as session:
            row = session.scalars(select(InboundRow)).one()
            assert (row.kind, row.triage_state) == ("words", "waiting")

    @pytest.mark.parametrize("body", ["", "x" * 1_600, "é" * 1_600], ids=len)
    def test_long_texts_and_empty_ones_are_kept_as_they_came(self, post, says, body):
        says(body)

        with post.database.reading() as session:
            row = session.scalars(select(InboundRow)).one()
            place = Where(table="inbound", column="body_sealed", row=row.id)
            assert vault_of(session).unseal(place, row.body_sealed) == body

    def test_stop_from_a_stranger_changes_nobody_else(self, post, says, clock):
        post.invite_one(clock.now(), contact_given={"value": "+447700900222"})

        says("STOP", sender="+447700900333")

        assert post.message().state == "due"
