"""Who may read the metrics, and what is in them?"""

import dataclasses
import re
from ipaddress import ip_network

import pytest
from builders import a_review
from fakes_sending import FakeSender, a_dispatch
from meeting_builders import an_alert
from sqlalchemy import event, select, update

from feedback.app import create_app
from feedback.db.ids import new_id
from feedback.db.models import AlertRow, InboundRow, MessageRow
from feedback.messaging.sender import Refused
from feedback.services import pulse, tick_log
from feedback.services.deliver import deliver_due

OUTSIDE = "203.0.113.9"
LINE = re.compile(
    r'[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? -?[0-9]+(\.[0-9]+)?(e-?\d+)?'
)


def read(client, *, peer="127.0.0.1", **headers):
    return client.get(
        "/metrics",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        environ_overrides={"REMOTE_ADDR": peer},
    )


@pytest.fixture
def guarded(settings, clock, database):
    """A client of the application behind a proxy, with a token."""
    settings = dataclasses.replace(
        settings,
        metrics_token="a-token-for-tests",
        trusted_proxies=(ip_network("10.0.0.1/32"), ip_network("127.0.0.2/32")),
    )
    app = create_app(settings, clock)
    yield app.test_client()
    app.extensions["trigpoint"].database.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        (OUTSIDE, {}, 404),
        # Whoever comes by a proxy is judged by where the proxy says they are.
        ("127.0.0.2", {"X_Forwarded_For": OUTSIDE}, 404),
        ("10.0.0.1", {"X_Forwarded_For": "127.0.0.1"}, 200),
        # A trusted one on this machine, asked from it and by somebody it does not name.
        ("127.0.0.2", {}, 200),
        ("127.0.0.2", {"X_Forwarded_Proto": "https"}, 404),
        ("127.0.0.2", {"X_Forwarded_Port": "443"}, 404),
        ("127.0.0.2", {"X_Forwarded_For": ""}, 404),
        ("127.0.0.2", {"X_Forwarded_For": " , "}, 404),
        ("127.0.0.2", {"Forwarded": f"for={OUTSIDE}"}, 404),
        # An untrusted proxy on this machine, or somebody who plays one.
        ("127.0.0.1", {"X_Forwarded_For": OUTSIDE}, 404),
        ("127.0.0.1", {"X_Real_IP": OUTSIDE}, 404),
        ("127.0.0.1", {"X_Forwarded_Proto": "https"}, 404),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 404),
        (OUTSIDE, {"X_Forwarded_For": "127.0.0.1"}, 404),
        (OUTSIDE, {"Authorization": "Bearer a-token-for-tests"}, 200),
        (OUTSIDE, {"Authorization": "Bearer another"}, 404),
        (OUTSIDE, {"Authorization": "Basic a-token-for-tests"}, 404),
    ],
)
def test_only_this_machine_or_a_token_may_read(guarded, peer, headers, status):
    assert read(guarded, peer=peer, **headers).status_code == status


def test_they_are_prometheus_text_without_a_number_or_a_word(
    client, post, settings, clock
):
    post.invite_one(clock.now(), name="Aisha", contact_given={"value": "+447700900555"})
    post.invite_one(clock.now())
    sms = FakeSender(post.database, outcomes=[Refused(code="21617", http=400)])
    deliver_due(a_dispatch(post.database, settings, sms=sms), read_now=clock.now)
    with post.database.transaction() as session:
        pulse.beat(session, pulse.SCHEDULER, now=clock.now())
    clock.forward(seconds=30)

    answer = read(client)

    assert answer.content_type.startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert all(LINE.fullmatch(line) for line in samples), samples
    assert answer.text.endswith("\n")
    assert 'trigpoint_messages{channel="sms",state="dead-letter"} 1' in samples
    assert 'trigpoint_attempts{provider="fake",state="accepted"} 1' in samples
    assert "trigpoint_scheduler_heartbeat_age_seconds 30" in samples
    assert "7700900" not in answer.text
    assert "Aisha" not in answer.text
    names = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(names) == len(set(names))


