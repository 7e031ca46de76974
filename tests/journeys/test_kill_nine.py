"""Whatever is killed and whenever: each invitation arrives, and arrives once."""

import logging
import random
import time

import pytest
from conftest import MASTER
from fakes_twilio import running_twilio
from intake_files import a_contact, a_file, a_person, a_review
from kept import assert_each_arrived_once, in_flight
from processes import Machine, by_twilio, kill
from sqlalchemy import select

from feedback.db.models import AttemptRow
from feedback.domain.intake_sheet import Given
from feedback.services import audit, bring_in, invite

log = logging.getLogger(__name__)
FEW = 30
MANY = 2_000
MOST_SECONDS = {FEW: 180, MANY: 1800}
# A kill comes after so many more texts.
BETWEEN_KILLS = {FEW: (5, 15), MANY: (10, 40)}


@pytest.fixture
def how_many(request):
    return MANY if request.config.getoption("--full") else FEW


@pytest.fixture
def waiting(ready, settings, now, how_many):
    """A database in which so many invitations wait to be sent."""
    people = [
        a_person(f"p{n}", contacts=[a_contact(value=f"+447700900{n % 1000:03d}")])
        for n in range(how_many)
    ]
    reviews = [
        a_review(f"H-{n}", opens_at="2026-11-23T00:00:00Z", people=people[n : n + 50])
        for n in range(0, how_many, 50)
    ]
    with ready.transaction() as session:
        brought = bring_in.bring_in(
            session,
            Given(document=a_file(*reviews)),
            bring_in.Terms(rules=invite.rules(settings)),
            by=audit.OPERATOR,
            now=now,
        )
    assert brought.messages == how_many
    return ready


@pytest.fixture
def fake():
    with running_twilio() as running:
        # Long enough that a kill falls between taking a text and saying so.
        running.answers_after = 0.02
        yield running


@pytest.fixture
def machine(waiting, database_url, fake, now, tmp_path):
    """Starts processes that share the database and the fake provider."""
    with (tmp_path / "processes.log").open("wb") as log:

        def made(**given):
            return Machine(
                database_url=database_url,
                master_key=MASTER,
                starts_at=now,
                log=log,
                **by_twilio(fake),
                **given,
            )

        yield made


def unknown(database):
    """Which calls ended in a way that nobody knows yet."""
    with database.reading() as session:
        return set(
            session.scalars(select(AttemptRow.id).where(AttemptRow.state == "unknown"))
        )


def killed_again_and_again(machine, fake, database, how_many, *commands):
    """Start the commands, and kill one whenever some more texts went out.

    Which one and after how many is chance. It goes on until every message is on
    its way; tell how many were killed.
    """
    chance = random.Random(9)  # noqa: S311 - when to kill, not what to guess
    began = time.monotonic()
    deadline = began + MOST_SECONDS[how_many]
    kills = 0
    hung = set()
    processes = {command: machine.start(*command) for command in commands}
    try:
        while left := in_flight(database):
            wanted = len(fake.messages) + chance.randint(*BETWEEN_KILLS[how_many])
            while len(fake.messages) < wanted and (left := in_flight(database)):
                assert time.monotonic() < deadline, f"{left} messages were left behind"
                hung |= unknown(database)
                time.sleep(chance.uniform(0.01, 0.2))
            command = chance.choice(commands)
            kill(processes[command])
            kills += 1
            processes[command] = machine.start(*command)
    finally:
        for process in processes.values():
            kill(process)
    log.info(
        "%s: %d messages, %d kills, %d outcomes unknown for a while, %.0f s",
        database.dialect,
        how_many,
        kills,
        len(hung),
        time.monotonic() - began,
    )
    return kills


def test_a_scheduler_that_is_killed_loses_no_invitation_and_sends_none_twice(
    machine, waiting, fake, how_many
):
    kills = killed_again_and_again(machine(), fake, waiting, how_many, ("scheduler",))

    assert kills >= 1
    assert_each_arrived_once(fake, waiting, how_many)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_workers_that_are_killed_lose_no_invitation_and_send_none_twice(
    machine, waiting, fake, how_many
):
    kills = killed_again_and_again(
        machine(DISPATCH_ENGINE="procrastinate"),
        fake,
        waiting,
        how_many,
        ("scheduler",),
        ("worker", "--name", "one"),
        ("worker", "--name", "two"),
    )

    assert kills >= 1
    assert_each_arrived_once(fake, waiting, how_many)
