"""What does a person read while nothing can be stored? That, and their own words."""

import dataclasses
import logging

import pytest
from asked import Respondent, ask
from builders import a_staff_member, post_form, sign_in
from sqlalchemy import event

from feedback.db.session import Database
from feedback.domain.access import Role

WORDS = "They listened, and then they did what they had said. " * 150
# Less than those words need, and enough to note that somebody came
ROOM_IN_PAGES = 3


class Disk:
    """The disk beneath the application's SQLite file; it can be full."""

    def __init__(self, engine):
        self._engine = engine
        self._most = 0
        event.listen(engine, "connect", self._limit)

    def fills_up(self):
        with self._engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        self._most = pages + ROOM_IN_PAGES
        self._engine.pool.dispose()

    def is_cleared(self):
        self._most = 0
        self._engine.pool.dispose()

    def is_gone(self):
        event.remove(self._engine, "connect", self._limit)
        self.is_cleared()

    def _limit(self, connection, _):
        if self._most:
            connection.execute(f"PRAGMA max_page_count = {self._most}")


@pytest.fixture
def disk(app):
    disk = Disk(app.extensions["trigpoint"].database.engine)
    yield disk
    disk.is_gone()


@pytest.fixture
def someone(app, clock):
    return Respondent(app, clock)


@pytest.fixture
def worker(database, now):
    return ask(database, now=now, group="practitioner")


@pytest.fixture
def away(app):
    """Call to take the database away from the application."""
    work = app.extensions["trigpoint"]
    nowhere = Database("sqlite:////nowhere/at/all.sqlite3", work.settings.master_key)

    def gone():
        app.extensions["trigpoint"] = dataclasses.replace(work, database=nowhere)

    yield gone
    app.extensions["trigpoint"] = work
    nowhere.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_words_that_a_full_disk_cannot_take_are_given_back_and_can_be_sent_again(
    someone, worker, disk, caplog
):
    someone.starts(worker).reads_on()
    disk.fills_up()

    with caplog.at_level(logging.ERROR):
        someone.presses("Save and continue", status=503, proud_of=WORDS)

    assert someone.sees("We are not ready yet")
    assert someone.sees("It is not saved. Copy it before you go on.")
    assert someone.sees(WORDS.strip())
    assert worker.answers() == {}
    assert "SQLITE_FULL" in caplog.text
    assert "listened" not in caplog.text
    disk.is_cleared()
    someone.opens("/s/q/1").presses("Save and continue", proud_of=WORDS)
    assert worker.answers()["proud_of"] == WORDS


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_until_the_disk_is_full_all_that_was_acknowledged_is_there(
    app, clock, database, now, disk
):
    asked = [ask(database, now=now, group="practitioner") for _ in range(6)]
    people = [Respondent(app, clock).starts(one).reads_on() for one in asked]
    disk.fills_up()

    statuses = []
    for number, person in enumerate(people):
        words = f"{number} " + "x" * 3_000
        form = person.page.find(".//input[@name='csrf_token']")
        fields = {"csrf_token": form.get("value"), "proud_of": words}
        statuses.append(person.client.post("/s/q/1", data=fields).status_code)

    assert set(statuses) == {303, 503}
    kept = [one.answers().get("proud_of") for one in asked]
    assert kept == [
        f"{number} " + "x" * 3_000 if status == 303 else None
        for number, status in enumerate(statuses)
    ]


def test_a_respondent_is_told_to_come_again_while_the_database_is_away(
    someone, worker, away
):
    someone.starts(worker).reads_on()
    away()

    someone.presses("Save and continue", status=503, proud_of="Much was done.")

    assert someone.sees("Try again in a few minutes. What you saved before is kept.")
    assert someone.sees("Much was done.")


def test_staff_are_told_to_come_again_while_the_database_is_away(
    client, database, now, away
):
    with database.transaction() as session:
        a_staff_member(
            session, Role.COORDINATOR, now=now, email="robin@council.example"
        )
    sign_in(client, "robin@council.example", now=now)
    away()

    answer = client.get("/staff/reviews")

    assert answer.status_code == 503
    assert "We are not ready yet" in answer.text
    assert "Go to your start page" in answer.text


def test_whoever_signs_in_meanwhile_is_not_shown_their_password(client, away):
    page = client.get("/staff/login")
    assert page.status_code == 200
    fields = {"email": "robin@council.example", "password": "not-to-be-shown-again"}
    away()

    answer = post_form(client, "/staff/login", fields)

    assert answer.status_code == 503
    assert "not-to-be-shown-again" not in answer.text
