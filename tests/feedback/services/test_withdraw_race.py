"""Who wins when grades are locked while somebody takes their answers out?"""

import threading
import time

import pytest
from asked import ask
from sqlalchemy import select

from feedback.db.models import AuditEventRow
from feedback.db.queries.grading import review_for_change
from feedback.services import audit, on_request
from feedback.services.notice import StaffLinks
from feedback.services.on_request import LockedError
from feedback.services.withdraw import take_out

LINKS = StaffLinks("https://staff.example")
A_MOMENT = 0.5


@pytest.fixture
def answered(database, now):
    asked = ask(database, now=now)
    asked.change_invitation(status="answered")
    return asked


def by_link(asked, now):
    with asked.database.transaction() as session:
        take_out(session, asked.token, LINKS, now=now)


def by_request(asked, now):
    with asked.database.transaction() as session:
        on_request.take_out(session, asked.invitation, by=audit.OPERATOR, now=now)


@pytest.mark.parametrize("way", [by_link, by_request])
def test_grades_that_are_being_locked_keep_the_answers_in(answered, now, way):
    refused = []

    def taking():
        try:
            way(answered, now)
        except LockedError as error:
            refused.append(error)

    taker = threading.Thread(target=taking)
    with answered.database.transaction() as session:
        review_for_change(session, answered.review).state = "locked"
        session.flush()
        taker.start()
        # On PostgreSQL it could read what stood before, were it not made to wait.
        time.sleep(A_MOMENT)
        assert taker.is_alive()
    taker.join()

    assert answered.status == "answered"
    assert len(refused) == (way is by_request)
    with answered.database.reading() as session:
        actions = set(session.scalars(select(AuditEventRow.action)))
    assert ("withdrawal_asked_after_lock" in actions) is (way is by_link)
    assert not {"response_withdrawn", "response_withdrawn_on_request"} & actions
