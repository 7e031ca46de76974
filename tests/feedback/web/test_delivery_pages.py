"""What do those see who run the sending, and those who sort what comes back?"""

import dataclasses
import json
from datetime import timedelta

import pytest
from asked import DUTY
from builders import a_staff_member, post_form, sign_in
from fakes_sending import FakeSender, a_dispatch
from sqlalchemy import select, update

from feedback.db.ids import new_id
from feedback.db.models import (
    AlertEventRow,
    AlertRow,
    AuditEventRow,
    InboundRow,
    MessageRow,
    ReviewRow,
)
from feedback.domain.access import Role
from feedback.messaging.sender import Refused
from feedback.services import audit, delivery_health, duty, pause, pulse, tick_log
from feedback.services.deliver import deliver_due
from feedback.services.inbound import Inbound, record_inbound

NUMBER = "+447700900555"
WORDS = "He hides my phone"


@pytest.fixture
def as_role(app, database, now):
    def client_of(role):
        email = f"{role}@council.example"
        with database.transaction() as session:
            a_staff_member(session, role, now=now, email=email)
        client = app.test_client()
        sign_in(client, email, now=now)
        return client

    return client_of


@pytest.fixture
def given_up(post, settings, clock):
    post.invite_one(
        clock.now(),
        name="Aisha",
        key="p7",
        contact_given={"value": NUMBER},
        review={"reference": "H-000007"},
    )
    sms = FakeSender(post.database, outcomes=[Refused(code="21617", http=400)])
    deliver_due(a_dispatch(post.database, settings, sms=sms), read_now=clock.now)
    return post.message()


@pytest.fixture
def text(post, clock):
    def came(body=WORDS, sid="SM-1", sender=NUMBER):
        with post.database.transaction() as session:
            record_inbound(
                session,
                Inbound(provider="twilio", sid=sid, sender=sender, body=body),
                now=clock.now(),
            )
        with post.database.reading() as session:
            return session.scalars(
                select(InboundRow.id).where(InboundRow.sid == sid)
            ).one()

    return came


