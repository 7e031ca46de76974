"""A worker that is told to stop ends what it has in hand, and says so."""

import signal
import time

import pytest
from conftest import MASTER
from fakes_twilio import running_twilio
from processes import Machine, by_twilio
from sqlalchemy import select

from feedback.db.models import AttemptRow

TEXTS = 4


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_worker_that_is_told_to_stop_ends_what_it_has_in_hand(
    ready, post, database_url, clock, tmp_path
):
    for _ in range(TEXTS):
        post.invite_one(clock.now())
    clock.forward(seconds=2)
    with running_twilio() as fake, (tmp_path / "processes.log").open("wb") as out:
        fake.answers_after = 1.5
        machine = Machine(
            database_url=database_url,
            master_key=MASTER,
            starts_at=clock.now(),
            log=out,
            DISPATCH_ENGINE="procrastinate",
            **by_twilio(fake) | {"LEASE_SECONDS": "60"},
        )
        with machine.running("scheduler"), machine.running("worker") as worker:
            deadline = time.monotonic() + 120
            while not fake.messages:
                assert time.monotonic() < deadline, "the worker sent nothing"
                time.sleep(0.02)
            worker.send_signal(signal.SIGTERM)
            status = worker.wait(timeout=60)

    with ready.reading() as session:
        states = session.scalars(select(AttemptRow.state)).all()
    assert status == 0
    assert set(states) == {"accepted"}
    assert len(states) == len(fake.messages)
