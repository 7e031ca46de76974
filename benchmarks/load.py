"""Does it stay quick while people answer at a steady pace?

So many people a second send their one-page form: the POST of the page and the POST of
the check, each timed from the moment it was due. The server is the one an operator
runs, on SQLite unless another database is named.

    .venv/bin/python benchmarks/load.py [--a-second 50] [--seconds 20] [--clients 16]

It prints how many were sent, the 50th, 95th and 99th percentile of the time for both
requests of one person, and every error; it ends with status 1 if there was one.
"""

import argparse
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from ground import (
    MASTER_KEY,
    ROOT,
    a_database,
    a_folder,
    drive,
    environment,
    paced,
    serving,
)

sys.path[:0] = [str(ROOT)]

from respondents import people_at_the_form  # noqa: E402
from submissions import our_command, submitting  # noqa: E402

from feedback.clock import SystemClock  # noqa: E402
from feedback.db import migrate  # noqa: E402
from feedback.db.session import Database  # noqa: E402

WARM_UP = 40


def measure(url: str, folder: Path, given: argparse.Namespace) -> bool:
    """Fill, serve, send at the pace, and print; tell whether there was no error."""
    database = Database(url, MASTER_KEY)
    migrate.upgrade(database)
    count = WARM_UP + given.a_second * given.seconds
    now = SystemClock().now()
    jobs = [
        submitting(one)
        for one in people_at_the_form(
            database, count, now=now, ago=timedelta(minutes=5)
        )
    ]
    database.dispose()
    with serving("ours", our_command(), environment(url), cwd=folder) as served:
        drive(served.port, jobs[:WARM_UP], clients=given.clients)
        spent = served.processor_seconds()
        timings = paced(
            served.port, jobs[WARM_UP:], clients=given.clients, a_second=given.a_second
        )
        effort = (served.processor_seconds() - spent) / len(timings.seconds)
    print(
        f"{len(timings.seconds)} sent at {timings.rate:.1f}/s "
        f"({given.a_second}/s wanted): "
        f"p50 {timings.at(0.5) * 1000:.0f} ms, p95 {timings.at(0.95) * 1000:.0f} ms, "
        f"p99 {timings.at(0.99) * 1000:.0f} ms, {len(timings.errors)} errors; "
        f"{effort * 1000:.1f} ms of processor each"
    )
    for error, number in Counter(timings.errors).most_common(5):
        print(f"  {number} times {error}")
    return not timings.errors


def main() -> None:
    """Measure on a database that is thrown away."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--a-second", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--database", default="sqlite")
    given = parser.parse_args()
    began = time.monotonic()
    with a_folder() as folder, a_database(given.database, folder) as url:
        is_well = measure(url, folder, given)
    print(f"The whole took {time.monotonic() - began:.0f} s.")
    sys.exit(0 if is_well else 1)


if __name__ == "__main__":
    main()