class TestDelivery:
    @pytest.mark.usefixtures("given_up")
    def test_shows_what_got_stuck_without_a_name_or_a_number(
        self, as_role, database, clock
    ):
        with database.transaction() as session:
            pause.pause_channel(session, "sms", "20003", clock.now())

        page = as_role(Role.ADMIN).get("/staff/delivery").text

        for shown in ("H-000007", "p7", "21617", "too long", "20003", "Resume all"):
            assert shown in page
        for hidden in ("Aisha", NUMBER, "900555"):
            assert hidden not in page

    def test_a_pause_is_resumed(self, as_role, post, clock):
        with post.database.transaction() as session:
            pause.pause_channel(session, "sms", "20003", clock.now())
        client = as_role(Role.ADMIN)

        answer = post_form(client, "/staff/delivery/resume", {}, page="/staff/delivery")

        assert answer.status_code == 303
        assert "Something stands still" not in client.get("/staff/delivery").text

    @pytest.mark.usefixtures("given_up")
    def test_says_first_what_needs_somebody(self, as_role):
        page = as_role(Role.ADMIN).get("/staff/delivery").text

        needs = page.index("What needs you now")
        away = page.index("the scheduler is away")
        decide = page.index("Decide about a message that was given up")
        assert needs < away < decide < page.index("How it runs")

    def test_says_so_where_nothing_needs_anybody(self, as_role, database, clock):
        with database.transaction() as session:
            pulse.beat(session, pulse.SCHEDULER, now=clock.now())

        page = as_role(Role.ADMIN).get("/staff/delivery").text

        assert "Everything that is due goes out" in page
        assert "What needs you now" not in page

    def test_says_for_how_long_something_holds_the_scheduler_up(
        self, as_role, database, clock
    ):
        with database.transaction() as session:
            began = clock.now() - timedelta(minutes=7)
            tick_log.write_down(session, {"running-alerts": began})
            pulse.beat(session, pulse.SCHEDULER, now=clock.now())

        page = as_role(Role.ADMIN).get("/staff/delivery").text

        assert "holds the scheduler up: alerts may not go out" in page
        assert "sending alerts for 7 min" in page

    def test_says_what_helps_what_stands_still(self, as_role, database, clock):
        with database.transaction() as session:
            pulse.beat(session, pulse.SCHEDULER, now=clock.now())
            pause.pause_channel(session, "sms", "20003", clock.now())
            pause.pause_for_clocks(session, "email", now=clock.now())

        page = as_role(Role.ADMIN).get("/staff/delivery").text

        assert "2 things stand still" in page
        assert "The provider refuses our account. Look at the account there" in page
        assert "Set the clock right." in page
        assert "once the clocks agree" in page
        assert "Resume all" in page

    def test_what_the_clocks_hold_is_nobodys_to_resume(self, as_role, database, clock):
        with database.transaction() as session:
            pause.pause_for_clocks(session, "sms", now=clock.now())
        client = as_role(Role.ADMIN)

        page = client.get("/staff/delivery").text
        post_form(client, "/staff/delivery/resume", {}, page="/staff/")

        assert "Resume all" not in page
        assert "once the clocks agree" in page
        told = client.get("/staff/delivery").text
        assert "No pause is ended." in told
        assert "Sending goes on within seconds" not in told
        assert "the clocks disagree" in told

    @pytest.mark.parametrize(
        ("code", "cause"),
        [
            (pause.CLOCKS, "Text: the clocks disagree"),
            ("20003", "Text: the provider refuses us (20003)"),
        ],
    )
    def test_home_tells_the_true_cause(self, as_role, database, clock, code, cause):
        with database.transaction() as session:
            pause.pause_channel(session, "sms", code, clock.now())

        page = as_role(Role.ADMIN).get("/staff/").text

        assert cause in page
        assert 'href="/staff/delivery#halts"' in page
        assert "Nothing is waiting for you" not in page
        assert "carrier" not in page

    def test_what_is_held_up_is_shown_where_its_need_leads(
        self, as_role, database, clock
    ):
        with database.transaction() as session:
            began = clock.now() - timedelta(minutes=7)
            tick_log.write_down(session, {"running-sweep": began})
            pulse.beat(session, pulse.SCHEDULER, now=clock.now())

        page = as_role(Role.ADMIN).get("/staff/delivery").text

        figures = page[page.index('id="figures"') :]
        assert 'href="#figures"' in page
        assert "asking what became of messages for 7 min" in figures

    def test_a_scheduler_that_died_holds_nothing_up(self, as_role, database, clock):
        with database.transaction() as session:
            began = clock.now() - timedelta(minutes=7)
            tick_log.write_down(session, {"running-sweep": began})
            pulse.beat(session, pulse.SCHEDULER, now=clock.now() - timedelta(minutes=1))

        page = as_role(Role.ADMIN).get("/staff/delivery").text

        assert "the scheduler is away" in page
        assert "holds the scheduler up" not in page

    @pytest.mark.parametrize("state", ["unknown", "dead-letter"])
    def test_says_where_it_shows_the_first_only(
        self, as_role, post, clock, monkeypatch, state
    ):
        monkeypatch.setattr(delivery_health, "MOST_SHOWN", 1)
        for _ in range(2):
            post.invite_one(clock.now())
        with post.database.transaction() as session:
            session.execute(update(MessageRow).values(state=state))

        page = as_role(Role.ADMIN).get("/staff/delivery").text

        assert "These are the first 1 of 2." in page

    @pytest.mark.parametrize(
        ("cap", "told"),
        [
            (1, "The cap of texts for a day is reached: only alerts go by text"),
            (2, "A message has waited 11 min although it could go"),
        ],
    )
    def test_a_message_that_the_days_cap_holds_is_not_said_to_hang(
        self, app, as_role, post, settings, clock, cap, told
    ):
        client = as_role(Role.ADMIN)
        post.invite_one(clock.now())
        deliver_due(a_dispatch(post.database, settings), read_now=clock.now)
        post.invite_one(clock.now())
        clock.forward(minutes=11)
        with post.database.transaction() as session:
            pulse.beat(session, pulse.SCHEDULER, now=clock.now())
        work = app.extensions["trigpoint"]
        capped = dataclasses.replace(work.settings, cap_sms_per_day=cap)
        app.extensions["trigpoint"] = dataclasses.replace(work, settings=capped)

        page = client.get("/staff/delivery").text

        assert told in page
        assert f"1 of at most {cap}" in page

    def test_a_message_is_tried_again(self, as_role, given_up, post):
        client = as_role(Role.ADMIN)
        path = f"/staff/delivery/{given_up.id}"

        answer = post_form(client, f"{path}/requeue", {}, page=path)

        assert answer.status_code == 303
        assert post.message().state == "due"
        again = client.get(path)
        assert again.headers["Location"] == "/staff/delivery"

    def test_a_message_is_cancelled_with_a_reason_only(self, as_role, given_up, post):
        client = as_role(Role.ADMIN)
        path = f"/staff/delivery/{given_up.id}"

        without = post_form(client, f"{path}/cancel", {"reason": " "}, page=path)
        assert without.status_code == 422
        assert "Write why it is cancelled" in without.text
        assert post.message().state == "dead-letter"
        post_form(client, f"{path}/cancel", {"reason": "Rang them"}, page=path)

        assert post.message().state == "cancelled"

    def test_a_message_that_is_not_there_is_404(self, as_role):
        answer = as_role(Role.ADMIN).get(f"/staff/delivery/{new_id()}")

        assert answer.status_code == 404


