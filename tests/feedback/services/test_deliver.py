"""Is each due message sent once, at the right time, and its outcome known?"""

import dataclasses
from datetime import UTC, datetime, time, timedelta

import pytest
from builders import a_contact, a_participant, a_review
from fakes_sending import FakeSender, RememberingSender, a_dispatch
from sqlalchemy import select, update

from feedback.db.ids import new_id
from feedback.db.models import (
    AlertRow,
    ContactRow,
    DeliveryPauseRow,
    InvitationRow,
    MessageRow,
    ReviewRow,
    SuppressionRow,
)
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.messaging.sender import Refused, Unknown
from feedback.services import (
    audit,
    claim,
    deliver,
    invite,
    judge,
    outbox,
    pause,
    sweep,
)
from feedback.services.deliver import Tally, deliver_due

BY_EMAIL = {"channel": "email", "value": "pat@example.org"}


def alert_message(session, now, channel=Channel.SMS, to=None):
    usual = "+447700900900" if channel is Channel.SMS else "duty@council.example"
    return outbox.queue(
        session,
        outbox.NewMessage(
            purpose=Purpose.ALERT,
            channel=channel,
            to=to or usual,
            values={"reference": "A-ABCDEF", "link": "http://localhost/staff/alerts"},
            distinct="alert-1",
        ),
        now=now,
    )


def test_a_due_message_is_sent_with_its_link_and_no_database_held(
    post, settings, clock
):
    sender = FakeSender(post.database)
    sending = a_dispatch(post.database, settings, sms=sender)
    post.invite_one(clock.now())

    tally = deliver_due(sending, read_now=clock.now)

    assert tally == Tally(sent=1)
    outgoing = sender.sent[0]
    assert outgoing.to.startswith("+447700900")
    assert "http://localhost/r/" in outgoing.body
    assert post.message().state == "accepted"
    assert [one.state for one in post.attempts()] == ["accepted"]


def test_the_words_reveal_nothing(post, settings, clock):
    sender = FakeSender(post.database)
    post.invite_one(clock.now(), name="Aisha")

    deliver_due(a_dispatch(post.database, settings, sms=sender), read_now=clock.now)

    said = sender.sent[0].body.casefold()
    for word in ("social", "safeguard", "council", "children", "aisha", "review"):
        assert word not in said


def test_a_sent_message_is_not_sent_again(post, settings, clock):
    sender = FakeSender(post.database)
    sending = a_dispatch(post.database, settings, sms=sender)
    post.invite_one(clock.now())

    deliver_due(sending, read_now=clock.now)
    deliver_due(sending, read_now=clock.now)

    assert len(sender.sent) == 1


def test_a_shared_phone_hears_nothing_until_its_hours(post, settings, clock):
    clock.at = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    sender = FakeSender(post.database)
    sending = a_dispatch(post.database, settings, sms=sender)
    post.invite_one(
        clock.now(),
        contact_given={
            "is_shared_device": True,
            "safe_days": "1",
            "safe_from": time(10),
            "safe_until": time(12),
        },
    )

    for _ in range(60):
        deliver_due(sending, read_now=clock.now)
        if sender.sent:
            break
        clock.forward(minutes=30)

    assert clock.now() == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    assert [one.channel for one in sender.sent] == [Channel.SMS]


def test_hours_are_checked_again_at_the_moment_of_sending(post, settings, clock):
    sender = FakeSender(post.database)
    post.invite_one(clock.now())
    clock.at = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)

    deliver_due(a_dispatch(post.database, settings, sms=sender), read_now=clock.now)

    assert sender.sent == []
    message = post.message()
    assert (message.state, message.reason) == ("due", "quiet-hours")
    assert message.next_at == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (update(ContactRow).values(is_safe=False), "suppressed"),
        (update(ContactRow).values(verified_at=None), "due"),
        (update(InvitationRow).values(status="answered"), "cancelled"),
        (update(InvitationRow).values(status="revoked"), "cancelled"),
        (update(ReviewRow).values(state="agreed"), "cancelled"),
        (
            update(InvitationRow).values(
                messages_stopped_at=datetime(2026, 11, 24, tzinfo=UTC)
            ),
            "suppressed",
        ),
        (
            update(MessageRow).values(expires_at=datetime(2026, 11, 24, tzinfo=UTC)),
            "expired",
        ),
    ],
)
def test_what_changed_since_it_was_queued_holds_it(
    post, settings, clock, change, state
):
    sender = FakeSender(post.database)
    post.invite_one(clock.now())
    with post.database.transaction() as session:
        session.execute(change)

    deliver_due(a_dispatch(post.database, settings, sms=sender), read_now=clock.now)

    assert sender.sent == []
    assert post.message().state == state


