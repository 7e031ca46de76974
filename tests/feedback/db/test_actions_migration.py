"""What was recommended before there were actions is followed from then on."""

from datetime import date

import pytest
from sqlalchemy import create_engine, insert, make_url, select, text

from feedback.db import migrate
from feedback.db.ids import new_id
from feedback.db.models import (
    AccountRow,
    ActionRow,
    ActionStepRow,
    ConcernRow,
    MeetingRow,
    RecommendationRow,
    ReviewRow,
)
from feedback.db.session import Database

MASTER = b"a-master-key-of-thirty-two-bytes"
DUE = date(2027, 1, 31)


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request, tmp_path):
    """A database as it was before there were actions."""
    url = f"sqlite:///{tmp_path / 'before.sqlite3'}"
    if request.param == "postgresql":
        migrated = make_url(request.getfixturevalue("postgresql_url"))
        name = f"{migrated.database}_before_actions"
        outside = create_engine(migrated, isolation_level="AUTOCOMMIT")
        with outside.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}"))
        outside.dispose()
        url = migrated.set(database=name).render_as_string(hide_password=False)
    database = Database(url, MASTER)
    migrate.upgrade(database, "0013")
    yield database
    database.dispose()


def somebody(session, *, now):
    """An account, by the columns of then."""
    account = new_id()
    session.execute(
        insert(AccountRow.__table__).values(
            id=account,
            email="head@council.example",
            name="Head",
            job_title="Head",
            password_hash="nobody signs in here",
            totp_sealed=b"x",
            is_independent=False,
            created_at=now,
        )
    )
    return account


def a_review_with(session, *, by, now, is_signed):
    """A review with a recommendation and a concern, by the columns of then."""
    review, recommendation, concern = new_id(), new_id(), new_id()
    rows = (
        (
            ReviewRow,
            {
                "id": review,
                "reference": f"H-{review.hex[-6:]}",
                "service": "early_help",
                "state": "agreed",
                "opens_at": now,
                "closes_at": now.replace(year=now.year + 1),
                "created_at": now,
            },
        ),
        (
            MeetingRow,
            {
                "id": new_id(),
                "review_id": review,
                "held_on": DUE,
                "opened_by": by,
                "opened_at": now,
                "signed_at": None,
            },
        ),
        (
            RecommendationRow,
            {
                "id": recommendation,
                "review_id": review,
                "dimension": "D3",
                "words_sealed": b"sealed",
                "owner": "Team manager",
                "due_on": DUE,
                "by": by,
                "at": now,
            },
        ),
        (
            ConcernRow,
            {
                "id": concern,
                "review_id": review,
                "words_sealed": b"sealed",
                "owner": "Service manager",
                "due_on": DUE,
                "raised_by": by,
                "raised_at": now,
            },
        ),
    )
    for table, values in rows:
        session.execute(insert(table.__table__).values(values))
    if is_signed:
        signed = MeetingRow.__table__.update().values(signed_at=now)
        session.execute(signed.where(MeetingRow.review_id == review))
    return recommendation, concern


def test_signed_recommendations_and_concerns_become_open_actions(before, now):
    with before.transaction() as session:
        by = somebody(session, now=now)
        signed, raised = a_review_with(session, by=by, now=now, is_signed=True)
        unsigned, also_raised = a_review_with(session, by=by, now=now, is_signed=False)

    migrate.upgrade(before)

    with before.reading() as session:
        actions = session.scalars(select(ActionRow)).all()
        steps = session.scalars(select(ActionStepRow)).all()
    assert {row.recommendation_id for row in actions} == {signed, None}
    assert {row.concern_id for row in actions} == {raised, also_raised, None}
    assert unsigned not in {row.recommendation_id for row in actions}
    assert len(actions) == 3
    assert {(row.state, row.due_on, row.version) for row in actions} == {
        ("open", DUE, 1)
    }
    assert {row.action_id for row in steps} == {row.id for row in actions}
    assert {(row.what, row.came_to, row.by, row.at) for row in steps} == {
        ("opened", "open", None, now)
    }


def test_the_way_back_takes_the_tables_out_and_leaves_the_words(before, now):
    with before.transaction() as session:
        by = somebody(session, now=now)
        signed, _ = a_review_with(session, by=by, now=now, is_signed=True)
    migrate.upgrade(before)

    migrate.downgrade(before, "0013")

    with before.reading() as session:
        assert signed in session.scalars(select(RecommendationRow.id)).all()
    migrate.upgrade(before)
    migrate.check(before)
