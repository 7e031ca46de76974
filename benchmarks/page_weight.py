"""What does the first load of a respondent's page weigh, and how often is asked?

The page behind a link is asked for from the server that an operator runs, and then
everything that the page names and a browser would fetch, compressed as a browser asks
for it. Counted is what goes over the wire: every answer with its header lines.

    .venv/bin/python benchmarks/page_weight.py

It prints each answer, the sum and the number of requests, and ends with status 1 where
it is more than 40 kB or five requests.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import Final

from ground import (
    MASTER_KEY,
    ROOT,
    Line,
    a_database,
    a_folder,
    environment,
    serving,
)

sys.path[:0] = [str(ROOT)]

from submissions import our_command  # noqa: E402

from feedback.clock import SystemClock  # noqa: E402
from feedback.db import migrate  # noqa: E402
from feedback.db.session import Database  # noqa: E402
from feedback.services import publish  # noqa: E402

MOST_BYTES: Final = 40_000
MOST_REQUESTS: Final = 5
LINK: Final = "/r/" + "z" * 22
FETCHED: Final = re.compile(
    r'<(?:link[^>]*?(?:stylesheet|icon)[^>]*?href|script[^>]*?src|img[^>]*?src)="([^"]+)"'
)
END_OF_HEAD: Final = len(b"\r\n\r\n")


def fetched(line: Line, path: str) -> tuple[int, bytes]:
    """Ask for one address; give what the answer weighs, and its body."""
    answer = line.ask(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Accept-Encoding: gzip\r\n\r\n".encode()
    )
    return len(answer.head) + END_OF_HEAD + len(answer.body), answer.body


def measure(url: str, folder: Path) -> bool:
    """Serve, ask, and print; tell whether it stays within both limits."""
    database = Database(url, MASTER_KEY)
    migrate.upgrade(database)
    with database.transaction() as session:
        database.keyring.make_own_keys(session, SystemClock().now())
        session.flush()
        publish.publish_bundled(session, now=SystemClock().now())
    database.dispose()
    with (
        serving("ours", our_command(), environment(url), cwd=folder) as served,
        Line(served.port) as line,
    ):
        weight, page = fetched(line, LINK)
        weights = {LINK: weight}
        for found in FETCHED.findall(page.decode()):
            path = found.replace("&amp;", "&")
            weights[path], _ = fetched(line, path)
    for path, weight in weights.items():
        print(f"{weight:>7} bytes  {path}")
    total = sum(weights.values())
    print(f"{total:>7} bytes in {len(weights)} requests")
    return total <= MOST_BYTES and len(weights) <= MOST_REQUESTS


def main() -> None:
    """Measure on a database that is thrown away."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    with a_folder() as folder, a_database("sqlite", folder) as url:
        is_light = measure(url, folder)
    sys.exit(0 if is_light else 1)


if __name__ == "__main__":
    main()
