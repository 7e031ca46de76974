"""What does an operator see of messages, and what do logs hold?"""

import json

import pytest
from gunicorn.config import Config
from sqlalchemy import select

from feedback.cli.server import RedactedLogger, shown_path
from feedback.db.ids import new_id
from feedback.db.models import DeliveryPauseRow
from feedback.services import pause


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=words)


def test_everything_due_is_sent_once(run, post, clock):
    post.invite_one(clock.now())

    first = run("deliver", "--once")
    second = run("deliver", "--once")

    assert first.stdout == "sent 1, refused 0, unknown 0, held 0\n"
    assert second.stdout == "sent 0, refused 0, unknown 0, held 0\n"


def test_delivering_for_ever_is_the_schedulers_work(run):
    answer = run("deliver")

    assert answer.exit_code == 2
    assert "--once" in answer.stderr


def test_the_list_is_one_object_a_line(run, post, clock):
    post.invite_one(clock.now(), key="p7", review={"reference": "H-000007"})
    run("deliver", "--once")

    lines = [
        json.loads(line)
        for line in run("delivery", "list", "--json").stdout.splitlines()
    ]

    assert [one["purpose"] for one in lines] == ["invitation", "reminder"]
    first, second = lines
    assert first == {
        "message": first["message"],
        "review": "H-000007",
        "person": "p7",
        "purpose": "invitation",
        "wave": 0,
        "channel": "sms",
        "state": "delivered",
        "next_at": None,
        "attempts": [
            {
                "n": 1,
                "state": "accepted",
                "sid": first["attempts"][0]["sid"],
                "code": None,
                "http": None,
            }
        ],
    }
    assert second["state"] == "due"
    assert second["next_at"] == "2026-11-27T10:00:00+00:00"
    assert second["attempts"] == []


def test_the_list_shows_no_link_and_no_number(run, post, clock):
    post.invite_one(clock.now(), contact_given={"value": "+447700900321"})
    run("deliver", "--once")

    for words in (("delivery", "list"), ("delivery", "list", "--json")):
        shown = run(*words).stdout
        assert "/r/" not in shown
        assert "900321" not in shown


def test_a_person_ends_a_pause(run, database, clock):
    with database.transaction() as session:
        session.add(
            DeliveryPauseRow(
                id=new_id(),
                channel="sms",
                code="20003",
                since=clock.now(),
                probe_at=clock.now(),
            )
        )

    assert run("delivery", "resume").stdout == "1 pause ended\n"
    assert run("delivery", "resume").stdout == "0 pauses ended\n"

    with database.reading() as session:
        row = session.scalars(select(DeliveryPauseRow)).one()
    assert row.ended_by == "operator"


def test_a_person_who_ends_pauses_is_told_that_the_clocks_do_not_agree_yet(
    run, database, clock
):
    with database.transaction() as session:
        pause.pause_for_clocks(session, "sms", now=clock.now())
        pause.pause_channel(session, "email", "535", clock.now())

    for ended in ("1 pause ended", "0 pauses ended"):
        assert run("delivery", "resume").stdout == (
            f"{ended}\nthe clocks disagree: that pause ends by itself once they agree\n"
        )


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/r/5ZWT8x8XeJxMTncmhp1C3h", "/r/[redacted]"),
        ("/r/5ZWT8x8X/stop", "/r/[redacted]"),
        ("/r/a\nGET /staff", "/r/[redacted]"),
        ("//r/5ZWT8x8XeJxMTncmhp1C3h", "/r/[redacted]"),
        ("/R/5ZWT8x8XeJxMTncmhp1C3h", "/r/[redacted]"),
        ("/x/../r/5ZWT8x8X", "/x/../r/[redacted]"),
        ("/u/AZq-_x8XeJxMTncm_hp1-C3hAZq-_x8XeJ", "/u/[redacted]"),
        ("/5ZWT8x8XeJxMTncmhp1C3h", "/[redacted]"),
        ("/r", "/r"),
        ("/staff/reviews?q=a name", "/staff/reviews"),
        ("/a\r\nforged line", "/a??forged line"),
    ],
)
def test_a_logged_path_holds_no_token_and_forges_no_line(path, shown):
    assert shown_path(path) == shown


def test_what_the_server_cannot_read_is_not_quoted_in_its_log(capsys):
    log = RedactedLogger(Config())

    log.warning("Invalid request from ip=192.0.2.1: 'GET /r/canary HTTP/1'")
    try:
        int("canary")
    except ValueError:
        log.exception("Error handling request %s", "/r/canary")

    told = capsys.readouterr().out
    assert "a request could not be read" in told
    assert "unexpected ValueError" in told
    assert "192.0.2.1" not in told
    assert "Error handling request" not in told
    # The one left is this test's own line in the trace.
    assert told.count("canary") == 1