def test_they_tell_for_how_long_each_tick_runs_and_when_it_ended_last(
    client, database, clock
):
    with database.transaction() as session:
        noted = {"ended-sweep": clock.now(), "running-dispatch": clock.now()}
        tick_log.write_down(session, noted)
    clock.forward(seconds=90)
    with database.transaction() as session:
        pulse.beat(session, pulse.SCHEDULER, now=clock.now())

    samples = read(client).text.splitlines()

    assert 'trigpoint_tick_running_seconds{tick="dispatch"} 90' in samples
    assert 'trigpoint_tick_running_seconds{tick="sweep"} 0' in samples
    assert 'trigpoint_tick_ended_age_seconds{tick="sweep"} 90' in samples
    assert 'trigpoint_tick_ended_age_seconds{tick="dispatch"}' not in str(samples)


def test_no_tick_runs_on_in_a_scheduler_that_died(client, database, clock):
    with database.transaction() as session:
        tick_log.write_down(session, {"running-dispatch": clock.now()})
        pulse.beat(session, pulse.SCHEDULER, now=clock.now())
    clock.forward(minutes=1)

    samples = read(client).text.splitlines()

    assert 'trigpoint_tick_running_seconds{tick="dispatch"} 0' in samples
    assert "trigpoint_scheduler_heartbeat_age_seconds 60" in samples


def test_what_ended_long_ago_is_counted_no_more_and_what_waits_always_is(
    client, post, settings, clock
):
    post.invite_one(clock.now())
    deliver_due(a_dispatch(post.database, settings), read_now=clock.now)
    with post.database.transaction() as session:
        named = (MessageRow.purpose == "invitation", MessageRow.state == "accepted")
        session.execute(update(MessageRow).where(*named).values(state="delivered"))
        session.add_all(a_text(clock, triage) for triage in ("waiting", "answered"))
    soon = samples_of(client, "messages", "attempts", "inbound_texts")
    clock.forward(hours=25)
    late = samples_of(client, "messages", "attempts", "inbound_texts")

    waiting = {
        'trigpoint_messages{channel="sms",state="due"} 1',
        'trigpoint_inbound_texts{kind="words",triage="waiting"} 1',
    }
    assert soon == waiting | {
        'trigpoint_messages{channel="sms",state="delivered"} 1',
        'trigpoint_attempts{provider="fake",state="accepted"} 1',
        'trigpoint_inbound_texts{kind="words",triage="answered"} 1',
    }
    assert late == waiting
    help_lines = [one for one in read(client).text.splitlines() if "# HELP" in one]
    assert sum("last 24 hours" in one for one in help_lines) == 3


@pytest.mark.parametrize("state", ["unknown", "dead-letter"])
def test_what_waits_for_a_person_or_an_answer_is_counted_however_old(
    client, post, clock, state
):
    post.invite_one(clock.now())
    with post.database.transaction() as session:
        session.execute(update(MessageRow).values(state=state))
    clock.forward(days=90)

    counted = {f'trigpoint_messages{{channel="sms",state="{state}"}} 1'}
    assert samples_of(client, "messages") == counted


def test_open_alerts_are_counted_without_being_read(client, app, database, now):
    with database.transaction() as session:
        review = a_review(session, now=now)
        for _ in range(3):
            an_alert(session, review, now=now)
        session.flush()
        first, second, _ = session.scalars(select(AlertRow))
        first.state, second.state = "raised", "acknowledged"
    asked = []
    engine = app.extensions["trigpoint"].database.engine
    event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))

    samples = read(client).text.splitlines()

    assert "trigpoint_alerts_open 2" in samples
    assert not any("alert.reference" in one for one in asked)


def a_text(clock, triage):
    return InboundRow(
        id=new_id(),
        provider="fake",
        sid=triage,
        from_hmac=b"x",
        body_sealed=b"x",
        received_at=clock.now(),
        worked_at=clock.now(),
        kind="words",
        triage_state=triage,
    )


def samples_of(client, *names):
    """Read what is told of some, but for the reminder, which is always there."""
    told = tuple(f"trigpoint_{name}{{" for name in names)
    return {one for one in read(client).text.splitlines() if one.startswith(told)}


def test_they_cost_a_fixed_number_of_questions(client, app, post, clock):
    engine = app.extensions["trigpoint"].database.engine
    asked = []
    event.listen(engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    read(client)
    few = len(asked)
    asked.clear()
    for _ in range(3):
        post.invite_one(clock.now())

    read(client)

    assert len(asked) == few
    assert few <= 17
