"""Is nothing sent where it would do harm, and does an alert pass all the same?"""

import dataclasses
from datetime import timedelta

import pytest
from builders import a_review
from fakes_sending import FakeSender, a_dispatch
from sqlalchemy import select

from feedback.db.ids import new_id
from feedback.db.models import (
    AlertRow,
    BreakerRow,
    ContactRow,
    DeliveryPauseRow,
    TemplatePauseRow,
)
from feedback.db.queries import conversation as conversations
from feedback.db.queries import message as messages
from feedback.domain import breaker as breaker_rules
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.messaging.sender import Refused, Unknown
from feedback.services import audit, clocks, outbox, pause, receive, tell_duty
from feedback.services.deliver import deliver_due
from feedback.services.notice import StaffLinks
from feedback.services.receive import Receipt

CONNECT = Refused(code="connect")


def an_alert_message(post, clock):
    with post.database.transaction() as session:
        outbox.queue(
            session,
            outbox.NewMessage(
                purpose=Purpose.ALERT,
                channel=Channel.SMS,
                to="+447700900900",
                values={"reference": "A-BCDFGH", "link": "http://localhost/x"},
            ),
            now=clock.now(),
        )


class TestABreaker:
    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch):
        monkeypatch.setattr(breaker_rules, "MOST_FAILURES", 3)

    @pytest.fixture
    def sms(self, post):
        return FakeSender(post.database, outcomes=[CONNECT] * 4)

    @pytest.fixture
    def sending(self, post, settings, sms, clock):
        """Twelve are invited; the provider fails four of them, and is left alone."""
        for _ in range(12):
            post.invite_one(clock.now())
        sending = a_dispatch(post.database, settings, sms=sms)
        deliver_due(sending, read_now=clock.now)
        return sending

    def state(self, post):
        with post.database.reading() as session:
            return session.scalars(select(BreakerRow.state)).one()

    def test_that_is_open_lets_nothing_through_and_uses_no_attempts(
        self, post, sending, sms, clock
    ):
        deliver_due(sending, read_now=clock.now)

        assert self.state(post) == "open"
        assert len(sms.sent) == 4
        assert sorted(one.attempts for one in post.messages()) == [0] * 8 + [1] * 4
        assert {one.state for one in post.messages()} == {"due"}

    def test_that_is_open_lets_alerts_through(self, post, sending, sms, clock):
        an_alert_message(post, clock)

        deliver_due(sending, read_now=clock.now, urgent_only=True)

        assert sms.sent[-1].to == "+447700900900"
        assert self.state(post) == "open"

    def test_lets_five_try_after_a_minute_and_closes_when_they_went_well(
        self, post, sending, sms, clock
    ):
        clock.forward(seconds=61)
        deliver_due(sending, read_now=clock.now, limit=5)
        assert len(sms.sent) == 9
        assert self.state(post) == "closed"

        clock.forward(minutes=5)
        deliver_due(sending, read_now=clock.now)
        assert {one.state for one in post.messages() if one.wave == 0} == {"accepted"}

    def test_opens_again_where_one_of_them_fails(self, post, sending, sms, clock):
        sms.outcomes = [Unknown(detail="timeout")]
        clock.forward(seconds=61)

        deliver_due(sending, read_now=clock.now)

        assert self.state(post) == "open"
        assert len(sms.sent) == 5

    def test_is_closed_by_a_person(self, post, sending, sms, clock):
        with post.database.transaction() as session:
            resumed = pause.end_all(session, by=audit.OPERATOR, now=clock.now())

        assert resumed == pause.Resumed(ended=1, waits_for_clocks=False)
        clock.forward(minutes=5)
        deliver_due(sending, read_now=clock.now)

        assert len(sms.sent) == 16


def test_refused_numbers_say_nothing_about_the_provider(
    post, settings, clock, monkeypatch
):
    monkeypatch.setattr(breaker_rules, "MOST_FAILURES", 1)
    for _ in range(5):
        post.invite_one(clock.now())
    sms = FakeSender(post.database, outcomes=[Refused(code="21211", http=400)] * 5)

    deliver_due(a_dispatch(post.database, settings, sms=sms), read_now=clock.now)

    with post.database.reading() as session:
        assert session.scalars(select(BreakerRow)).all() == []


