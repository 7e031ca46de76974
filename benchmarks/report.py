"""How long does a report over very many reviews take, and how much memory?

    .venv/bin/python benchmarks/report.py [--reviews 10000] [--database postgresql]

It fills a database that is thrown away with reviews as in life: five people each, an
invitation for each, responses of most, grades in two layers, findings and voices. It
builds the report, each time in a process of its own, and prints the median in seconds,
beside the time that bare SQL needs to count the same rows, and what the process grew
by. `--slowest` also prints the statements that took longest.
"""

import argparse
import random
import sys
import time
from datetime import UTC, date, datetime, timedelta
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from uuid import UUID

from ground import MASTER_KEY, ROOT, a_database, a_folder, median
from sqlalchemy import event, insert, text

sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from builders import a_staff_member  # type: ignore[import-not-found]  # noqa: E402

from feedback.db import migrate  # noqa: E402
from feedback.db.ids import new_id  # noqa: E402
from feedback.db.models import (  # noqa: E402
    GradingRow,
    InvitationRow,
    ModeratedFindingRow,
    ModeratedVoiceRow,
    ParticipantRow,
    QuestionnaireRow,
    ResponseRow,
    ReviewRow,
)
from feedback.db.session import Database, Session  # noqa: E402
from feedback.domain.access import AccountId, Role  # noqa: E402
from feedback.domain.grading import DIMENSIONS, Judgement  # noqa: E402
from feedback.domain.report import Period  # noqa: E402
from feedback.services import audit, build_report  # noqa: E402
from feedback.services.build_report import Order  # noqa: E402
from triangulation import SPEAKERS, Dimension, Group  # noqa: E402

NOW = datetime(2025, 2, 20, 10, 0, tzinfo=UTC)
PERIOD = Period(first=date(2024, 9, 1), last=date(2025, 2, 28))
AT_ONCE = 20_000
ANSWERING = 2 / 3
TABLES = (
    "review",
    "grading",
    "moderated_finding",
    "moderated_voice",
    "participant",
    "invitation",
    "response",
)
KIB_IN_MIB = 1024


def fill(session: Session, reviews: int, head: AccountId) -> None:
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
    people = {(one, group): new_id() for one in ids for group in Group}
    _insert(
        session,
        ParticipantRow,
        [
            {
                "id": people[one, group],
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
    _invite(session, people, chance)


def _invite(
    session: Session, people: dict[tuple[UUID, Group], UUID], chance: random.Random
) -> None:
    """Invite everybody; two in three answer."""
    form = QuestionnaireRow(
        id=new_id(),
        form="partner",
        version=99,
        document={},
        digest="measured",
        published_at=NOW,
    )
    session.add(form)
    session.flush()
    invited = [(review, person, new_id()) for (review, _), person in people.items()]
    has_answered = {one: chance.random() < ANSWERING for _, _, one in invited}
    _insert(
        session,
        InvitationRow,
        [
            {
                "id": one,
                "review_id": review,
                "participant_id": person,
                "questionnaire_id": form.id,
                "wave": 0,
                "status": "answered" if has_answered[one] else "expired",
                "channel": "link",
                "token_digest": one.bytes,
                "code_word_tries": 0,
                "created_at": NOW,
                "expires_at": NOW,
            }
            for review, person, one in invited
        ],
    )
    _insert(
        session,
        ResponseRow,
        [
            {
                "id": new_id(),
                "review_id": review,
                "invitation_id": one,
                "questionnaire_id": form.id,
                "submission_no": 1,
                "state": "submitted",
                "language": "en",
                "helped_by": "unknown",
                "started_at": NOW,
                "submitted_at": NOW,
                "submission_key": str(one),
            }
            for review, _, one in invited
            if has_answered[one]
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


def build(told: Connection, url: str, head: AccountId, times: int) -> None:
    """Build the report some times over; tell times, growth and slow statements."""
    database = Database(url, MASTER_KEY)
    database.engine.connect().close()
    taken = _timed_statements(database)
    for _ in range(times):
        taken.clear()
        before, began, worked = size(), time.perf_counter(), time.process_time()
        with database.transaction() as session:
            build_report.build(
                session,
                Order(period=PERIOD),
                by=audit.staff(head),
                now=NOW + timedelta(days=9),
            )
        seconds = time.perf_counter() - began
        effort = time.process_time() - worked
        slowest = sorted(taken.items(), key=lambda one: -one[1])[:5]
        told.send((seconds, effort, size() - before, slowest))
    database.dispose()


def _timed_statements(database: Database) -> dict[str, float]:
    """Note how long each statement kept us, until its rows could be fetched."""
    taken: dict[str, float] = {}
    began: list[float] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def before(*_: object) -> None:
        began.append(time.perf_counter())

    @event.listens_for(database.engine, "after_cursor_execute")
    def after(_: object, __: object, statement: str, *___: object) -> None:
        name = " ".join(statement.split())[:300]
        taken[name] = taken.get(name, 0.0) + time.perf_counter() - began.pop()

    return taken


def size() -> float:
    """Tell the largest size of this process so far in MiB; Linux keeps it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (peak,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(peak.split()[1]) / KIB_IN_MIB


def measure(url: str, given: argparse.Namespace) -> None:
    """Fill, build, and print."""
    database = Database(url, MASTER_KEY)
    migrate.upgrade(database)
    with database.transaction() as session:
        database.keyring.make_own_keys(session, NOW)
        session.flush()
        head = a_staff_member(session, Role.HEAD_SQA, now=NOW)
        fill(session, given.reviews, head)
    with database.engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        connection.exec_driver_sql("ANALYZE")
    plain = bare(database)
    database.dispose()
    here, there = Pipe()
    builder = get_context("spawn").Process(
        target=build, args=(there, url, head, given.times)
    )
    builder.start()
    told = [here.recv() for _ in range(given.times)]
    builder.join()
    seconds = median([one[0] for one in told])
    print(
        f"{given.reviews} reviews: {seconds:.2f} s "
        f"(of {', '.join(f'{one[0]:.2f}' for one in told)}; "
        f"{median([one[1] for one in told]):.2f} s of our own work), "
        f"{seconds / plain:.0f} times bare counting; "
        f"grew {max(one[2] for one in told):.0f} MiB"
    )
    if given.slowest:
        for statement, spent in told[-1][3]:
            print(f"  {spent:.3f} s  {statement}")


def main() -> None:
    """Measure on a database that is thrown away."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reviews", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--slowest", action="store_true")
    parser.add_argument(
        "--database",
        default="sqlite",
        help='"sqlite", "postgresql" (embedded), or an empty database\'s address.',
    )
    given = parser.parse_args()
    with a_folder() as folder, a_database(given.database, folder) as url:
        measure(url, given)


if __name__ == "__main__":
    main()
