"""Does a burst of signed status receipts get through, and is none of them lost?

Receipts as the provider sends them, each signed and each about another text, fall due
at so many a second; each is timed from the moment it was due. Afterwards the rows in
the database are counted: every receipt that was acknowledged must be there.

    .venv/bin/python benchmarks/webhooks.py [--a-second 500] [--seconds 3]

The server is the one an operator runs, on PostgreSQL unless another database is named.
It ends with status 1 if anything acknowledged was lost.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from ground import (
    MASTER_KEY,
    ROOT,
    Job,
    Line,
    a_database,
    a_folder,
    a_post,
    drive,
    environment,
    paced,
    serving,
)
from sqlalchemy import select
from twilio.request_validator import RequestValidator

sys.path[:0] = [str(ROOT)]

from submissions import our_command  # noqa: E402

from feedback.clock import SystemClock  # noqa: E402
from feedback.db import migrate  # noqa: E402
from feedback.db.models import ProviderEventRow  # noqa: E402
from feedback.db.session import Database  # noqa: E402

ACCOUNT: Final = f"AC{'0' * 32}"
SECRET: Final = "the secret of an account that is none"  # noqa: S105 - guards nothing
BASE: Final = "http://127.0.0.1:8000"
PATH: Final = "/hooks/twilio/status"
WARM_UP: Final = 50
STORED: Final = 204
BY_TWILIO: Final = {
    "SMS_PROVIDER": "twilio",
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": SECRET,
    "TWILIO_FROM": "+447700900999",
}


def receipt(number: int) -> tuple[str, bytes]:
    """Write a signed receipt down; give its text's sid, and the request."""
    sid = f"SM{number:032x}"
    fields = {"MessageSid": sid, "MessageStatus": "delivered", "AccountSid": ACCOUNT}
    signature = RequestValidator(SECRET).compute_signature(f"{BASE}{PATH}", fields)
    body = urlencode(fields).encode()
    return sid, a_post(PATH, body, f"X-Twilio-Signature: {signature}")


def telling(sid: str, request: bytes, note: Callable[[str], None]) -> Job:
    """Give the job that sends one receipt, and notes that it was acknowledged."""

    def job(line: Line) -> None:
        answer = line.ask(request)
        assert answer.status == STORED, f"answered {answer.status}"
        note(sid)

    return job


def lost(database: Database, acknowledged: list[str]) -> int:
    """Count the acknowledged receipts that are not in the database."""
    with database.reading() as session:
        there = set(session.scalars(select(ProviderEventRow.event_key)))
    stored = {key.partition("|")[0] for key in there}
    return len(set(acknowledged) - stored)


def measure(url: str, folder: Path, given: argparse.Namespace) -> bool:
    """Serve, send the burst, count, and print; tell whether nothing was lost."""
    database = Database(url, MASTER_KEY)
    migrate.upgrade(database)
    with database.transaction() as session:
        database.keyring.make_own_keys(session, SystemClock().now())
    database.dispose()
    acknowledged: list[str] = []
    count = WARM_UP + given.a_second * given.seconds
    jobs = [telling(*receipt(n), acknowledged.append) for n in range(count)]
    env = environment(url, **BY_TWILIO)
    with serving("ours", our_command(), env, cwd=folder) as served:
        drive(served.port, jobs[:WARM_UP], clients=given.clients)
        spent = served.processor_seconds()
        timings = paced(
            served.port, jobs[WARM_UP:], clients=given.clients, a_second=given.a_second
        )
        effort = (served.processor_seconds() - spent) / len(timings.seconds)
    gone = lost(database, acknowledged)
    database.dispose()
    print(
        f"{len(timings.seconds)} receipts at {timings.rate:.0f}/s "
        f"({given.a_second}/s wanted): p50 {timings.at(0.5) * 1000:.0f} ms, "
        f"p99 {timings.at(0.99) * 1000:.0f} ms; {len(timings.errors)} refused, "
        f"{len(acknowledged)} acknowledged, {gone} of them lost; "
        f"{effort * 1000:.2f} ms of processor each"
    )
    return gone == 0


def main() -> None:
    """Measure on a database that is thrown away."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--a-second", type=int, default=500)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--database", default="postgresql")
    given = parser.parse_args()
    began = time.monotonic()
    with a_folder() as folder, a_database(given.database, folder) as url:
        is_well = measure(url, folder, given)
    print(f"The whole took {time.monotonic() - began:.0f} s.")
    sys.exit(0 if is_well else 1)


if __name__ == "__main__":
    main()