@pytest.mark.usefixtures("given_up")
class TestTexts:
    def test_a_coordinator_sees_that_one_waits_and_not_what_it_says(
        self, as_role, text
    ):
        row = text()
        client = as_role(Role.COORDINATOR)

        page = client.get("/staff/inbound").text

        assert "Wrote something" in page
        assert "H-000007 · p7" in page
        assert WORDS not in page
        assert client.get(f"/staff/inbound/{row}").status_code == 404
        post_form(client, f"/staff/inbound/{row}/settle", {}, page="/staff/")
        assert "Waiting for a person" in client.get("/staff/inbound").text

    def test_the_duty_contact_reads_it_on_record_and_settles_it(
        self, as_role, text, database
    ):
        row = text()
        client = as_role(Role.DUTY)

        page = client.get(f"/staff/inbound/{row}").text
        assert WORDS in page
        assert NUMBER not in page
        post_form(
            client, f"/staff/inbound/{row}/settle", {}, page=f"/staff/inbound/{row}"
        )

        assert "No text waits" in client.get("/staff/inbound").text
        with database.reading() as session:
            actions = session.scalars(select(AuditEventRow.action)).all()
        assert {"text_read", "text_settled"} <= set(actions)

    def test_the_duty_contact_raises_an_alert_from_it(
        self, as_role, text, post, database, now
    ):
        with database.transaction() as session:
            duty.set_route(session, DUTY, by=audit.OPERATOR, now=now)
        row = text()
        client = as_role(Role.DUTY)
        path = f"/staff/inbound/{row}/alert"
        assert path in client.get(f"/staff/inbound/{row}").text

        asked = client.get(path).text
        raised = post_form(client, path, {"reason": "Her phone is hidden"}, page=path)

        assert WORDS in asked
        assert raised.status_code == 303
        page = client.get(raised.headers["Location"]).text
        for shown in (WORDS, "Her phone is hidden", "H-000007", NUMBER):
            assert shown in page
        told = [one.channel for one in post.messages() if one.purpose == "alert"]
        assert sorted(told) == ["email", "sms"]
        assert path not in client.get(f"/staff/inbound/{row}").text
        with database.reading() as session:
            deeds = {
                one.action: one.actor for one in session.scalars(select(AuditEventRow))
            }
        assert deeds["alert_raised"] == deeds["text_raised"]
        assert deeds["alert_raised"].startswith("staff:")

    def test_without_a_reason_an_alert_is_raised_too_and_only_once(
        self, as_role, text, database
    ):
        row = text()
        client = as_role(Role.DUTY)
        path = f"/staff/inbound/{row}/alert"

        first = post_form(client, path, {"reason": ""}, page=path)
        again = post_form(client, path, {"reason": ""}, page="/staff/inbound")

        assert first.status_code == again.status_code == 303
        assert again.headers["Location"] == "/staff/inbound"
        assert "An alert is open for that text" in client.get("/staff/inbound").text
        with database.reading() as session:
            alert = session.scalars(select(AlertRow)).one()
            notes = session.scalars(
                select(AlertEventRow).where(AlertEventRow.what == "noted")
            ).all()
        assert (alert.kind, notes) == ("raised_by_staff", [])

    def test_a_closed_alert_keeps_nobody_from_raising_another(
        self, as_role, text, database
    ):
        row = text()
        client = as_role(Role.DUTY)
        path = f"/staff/inbound/{row}/alert"
        post_form(client, path, {"reason": ""}, page=path)
        with database.transaction() as session:
            session.execute(update(AlertRow).values(state="closed"))

        post_form(client, path, {"reason": "It goes on"}, page=path)

        with database.reading() as session:
            states = session.scalars(select(AlertRow.state)).all()
        assert sorted(states) == ["closed", "raised"]

    def test_a_reason_too_long_is_not_lost(self, as_role, text, database):
        row = text()
        client = as_role(Role.DUTY)
        path = f"/staff/inbound/{row}/alert"

        answer = post_form(client, path, {"reason": "x" * 10_001}, page=path)

        assert answer.status_code == 422
        assert "x" * 10_001 in answer.text
        with database.reading() as session:
            assert session.scalars(select(AlertRow)).all() == []

    @pytest.mark.parametrize("role", [one for one in Role if one != Role.DUTY])
    def test_nobody_else_can_raise_one_from_it(self, as_role, text, database, role):
        row = text()
        client = as_role(role)
        path = f"/staff/inbound/{row}/alert"

        assert client.get(path).status_code == 404
        answer = post_form(client, path, {"reason": ""}, page="/staff/")
        assert answer.status_code == 404
        with database.reading() as session:
            assert session.scalars(select(AlertRow)).all() == []

    def test_the_head_reads_it_only_where_it_is_an_alert(
        self, as_role, text, database, now
    ):
        row = text()
        client = as_role(Role.HEAD_SQA)
        assert client.get(f"/staff/inbound/{row}").status_code == 404
        with database.transaction() as session:
            alert = AlertRow(
                id=new_id(),
                reference="A-BCDFGH",
                review_id=session.scalars(select(ReviewRow.id)).one(),
                kind="words",
                state="raised",
                level=0,
                raised_at=now,
                dedupe_key="x",
            )
            session.add(alert)
            session.flush()
            session.execute(update(InboundRow).values(alert_id=alert.id))

        page = client.get(f"/staff/inbound/{row}").text

        assert WORDS in page
        assert "A-BCDFGH" in page

    def test_a_coordinator_settles_a_keyword(self, as_role, text):
        row = text("HELP")
        client = as_role(Role.COORDINATOR)

        answer = post_form(
            client, f"/staff/inbound/{row}/settle", {}, page="/staff/inbound"
        )

        assert answer.status_code == 303
        assert "No text waits" in client.get("/staff/inbound").text


