"""How long does a report over very many reviews take, and how much memory?

    .venv/bin/python benchmarks/report.py [--reviews 10000] [--database URL]

It fills a database that is thrown away, builds the report three times, and prints
each time in seconds, beside the time that bare SQL needs to count the same rows, and
what the process grew by.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert, text

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from builders import a_staff_member  # noqa: E402

from feedback.db import migrate  # noqa: E402
from feedback.db.ids import new_id  # noqa: E402
from feedback.db.models import (  # noqa: E402
    GradingRow,
    ModeratedFindingRow,
    ModeratedVoiceRow,
    ParticipantRow,
    ReviewRow,
)
from feedback.db.session import Database, Session  # noqa: E402
from feedback.domain.access import Role  # noqa: E402
from feedback.domain.grading import DIMENSIONS, Judgement  # noqa: E402
from feedback.domain.report import Period  # noqa: E402
from feedback.services import audit, report  # noqa: E402
from feedback.services.report import Order  # noqa: E402
from triangulation import SPEAKERS, Dimension, Group  # noqa: E402

NOW = datetime(2025, 2, 20, 10, 0, tzinfo=UTC)
MASTER_KEY = b"a-master-key-of-thirty-two-bytes"
PERIOD = Period(first=date(2024, 9, 1), last=date(2025, 2, 28))
AT_ONCE = 50_000
TABLES = (
    "review",
    "grading",
    "moderated_finding",
    "moderated_voice",
    "participant",
)
KIB_IN_MIB = 1024


def fill(session: Session, reviews: int, head: UUID) -> None:
    """Write so many signed reviews with their grades, findings, voices and people."""
    chance = random.Random(1)  # noqa: S311 - the same data each time
    ids = [new_id() for _ in range(reviews)]
    session.execute(
        insert(ReviewRow),
        [
            {
                "id": one,
                "reference": f"H-{number:06d}",
                "service": "childrens_social_care",
                "state": "agreed",
                "reviewer_kind": "independent" if number % 5 else "internal",
                "opens_at": NOW - timedelta(days=9),
                "closes_at": NOW,
                "created_at": NOW,
                "locked_at": NOW,
                "agreed_at": NOW - timedelta(minutes=number),
            }
            for number, one in enumerate(ids)
        ],
    )
    _insert(
        session,
        GradingRow,
        [
            {
                "id": new_id(),
                "review_id": one,
                "judgement": judgement.value,
                "layer": layer,
                "grade": chance.choice((4, 4, 3, 2)),
                "descriptors_version": "1",
                "by": head,
                "at": NOW,
            }
            for one in ids
            for judgement in Judgement
            for layer in ("initial", "agreed")
        ],
    )
    statuses = ("convergent", "dissonant", "partially_convergent")
    _insert(
        session,
        ModeratedFindingRow,
        [
            {
                "id": new_id(),
                "review_id": one,
                "dimension": dimension.value,
                "status": chance.choice(statuses),
            }
            for one in ids
            for dimension in DIMENSIONS
        ],
    )
    _insert(
        session,
        ModeratedVoiceRow,
        [
            {
                "id": new_id(),
                "review_id": one,
                "dimension": dimension.value,
                "group": group.value,
                "status": "agreement",
                "grade": chance.choice((4, 3, 2)),
                "lo": band,
                "hi": band,
                "coarse": False,
                "silence": None,
            }
            for one in ids
            for dimension in Dimension
            for group in SPEAKERS[dimension]
            if (band := chance.choice((1, 2, 3, 4)))
        ],
    )
    _insert(
        session,
        ParticipantRow,
        [
            {
                "id": new_id(),
                "review_id": one,
                "position": position,
                "key": f"p{position}",
                "group": group.value,
                "age_band": None,
                "form": group.value,
                "language": "en",
                "name_sealed": b"x",
                "consented_at": NOW,
                "language_route": "none",
                "created_at": NOW,
            }
            for one in ids
            for position, group in enumerate(Group)
        ],
    )


def _insert(session: Session, table: type, rows: list[dict[str, object]]) -> None:
    for start in range(0, len(rows), AT_ONCE):
        session.execute(insert(table), rows[start : start + AT_ONCE])


def bare(database: Database) -> float:
    """Count the rows of the same tables; return seconds."""
    began = time.perf_counter()
    with database.reading() as session:
        for table in TABLES:
            session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608 - our own names
    return time.perf_counter() - began


def build(told: Connection, url: str, head: UUID) -> None:
    """Build the report in a process of its own; tell times and growth."""
    database = Database(url, MASTER_KEY)
    database.engine.connect().close()
    for _ in range(3):
        before, began, worked = size(), time.perf_counter(), time.process_time()
        with database.transaction() as session:
            report.build(
                session,
                Order(period=PERIOD),
                by=audit.staff(head),
                now=NOW + timedelta(days=9),
            )
        seconds = time.perf_counter() - began
        told.send((seconds, time.process_time() - worked, size() - before))
    database.dispose()


def size() -> float:
    """Tell the largest size of this process so far in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_IN_MIB


def main() -> None:
    """Fill, build, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviews", type=int, default=10_000)
    parser.add_argument("--database", help="An empty one; SQLite in a temporary file.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{folder}/benchmark.sqlite3"
        database = Database(url, MASTER_KEY)
        migrate.upgrade(database)
        with database.transaction() as session:
            database.keyring.make_own_keys(session, NOW)
            session.flush()
            head = a_staff_member(session, Role.HEAD_SQA, now=NOW)
            fill(session, given.reviews, head)
        plain = bare(database)
        database.dispose()
        here, there = Pipe()
        builder = get_context("spawn").Process(target=build, args=(there, url, head))
        builder.start()
        for _ in range(3):
            seconds, worked, growth = here.recv()
            print(
                f"{given.reviews} reviews: {seconds:.2f} s ({worked:.2f} s of work), "
                f"{seconds / plain:.0f} times bare counting; grew {growth:.0f} MiB"
            )
        builder.join()


if __name__ == "__main__":
    main()
