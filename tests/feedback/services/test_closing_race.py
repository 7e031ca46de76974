"""Who wins when a record is signed, or a report published, at the same moment?"""

import threading
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from asked import ask
from builders import a_staff_member
from meeting_builders import an_agreed_review
from sqlalchemy import select

from feedback.db.ids import new_opaque_id
from feedback.db.models import InvitationRow, ResponseRow, ReviewRow
from feedback.db.queries.grading import review_for_change
from feedback.domain.access import Role
from feedback.domain.answering import StoredAnswer
from feedback.domain.question import QuestionKind
from feedback.domain.report import Period, ReportError
from feedback.services import (
    audit,
    build_report,
    enter,
    quarantine,
    report,
    respond,
    resume,
    submit,
)
from feedback.services.build_report import Order
from feedback.services.notice import StaffLinks
from feedback.services.quarantine import TooLateToCountError
from feedback.services.resume import RunEndedError
from feedback.services.submit import Sending

A_MOMENT = 0.5
A_DAY = timedelta(days=1)
LINKS = StaffLinks("https://staff.example")


@pytest.fixture
def asked(database, now):
    return ask(database, now=now)


def refusal_of(deed, kind):
    """Run a deed in a thread of its own; gives the thread and what it is refused."""
    refused = []

    def doing():
        try:
            deed()
        except kind as error:
            refused.append(error)

    return threading.Thread(target=doing), refused


@contextmanager
def being_signed(asked):
    """Hold the review as a signature does, and let go once it stands."""
    with asked.database.transaction() as session:
        review_for_change(session, asked.review).state = "agreed"
        session.flush()
        yield
        # On PostgreSQL it could read what stood before, were it not made to wait.
        time.sleep(A_MOMENT)


def test_no_run_is_released_into_a_record_that_is_being_signed(asked, now):
    asked.change_invitation(status="started")
    with asked.database.transaction() as session:
        form = session.get_one(InvitationRow, asked.invitation).questionnaire_id
        run = ResponseRow(
            id=new_opaque_id(),
            review_id=asked.review,
            invitation_id=asked.invitation,
            questionnaire_id=form,
            submission_no=1,
            state="quarantined",
            language="en",
            helped_by="nobody",
            started_at=now,
            submitted_at=now,
        )
        session.add(run)

    def releasing():
        with asked.database.transaction() as session:
            quarantine.release(session, run.id, by=audit.OPERATOR, now=now)

    thread, refused = refusal_of(releasing, TooLateToCountError)
    with being_signed(asked):
        thread.start()
    thread.join()

    assert len(refused) == 1
    assert asked.runs() == ["quarantined"]


def test_no_answers_are_sent_into_a_record_that_is_being_signed(asked, now):
    with asked.database.transaction() as session:
        cookie = enter.start(session, asked.token, now=now)

    def sending():
        with asked.database.transaction() as session:
            resume.open_run(session, cookie, now=now, hold=True)

    thread, refused = refusal_of(sending, RunEndedError)
    with being_signed(asked):
        thread.start()
    thread.join()

    assert [error.reason for error in refused] == [resume.EndReason.CLOSED]


def test_no_page_is_saved_into_a_run_that_is_being_sent(asked, now):
    """Not even where the run waits for a person, and its link stays open."""
    with asked.database.transaction() as session:
        cookie = enter.start(session, asked.token, now=now)
        run = resume.open_run(session, cookie, now=now, hold=True)
        skipped = tuple(
            StoredAnswer(question=one.code, skipped=True)
            if one.kind is not QuestionKind.WORDS
            else StoredAnswer(question=one.code, words="They listened.")
            for one in run.questionnaire.asked
        )
        respond.save_page(session, run, skipped, LINKS, now=now)

    def saving():
        with asked.database.transaction() as session:
            resume.open_run(session, cookie, now=now, hold=True)

    thread, refused = refusal_of(saving, RunEndedError)
    with asked.database.transaction() as session:
        sending = Sending(key="key", body="[]")
        submit.submit(session, cookie, sending, quarantine=A_DAY, now=now)
        thread.start()
        time.sleep(A_MOMENT)
    thread.join()

    assert asked.runs() == ["quarantined"]
    assert [error.reason for error in refused] == [resume.EndReason.OVER]


# SQLite has one writer at a time as it is.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_people_of_one_review_do_not_wait_for_each_other(asked, now):
    with asked.database.transaction() as session:
        cookie = enter.start(session, asked.token, now=now)

    with asked.database.transaction() as first:
        resume.open_run(first, cookie, now=now, hold=True)
        with asked.database.transaction() as second:
            statement = select(ReviewRow.id).with_for_update(read=True, nowait=True)

            assert second.scalars(statement).one() == asked.review


def test_of_two_overlapping_reports_published_at_once_the_later_is_refused(
    database, now
):
    with database.transaction() as session:
        head = a_staff_member(session, Role.HEAD_SQA, now=now)
        for day in range(2, 14):
            at = datetime(2026, 10, day, 12, tzinfo=UTC)
            an_agreed_review(session, now=now, by=head, agreed_at=at)
    by, later = audit.staff(head), datetime(2027, 2, 1, 9, tzinfo=UTC)
    with database.transaction() as session:
        short, long = (
            build_report.build(
                session,
                Order(period=Period(first=date(2026, 10, 1), last=last)),
                by=by,
                now=later,
            )[0].id
            for last in (date(2026, 10, 11), date(2026, 10, 31))
        )

    def publishing():
        with database.transaction() as session:
            report.publish(session, long, by=by, now=later)

    thread, refused = refusal_of(publishing, ReportError)
    with database.transaction() as session:
        report.publish(session, short, by=by, now=later)
        session.flush()
        thread.start()
        time.sleep(A_MOMENT)
    thread.join()

    assert len(refused) == 1