def test_an_address_that_asked_to_stop_elsewhere_hears_nothing(post, settings, clock):
    sender = FakeSender(post.database)
    post.invite_one(clock.now())
    with post.database.transaction() as session:
        contact = session.scalars(select(ContactRow)).one()
        session.add(
            SuppressionRow(
                id=new_id(),
                contact_hmac=contact.value_index,
                channel="sms",
                scope="all",
                reason="sms",
                since=clock.now(),
            )
        )

    deliver_due(a_dispatch(post.database, settings, sms=sender), read_now=clock.now)

    assert sender.sent == []
    assert post.message().state == "suppressed"


def test_nobody_is_messaged_more_often_in_a_week_than_the_cap(post, settings, clock):
    settings = dataclasses.replace(settings, cap_per_person_per_week=1)
    sender = FakeSender(post.database)
    sending = a_dispatch(post.database, settings, sms=sender)
    post.invite_one(clock.now())
    first = clock.now()
    deliver_due(sending, read_now=clock.now)

    clock.forward(days=3)
    deliver_due(sending, read_now=clock.now)

    assert len(sender.sent) == 1
    reminder = post.message("reminder")
    assert (reminder.state, reminder.reason) == ("due", "cap-per-person")
    assert reminder.next_at == first + timedelta(days=7)


def test_the_days_cap_holds_everything_but_alerts(post, settings, clock):
    settings = dataclasses.replace(settings, cap_sms_per_day=1)
    sender = FakeSender(post.database)
    sending = a_dispatch(post.database, settings, sms=sender)
    for _ in range(3):
        post.invite_one(clock.now())
    with post.database.transaction() as session:
        alert_message(session, clock.now())

    deliver_due(sending, read_now=clock.now)

    assert [one.to for one in sender.sent] == ["+447700900900"]
    assert [one.state for one in post.messages()].count("due") == 3


def test_the_days_cap_of_texts_holds_no_email(post, settings, clock):
    settings = dataclasses.replace(settings, cap_sms_per_day=2)
    sms, email = FakeSender(post.database), FakeSender(post.database)
    sending = a_dispatch(post.database, settings, sms=sms, email=email)
    for _ in range(3):
        post.invite_one(clock.now())
        post.invite_one(clock.now(), contact_given=BY_EMAIL)

    deliver_due(sending, read_now=clock.now)

    assert len(sms.sent) == 2
    assert len(email.sent) == 3


def test_texts_that_the_days_cap_holds_stand_before_no_email(post, settings, clock):
    settings = dataclasses.replace(settings, cap_sms_per_day=0)
    sending = a_dispatch(post.database, settings)
    for _ in range(3):
        post.invite_one(clock.now())
    clock.forward(minutes=1)
    post.invite_one(clock.now(), contact_given=BY_EMAIL)

    with post.database.transaction() as session:
        leased = claim.lease(session, sending, 2, clock.now())

    assert [row.channel for row, _ in leased] == ["email"]


def test_that_the_days_cap_is_reached_is_told_once_a_day(post, settings, clock, caplog):
    settings = dataclasses.replace(settings, cap_sms_per_day=0)
    sending = a_dispatch(post.database, settings)
    post.invite_one(clock.now())

    for _ in range(3):
        deliver_due(sending, read_now=clock.now)
    assert caplog.text.count("cap of texts is reached") == 1

    clock.forward(days=1)
    deliver_due(sending, read_now=clock.now)
    assert caplog.text.count("cap of texts is reached") == 2


