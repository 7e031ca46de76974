"""Whenever the web server is killed: what was acknowledged is kept, and kept once."""

import logging
import random
from dataclasses import dataclass
from functools import partial
from statistics import median

import pytest
from conftest import MASTER, MASTER_TEXT
from crowd import Crowd
from fakes_twilio import running_twilio
from kept import assert_kept_once, invited
from processes import Machine, Web, by_twilio, killed_while
from sqlalchemy import select
from webhooks import STATUSES, Caller, callbacks
from wire import Respondent

from feedback.config import Settings
from feedback.db.models import InboundRow, MessageRow, ProviderEventRow
from feedback.db.vault import vault_of
from feedback.messaging.build import composer, senders
from feedback.services.deliver import deliver_due
from feedback.services.dispatch import dispatch
from feedback.services.inbound import body_place

log = logging.getLogger(__name__)
# Both are answered page by page, and are short.
FORMS = ("child_5_8", "child_9_12")
READY_SECONDS = 5


PUBLIC = "http://127.0.0.1:8000"


@dataclass(frozen=True, kw_only=True)
class Size:
    people: int
    texts: int
    between: tuple
    least_kills: int
    most_kills: int
    seconds: int


SMALL = Size(
    people=4, texts=20, between=(5, 15), least_kills=2, most_kills=2, seconds=240
)
LARGE = Size(
    people=80, texts=300, between=(10, 30), least_kills=26, most_kills=30, seconds=1800
)


@pytest.fixture
def size(request):
    return LARGE if request.config.getoption("--full") else SMALL


@pytest.fixture
def fake():
    with running_twilio() as running:
        yield running


@pytest.fixture
def machine(ready, database_url, fake, now, tmp_path):
    with (tmp_path / "processes.log").open("wb") as out:
        yield Machine(
            database_url=database_url,
            master_key=MASTER,
            starts_at=now,
            log=out,
            QUARANTINE_SECONDS="0",
            **by_twilio(fake),
        )


@pytest.fixture
def links(ready, size, now):
    """An invitation's id, and its link, for each of so many people."""
    return [invited(ready, FORMS[n % len(FORMS)], now=now) for n in range(size.people)]


def test_no_answer_is_lost_or_kept_twice_while_the_web_server_is_killed(
    machine, ready, links, size
):
    with Web(machine) as web:
        people = {
            link: Respondent(web.url, f"Person {n}") for n, link in enumerate(links)
        }

        def saved():
            return sum(len(one.wire.saved) for one in people.values())

        jobs = [partial(one.answers, link) for (_, link), one in people.items()]
        with Crowd(jobs, at_once=4) as crowd:
            kills, losses = killed_while(
                web,
                crowd,
                saved,
                most=size.most_kills,
                between=size.between,
                seconds=size.seconds,
            )

    for (invitation, _), person in people.items():
        assert_kept_once(ready, invitation, person)
        person.wire.close()
    assert kills >= size.least_kills
    assert median(web.efforts) <= READY_SECONDS
    log.info(
        "%s: %d people, %d answers acknowledged, %d kills of all and %d of a worker, "
        "%d requests without an answer; back after %.1f s, at most %.1f s, "
        "of the processor's %.1f s",
        ready.dialect,
        size.people,
        saved(),
        kills,
        losses,
        sum(one.wire.unanswered for one in people.values()),
        median(web.recoveries),
        max(web.recoveries),
        median(web.efforts),
    )


@pytest.fixture
def settings(database_url, fake):
    return Settings.from_env(
        {
            "MODE": "demo",
            "DATABASE_URL": database_url,
            "PUBLIC_BASE_URL": PUBLIC,
            "SECRET_KEY": "a-secret-key-that-is-long-enough-for-tests",
            "MASTER_KEY": MASTER_TEXT,
            "SMS_RATE_PER_SECOND": "500",
            "CAP_SMS_PER_DAY": "100000",
            **by_twilio(fake),
        }
    )


@pytest.fixture
def taken(ready, post, settings, fake, size, clock):
    """So many texts that the provider took: each with its callback's address."""
    for _ in range(size.texts):
        post.invite_one(clock.now())
    clock.forward(seconds=2)
    sending = dispatch(settings, ready, senders(settings), composer())
    deliver_due(sending, read_now=clock.now)
    found = callbacks(fake)
    assert len(found) == size.texts
    return found


def test_no_receipt_or_text_is_lost_or_kept_twice_while_the_web_server_is_killed(
    machine, ready, taken, size
):
    chance = random.Random(5)  # noqa: S311 - an order, not a secret
    texts = {f"SI{n}": f"Text number {n}" for n in range(size.texts)}
    with Web(machine) as web:
        caller = Caller(web.url)
        jobs = [
            partial(caller.tells_status, url, sid, status)
            for sid, url in taken
            for status in STATUSES
        ] + [
            partial(caller.tells_text, PUBLIC, sid, f"+4477009{n:05d}", body)
            for n, (sid, body) in enumerate(texts.items())
        ]
        # As the provider does, some are told twice though they were heard.
        jobs += chance.sample(jobs, len(jobs) // 4)
        chance.shuffle(jobs)
        with Crowd(jobs, at_once=4) as crowd:
            kills, losses = killed_while(
                web,
                crowd,
                lambda: len(caller.heard),
                most=size.most_kills,
                between=size.between,
                seconds=size.seconds,
            )

    assert kills >= size.least_kills
    with ready.reading() as session:
        events = session.scalars(select(ProviderEventRow)).all()
        states = session.scalars(
            select(MessageRow.state).where(MessageRow.purpose == "invitation")
        ).all()
        inbound = [
            (row.sid, vault_of(session).unseal(body_place(row.id), row.body_sealed))
            for row in session.scalars(select(InboundRow))
        ]
    told = {f"{sid}|{status}|" for sid, _ in taken for status in STATUSES}
    assert sorted(one.event_key for one in events) == sorted(told)
    assert all(one.applied_at for one in events)
    assert states == ["delivered"] * size.texts
    assert sorted(inbound) == sorted(texts.items())
    log.info(
        "%s: %d callbacks heard, %d kills of all and %d of a worker, "
        "%d without an answer, %d told to come again",
        ready.dialect,
        len(caller.heard),
        kills,
        losses,
        caller.statuses.count(None),
        caller.statuses.count(503),
    )
