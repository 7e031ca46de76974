"""What keeps the service from starting, or from answering where another starts it?"""

import dataclasses

import pytest
from sqlalchemy import text

from feedback.app import create_app
from feedback.config import Mode
from feedback.db.session import Database
from feedback.services import demonstration


@pytest.mark.parametrize("command", ["web", "scheduler"])
def test_production_does_not_run_on_the_demonstrations_data(
    ready, settings, now, command
):
    with ready.transaction() as session:
        demonstration.load(session, settings, now=now, with_stories=False)
    app = create_app(dataclasses.replace(settings, mode=Mode.PRODUCTION))

    answer = app.test_cli_runner().invoke(args=[command])

    assert answer.exit_code == 1
    assert "DATABASE_URL: this database holds the demonstration" in answer.stderr
    app.extensions["trigpoint"].database.dispose()


@pytest.mark.parametrize("command", ["web", "scheduler"])
def test_nothing_starts_with_another_master_key_than_the_databases(
    ready, settings, command
):
    other = dataclasses.replace(settings, master_key=bytes(range(32)))
    app = create_app(other)

    answer = app.test_cli_runner().invoke(args=[command])

    assert answer.exit_code == 1
    assert "MASTER_KEY: this database's keys were wrapped by another" in answer.stderr
    app.extensions["trigpoint"].database.dispose()


@pytest.fixture
def in_production(settings, clock):
    app = create_app(dataclasses.replace(settings, mode=Mode.PRODUCTION), clock)
    yield app
    app.extensions["trigpoint"].database.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_under_another_server_production_answers_nothing_from_the_demonstrations_data(
    ready, settings, now, in_production
):
    with ready.transaction() as session:
        demonstration.load(session, settings, now=now, with_stories=False)
    browser = in_production.test_client()

    for path in ("/", "/staff/login", "/readyz", "/static/staff.css"):
        refused = browser.get(path)

        assert refused.status_code == 503
        assert refused.headers["Content-Security-Policy"]
    assert browser.get("/healthz").status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_production_asks_once_whose_data_it_has(ready, in_production, monkeypatch):
    asked = []

    def asking(session):
        asked.append(session)
        return False

    monkeypatch.setattr(demonstration, "is_loaded", asking)
    browser = in_production.test_client()

    statuses = {browser.get("/").status_code for _ in range(3)}

    assert statuses == {200}
    assert len(asked) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_while_the_database_is_away_production_says_so_and_asks_again_later(
    ready, settings, in_production, database_url, monkeypatch
):
    def is_loaded(session):
        return bool(session.scalar(text("SELECT 1")))

    monkeypatch.setattr(demonstration, "is_loaded", is_loaded)
    work = in_production.extensions["trigpoint"]
    nowhere = Database("sqlite:////nowhere/at/all.sqlite3", settings.master_key)
    here = Database(database_url, settings.master_key)
    browser = in_production.test_client()

    in_production.extensions["trigpoint"] = dataclasses.replace(work, database=nowhere)
    away = browser.get("/readyz")
    in_production.extensions["trigpoint"] = dataclasses.replace(work, database=here)
    back = browser.get("/")

    assert away.json["database"] is False
    assert back.status_code == 503
    for one in (nowhere, here):
        one.dispose()
    in_production.extensions["trigpoint"] = work