class TestATemplate:
    @pytest.fixture
    def sending(self, post, settings, clock):
        for _ in range(4):
            post.invite_one(clock.now())
        return a_dispatch(post.database, settings)

    def filtered(self, post, sending, clock, how_many):
        sids = [one.provider_sid for one in post.attempts()][:how_many]
        for sid in sids:
            with post.database.transaction() as session:
                receive.record_receipt(
                    session,
                    Receipt(provider_sid=sid, status="undelivered", code="30007"),
                    rules=sending.rules,
                    now=clock.now(),
                )

    def paused(self, post):
        with post.database.reading() as session:
            return session.scalars(
                select(TemplatePauseRow.purpose).where(
                    TemplatePauseRow.ended_at.is_(None)
                )
            ).all()

    def test_filtered_three_times_in_an_hour_stands_still_until_a_person_resumes(
        self, post, sending, clock, caplog
    ):
        deliver_due(sending, read_now=clock.now)
        self.filtered(post, sending, clock, 2)
        assert self.paused(post) == []
        self.filtered(post, sending, clock, 3)
        assert self.paused(post) == ["invitation"]
        assert "template invitation is paused" in caplog.text

        post.invite_one(clock.now())
        clock.forward(days=1)
        deliver_due(sending, read_now=clock.now)
        waiting = [one for one in post.messages() if one.state == "due"]
        assert "invitation" in {one.purpose for one in waiting}

        with post.database.transaction() as session:
            pause.end_all(session, by=audit.OPERATOR, now=clock.now())
        deliver_due(sending, read_now=clock.now)
        states = {one.state for one in post.messages() if one.purpose == "invitation"}
        assert states == {"failed-permanent", "accepted"}

    def test_filtered_now_and_then_goes_on(self, post, sending, clock):
        deliver_due(sending, read_now=clock.now)
        for count in (1, 2, 3):
            self.filtered(post, sending, clock, count)
            clock.forward(minutes=61)

        assert self.paused(post) == []


def test_a_number_in_a_loop_gets_no_automatic_reply_again(post, settings, clock):
    post.invite_one(clock.now())
    sms = FakeSender(post.database, outcomes=[Refused(code="30039", http=400)])
    with post.database.reading() as session:
        digest = session.scalars(select(ContactRow.value_index)).one()
        assert not conversations.is_looping(session, digest)

    deliver_due(a_dispatch(post.database, settings, sms=sms), read_now=clock.now)

    with post.database.reading() as session:
        assert conversations.is_looping(session, digest)


@pytest.mark.parametrize(
    "outcome",
    [
        Unknown(detail="timeout"),
        CONNECT,
        Refused(code="20003", http=401),
        Refused(code="21211", http=400),
    ],
    ids=["unknown", "away", "account refused", "number refused"],
)
def test_an_alerts_text_that_may_not_arrive_goes_to_the_second_contact_at_once(
    post, settings, clock, outcome
):
    with post.database.transaction() as session:
        row = AlertRow(
            id=new_id(),
            reference="A-BCDFGH",
            review_id=a_review(session, now=clock.now()).id,
            kind="unsafe",
            state="raised",
            level=0,
            raised_at=clock.now(),
            dedupe_key="x",
        )
        session.add(row)
        session.flush()
        links = StaffLinks("http://localhost")
        tell_duty.tell(session, row, 0, links, now=clock.now())
    sms, email = (FakeSender(post.database) for _ in range(2))
    sms.outcomes = [outcome]
    sending = a_dispatch(post.database, settings, sms=sms, email=email)

    deliver_due(sending, read_now=clock.now, urgent_only=True)
    deliver_due(sending, read_now=clock.now, urgent_only=True)

    assert "duty@council.example" in [one.to for one in email.sent]
    assert "backup@council.example" in [one.to for one in email.sent]
    assert "+447700900901" in [one.to for one in sms.sent]