def test_alerts_go_first_and_at_any_hour(post, settings, clock):
    sender = FakeSender(post.database)
    sending = a_dispatch(post.database, settings, sms=sender)
    post.invite_one(clock.now())
    with post.database.transaction() as session:
        alert_message(session, clock.now())

    deliver_due(sending, read_now=clock.now)

    assert sender.sent[0].to == "+447700900900"
    assert len(sender.sent) == 2

    clock.at = datetime(2026, 11, 28, 23, 10, tzinfo=UTC)
    with post.database.transaction() as session:
        outbox.queue(
            session,
            outbox.NewMessage(
                purpose=Purpose.ESCALATION,
                channel=Channel.SMS,
                to="+447700900901",
                values={"reference": "A-ABCDEF", "link": "http://localhost/x"},
            ),
            now=clock.now(),
        )
    deliver_due(sending, read_now=clock.now, urgent_only=True)
    assert sender.sent[-1].to == "+447700900901"


@pytest.mark.parametrize("threads", [1, 4])
@pytest.mark.parametrize("urgent_only", [True, False])
def test_one_alert_that_breaks_holds_up_no_other(
    post, settings, clock, threads, urgent_only
):
    numbers = [f"+44770090090{last}" for last in range(7)]

    def breaks_at_the_first(outgoing):
        if outgoing.to == numbers[0]:
            raise RuntimeError("somebody's words")

    sender = FakeSender(before_answering=breaks_at_the_first)
    for number in numbers:
        with post.database.transaction() as session:
            alert_message(session, clock.now(), to=number)
        clock.forward(seconds=1)

    with pytest.raises(RuntimeError):
        deliver_due(
            a_dispatch(post.database, settings, sms=sender, threads=threads),
            read_now=clock.now,
            urgent_only=urgent_only,
        )

    assert [one.to for one in sender.sent].count(numbers[0]) == 1
    states = [one.state for one in post.messages()]
    assert states == ["calling", *["accepted"] * 6]


def test_a_lease_is_used_once_though_its_message_is_due_again(post, settings, clock):
    sender = FakeSender(
        post.database, outcomes=[Refused(code="30001", http=400, retry_after=None)]
    )
    sending = a_dispatch(post.database, settings, sms=sender)
    post.invite_one(clock.now())
    with post.database.transaction() as session:
        (leased,) = claim.take(session, sending, 1, clock.now(), urgent_only=False)

    told = [deliver.deliver_one(sending, leased, clock.now) for _ in range(2)]

    assert told == ["refused", "held"]
    assert len(sender.sent) == 1


def test_two_claimers_never_send_the_same_message(post, settings, clock):
    sender = FakeSender(post.database)
    sending = a_dispatch(post.database, settings, sms=sender)
    for _ in range(5):
        post.invite_one(clock.now())
    other = FakeSender(post.database)

    def meanwhile(_):
        deliver_due(a_dispatch(post.database, settings, sms=other), read_now=clock.now)

    sender.before_answering = meanwhile
    deliver_due(sending, read_now=clock.now)

    ids = [one.message_id for one in (*sender.sent, *other.sent)]
    assert len(ids) == 5
    assert len(set(ids)) == 5


def test_whoever_lost_the_lease_cannot_write(post, settings, clock):
    """The first claimer is so slow that its message was swept up meanwhile."""
    sender = RememberingSender(
        post.database, outcomes=[Refused(code="21211", http=400)]
    )
    sending = a_dispatch(post.database, settings, sms=sender)
    post.invite_one(clock.now())

    def much_later(_):
        clock.forward(minutes=2)
        sweep.sweep(sending, read_now=clock.now)

    sender.before_answering = much_later
    deliver_due(sending, read_now=clock.now)

    assert post.message().state == "unknown"
    assert post.attempts()[0].state == "unknown"


