"""Pages that belong to nobody's journey."""

import logging
from io import BytesIO
from pathlib import Path

import pytest
from form_walk import a_link
from person import Person
from werkzeug.test import create_environ

from feedback.config import Settings
from feedback.db import migrate
from feedback.services import pulse, tick_log
from feedback.web.proxies import TrustedProxies

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TELLING = ("trigpoint", "council", "social", "child", "safeguard", "review", "worker")


def test_the_front_page_says_nothing_about_who_runs_it_or_for_whom(client, settings):
    page = client.get("/").text.casefold()

    assert [word for word in TELLING if word in page] == []
    assert settings.council_name.casefold() not in page
    assert settings.service_name in client.get("/").text


@pytest.mark.parametrize("path", ["/privacy", "/accessibility"])
def test_before_start_a_stranger_learns_nothing_of_who_asks(client, settings, path):
    answer = client.get(path)

    told = answer.text.casefold()
    assert answer.status_code == 200
    assert [word for word in TELLING if word in told] == []
    assert settings.council_name.casefold() not in told


@pytest.mark.parametrize("path", ["/privacy", "/accessibility"])
def test_after_start_the_controller_is_named(app, database, settings, clock, path):
    person = Person(app, clock)
    person.opens(a_link(database, "family", now=clock.at)).presses("Start")

    person.opens(path)

    assert person.sees(settings.council_name)
    assert not person.sees("Trigpoint")


def test_the_notice_tells_rights_basis_times_and_whom_to_complain_to(
    app, database, clock
):
    person = Person(app, clock)
    person.opens(a_link(database, "family", now=clock.at)).presses("Start")

    notice = person.opens("/privacy").text

    for told in ("controller", "public task", "30 days", "two years", "object"):
        assert told in notice
    assert "Information Commissioner" in notice


def test_staff_read_the_whole_notice(client):
    client.set_cookie("staff", "anything")

    assert "controller" in client.get("/privacy").text


def test_health_tells_that_the_process_answers(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_the_service_is_ready_while_its_scheduler_is_alive(client, database, clock):
    with database.transaction() as session:
        pulse.beat(session, pulse.SCHEDULER, now=clock.now())

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json == {
        "status": "ready",
        "database": True,
        "migrations": True,
        "scheduler": True,
        "heartbeat_at": clock.now().isoformat(),
        "held_up": {},
        "oldest_due_at": None,
        "halts": [],
        "dead_letters": 0,
        "unmatched_inbound": 0,
    }


def test_the_service_is_not_ready_without_a_scheduler(client, database, clock):
    never = client.get("/readyz")
    with database.transaction() as session:
        pulse.beat(session, pulse.SCHEDULER, now=clock.now())
    clock.forward(minutes=1)
    stale = client.get("/readyz")

    assert never.status_code == stale.status_code == 503
    assert never.json["scheduler"] is stale.json["scheduler"] is False
    assert stale.json["migrations"] is True


@pytest.mark.parametrize(
    ("name", "status"),
    [("alerts", 503), ("converse", 503), ("escalate", 503), ("sweep", 200)],
)
def test_a_tick_that_never_ends_is_told_and_stops_the_service_where_it_carries_alerts(
    client, database, clock, name, status
):
    with database.transaction() as session:
        tick_log.write_down(session, {f"running-{name}": clock.now()})
    clock.forward(minutes=4)
    beats(database, clock)
    soon = client.get("/readyz")
    clock.forward(minutes=2)
    beats(database, clock)
    late = client.get("/readyz")

    assert (soon.status_code, soon.json["held_up"]) == (200, {})
    assert (late.status_code, late.json["held_up"]) == (status, {name: 360})
    assert late.json["scheduler"] is (status == 200)


def test_what_a_scheduler_did_that_died_is_held_up_no_more(client, database, clock):
    with database.transaction() as session:
        tick_log.write_down(session, {"running-sweep": clock.now()})
    clock.forward(minutes=6)
    beats(database, clock)
    alive = client.get("/readyz")
    clock.forward(minutes=1)
    dead = client.get("/readyz")

    assert alive.json["held_up"] == {"sweep": 360}
    assert (dead.json["held_up"], dead.json["scheduler"]) == ({}, False)


def beats(database, clock):
    with database.transaction() as session:
        pulse.beat(session, pulse.SCHEDULER, now=clock.now())


def test_the_service_is_not_ready_before_its_migrations_are_run(client, database):
    migrate.downgrade(database, "0003")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json["database"] is True
    assert answer.json["migrations"] is answer.json["scheduler"] is False


def test_the_service_is_not_ready_where_the_database_is_away(client, app, database_url):
    Path(database_url.removeprefix("sqlite:///")).write_bytes(b"no database at all")
    app.extensions["trigpoint"].database.dispose()

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json["status"] == "unavailable"
    assert answer.json["database"] is False


def test_a_report_of_a_broken_policy_is_noted_without_its_address(client, caplog):
    report = {
        "csp-report": {
            "effective-directive": "script-src",
            "document-uri": "http://localhost/r/secret-token",
        }
    }

    with caplog.at_level(logging.WARNING):
        answer = client.post("/csp", json=report)

    assert answer.status_code == 204
    assert caplog.messages == ["content policy broken: script-src"]
    assert "secret-token" not in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"csp-report": 1}',
        b'{"csp-report": {"effective-directive": "a-canary"}}',
        b'{"csp-report": {"effective-directive": ["img-src"]}}',
        b"x" * 20000,
        b"[" * 10000,
    ],
)
def test_a_report_that_is_none_is_answered_all_the_same(client, caplog, body):
    assert client.post("/csp", data=body).status_code == 204
    assert caplog.messages == []


