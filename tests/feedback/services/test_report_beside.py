"""Whether a report may be published beside those published before it."""

from datetime import UTC, date, datetime

import pytest
from builders import a_staff_member
from meeting_builders import an_agreed_review, an_alert

from feedback.domain.access import Role
from feedback.domain.report import Period, ReportError
from feedback.services import audit, build_report, report
from feedback.services.build_report import Order


@pytest.fixture
def head(database, now):
    with database.transaction() as session:
        return a_staff_member(session, Role.HEAD_SQA, now=now)


@pytest.fixture
def year(database, head, now):
    """Twelve reviews in October, twelve in November, three in December."""
    with database.transaction() as session:
        for month, number in ((10, 12), (11, 12), (12, 3)):
            for n in range(number):
                an_agreed_review(
                    session,
                    now=now,
                    by=head,
                    people={"family": "invited" if n < 2 else "answered"},
                    agreed_at=datetime(2026, month, 2 + n, 12, tzinfo=UTC),
                )
    return datetime(2027, 2, 1, 9, tzinfo=UTC)


def months(first, last):
    days = {10: 31, 11: 30, 12: 31}
    return Period(first=date(2026, first, 1), last=date(2026, last, days[last]))


def published(database, head, now, period, reason=None):
    """Build and publish in one go; gives the report as it is read afterwards."""
    with database.transaction() as session:
        by = audit.staff(head)
        order = Order(period=period, open_grades_reason=reason)
        built, _ = build_report.build(session, order, by=by, now=now)
        return report.publish(session, built.id, by=by, now=now)


def test_a_report_that_covers_a_published_one_withholds_what_would_tell_the_rest(
    database, head, year
):
    first = published(database, head, year, months(10, 10))

    whole = published(database, head, year, months(10, 12))

    assert whole.findings["beside"]["reports"] == [str(first.id)]
    assert "published before, covers these reviews or a part of them" in str(
        whole.findings["paper"]
    )
    family = whole.findings["figures"]["people"]["family"]
    assert family["no_reply"]["count"] == "c"


def test_a_few_reviews_more_publish_with_nothing_that_tells_of_these(
    database, head, year
):
    published(database, head, year, months(10, 11))

    whole = published(database, head, year, months(10, 12))

    # Three reviews more: their people would be the difference.
    people = whole.findings["figures"]["people"]
    assert people["all"]["answered"]["count"] == "c"
    assert people["all"]["total"]["count"] == "c"


def test_two_published_halves_and_more_publish_as_a_whole(database, head, year):
    halves = [
        published(database, head, year, months(10, 10)),
        published(database, head, year, months(11, 11)),
    ]

    whole = published(database, head, year, months(10, 12))

    assert whole.findings["beside"]["reports"] == [str(one.id) for one in halves]


def test_the_latest_of_reports_that_contain_each_other_is_the_one_to_mind(
    database, head, year
):
    published(database, head, year, months(10, 10))
    middle = published(database, head, year, months(10, 11))

    whole = published(database, head, year, months(10, 12))

    assert whole.findings["beside"]["reports"] == [str(middle.id)]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (months(10, 11), months(10, 10)),
        (months(10, 11), months(11, 12)),
    ],
)
def test_a_report_is_refused_that_leaves_out_some_of_a_published_one(
    database, head, year, earlier, later
):
    published(database, head, year, earlier)

    with pytest.raises(ReportError, match="could reveal a child"):
        published(database, head, year, later)


def test_grades_are_not_shown_where_a_few_reviews_make_the_difference(
    database, head, year
):
    published(database, head, year, months(10, 11))

    with pytest.raises(ReportError, match="shows every grade"):
        published(database, head, year, months(10, 12), reason="All of them")


def test_grades_of_many_more_reviews_may_be_shown_as_before(database, head, year):
    published(database, head, year, months(10, 10), reason="All of them")

    found = published(database, head, year, months(10, 11), reason="All of them")

    assert found.is_published
    assert found.findings["figures"]["grades"]["practice"]["4"]["count"] == 24


def test_a_report_is_refused_where_the_earlier_one_counts_otherwise_now(
    database, head, year, now
):
    published(database, head, year, months(10, 10))
    with database.transaction() as session:
        late = an_agreed_review(
            session, now=now, by=head, agreed_at=datetime(2026, 10, 3, 9, tzinfo=UTC)
        )
        an_alert(session, late, now=now)

    with pytest.raises(ReportError, match="cannot be counted the same way"):
        published(database, head, year, months(10, 12))


def test_a_report_frozen_before_another_was_published_is_built_again(
    database, head, year
):
    by = audit.staff(head)
    with database.transaction() as session:
        order = Order(period=months(10, 12))
        draft, _ = build_report.build(session, order, by=by, now=year)
    published(database, head, year, months(10, 10))

    with (
        pytest.raises(ReportError, match="Build this one again"),
        database.transaction() as session,
    ):
        report.publish(session, draft.id, by=by, now=year)


def test_a_preview_says_why_it_could_not_be_published(database, head, year):
    published(database, head, year, months(10, 11))

    with database.transaction() as session:
        order = Order(period=months(11, 12))
        found = build_report.preview(session, order, by=audit.staff(head), now=year)

    assert "covers some of the same reviews and others as well" in found.beside.refusal


def test_reports_over_other_reviews_know_nothing_of_each_other(database, head, year):
    published(database, head, year, months(10, 10))

    found = published(database, head, year, months(11, 12))

    assert found.findings["beside"]["reports"] == []
