"""Ten agreed reviews, counted and frozen, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from builders import a_staff_member
from meeting_builders import a_concern, an_agreed_review, an_alert, signed_meeting
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import DatabaseError

from feedback.db.models import AuditEventRow, ReportRow, ReviewKeyRow
from feedback.domain.access import Role
from feedback.domain.grading import Judgement
from feedback.domain.report import Movement, Period, ReportError
from feedback.domain.report_words import sentences
from feedback.domain.review import ReviewerKind
from feedback.services import audit, build_report, report
from feedback.services.build_report import Order
from feedback.services.count_reviews import count
from triangulation import DimensionStatus, Group, PersonStatus

PERIOD = Period(first=date(2026, 9, 1), last=date(2027, 2, 28))
ORDER = Order(period=PERIOD)
OPENED = Order(period=PERIOD, open_grades_reason="The whole set, discussed in public")
OUTCOMES = [4, 4, 4, 4, 4, 4, 3, 3, 2, 2]


@pytest.fixture
def head(database, now):
    with database.transaction() as session:
        return a_staff_member(session, Role.HEAD_SQA, now=now)


@pytest.fixture
def ten(database, head, now):
    """The ten reviews of half a year."""
    with database.transaction() as session:
        return ten_reviews(session, head, now)


def ten_reviews(session, head, now):
    return [
        an_agreed_review(
            session,
            now=now,
            by=head,
            practice=3 if n in {3, 7} else 4,
            outcomes=OUTCOMES[n],
            kind="internal" if n < 2 else "independent",
            people={
                "family": "invited" if n == 0 else "answered",
                "child": "not_invited" if n == 1 else "answered",
                "practitioner": "answered",
            },
            dissonant=(Judgement.D3,) if n < 3 else (),
            first={Judgement.D3: 4} if n == 0 else {},
        ).id
        for n in range(10)
    ]


def built(database, order, by, now):
    with database.transaction() as session:
        return build_report.build(session, order, by=audit.staff(by), now=now)


def test_ten_reviews_come_to_the_figures_that_a_committee_expects(
    database, head, ten, now
):
    _, inside = built(database, OPENED, head, now)

    said = " ".join(sentences(inside))
    assert "8 of 10 (80%) by an independent reviewer, 2 of 10 (20%) internal" in said
    assert "Practice: Outstanding 8 of 10 (80%), Good 2 of 10 (20%)." in said
    assert (
        "Outcomes: Outstanding 6 of 10 (60%), Good 2 of 10 (20%), "
        "Requires improvement to be good 2 of 10 (20%)." in said
    )
    assert "No area of significant concern in these 10 reviews." in said


def test_what_is_counted_is_who_was_asked_who_answered_and_what_moderation_did(
    database, head, ten, now
):
    with database.reading() as session:
        found = count(session, PERIOD)

    assert found.reviews == 10
    assert found.by_kind == {ReviewerKind.INDEPENDENT: 8, ReviewerKind.INTERNAL: 2}
    assert found.people[Group.FAMILY] == {
        PersonStatus.ANSWERED: 9,
        PersonStatus.NO_REPLY: 1,
    }
    assert found.people[Group.CHILD] == {
        PersonStatus.ANSWERED: 9,
        PersonStatus.NOT_INVITED: 1,
    }
    assert found.statuses[Judgement.D3][DimensionStatus.DISSONANT] == 3
    assert found.dissonant_moved == 1
    assert found.movement == Movement(lowered=1, kept=109)


def test_a_judgement_that_was_not_graded_is_counted_as_that(database, head, now):
    with database.transaction() as session:
        an_agreed_review(session, now=now, by=head, outcomes=None, practice=2)

    with database.reading() as session:
        found = count(session, PERIOD)

    assert found.grades[Judgement.OUTCOMES] == {None: 1}
    assert found.grades[Judgement.PRACTICE] == {2: 1}


@pytest.mark.parametrize(
    ("signed", "is_in"),
    [
        (datetime(2026, 8, 31, 22, 59, tzinfo=UTC), False),
        # Half past eleven in the evening by the sun is the first of September.
        (datetime(2026, 8, 31, 23, 30, tzinfo=UTC), True),
        (datetime(2027, 2, 28, 23, 59, tzinfo=UTC), True),
        (datetime(2027, 3, 1, 0, 0, tzinfo=UTC), False),
    ],
)
def test_a_review_counts_on_the_london_day_of_the_last_signature(
    database, head, now, signed, is_in
):
    with database.transaction() as session:
        an_agreed_review(session, now=now, by=head, agreed_at=signed)

    with database.reading() as session:
        assert count(session, PERIOD).reviews == int(is_in)


def test_alerts_and_concerns_are_counted_over_the_reviews(database, head, now):
    with database.transaction() as session:
        one = an_agreed_review(session, now=now, by=head)
        an_agreed_review(session, now=now, by=head)
        an_alert(session, one, now=now)
        an_alert(session, one, now=now, kind="unclear")
        an_alert(session, one, now=now, kind="delivery_failed")
        a_concern(session, one, by=head, now=now)

    with database.reading() as session:
        found = count(session, PERIOD)

    assert (sum(found.alerts.values()), found.reviews_with_alerts) == (2, 1)
    assert (found.concerns, found.reviews_with_concerns) == (1, 1)


def test_what_is_frozen_withholds_small_counts_and_obeys_the_decision(
    database, head, ten, now
):
    shut, _ = built(database, ORDER, head, now)
    opened, _ = built(database, OPENED, head, now)

    assert shut.findings["figures"]["grades"]["practice"]["4"]["count"] == "c"
    assert opened.findings["figures"]["grades"]["practice"]["4"]["count"] == 8
    # People's feedback stays withheld whatever is decided about grades.
    family = opened.findings["figures"]["people"]["family"]
    assert family["no_reply"]["count"] == "c"
    with database.reading() as session:
        row = session.get(ReportRow, opened.id)
        assert row.grades_opened_by == head
        assert row.grades_opened_reason == OPENED.open_grades_reason


def test_grades_are_not_opened_without_a_reason(database, head, now):
    with pytest.raises(ReportError, match="Say why"):
        built(database, Order(period=PERIOD, open_grades_reason=" "), head, now)


def test_the_same_reviews_give_the_same_digest_and_others_another(
    database, head, ten, clock
):
    first, _ = built(database, ORDER, head, clock.now())
    again, _ = built(database, OPENED, head, clock.forward(days=1))
    with database.transaction() as session:
        an_agreed_review(session, now=clock.now(), by=head)

    other, _ = built(database, ORDER, head, clock.now())

    assert first.input_digest == again.input_digest
    assert other.input_digest != first.input_digest


def test_a_frozen_report_reads_the_same_after_more_reviews_were_agreed(
    database, head, ten, now
):
    before, _ = built(database, ORDER, head, now)
    with database.transaction() as session:
        an_agreed_review(session, now=now, by=head)

    with database.reading() as session:
        after = report.read(session, before.id, with_drafts=True)

    assert after.findings == before.findings


@pytest.mark.parametrize(
    "statement",
    ["UPDATE report SET findings = '{}'", "DELETE FROM report"],
)
def test_the_database_itself_refuses_to_change_a_frozen_report(
    database, head, now, statement
):
    built(database, ORDER, head, now)

    with (
        pytest.raises(DatabaseError, match="kept as it is"),
        database.transaction() as session,
    ):
        session.execute(text(statement))


def test_others_read_a_report_only_once_it_is_published(database, head, ten, now):
    draft, _ = built(database, ORDER, head, now)

    with database.transaction() as session:
        assert report.read(session, draft.id, with_drafts=False) is None
        assert report.listed(session, with_drafts=False) == ()
        report.publish(session, draft.id, by=audit.staff(head), now=now)

    with database.reading() as session:
        found = report.read(session, draft.id, with_drafts=False)
        assert found.findings == draft.findings
        assert found.published_at == now


def test_a_report_that_could_be_subtracted_from_a_published_one_is_not_published(
    database, head, ten, now
):
    with database.transaction() as session:
        an_agreed_review(
            session, now=now, by=head, agreed_at=datetime(2027, 3, 3, 12, tzinfo=UTC)
        )
    later = now + timedelta(days=200)
    earlier, _ = built(database, ORDER, head, later)
    longer = Order(period=Period(first=PERIOD.first, last=date(2027, 3, 31)))
    one_more, _ = built(database, longer, head, later)
    apart = Order(period=Period(first=date(2027, 3, 1), last=date(2027, 3, 31)))
    next_one, _ = built(database, apart, head, later)
    by = audit.staff(head)

    with database.transaction() as session:
        report.publish(session, earlier.id, by=by, now=later)

    with (
        pytest.raises(ReportError, match="could reveal a child"),
        database.transaction() as session,
    ):
        report.publish(session, one_more.id, by=by, now=later)
    with database.transaction() as session:
        report.publish(session, next_one.id, by=by, now=later)


def test_a_preview_shows_everything_and_is_noted_but_not_kept(database, head, now):
    with database.transaction() as session:
        review = an_agreed_review(session, now=now, by=head, recommendations=2)
        signed_meeting(session, review, by=head, now=now)

    with database.transaction() as session:
        found = build_report.preview(session, ORDER, by=audit.staff(head), now=now)

    assert [one.recommendation.words for one in found.recommendations] == [
        "Recommendation 0",
        "Recommendation 1",
    ]
    assert found.unsuppressed["figures"]["grades"]["practice"]["4"]["count"] == 1
    with database.reading() as session:
        assert session.scalars(select(ReportRow)).all() == []
        deeds = session.scalars(select(AuditEventRow.action)).all()
        assert deeds == ["report_previewed"]


def test_a_preview_leaves_out_words_that_went_with_their_review(database, head, now):
    with database.transaction() as session:
        erased = an_agreed_review(session, now=now, by=head, recommendations=1)
        an_agreed_review(session, now=now, by=head, recommendations=2)
        session.execute(
            update(ReviewKeyRow)
            .where(ReviewKeyRow.review_id == erased.id)
            .values(wrapped=None, destroyed_at=now)
        )

    with database.transaction() as session:
        found = build_report.preview(session, ORDER, by=audit.staff(head), now=now)

    assert len(found.recommendations) == 2
    assert erased.reference not in {one.reference for one in found.recommendations}
    made = found.unsuppressed["figures"]["recommendations"]["D3"]["made"]
    assert made["count"] == 3


def test_public_findings_hold_no_words_of_a_recommendation(database, head, now):
    with database.transaction() as session:
        an_agreed_review(session, now=now, by=head, recommendations=1)

    found, _ = built(database, ORDER, head, now)

    assert "Recommendation 0" not in str(found.findings)
    assert found.findings["figures"]["recommendations"]["D3"]["made"]["count"] == 1


def test_a_period_without_a_review_is_told_plainly(database, head, now):
    found, _ = built(database, ORDER, head, now)

    sentence = (
        "No review was agreed from 1 September 2026 to 28 February 2027, so there is "
        "nothing to count."
    )
    assert found.findings["sentences"] == [sentence]


def test_more_reviews_take_no_more_statements(database, head, now):
    def statements():
        seen = []

        def note(*args):
            seen.append(args[2])

        event.listen(database.engine, "before_cursor_execute", note)
        with database.reading() as session:
            count(session, PERIOD)
        event.remove(database.engine, "before_cursor_execute", note)
        return len([one for one in seen if one.startswith(("SELECT", "WITH"))])

    with database.transaction() as session:
        an_agreed_review(session, now=now, by=head)
    few = statements()
    with database.transaction() as session:
        ten_reviews(session, head, now)

    assert statements() == few == 7
