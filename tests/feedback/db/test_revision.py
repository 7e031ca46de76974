"""Whether a database is known to be at the newest revision."""

from sqlalchemy import text

from feedback.db import migrate, revision
from feedback.db.session import Database


def test_the_newest_file_is_the_one_that_migrations_end_with():
    assert revision.newest() == migrate.head_revision()


def test_a_migrated_database_is_at_the_newest(database):
    assert revision.is_at_head(database)


def test_one_that_stands_at_an_earlier_revision_is_not(database):
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        assert not revision.is_at_head(database)
    finally:
        with database.transaction() as session:
            session.execute(
                text("UPDATE alembic_version SET version_num = :newest"),
                {"newest": revision.newest()},
            )


def test_one_in_which_nothing_was_made_is_not(tmp_path):
    empty = Database(f"sqlite:///{tmp_path}/empty.sqlite3", b"x" * 32)

    assert not revision.is_at_head(empty)

    empty.dispose()


def test_it_is_told_at_once_and_rightly_while_somebody_writes(database):
    with database.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))

        assert revision.is_at_head(database)

        session.rollback()
