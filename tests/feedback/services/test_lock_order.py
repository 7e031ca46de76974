"""Does nobody wait for somebody who waits for them? A review is held before its people.

Only PostgreSQL locks rows; SQLite has one writer at a time as it is.
"""

import threading
import time

import pytest
from asked import ask
from builders import a_staff_member
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from feedback.db.models import InvitationRow, ReviewRow
from feedback.db.queries.grading import review_for_change
from feedback.domain.access import Role
from feedback.services import audit, enter, invite, resend, resume, stop, withdraw
from feedback.services.notice import StaffLinks

LINKS = StaffLinks("https://staff.example")
A_MOMENT = 0.5

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def asked(database, now):
    asked = ask(database, now=now)
    with database.transaction() as session:
        a_staff_member(session, Role.COORDINATOR, now=now)
    return asked


def start(session, asked, settings, now):
    enter.start(session, asked.token, now=now)


def not_me(session, asked, settings, now):
    withdraw.not_me(session, asked.token, LINKS, now=now)


def stop_by_link(session, asked, settings, now):
    withdraw.stop_by_link(session, asked.token, now=now)


def take_out(session, asked, settings, now):
    withdraw.take_out(session, asked.token, LINKS, now=now)


def send_again(session, asked, settings, now):
    person = session.get_one(InvitationRow, asked.invitation).participant_id
    rules = invite.rules(settings)
    resend.resend(session, person, rules=rules, by=audit.OPERATOR, now=now)


def stop_messages(session, asked, settings, now):
    stop.stop_messages(session, asked.invitation, reason="unsubscribe", now=now)


@pytest.mark.parametrize(
    "way", [start, not_me, stop_by_link, take_out, send_again, stop_messages]
)
def test_whoever_closes_a_review_and_whoever_acts_in_it_both_come_through(
    asked, settings, now, way
):
    assert_both_come_through(asked, lambda work: way(work, asked, settings, now))


def test_whoever_closes_a_review_and_whoever_answers_in_it_both_come_through(
    asked, now
):
    with asked.database.transaction() as session:
        cookie = enter.start(session, asked.token, now=now)

    assert_both_come_through(
        asked, lambda work: resume.open_run(work, cookie, now=now, hold=True)
    )


def assert_both_come_through(asked, act):
    faults = []

    def acting():
        try:
            with asked.database.transaction() as session:
                act(session)
        except SQLAlchemyError as error:
            faults.append(error)

    actor = threading.Thread(target=acting)
    with asked.database.transaction() as session:
        review_for_change(session, asked.review)
        actor.start()
        time.sleep(A_MOMENT)
        session.scalars(
            select(InvitationRow)
            .where(InvitationRow.review_id == asked.review)
            .with_for_update()
        ).all()
    actor.join(timeout=10)

    assert not actor.is_alive()
    assert faults == []


def test_two_people_of_one_review_open_their_links_side_by_side(asked, now):
    with asked.database.transaction() as first:
        enter.find(first, asked.token)
        with asked.database.transaction() as second:
            statement = select(ReviewRow.id).with_for_update(read=True, nowait=True)

            assert second.scalars(statement).one() == asked.review
