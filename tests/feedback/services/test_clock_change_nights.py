"""Do two schedulers, over a night on which clocks change, send each message once?"""

from datetime import UTC, datetime, time, timedelta

import pytest
from fakes_sending import RememberingSender, a_dispatch

from feedback.domain.calendar import LONDON
from feedback.services import expire, sweep
from feedback.services.deliver import deliver_due

STEP = timedelta(minutes=30)


class Noting(RememberingSender):
    """Notes when each text went."""

    clock = None

    def send(self, outgoing):
        self.times.append(self.clock.now())
        return super().send(outgoing)


@pytest.mark.parametrize(
    "evening",
    [
        datetime(2027, 3, 27, 20, 30, tzinfo=UTC),
        datetime(2027, 10, 30, 20, 30, tzinfo=UTC),
    ],
    ids=["spring", "autumn"],
)
def test_a_day_of_two_schedulers_over_a_clock_change(post, settings, clock, evening):
    clock.at = evening
    senders = [Noting(post.database) for _ in range(2)]
    for one in senders:
        one.clock, one.times = clock, []
    both = [a_dispatch(post.database, settings, sms=one) for one in senders]
    for _ in range(3):
        post.invite_one(clock.now())
    post.invite_one(
        clock.now(), contact_given={"safe_from": time(9), "safe_until": time(10)}
    )

    while clock.now() < evening + timedelta(hours=24):
        for sending in both:
            deliver_due(sending, read_now=clock.now)
            sweep.sweep(sending, read_now=clock.now)
            with post.database.transaction() as session:
                expire.expire(session, now=clock.now())
        clock.forward(seconds=STEP.total_seconds())

    sent = [one.message_id for sender in senders for one in sender.sent]
    assert len(sent) == len(set(sent)) == 4
    hours = [at.astimezone(LONDON).hour for one in senders for at in one.times]
    assert hours == [9] * 4
    reminders = [one for one in post.messages() if one.purpose == "reminder"]
    assert len(reminders) == 4
    assert {one.not_before.astimezone(LONDON).hour for one in reminders} == {9}
