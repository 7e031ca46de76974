"""How fast does a message go out, beside a bare loop over the provider's SDK?

Both send the same texts to a stub on this machine, in the same run:

    .venv/bin/python benchmarks/dispatch.py [--messages 300] [--database URL]

It prints the ratio of messages a second, ours to the bare loop's: with a stub that
answers at once and one thread, and with one that takes 50 ms and sixteen threads.
"""

import argparse
import base64
import dataclasses
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing import Event, Pipe, Process
from multiprocessing.connection import Connection
from pathlib import Path

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from fakes_twilio import ACCOUNT, AUTH_TOKEN, FROM, running_twilio  # noqa: E402
from intake_files import a_contact, a_file, a_person, a_review  # noqa: E402

from feedback.clock import SystemClock  # noqa: E402
from feedback.config import Settings  # noqa: E402
from feedback.db import migrate  # noqa: E402
from feedback.db.session import Database  # noqa: E402
from feedback.domain.intake_sheet import Given  # noqa: E402
from feedback.messaging import build  # noqa: E402
from feedback.services import audit, bring_in, deliver, invite, publish  # noqa: E402
from feedback.services.dispatch import Dispatch, dispatch  # noqa: E402

# A Tuesday in the hours in which everybody may be messaged.
STARTS_AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
BODY = (
    "A short form is ready for you: http://127.0.0.1:8000/r/zzzzzzzzzzzzzzzzzzzzzz "
    "You don't have to do it. You can stop messages on that page."
)


class ToStub(TwilioHttpClient):  # type: ignore[misc]  # ships no types
    """The SDK's own client, sent to the stub instead of the provider."""

    def __init__(self, url: str) -> None:
        super().__init__(pool_connections=True, timeout=10)
        self._url = url

    def request(self, method: str, url: str, *args: object, **given: object) -> object:
        """Send to the stub what was meant for the provider."""
        path = url.split(".com", 1)[1]
        return super().request(method, self._url + path, *args, **given)


def serve(told: Connection, stop: "Event", answers_after: float) -> None:  # type: ignore[valid-type]
    """Run the stub in a process of its own, so that it takes none of our time."""
    with running_twilio() as fake:
        fake.answers_after = answers_after
        told.send(fake.url)
        stop.wait()


@contextmanager
def a_stub(answers_after: float) -> Iterator[str]:
    """Give the address of a stub that takes so long to answer."""
    here, there = Pipe()
    stop = Event()
    process = Process(target=serve, args=(there, stop, answers_after))
    process.start()
    try:
        yield here.recv()
    finally:
        stop.set()
        process.join()


def settings_for(url: str, database_url: str) -> Settings:
    """Read settings that send to the stub as fast as they can."""
    return Settings.from_env(
        {
            "DATABASE_URL": database_url,
            "SECRET_KEY": "a secret key for this benchmark only",
            "MASTER_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
            "SMS_PROVIDER": "twilio",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
            "TWILIO_FROM": FROM,
            "TWILIO_API_BASE_URL": url,
            "SMS_RATE_PER_SECOND": "100000",
            "CAP_SMS_PER_DAY": "1000000",
        }
    )


def bare(url: str, messages: int, threads: int) -> float:
    """Send with the SDK alone; return messages a second."""
    client = Client(ACCOUNT, AUTH_TOKEN, http_client=ToStub(url))

    def send(number: int) -> None:
        client.messages.create(
            to=f"+447700900{number % 1000:03d}",
            from_=FROM,
            body=BODY,
            status_callback=f"http://127.0.0.1:8000/hooks/twilio/status?a={number}",
        )

    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(send, range(messages)))
    return messages / (time.perf_counter() - began)


def filled(settings: Settings, messages: int) -> Database:
    """Make a database in which so many invitations are due."""
    database = Database(settings.database_url, settings.master_key)
    migrate.downgrade(database, "base")
    migrate.upgrade(database)
    people = [
        a_person(f"p{n}", contacts=[a_contact(value=f"+447700900{n % 1000:03d}")])
        for n in range(messages)
    ]
    opens = (STARTS_AT - timedelta(days=1)).isoformat()
    reviews = [
        a_review(f"H-{n}", opens_at=opens, people=people[n : n + 50])
        for n in range(0, messages, 50)
    ]
    with database.transaction() as session:
        database.keyring.make_own_keys(session, STARTS_AT)
        session.flush()
        publish.publish_bundled(session, now=STARTS_AT)
        bring_in.bring_in(
            session,
            Given(document=a_file(*reviews)),
            bring_in.Terms(rules=invite.rules(settings)),
            by=audit.OPERATOR,
            now=STARTS_AT,
        )
    return database


def ours(sending: Dispatch, threads: int) -> float:
    """Send what is due; return messages a second."""
    clock = SystemClock(STARTS_AT)
    began = time.perf_counter()
    at_once = dataclasses.replace(sending, threads=threads)
    tally = deliver.deliver_due(at_once, read_now=clock.now)
    return tally.sent / (time.perf_counter() - began)


def compare(database_url: str, messages: int, delay: float, threads: int) -> None:
    """Print one line: both rates and their ratio."""
    with a_stub(delay) as url:
        settings = settings_for(url, database_url)
        database = filled(settings, messages)
        senders = build.senders(settings)
        sending = dispatch(settings, database, senders, build.composer())
        plain = bare(url, messages, threads)
        full = ours(sending, threads)
        database.dispose()
    print(
        f"{delay * 1000:>3.0f} ms, {threads:>2} threads: "
        f"bare {plain:7.1f}/s, ours {full:7.1f}/s, ratio {full / plain:.2f}"
    )


def main() -> None:
    """Compare both ways, on a database that is thrown away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=300)
    parser.add_argument("--database", help="An empty one; SQLite in a temporary file.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{folder}/benchmark.sqlite3"
        compare(url, given.messages, 0.0, 1)
        compare(url, given.messages, 0.05, 16)


if __name__ == "__main__":
    main()
