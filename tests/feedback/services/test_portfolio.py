"""A period's portfolio, counted in the database and read by one role."""

from datetime import date, timedelta

import pytest
from builders import a_staff_member
from meeting_builders import an_agreed_review, kept_voices
from sqlalchemy import event, select

from feedback.db.models import AuditEventRow
from feedback.domain.access import Role
from feedback.domain.grading import Judgement
from feedback.domain.report import Period
from feedback.services import audit
from feedback.services.portfolio import portfolio_over, read_portfolio
from triangulation import Dimension, Group, Silence, WideStance

PERIOD = Period(first=date(2026, 9, 1), last=date(2027, 2, 28))


@pytest.fixture
def head(database, now):
    with database.transaction() as session:
        return a_staff_member(session, Role.HEAD_SQA, now=now)


@pytest.fixture
def reviews(database, head, now):
    """Three reviews with voices, one signed before they were kept, one too old."""
    said = [(2, 2), (3, 4, True), "no_reply"]
    with database.transaction() as session:
        for one in said:
            row = an_agreed_review(session, now=now, by=head, first={Judgement.D1: 4})
            kept_voices(session, row, {("D3", "child"): one}, grade=4)
        an_agreed_review(session, now=now, by=head)
        old = an_agreed_review(
            session, now=now, by=head, agreed_at=now - timedelta(days=400)
        )
        kept_voices(session, old, {("D3", "child"): (1, 1)})


def child_on_d3(found):
    return found.dimension(Dimension.D3).voice(Group.CHILD)


def test_kept_voices_of_the_period_are_counted(database, reviews):
    with database.reading() as session:
        found = portfolio_over(session, PERIOD)

    child = child_on_d3(found)
    assert found.reviews == 4
    assert child.table[3] == (0, 1, 0, 0)
    assert child.wide[WideStance.COMPATIBLE] == 1
    assert child.silences[Silence.NO_REPLY] == 1


def test_a_review_signed_before_voices_were_kept_is_no_silence(database, reviews):
    with database.reading() as session:
        found = portfolio_over(session, PERIOD)

    assert found.without_voices == 1
    assert child_on_d3(found).reviews == 3


def test_a_period_without_reviews_is_empty(database):
    with database.reading() as session:
        found = portfolio_over(session, PERIOD)

    assert (found.reviews, found.without_voices) == (0, 0)


def test_counting_takes_three_statements_however_many_reviews(database, reviews):
    statements = []
    with database.reading() as session:
        engine = session.get_bind()
        event.listen(
            engine, "before_cursor_execute", lambda *given: statements.append(given[2])
        )
        portfolio_over(session, PERIOD)

    assert len([one for one in statements if one.startswith("SELECT")]) == 3


def test_reading_tells_how_grades_moved_and_who_had_heard_nobody(
    database, reviews, head, now
):
    with database.transaction() as session:
        view = read_portfolio(session, PERIOD, by=audit.staff(head), now=now)

    assert view.moves[4, 3] == 3
    assert view.unheard == 0
    assert view.figures.reviews == 4


def test_reading_is_noted_with_the_period_and_no_more(database, reviews, head, now):
    with database.transaction() as session:
        read_portfolio(session, PERIOD, by=audit.staff(head), now=now)

    with database.reading() as session:
        (noted,) = session.scalars(
            select(AuditEventRow).where(AuditEventRow.action == "portfolio_read")
        ).all()
    assert noted.facts == {"from": "2026-09-01", "to": "2027-02-28", "reviews": 4}
