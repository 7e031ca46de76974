"""How long does `review import` take for very many people, from JSON and from XLSX?

A file of reviews with ten people each is written, and the command is run on it as an
operator runs it, on an empty database each time; beside it stands the time in which
bare SQL inserts as many rows of the same tables.

    .venv/bin/python benchmarks/bring_in.py [--people 10000] [--database postgresql]
"""

import argparse
import io
import json
import resource
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

import xlsxwriter
from ground import (
    MASTER_KEY,
    ROOT,
    a_database,
    a_folder,
    another_database,
    environment,
)
from sqlalchemy import create_engine, text

sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from intake_files import NAMES, a_contact, a_file, a_person, a_review, a_row  # type: ignore[import-not-found]  # noqa: E402

from feedback.clock import SystemClock  # noqa: E402
from feedback.db import migrate  # noqa: E402
from feedback.db.session import Database  # noqa: E402
from feedback.services import publish  # noqa: E402

AT_A_REVIEW: Final = 10
CLOCK: Final = "2026-11-24T10:00:00+00:00"


def number_of(person: int) -> str:
    """Give a telephone number of drama to each; a thousand share one."""
    return f"+447700900{person % 1000:03d}"


def as_json(people: int) -> bytes:
    """Write the file as JSON."""
    reviews = [
        a_review(
            f"H-{review:06d}",
            people=[
                a_person(
                    f"p{n}", contacts=[a_contact(value=number_of(review * 10 + n))]
                )
                for n in range(AT_A_REVIEW)
            ],
        )
        for review in range(people // AT_A_REVIEW)
    ]
    return json.dumps(a_file(*reviews)).encode()


def as_xlsx(people: int) -> bytes:
    """Write the file as an Excel workbook, a row for each person."""
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, NAMES)
        for n in range(people):
            cells = a_row(
                f"H-{n // AT_A_REVIEW:06d}", key=f"p{n % AT_A_REVIEW}", sms=number_of(n)
            )
            sheet.write_row(n + 1, 0, [_cell(one) for one in cells.values()])
    return packed.getvalue()


def _cell(value: object) -> object:
    return "" if value is None else value


def bare(url: str, people: int) -> float:
    """Insert as many rows as an import does, with nothing in them; return seconds."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE bare (id INTEGER PRIMARY KEY, t TEXT)"))
    began = time.perf_counter()
    with engine.begin() as connection:
        for first in range(0, 4 * people, people):
            connection.execute(
                text("INSERT INTO bare (id, t) VALUES (:id, :t)"),
                [{"id": first + n, "t": "x" * 200} for n in range(people)],
            )
    taken = time.perf_counter() - began
    engine.dispose()
    return taken


def bring(url: str, path: Path) -> tuple[float, float, str]:
    """Run the command; return seconds, the processor's seconds, and what it said."""
    began, worked = time.perf_counter(), _processor_seconds()
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "flask", "--app", "wsgi", "review", "import", str(path)],
        cwd=ROOT,
        env=environment(url, DEMO_NOW=CLOCK),
        capture_output=True,
        text=True,
        check=False,
    )
    taken = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(done.stderr[:2000])
    return taken, _processor_seconds() - worked, done.stdout.strip()


def _processor_seconds() -> float:
    """Tell what the commands that have ended used of the processor."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def measure(url: str, folder: Path, people: int) -> None:
    """Bring both files in, each into a database of its own, and print."""
    for name, write in (("json", as_json), ("xlsx", as_xlsx)):
        own = another_database(url, f"import_{name}")
        database = Database(own, MASTER_KEY)
        migrate.upgrade(database)
        now = SystemClock().now() - timedelta(days=1)
        with database.transaction() as session:
            database.keyring.make_own_keys(session, now)
            session.flush()
            publish.publish_bundled(session, now=now)
        database.dispose()
        path = folder / f"people.{name}"
        path.write_bytes(write(people))
        taken, worked, said = bring(own, path)
        plain = bare(own, people)
        print(
            f"{name}: {taken:.1f} s ({worked:.1f} s of processor) for {people} people, "
            f"{taken / plain:.0f} times bare inserts ({plain:.2f} s). {said}"
        )


def main() -> None:
    """Measure on databases that are thrown away."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--database", default="sqlite")
    given = parser.parse_args()
    with a_folder() as folder, a_database(given.database, folder) as url:
        measure(url, folder, given.people)


if __name__ == "__main__":
    main()
