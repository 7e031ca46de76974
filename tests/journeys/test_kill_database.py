"""PostgreSQL is killed in the middle of everything: what it promised is kept."""

import logging
import random
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import pytest
from cluster import Cluster
from conftest import MASTER
from crowd import Crowd
from fakes_twilio import running_twilio
from kept import assert_each_arrived_once, assert_kept_once, in_flight, invited
from processes import Machine, Web, by_twilio
from sqlalchemy import select
from webhooks import Caller
from wire import Respondent

from feedback.db import migrate
from feedback.db.models import InboundRow, ProviderEventRow
from feedback.db.session import Database

log = logging.getLogger(__name__)
PUBLIC = "http://127.0.0.1:8000"
READY_SECONDS = 10
AWAY_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class Size:
    people: int
    messages: int
    callbacks: int
    kills: int
    between: tuple
    seconds: int


SMALL = Size(
    people=4, messages=30, callbacks=40, kills=2, between=(15, 30), seconds=240
)
LARGE = Size(
    people=80, messages=600, callbacks=800, kills=22, between=(50, 90), seconds=1500
)


@pytest.fixture
def size(request):
    return LARGE if request.config.getoption("--full") else SMALL


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("pg") / "own")
    database = Database(cluster.url, MASTER)
    migrate.upgrade(database)
    database.dispose()
    yield cluster
    cluster.ends()


@pytest.fixture
def database_url(cluster):
    return cluster.url


@pytest.fixture
def fake():
    with running_twilio() as running:
        running.answers_after = 0.02
        yield running


@pytest.fixture
def messages(ready, post, size, clock):
    """So many invitations wait to be sent."""
    for _ in range(size.messages):
        post.invite_one(clock.now())
    clock.forward(seconds=2)
    return size.messages


@pytest.fixture
def people(ready, size, now):
    """So many invitations, and the link of each."""
    return [invited(ready, "child_5_8", now=now) for _ in range(size.people + 1)]


@pytest.fixture
def processes(ready, messages, people, database_url, fake, clock, tmp_path):
    """All that an operator starts, and the web server among it."""
    with (tmp_path / "processes.log").open("wb") as out, ExitStack() as stack:
        machine = Machine(
            database_url=database_url,
            master_key=MASTER,
            starts_at=clock.now(),
            log=out,
            DISPATCH_ENGINE="procrastinate",
            QUARANTINE_SECONDS="0",
            **by_twilio(fake) | {"SMS_RATE_PER_SECOND": "8"},
        )
        web = stack.enter_context(Web(machine))
        others = [
            stack.enter_context(machine.running(*command))
            for command in (("scheduler",), ("worker",))
        ]
        web.waits_until_it_answers("/readyz")
        yield web, others


class Outages:
    """Kills the database again and again, and looks at what is said meanwhile.

    `recoveries` are the seconds from its return to the first callback that is taken.
    """

    def __init__(self, cluster, web, caller, onlooker):
        self.recoveries = []
        self._onlooker = onlooker
        self._cluster = cluster
        self._web = web
        self._caller = caller

    def one_more(self):
        number = len(self.recoveries)
        url = f"{PUBLIC}/hooks/twilio/inbound"
        fields = {"From": "+447700900777", "To": "+447700900999", "Body": "Hello"}
        self._cluster.is_killed()
        meanwhile = {
            self._caller.calls_once(url, {"MessageSid": f"SX{number}", **fields}),
            self._web.asks("/readyz"),
            self._onlooker.wire.looks_once("/s/intro"),
        }
        time.sleep(AWAY_SECONDS)
        self._cluster.is_started()
        since = time.monotonic()
        self._caller.tells_text(PUBLIC, f"SY{number}", "+447700900778", "Hello again")
        self._web.waits_until_it_answers("/readyz")
        self.recoveries.append(time.monotonic() - since)
        return meanwhile


def test_nothing_acknowledged_is_lost_while_postgresql_is_killed(
    cluster, processes, ready, messages, people, fake, size
):
    chance = random.Random(3)  # noqa: S311 - when to kill, not what to guess
    web, others = processes
    caller = Caller(web.url)
    (_, seen), *people = people
    onlooker = Respondent(web.url, "Onlooker").opens(seen).presses("Start")
    answering = [Respondent(web.url, f"Person {n}") for n, _ in enumerate(people)]
    jobs = [
        partial(person.answers, link)
        for person, (_, link) in zip(answering, people, strict=True)
    ]
    receipts = [(f"SM{n}", "delivered") for n in range(size.callbacks)]
    callback = f"{PUBLIC}/hooks/twilio/status?attempt=none"
    calls = [partial(caller.tells_status, callback, *one) for one in receipts]
    outages = Outages(cluster, web, caller, onlooker)
    deadline = time.monotonic() + size.seconds
    meanwhile = set()

    def done():
        saved = sum(len(one.wire.saved) for one in answering)
        return saved + len(caller.heard) + len(fake.messages)

    with Crowd(jobs, at_once=2) as crowd, Crowd(calls, at_once=1) as provider:
        for _ in range(size.kills):
            wanted = done() + chance.randint(*size.between)
            while done() < wanted and time.monotonic() < deadline:
                crowd.is_over()
                time.sleep(chance.uniform(0.001, 0.03))
            meanwhile |= outages.one_more()
        crowd.ends(max(1, deadline - time.monotonic()))
        provider.ends(max(1, deadline - time.monotonic()))
    while left := in_flight(ready):
        assert time.monotonic() < deadline, f"{left} messages were left behind"
        time.sleep(0.2)

    onlooker.wire.close()
    assert meanwhile == {503}
    assert max(outages.recoveries) <= READY_SECONDS
    assert [one.poll() for one in others] == [None, None]
    assert_each_arrived_once(fake, ready, messages)
    for (invitation, _), person in zip(people, answering, strict=True):
        assert_kept_once(ready, invitation, person)
        person.wire.close()
    with ready.reading() as session:
        # What the program itself asked the provider about is not what was called.
        events = session.scalars(
            select(ProviderEventRow.event_key).where(
                ProviderEventRow.status == "delivered"
            )
        ).all()
        texts = session.scalars(select(InboundRow.sid)).all()
    assert sorted(events) == sorted(f"{sid}|{status}|" for sid, status in receipts)
    assert sorted(texts) == sorted(f"SY{n}" for n in range(size.kills))
    log.info(
        "%d kills, %d messages, %d answers and %d callbacks acknowledged; "
        "%d without an answer, %d told to come again; back within %.1f s",
        size.kills,
        messages,
        sum(len(one.wire.saved) for one in answering),
        len(caller.heard),
        sum(one.wire.unanswered for one in answering) + caller.statuses.count(None),
        sum(one.wire.refused for one in answering) + caller.statuses.count(503),
        max(outages.recoveries),
    )