def test_a_report_without_a_length_is_read_no_further_than_others(client, caplog):
    long = b" " * 20000 + b'{"csp-report": {"effective-directive": "img-src"}}'

    answer = client.post(
        "/csp",
        environ_overrides={
            "wsgi.input": BytesIO(long),
            "wsgi.input_terminated": True,
            "CONTENT_LENGTH": "",
        },
    )

    assert answer.status_code == 204
    assert caplog.messages == []


def test_a_flood_of_reports_makes_one_line_a_directive_and_then_a_sum(
    client, clock, caplog
):
    report = {"csp-report": {"effective-directive": "img-src"}}

    statuses = [client.post("/csp", json=report).status_code for _ in range(150)]
    flooded = list(caplog.messages)
    clock.forward(minutes=10)
    later = client.post("/csp", json=report)

    assert statuses == [204] * 100 + [429] * 50
    assert flooded == ["content policy broken: img-src"]
    assert later.status_code == 204
    assert caplog.messages[1:] == [
        "150 reports of a broken content policy in 10 minutes: img-src 100",
        "content policy broken: img-src",
    ]


def test_forwarded_headers_count_only_from_a_trusted_proxy(settings):
    trusted = Settings.from_env(
        {
            "SECRET_KEY": settings.secret_key,
            "MASTER_KEY": "YS1tYXN0ZXIta2V5LW9mLXRoaXJ0eS10d28tYnl0ZXM=",
            "TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.1",
        }
    ).trusted_proxies
    seen = []
    app = TrustedProxies(
        lambda environ, _: (
            seen.append((environ["REMOTE_ADDR"], environ["wsgi.url_scheme"])) or []
        ),
        trusted,
    )
    headers = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}

    for peer in ("10.1.2.3", "192.0.2.1", "192.0.2.2", "not-an-address"):
        environ = create_environ(headers=headers)
        environ["REMOTE_ADDR"] = peer
        app(environ, None)

    assert seen == [
        ("203.0.113.9", "https"),
        ("203.0.113.9", "https"),
        ("192.0.2.2", "http"),
        ("not-an-address", "http"),
    ]
