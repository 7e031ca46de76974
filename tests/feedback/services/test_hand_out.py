"""Leases go to workers with their jobs, in one transaction, and each is used once."""

import asyncio
import dataclasses
from datetime import timedelta

import pytest
from apart import apart
from builders import a_participant, a_review
from fakes_sending import FakeSender, a_dispatch
from sqlalchemy import text

from feedback import worker
from feedback.db import queue
from feedback.services import audit, hand_out, invite
from feedback.services.claim import take

EVERY = timedelta(seconds=2)

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def invited(ready, settings, now):
    """Three people's invitations are due."""
    with ready.transaction() as session:
        review = a_review(session, now=now)
        for _ in range(3):
            a_participant(session, review, now=now)
        rules = invite.rules(settings)
        invite.invite(session, review.id, rules=rules, by=audit.OPERATOR, now=now)
    return ready


@pytest.fixture
def sms():
    return FakeSender()


@pytest.fixture
def dispatch(invited, settings, sms):
    return a_dispatch(invited, settings, sms=sms)


def at_rate(dispatch, **rules):
    return dataclasses.replace(
        dispatch, rules=dataclasses.replace(dispatch.rules, **rules)
    )


def handed_out(dispatch, clock):
    return hand_out.hand_out(dispatch, read_now=clock.now, every=EVERY)


def drained(dispatch, clock):
    handle = worker.handler(dispatch, clock)
    apart(lambda: queue.drain(dispatch.database, handle, threads=2))


def jobs(database):
    with database.reading() as session:
        return queue.waiting(session)


def test_what_is_due_is_handed_out_once_and_sent_once(invited, dispatch, sms, clock):
    first, second = handed_out(dispatch, clock), handed_out(dispatch, clock)
    drained(dispatch, clock)

    assert (first, second) == (3, 0)
    assert len(sms.sent) == 3
    assert jobs(invited) == 0


def test_a_lease_that_is_rolled_back_leaves_no_job(invited, dispatch, sms, clock):
    class PowerCutError(Exception):
        pass

    with pytest.raises(PowerCutError), invited.transaction() as session:
        claims = take(session, dispatch, 3, clock.now(), urgent_only=False)
        queue.enqueue(session, [{"message": str(one.message)} for one in claims])
        raise PowerCutError

    assert jobs(invited) == 0
    assert handed_out(dispatch, clock) == 3


def test_a_job_that_comes_after_its_lease_ran_out_sends_nothing(
    invited, dispatch, sms, clock
):
    handed_out(dispatch, clock)
    clock.forward(minutes=5)
    handed_out(dispatch, clock)

    drained(dispatch, clock)

    assert len(sms.sent) == 3


def test_no_more_is_handed_out_than_the_rate_allows(invited, dispatch, clock):
    slow = at_rate(dispatch, sms_rate_per_second=0.5)

    assert [handed_out(slow, clock) for _ in range(4)] == [1, 1, 1, 0]


def test_nothing_is_handed_out_while_too_much_waits(invited, dispatch, clock):
    narrow = at_rate(dispatch, sms_rate_per_second=1, lease=timedelta(seconds=8))

    assert [handed_out(narrow, clock) for _ in range(3)] == [2, 0, 0]


def test_what_a_dead_worker_held_is_given_back(invited, dispatch, sms, clock):
    handed_out(dispatch, clock)
    with invited.transaction() as session:
        dead = session.execute(
            text(
                "INSERT INTO procrastinate_workers (last_heartbeat)"
                " VALUES (now() - interval '5 minutes') RETURNING id"
            )
        ).scalar_one()
        session.execute(
            text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :dead"),
            {"dead": dead},
        )
    app = queue.worker_app(invited, worker.handler(dispatch, clock))

    async def recover():
        async with app.open_async():
            return await queue.give_back(app)

    assert apart(lambda: asyncio.run(recover())) == 3
    drained(dispatch, clock)
    assert len(sms.sent) == 3
