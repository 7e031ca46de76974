"""How long does the server need for the triangulated view of one full review?

A review with a child, two of the family, a partner, the practitioner and the manager,
every question answered and words from everybody, grades locked and an evidence item for
each. The page is asked for in this process, as a signed-in reviewer; beside it a bare
Flask page that asks the same database as many times and shows as many bytes.

    .venv/bin/python benchmarks/view.py [--times 200] [--database postgresql]

It prints the 50th and 95th percentile of both by turns, and how many statements the
view itself takes, and the whole request with sign-in and standing.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from ground import (
    MASTER_KEY,
    ROOT,
    a_database,
    a_folder,
    environment,
    median,
    percentile,
)
from sqlalchemy import event, text

sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from builders import a_review, a_staff_member, sign_in  # type: ignore[import-not-found]  # noqa: E402
from grading_builders import a_voice, locked, some_evidence  # type: ignore[import-not-found]  # noqa: E402

from feedback.app import create_app  # noqa: E402
from feedback.clock import SystemClock  # noqa: E402
from feedback.config import Settings  # noqa: E402
from feedback.db import migrate  # noqa: E402
from feedback.db.session import Database, Session  # noqa: E402
from feedback.domain.access import ReviewId, Role  # noqa: E402
from feedback.domain.form_file import parse_questionnaire  # noqa: E402
from feedback.domain.grading import Judgement  # noqa: E402
from feedback.questionnaires import documents  # noqa: E402
from feedback.services import audit  # noqa: E402
from feedback.services.triangulate import triangulated_view  # noqa: E402

REVIEW: Final = "H-000001"
PATH: Final = f"/staff/reviews/{REVIEW}/view"
EMAIL: Final = "reviewer@council.example"
VOICES: Final = (
    ("child", "child_9_12"),
    ("family", "family"),
    ("family", "family"),
    ("partner", "partner"),
    ("practitioner", "practitioner"),
    ("manager", "manager"),
)
WORDS: Final = "She listened, and came when she said she would."
WARM_UP: Final = 20
OK: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Which review is looked at, and by whom."""

    review: ReviewId
    by: audit.Actor


def fill(session: Session, database: Database, now: datetime) -> Seen:
    """Write the full review; give it, and who reviews it."""
    database.keyring.make_own_keys(session, now)
    session.flush()
    reviewer = a_staff_member(session, Role.REVIEWER, now=now, email=EMAIL)
    review = a_review(session, now=now, reviewer=reviewer, reference=REVIEW)
    forms = {one.form: one for one in map(parse_questionnaire, documents())}
    for group, form in VOICES:
        asked = forms[form].asked
        chosen = {one.code: one.options[0] for one in asked if one.options}
        words = {one.code: WORDS for one in asked if not one.options}
        a_voice(session, review, group, chosen, now=now, form=form, words=words)
    for judgement in Judgement:
        some_evidence(session, review, judgement, by=audit.staff(reviewer), now=now)
    locked(session, review, reviewer, now=now)
    return Seen(review=ReviewId(review.id), by=audit.staff(reviewer))


def statements_of(database: Database, act: Callable[[], object]) -> int:
    """Count what is asked of a database meanwhile."""
    found: list[str] = []

    def note(*given: object) -> None:
        found.append(str(given[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    act()
    event.remove(database.engine, "before_cursor_execute", note)
    return sum(not one.startswith(("PRAGMA", "BEGIN", "SET ")) for one in found)


def bare_page(database: Database, statements: int, size: int) -> FlaskClient:
    """Make a page that asks as often and shows as much, and does nothing else."""
    app = Flask("bare")
    words = "x" * 100

    @app.get("/")
    def page() -> str:
        with database.engine.connect() as connection:
            for _ in range(statements):
                connection.execute(text("SELECT * FROM review")).all()
        return render_template_string(
            "<!doctype html>{% for one in lines %}<p>{{ one }}</p>{% endfor %}",
            lines=[words] * (size // len(words)),
        )

    return app.test_client()


def timed(client: FlaskClient, path: str) -> tuple[float, float]:
    """Ask for a page once; return seconds, and those of the processor."""
    began, worked = time.perf_counter(), time.thread_time()
    answer = client.get(path)
    taken = time.perf_counter() - began, time.thread_time() - worked
    assert answer.status_code == OK, f"{path} was answered {answer.status_code}"
    return taken


def told(taken: Sequence[tuple[float, float]]) -> str:
    """Write the percentiles of wall time and of the processor's."""
    wall, work = [one for one, _ in taken], [one for _, one in taken]
    return (
        f"p50 {percentile(wall, 0.5) * 1000:.1f} ms, "
        f"p95 {percentile(wall, 0.95) * 1000:.1f} ms; of processor "
        f"p50 {percentile(work, 0.5) * 1000:.1f} ms, "
        f"p95 {percentile(work, 0.95) * 1000:.1f} ms"
    )


def measure(url: str, times: int) -> None:
    """Fill, ask by turns, and print."""
    now = SystemClock().now()
    database = Database(url, MASTER_KEY)
    migrate.upgrade(database)
    with database.transaction() as session:
        seen = fill(session, database, now)
    app = create_app(Settings.from_env(environment(url)))
    used = app.extensions["trigpoint"].database
    client = app.test_client()
    sign_in(client, EMAIL, now=SystemClock().now())
    size = len(client.get(PATH).data)
    whole = statements_of(used, lambda: timed(client, PATH))
    own = statements_of(used, lambda: _view(used, seen, now))
    bare = bare_page(database, whole, size)
    for _ in range(WARM_UP):
        timed(client, PATH)
        timed(bare, "/")
    turns = [(timed(client, PATH), timed(bare, "/")) for _ in range(times)]
    mine, plain = [one for one, _ in turns], [one for _, one in turns]
    print(
        f"view: {told(mine)}, {size} bytes, "
        f"{own} statements for the view, {whole} in the whole request"
    )
    print(f"bare: {told(plain)}, {whole} statements")
    ratio = median([one[0] for one in mine]) / median([one[0] for one in plain])
    print(f"ratio of the medians {ratio:.1f}")
    used.dispose()
    database.dispose()


def _view(database: Database, seen: Seen, now: datetime) -> None:
    with database.transaction() as session:
        triangulated_view(session, seen.review, by=seen.by, now=now)


def main() -> None:
    """Measure on a database that is thrown away."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--database", default="sqlite")
    given = parser.parse_args()
    with a_folder() as folder, a_database(given.database, folder) as url:
        measure(url, given.times)


if __name__ == "__main__":
    main()
