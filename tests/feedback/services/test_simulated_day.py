"""Do two schedulers, over a whole day, do each thing once, at its time on the clock?

Both tick at the same moments, from threads of their own, as if the lock did not hold.
"""

import threading
from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytest
from builders import a_review, a_staff_member
from fakes_sending import RememberingSender, a_dispatch
from sqlalchemy import select

from feedback import scheduler
from feedback.db.ids import new_id
from feedback.db.models import AlertRow
from feedback.domain.access import Role
from feedback.domain.alert import EscalationLevel
from feedback.domain.calendar import LONDON
from feedback.messaging.sender import Accepted
from feedback.services import tell_duty
from feedback.services.notice import StaffLinks

LINKS = StaffLinks("http://localhost")


class Noting(RememberingSender):
    """Notes when each message went; threads may use it side by side."""

    provider = "twilio"
    clock = None
    said_date = None

    def send(self, outgoing):
        self.times[outgoing.message_id] = self.clock.now()
        self.sent.append(outgoing)
        return self.take(outgoing)

    def take(self, outgoing):
        return Accepted(provider_sid=f"SM-{outgoing.attempt_id}")

    def received(self, since):  # noqa: ARG002 - the protocol has it
        return []


def noting(clock):
    sender = Noting()
    sender.clock, sender.times = clock, {}
    return sender


def an_alert(post, now):
    """An alert that nobody acknowledges."""
    with post.database.transaction() as session:
        a_staff_member(session, Role.HEAD_SQA, now=now)
        row = AlertRow(
            id=new_id(),
            reference="A-BCDFGH",
            review_id=a_review(session, now=now).id,
            kind="unsafe",
            state="raised",
            level=0,
            raised_at=now,
            dedupe_key="x",
        )
        session.add(row)
        session.flush()
        tell_duty.tell(session, row, EscalationLevel.DUTY, LINKS, now=now)


def both_tick(schedulers, clock, since):
    """Let every tick whose time came run in both schedulers at once."""
    seconds = (clock.now() - since).total_seconds()

    def tick_all(ticks):
        for tick in ticks:
            if seconds % tick.every_seconds == 0:
                tick.do()

    threads = [threading.Thread(target=tick_all, args=(one,)) for one in schedulers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(
    "begins",
    [
        datetime(2026, 11, 24, 20, 30, tzinfo=UTC),
        datetime(2027, 3, 27, 20, 30, tzinfo=UTC),
        datetime(2027, 10, 30, 19, 30, tzinfo=UTC),
    ],
    ids=["ordinary", "spring", "autumn"],
)
def test_a_day_of_two_schedulers(post, settings, clock, begins, request):
    step = timedelta(minutes=5 if request.config.getoption("--full") else 30)
    clock.at = begins
    texts, emails = noting(clock), noting(clock)
    schedulers = [
        scheduler.ticks(
            a_dispatch(post.database, settings, sms=texts, email=emails), clock
        )
        for _ in range(2)
    ]
    for _ in range(3):
        post.invite_one(clock.now())
    post.invite_one(
        clock.now(), contact_given={"safe_from": time(11), "safe_until": time(12)}
    )
    an_alert(post, clock.now())

    while clock.now() <= begins + timedelta(hours=24):
        both_tick(schedulers, clock, begins)
        clock.forward(seconds=step.total_seconds())

    sent = Counter(one.message_id for one in (*texts.sent, *emails.sent))
    assert set(sent.values()) == {1}
    went = {str(one.id): one for one in post.messages()}
    hours = sorted(
        texts.times[key].astimezone(LONDON).hour
        for key in sent
        if went[key].purpose == "invitation"
    )
    assert hours == [9, 9, 9, 11]
    planned = [one for one in post.messages() if one.purpose == "reminder"]
    assert len(planned) == 4
    assert {one.not_before.astimezone(LONDON).hour for one in planned} <= {9, 11}
    # Second contact and head of service, and once a day what is open still.
    keys = [one.dedupe_key for one in post.messages()]
    assert len(keys) == len(set(keys))
    with post.database.reading() as session:
        assert session.scalars(select(AlertRow.level)).all() == [2]
    told = Counter(
        (one.purpose, one.channel) for one in post.messages() if one.priority == 0
    )
    assert told.total() >= 4, told
    assert told[("escalation", "sms")] >= 1
    assert {one.state for one in post.messages() if one.priority == 0} == {"accepted"}