class TestCommands:
    @pytest.fixture
    def run(self, app):
        return lambda *words: app.test_cli_runner().invoke(args=words)

    def test_texts_are_listed_without_words_and_numbers(self, run, text, clock):
        text()
        text("STOP", sid="SM-2")

        answer = run("inbound", "list", "--json")

        lines = [json.loads(line) for line in answer.stdout.splitlines()]
        assert sorted(lines, key=lambda one: one["sid"]) == [
            {
                "sid": "SM-1",
                "received_at": clock.now().isoformat(),
                "kind": "words",
                "triage": "waiting",
                "alert": None,
            },
            {
                "sid": "SM-2",
                "received_at": clock.now().isoformat(),
                "kind": "opt_out",
                "triage": "noted",
                "alert": None,
            },
        ]
        assert WORDS not in answer.stdout
        assert "SM-1" in run("inbound", "list").stdout

    def test_a_dead_letter_is_requeued_and_cancelled(self, run, given_up, post):
        assert run("delivery", "requeue", str(given_up.id)).exit_code == 0
        assert post.message().state == "due"

        again = run("delivery", "cancel", str(given_up.id), "--reason", "Rang them")
        assert again.exit_code == 1
        assert "the message is due, not a dead letter" in again.stderr

        with post.database.transaction() as session:
            session.execute(update(MessageRow).values(state="dead-letter"))
        empty = run("delivery", "cancel", str(given_up.id), "--reason", " ")
        assert empty.exit_code == 1
        done = run("delivery", "cancel", str(given_up.id), "--reason", "Rang them")
        assert done.exit_code == 0
        assert post.message().state == "cancelled"

    @pytest.mark.usefixtures("database")
    def test_what_is_no_message_is_told(self, run):
        answer = run("delivery", "requeue", str(new_id()))

        assert answer.exit_code == 1
        assert answer.stderr == "Error: there is no such message\n"