def test_a_late_yes_is_believed(post, settings, clock):
    sender = FakeSender(post.database)
    sending = a_dispatch(post.database, settings, sms=sender)
    post.invite_one(clock.now())

    def much_later(_):
        clock.forward(minutes=2)
        sweep.sweep(sending, read_now=clock.now)
        assert post.message().state == "unknown"

    sender.before_answering = much_later
    deliver_due(sending, read_now=clock.now)

    assert post.message().state == "accepted"
    assert post.attempts()[0].provider_sid is not None


def test_a_crash_after_calling_is_unknown_and_never_simply_sent_again(
    post, settings, clock
):
    sender = FakeSender(post.database)

    class PowerCut(BaseException):
        pass

    def crash(_):
        raise PowerCut

    sender.before_answering = crash
    sending = a_dispatch(post.database, settings, sms=sender)
    post.invite_one(clock.now())
    with pytest.raises(PowerCut):
        deliver_due(sending, read_now=clock.now)
    sender.before_answering = None

    for _ in range(12):
        clock.forward(minutes=1)
        sweep.sweep(sending, read_now=clock.now)
        deliver_due(sending, read_now=clock.now)
    assert post.message().state == "unknown"
    clock.forward(hours=6)
    sweep.sweep(sending, read_now=clock.now)

    assert len(sender.sent) == 1
    message = post.message()
    assert (message.state, message.reason) == ("dead-letter", "unknown-outcome")


def lost_answer(post, settings, clock, **given):
    sender = RememberingSender(
        post.database, outcomes=[Unknown(detail="timeout")], **given
    )
    sending = a_dispatch(post.database, settings, sms=sender)
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    assert post.message().state == "unknown"
    return sender, sending


def test_a_lost_answer_is_found_at_the_provider(post, settings, clock):
    sender, sending = lost_answer(post, settings, clock)
    sender.known.append(("SM-found", sender.sent[0].body))

    clock.forward(seconds=61)
    sweep.sweep(sending, read_now=clock.now)

    assert post.message().state == "sent"
    assert post.attempts()[0].provider_sid == "SM-found"
    # A code would say that it failed, and keep it out of the person's cap.
    assert post.attempts()[0].code is None
    deliver_due(sending, read_now=clock.now)
    assert len(sender.sent) == 1
    assert post.message("reminder").state == "due"


def test_a_message_is_sent_again_after_two_answers_that_it_is_not_there(
    post, settings, clock
):
    sender, sending = lost_answer(post, settings, clock)

    clock.forward(seconds=61)
    sweep.sweep(sending, read_now=clock.now)
    deliver_due(sending, read_now=clock.now)
    assert len(sender.sent) == 1
    clock.forward(minutes=5)
    sweep.sweep(sending, read_now=clock.now)
    deliver_due(sending, read_now=clock.now)

    assert len(sender.sent) == 2
    assert [one.state for one in post.attempts()] == ["not-found", "accepted"]
    assert sender.sent[0].body == sender.sent[1].body


def test_a_provider_that_cannot_be_asked_leaves_it_to_a_person(post, settings, clock):
    sender, sending = lost_answer(post, settings, clock, is_down=True)

    for _ in range(8):
        clock.forward(hours=1)
        sweep.sweep(sending, read_now=clock.now)
        deliver_due(sending, read_now=clock.now)

    assert len(sender.sent) == 1
    assert post.message().state == "dead-letter"


def test_a_temporary_refusal_is_tried_again_later(post, settings, clock):
    sender = FakeSender(post.database, outcomes=[Refused(code="connect")])
    sending = a_dispatch(post.database, settings, sms=sender)
    post.invite_one(clock.now())

    assert deliver_due(sending, read_now=clock.now) == Tally(refused=1)
    assert deliver_due(sending, read_now=clock.now) == Tally()
    clock.forward(minutes=1)
    assert deliver_due(sending, read_now=clock.now) == Tally(sent=1)
    assert [(one.state, one.code) for one in post.attempts()] == [
        ("refused", "connect"),
        ("accepted", None),
    ]


def test_a_number_that_does_not_exist_is_unverified(post, settings, clock):
    sender = FakeSender(post.database, outcomes=[Refused(code="21211", http=400)])
    post.invite_one(clock.now())

    deliver_due(a_dispatch(post.database, settings, sms=sender), read_now=clock.now)

    assert post.message().state == "failed-permanent"
    with post.database.reading() as session:
        assert session.scalars(select(ContactRow)).one().verified_at is None


