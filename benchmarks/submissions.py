"""How many completed submissions a second, and how much memory, beside a bare app?

Ours is a professional's one-page form with nine questions, as an operator serves it: a
submission is the POST of the page and the POST of the check. The bare app
(bare_app.py: Flask, WTForms, SQLAlchemy) stores one response with eight answers by one
POST. Both run under the same gunicorn settings over the same database server, in the
same run, by turns; the medians of all turns are compared.

    .venv/bin/python benchmarks/submissions.py [--turns 5] [--database URL]

It prints for both: submissions a second, the processor's milliseconds that the server's
processes used for one, and the memory of the larger process that answers, before and
after. Clients run in this process, on the same processors.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from ground import (
    HERE,
    MASTER_KEY,
    Job,
    Line,
    Served,
    a_database,
    a_folder,
    a_post,
    another_database,
    drive,
    environment,
    median,
    serving,
)
from respondents import Ready, people_at_the_form

from feedback.clock import SystemClock
from feedback.db import migrate
from feedback.db.session import Database

CLIENTS: Final = 8
THREADS: Final = 8
WORKERS: Final = 2
WARM_UP: Final = 60
SEE_OTHER: Final = 303
ANSWERS: Final = {
    "q1": "mostly",
    "q2": "mostly",
    "q3": "completely",
    "q4": "mostly",
    "q5": "a_little",
    "q6": "dont_know",
    "q7": "mostly",
    "q8": "The weekly call between all of us kept everybody on the same page.",
}


@dataclass
class Side:
    """What was measured of one of the two."""

    rates: list[float] = field(default_factory=list)
    efforts: list[float] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)
    mib_before: float = 0.0
    mib_after: float = 0.0

    def told(self, name: str) -> str:
        """Write one line of the table."""
        return (
            f"{name:<5} {median(self.rates):7.1f}/s  "
            f"{median(self.efforts) * 1000:6.2f} ms of processor each  "
            f"p99 {median(self.slowest) * 1000:5.0f} ms  "
            f"memory {self.mib_before:5.1f} MiB, after load {self.mib_after:5.1f} MiB"
        )


def submitting(one: Ready) -> Job:
    """Give the two requests that send one person's answers."""
    page = a_post("/s/q/1", one.page_body, f"Cookie: {one.cookie}")
    check = a_post("/s/check", one.check_body, f"Cookie: {one.cookie}")

    def job(line: Line) -> None:
        saved = line.ask(page)
        assert saved.status == SEE_OTHER, f"the page was answered {saved.status}"
        assert b"/s/check" in saved.head, "the page led elsewhere"
        sent = line.ask(check)
        assert sent.status == SEE_OTHER, f"the check was answered {sent.status}"
        assert b"/s/done" in sent.head, "the check led elsewhere"

    return job


def storing(line: Line) -> None:
    """Send one response to the bare app."""
    stored = line.ask(a_post("/", urlencode(ANSWERS).encode()))
    assert stored.status == SEE_OTHER, f"the bare app answered {stored.status}"


def turn(side: Side, served: Served, jobs: Sequence[Job], clients: int) -> None:
    """Let all clients do a turn's jobs, and note what it took."""
    spent = served.processor_seconds()
    timings = drive(served.port, jobs, clients=clients)
    if timings.errors:
        raise SystemExit(f"{served.name}: {timings.errors[0]}")
    side.rates.append(timings.rate)
    side.efforts.append((served.processor_seconds() - spent) / len(jobs))
    side.slowest.append(timings.at(0.99))


def compare(url: str, folder: Path, given: argparse.Namespace) -> None:
    """Fill, serve both, take turns, and print."""
    database = Database(url, MASTER_KEY)
    migrate.upgrade(database)
    count = WARM_UP + given.turns * given.submissions
    people = [
        submitting(one)
        for one in people_at_the_form(
            database,
            count,
            now=SystemClock().now(),
            ago=timedelta(minutes=5),
        )
    ]
    database.dispose()
    bare_url = another_database(url, "bare")
    with (
        serving("ours", our_command(), environment(url), cwd=folder) as ours,
        serving("bare", bare_command(bare_url), environment(url), cwd=folder) as bare,
    ):
        take_turns(ours, bare, people, given)


def our_command() -> tuple[str, ...]:
    """Name how an operator serves it."""
    return (
        *("-m", "flask", "--app", "wsgi", "web"),
        *("--port", "{port}", "--threads", str(THREADS)),
    )


def bare_command(url: str) -> tuple[str, ...]:
    """Name how the bare app is served with the same settings."""
    workers = 1 if url.startswith("sqlite") else WORKERS
    return (
        *("-m", "gunicorn", "--worker-class", "gthread"),
        *("--workers", str(workers), "--threads", str(THREADS), "--preload"),
        *("--timeout", "60", "--graceful-timeout", "20", "--access-logfile", "-"),
        *("--bind", "127.0.0.1:{port}", "--pythonpath", str(HERE)),
        f"bare_app:create('{url}')",
    )


def take_turns(
    ours: Served, bare: Served, people: list[Job], given: argparse.Namespace
) -> None:
    """Measure both by turns, and print both lines and their ratios."""
    mine, plain = Side(), Side()
    drive(ours.port, people[:WARM_UP], clients=given.clients)
    drive(bare.port, [storing] * WARM_UP, clients=given.clients)
    mine.mib_before, plain.mib_before = ours.largest_mib(), bare.largest_mib()
    for number in range(given.turns):
        begins = WARM_UP + number * given.submissions
        jobs = people[begins : begins + given.submissions]
        turn(mine, ours, jobs, given.clients)
        turn(plain, bare, [storing] * len(jobs), given.clients)
    mine.mib_after, plain.mib_after = ours.largest_mib(), bare.largest_mib()
    print(mine.told("ours"))
    print(plain.told("bare"))
    pairs = [a / b for a, b in zip(mine.rates, plain.rates, strict=True)]
    print(
        f"ratio of submissions a second {median(pairs):.2f} "
        f"(of {min(pairs):.2f} to {max(pairs):.2f}); "
        f"of processor {median(mine.efforts) / median(plain.efforts):.2f}; "
        f"of memory {mine.mib_before / plain.mib_before:.2f}, "
        f"after load {mine.mib_after / plain.mib_after:.2f}"
    )


def main() -> None:
    """Compare both on a database that is thrown away."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--submissions", type=int, default=200, help="In a turn.")
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument(
        "--database",
        default="postgresql",
        help='"postgresql" (embedded), "sqlite", or an empty database\'s address.',
    )
    given = parser.parse_args()
    with a_folder() as folder, a_database(given.database, folder) as url:
        compare(url, folder, given)


if __name__ == "__main__":
    main()
