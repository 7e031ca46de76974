"""How fast does a message go out, beside a bare loop over the provider's SDK?

Both send the same texts to the same stub on this machine, in turn, several times:

    .venv/bin/python benchmarks/dispatch.py [--messages N] [--pairs N] [--database URL]

It prints the ratio of messages a second, ours to the bare loop's: with a stub that
answers at once and one thread, and with one that takes 50 ms and sixteen threads. The
first messages of both are not counted: a scheduler that runs for months reads its
templates and writes its questions to the database once. Beside each rate stands the
processor's time for a message, in this process and in the stub's: on a machine that is
busy with other work it tells more than the clock does.
"""

import base64
import dataclasses
import secrets
import statistics
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from multiprocessing import Pipe, Process
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
# Both send so many before anything is measured.
WARM_UP = 100
Send = Callable[[int], None]
"""Sends so many messages."""
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


class Stub:
    """A stub in a process of its own, so that it takes none of our time."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self.url: str = line.recv()

    def spent(self) -> float:
        """Tell how many seconds of the processor it took so far."""
        self._line.send("spent")
        seconds: float = self._line.recv()
        return seconds


def serve(line: Connection, answers_after: float) -> None:
    """Run the stub until it is told to end."""
    # So many may connect at once; the usual five would turn threads away.
    ThreadingHTTPServer.request_queue_size = 64
    with running_twilio() as fake:
        fake.answers_after = answers_after
        line.send(fake.url)
        while line.recv():
            line.send(time.process_time())


@contextmanager
def a_stub(answers_after: float) -> Iterator[Stub]:
    """Give a stub that takes so long to answer."""
    here, there = Pipe()
    process = Process(target=serve, args=(there, answers_after))
    process.start()
    try:
        yield Stub(here)
    finally:
        here.send("")
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


def bare(url: str, threads: int) -> Send:
    """Send with the SDK alone."""
    client = Client(ACCOUNT, AUTH_TOKEN, http_client=ToStub(url))

    def one(number: int) -> None:
        client.messages.create(
            to=f"+447700900{number % 1000:03d}",
            from_=FROM,
            body=BODY,
            status_callback=f"http://127.0.0.1:8000/hooks/twilio/status?a={number}",
        )

    def send(messages: int) -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(one, range(messages)))

    return send


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


def ours(sending: Dispatch, threads: int) -> Send:
    """Send what is due: judged, on record, called, written down."""
    at_once = dataclasses.replace(sending, threads=threads)
    clock = SystemClock(STARTS_AT)

    def send(messages: int) -> None:
        tally = deliver.deliver_due(at_once, read_now=clock.now, limit=messages)
        if tally.sent != messages:
            raise SystemExit(f"only {tally.sent} of {messages} were sent")

    return send


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What sending some messages took.

    Args:
        rate: Messages a second.
        here: Milliseconds of the processor for each, in this process.
        stub: As much in the stub's.
    """

    rate: float
    here: float
    stub: float

    def __format__(self, _: str) -> str:
        return f"{self.rate:6.1f}/s ({self.here:.2f} + {self.stub:.2f} ms)"


def measured(send: Send, messages: int, stub: Stub) -> Measured:
    """Send so many, and look at the clocks."""
    began, here, there = time.perf_counter(), time.process_time(), stub.spent()
    send(messages)
    each = 1000 / messages
    return Measured(
        rate=messages / (time.perf_counter() - began),
        here=(time.process_time() - here) * each,
        stub=(stub.spent() - there) * each,
    )


def compare(database_url: str, given: Namespace, delay: float, threads: int) -> None:
    """Print a line a pair: both rates and their ratio; then the ratios' median."""
    with a_stub(delay) as stub:
        settings = settings_for(stub.url, database_url)
        database = filled(settings, WARM_UP + given.messages * given.pairs)
        senders = build.senders(settings)
        sending = dispatch(settings, database, senders, build.composer())
        ways = bare(stub.url, threads), ours(sending, threads)
        for way in ways:
            way(WARM_UP)
        ratios: list[float] = []
        for _ in range(given.pairs):
            plain, full = (measured(way, given.messages, stub) for way in ways)
            ratios.append(full.rate / plain.rate)
            told = f"bare {plain}, ours {full}, ratio {ratios[-1]:.2f}"
            print(f"  {told}", flush=True)
        database.dispose()
    median = statistics.median(ratios)
    print(f"{delay * 1000:.0f} ms, {threads} threads: ratio {median:.2f}", flush=True)


def main() -> None:
    """Compare both ways, on a database that is thrown away."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=600, help="In each turn.")
    parser.add_argument("--pairs", type=int, default=3, help="Turns of each.")
    parser.add_argument("--database", help="An empty one; SQLite in a temporary file.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{folder}/benchmark.sqlite3"
        compare(url, given, 0.0, 1)
        compare(url, given, 0.05, 16)


if __name__ == "__main__":
    main()
