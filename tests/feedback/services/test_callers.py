"""Is all done that threads are given, what is urgent first, and told of?"""

import threading
from uuid import uuid4

from feedback.domain.contact import Channel
from feedback.messaging.sender import Accepted, Outgoing
from feedback.services.begin import Call
from feedback.services.callers import Callers, News
from feedback.services.claim import Claim


def a_claim(*, is_urgent=False):
    return Claim(message=uuid4(), epoch=1, channel=Channel.SMS, is_urgent=is_urgent)


def a_call(clock):
    outgoing = Outgoing(
        channel=Channel.SMS,
        to="+447700900001",
        body="Hello",
        message_id="m",
        attempt_id="a",
        at=clock.now(),
    )
    return Call(
        claim=a_claim(),
        attempt=uuid4(),
        outgoing=outgoing,
        purpose="invitation",
        provider="fake",
        reason=None,
    )


def test_what_goes_alone_overtakes_every_call_that_waits(clock):
    is_let_go = threading.Event()
    done = []

    def do(task):
        is_let_go.wait(timeout=30)
        done.append(task)
        return News(told="sent")

    calls, alert = [a_call(clock) for _ in range(5)], a_claim(is_urgent=True)
    with Callers(1, do) as callers:
        callers.take(calls)
        callers.take([alert])
        is_let_go.set()
        callers.all_news(6)

    # One call may have been taken before the alert came.
    assert alert in done[:2]
    assert [one for one in done if one is not alert] == calls


def test_what_breaks_is_told_and_the_thread_goes_on(clock):
    def do(task):
        if task is broken_one:
            raise RuntimeError("broken")
        return News(call=task, outcome=Accepted(provider_sid="SM1"))

    broken_one = a_claim()

    with Callers(1, do) as callers:
        callers.take([broken_one])
        (broken,) = callers.all_news(1)
        callers.take([a_call(clock)])
        (whole,) = callers.all_news(1)

    assert isinstance(broken.fault, RuntimeError)
    assert broken.is_trouble
    assert not whole.is_trouble


def test_all_that_was_given_is_done_before_the_threads_end(clock):
    done = []

    def do(task):
        done.append(task)
        return News(told="sent")

    with Callers(3, do) as callers:
        callers.take([a_call(clock) for _ in range(20)])

    assert len(done) == 20
    assert not [one for one in threading.enumerate() if one.name.startswith("deliver-")]


def test_nobody_waits_longer_for_news_than_they_said():
    with Callers(1, lambda _: News(told="sent")) as callers:
        assert callers.news(within=0) is None