class TestClocksThatDisagree:
    @pytest.fixture
    def sms(self, post):
        return FakeSender(post.database)

    @pytest.fixture
    def sending(self, post, settings, sms):
        return a_dispatch(post.database, settings, sms=sms)

    @pytest.fixture
    def compare(self, post, sending, clock, monkeypatch):
        monkeypatch.setattr(clocks, "_database_time", lambda _: clock.now())
        invite = dataclasses.replace(sending.rules.invite, is_demo=False)
        rules = dataclasses.replace(sending.rules, invite=invite)

        def compared(*, ahead=0):
            with post.database.transaction() as session:
                said = clock.now() + timedelta(seconds=ahead)
                clocks.compare(session, said, rules=rules, now=clock.now())

        return compared

    def code(self, post):
        with post.database.reading() as session:
            row = messages.open_pauses(session).get("sms")
            return None if row is None else row.code

    def test_hold_everything_but_alerts(self, post, sms, sending, compare, clock):
        post.invite_one(clock.now())
        an_alert_message(post, clock)
        compare(ahead=121)

        clock.forward(minutes=10)
        deliver_due(sending, read_now=clock.now)
        assert [one.to for one in sms.sent] == ["+447700900900"]

        compare()
        deliver_due(sending, read_now=clock.now)
        assert len(sms.sent) == 2

    def test_are_not_set_right_by_whoever_resumes(
        self, post, sms, sending, compare, clock
    ):
        post.invite_one(clock.now())
        compare(ahead=121)

        with post.database.transaction() as session:
            resumed = pause.end_all(session, by=audit.OPERATOR, now=clock.now())
        deliver_due(sending, read_now=clock.now)

        assert resumed == pause.Resumed(ended=0, waits_for_clocks=True)
        assert sms.sent == []

    def test_hold_what_an_account_that_is_refused_held_before(
        self, post, sms, sending, compare, clock
    ):
        post.invite_one(clock.now())
        with post.database.transaction() as session:
            pause.pause_channel(session, "sms", "20003", clock.now())
        compare(ahead=121)

        # Past the time at which one text would have tried the account.
        clock.forward(minutes=10)
        deliver_due(sending, read_now=clock.now)
        assert sms.sent == []
        assert self.code(post) == pause.CLOCKS

        compare()
        deliver_due(sending, read_now=clock.now)
        assert len(sms.sent) == 1

    def test_hold_on_where_a_text_that_tried_the_account_was_on_its_way(
        self, post, sms, sending, compare, clock
    ):
        post.invite_one(clock.now())
        clock.forward(seconds=1)
        post.invite_one(clock.now())
        with post.database.transaction() as session:
            pause.pause_channel(session, "sms", "20003", clock.now())
        clock.forward(minutes=10)
        sms.before_answering = lambda _: compare(ahead=121)

        deliver_due(sending, read_now=clock.now)

        assert len(sms.sent) == 1
        assert self.code(post) == pause.CLOCKS

    def test_hold_on_where_an_alert_finds_the_account_refused(
        self, post, sms, sending, compare, clock
    ):
        post.invite_one(clock.now())
        compare(ahead=121)
        an_alert_message(post, clock)
        sms.outcomes = [Refused(code="20003", http=401)]
        deliver_due(sending, read_now=clock.now, urgent_only=True)

        clock.forward(minutes=10)
        deliver_due(sending, read_now=clock.now)

        assert {one.to for one in sms.sent} == {"+447700900900"}
        assert self.code(post) == pause.CLOCKS
        compare()
        assert self.code(post) is None

    def test_are_one_halt_however_often_they_are_compared(self, post, compare, clock):
        for _ in range(3):
            compare(ahead=121)
            clock.forward(minutes=5)

        with post.database.reading() as session:
            pauses = session.scalars(select(DeliveryPauseRow.channel)).all()
        assert sorted(pauses) == ["email", "sms"]