def test_an_opt_out_at_the_provider_is_remembered_here(post, settings, clock):
    sender = FakeSender(post.database, outcomes=[Refused(code="21610", http=400)])
    post.invite_one(clock.now())

    deliver_due(a_dispatch(post.database, settings, sms=sender), read_now=clock.now)

    with post.database.reading() as session:
        assert session.scalars(select(SuppressionRow)).one().reason == "opted_out"


class TestAPause:
    @pytest.fixture
    def sender(self, post):
        return FakeSender(post.database, outcomes=[Refused(code="20003", http=401)])

    @pytest.fixture
    def sending(self, post, settings, sender, clock):
        sending = a_dispatch(post.database, settings, sms=sender)
        for _ in range(3):
            post.invite_one(clock.now())
        deliver_due(sending, read_now=clock.now)
        return sending

    def test_a_refused_account_stops_every_text_but_alerts(
        self, post, sending, sender, clock
    ):
        deliver_due(sending, read_now=clock.now)
        assert len(sender.sent) == 1
        assert {one.state for one in post.messages()} == {"due"}

        with post.database.transaction() as session:
            alert_message(session, clock.now())
        deliver_due(sending, read_now=clock.now)
        assert sender.sent[-1].to == "+447700900900"

    def test_one_probe_every_five_minutes(self, sending, sender, clock):
        sender.outcomes = [Refused(code="20003", http=401)] * 5
        for _ in range(10):
            clock.forward(minutes=1)
            deliver_due(sending, read_now=clock.now)

        assert len(sender.sent) == 3

    def test_a_probe_that_passes_ends_it(self, post, sending, sender, clock):
        clock.forward(minutes=5)
        deliver_due(sending, read_now=clock.now)

        assert len(sender.sent) == 4
        with post.database.reading() as session:
            assert session.scalars(select(DeliveryPauseRow)).one().ended_by == "probe"

    def test_a_person_can_end_it(self, post, sending, sender, clock):
        with post.database.transaction() as session:
            pause.end_all(session, by=audit.OPERATOR, now=clock.now())

        deliver_due(sending, read_now=clock.now)

        assert len(sender.sent) == 3


def test_an_alert_that_cannot_be_delivered_raises_an_alert(post, settings, clock):
    with post.database.transaction() as session:
        review = a_review(session, now=clock.now())
        row = AlertRow(
            id=new_id(),
            reference="A-BCDFGH",
            review_id=review.id,
            kind="unsafe",
            state="raised",
            level=0,
            raised_at=clock.now(),
            dedupe_key="x",
        )
        session.add(row)
        session.flush()
        outbox.queue(
            session,
            outbox.NewMessage(
                purpose=Purpose.ALERT,
                channel=Channel.SMS,
                to="+447700900900",
                values={"reference": "A-BCDFGH", "link": "http://localhost/x"},
                alert=row.id,
                review=review.id,
                distinct=str(row.id),
            ),
            now=clock.now(),
        )
    sender = FakeSender(post.database, outcomes=[Refused(code="21211", http=400)])

    deliver_due(a_dispatch(post.database, settings, sms=sender), read_now=clock.now)

    with post.database.reading() as session:
        kinds = session.scalars(select(AlertRow.kind).order_by(AlertRow.kind)).all()
    assert kinds == ["delivery_failed", "unsafe"]


class TestReminders:
    def test_one_is_planned_three_days_on_once_the_message_went(
        self, post, settings, clock
    ):
        post.invite_one(clock.now())
        assert len(post.messages()) == 1

        deliver_due(a_dispatch(post.database, settings), read_now=clock.now)

        reminder = post.message("reminder")
        assert reminder.not_before == clock.now() + timedelta(days=3)
        assert reminder.wave == 1

    def test_there_are_two_at_most(self, post, settings, clock):
        sender = FakeSender(post.database)
        sending = a_dispatch(post.database, settings, sms=sender)
        post.invite_one(clock.now())

        for _ in range(20):
            deliver_due(sending, read_now=clock.now)
            clock.forward(days=1)

        purposes = [(one.purpose, one.wave) for one in post.messages()]
        assert purposes == [("invitation", 0), ("reminder", 1), ("reminder", 2)]
        assert len({one.body.split()[-1] for one in sender.sent}) <= 2

    def test_who_started_hears_no_more(self, post, settings, clock):
        sender = FakeSender(post.database)
        sending = a_dispatch(post.database, settings, sms=sender)
        post.invite_one(clock.now())
        deliver_due(sending, read_now=clock.now)
        with post.database.transaction() as session:
            session.execute(update(InvitationRow).values(status="started"))

        clock.forward(days=3)
        deliver_due(sending, read_now=clock.now)

        assert len(sender.sent) == 1
        assert post.message("reminder").state == "cancelled"


def test_what_the_demonstrations_sender_takes_has_arrived(post, settings, clock):
    sender = FakeSender(post.database, provider="console")
    post.invite_one(clock.now())

    deliver_due(a_dispatch(post.database, settings, sms=sender), read_now=clock.now)

    assert post.message().state == "delivered"


def test_a_released_message_ignores_hours_in_the_demonstration_only(
    post, settings, clock
):
    clock.at = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
    post.invite_one(clock.now())
    with post.database.transaction() as session:
        session.execute(
            update(MessageRow).values(reason=judge.RELEASED, next_at=clock.now())
        )
    in_production = a_dispatch(post.database, settings)
    in_production = dataclasses.replace(
        in_production,
        rules=dataclasses.replace(
            in_production.rules,
            invite=dataclasses.replace(in_production.rules.invite, is_demo=False),
        ),
    )
    assert deliver_due(in_production, read_now=clock.now) == Tally(held=1)
    with post.database.transaction() as session:
        session.execute(
            update(MessageRow).values(reason=judge.RELEASED, next_at=clock.now())
        )

    in_demo = a_dispatch(post.database, settings)
    assert deliver_due(in_demo, read_now=clock.now) == Tally(sent=1)


def test_a_message_that_cannot_be_written_is_put_aside(post, settings, clock):
    post.invite_one(clock.now())
    with post.database.transaction() as session:
        session.execute(update(InvitationRow).values(token_sealed=None))

    deliver_due(a_dispatch(post.database, settings), read_now=clock.now)

    message = post.message()
    assert (message.state, message.reason) == ("dead-letter", deliver.UNWRITABLE)


def test_a_second_contact_is_not_written_to(post, settings, clock):
    email = FakeSender(post.database)
    sending = a_dispatch(post.database, settings, email=email)
    with post.database.transaction() as session:
        review = a_review(session, now=clock.now())
        person = a_participant(session, review, now=clock.now())
        a_contact(
            session,
            person,
            now=clock.now(),
            position=1,
            channel="email",
            value="someone@example.org",
        )
    with post.database.transaction() as session:
        invite.invite(
            session, review.id, rules=post.rules, by=audit.OPERATOR, now=clock.now()
        )

    assert deliver_due(sending, read_now=clock.now) == Tally(sent=1)
    assert email.sent == []


def test_accepted_without_news_rests_unconfirmed_after_three_days(
    post, settings, clock
):
    sending = a_dispatch(post.database, settings)
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)

    clock.forward(hours=71)
    sweep.sweep(sending, read_now=clock.now)
    assert post.message().state == "accepted"
    clock.forward(hours=2)
    sweep.sweep(sending, read_now=clock.now)

    assert post.message().state == "unconfirmed"


def test_news_is_asked_for_where_none_came(post, settings, clock):
    sender = RememberingSender(post.database)
    sending = a_dispatch(post.database, settings, sms=sender)
    post.invite_one(clock.now())
    deliver_due(sending, read_now=clock.now)
    sender.statuses[post.attempts()[0].provider_sid] = "delivered"

    clock.forward(minutes=15)
    sweep.sweep(sending, read_now=clock.now)

    assert post.message().state == "delivered"
