"""Who hears of a disclosure, when, and never what it said?"""

from datetime import UTC, datetime, timedelta

import pytest
from asked import DUTY, ask
from builders import a_staff_member
from sqlalchemy import select, update

from feedback.db.models import (
    AlertEventRow,
    AlertRow,
    AuditEventRow,
    MessageRow,
    ReviewKeyRow,
)
from feedback.domain.access import Role
from feedback.domain.alert import (
    AlertKind,
    EscalationLevel,
    OutcomeMissingError,
    Told,
)
from feedback.domain.answering import StoredAnswer
from feedback.domain.errors import IllegalMoveError
from feedback.services import (
    alert,
    alert_list,
    audit,
    escalate,
    outbox,
    raise_alerts,
    settle_alert,
)
from feedback.services.notice import StaffLinks
from feedback.services.publish import newest_published
from feedback.services.raise_alerts import Said

LINKS = StaffLinks("https://staff.example")
SATURDAY_NIGHT = datetime(2026, 11, 28, 21, 10, tzinfo=UTC)


@pytest.fixture
def child(database, now):
    return ask(database, now=now, group="child")


@pytest.fixture
def heads(database, now):
    with database.transaction() as session:
        a_staff_member(session, Role.HEAD_SQA, now=now, email="head@council.example")


def say(asked, question="home_safe", *, now, **answer):
    """Let a person answer one question; tell how many alerts that raised."""
    with asked.database.transaction() as session:
        form = newest_published(session, "child_9_12").questionnaire
        said = Said(
            review=asked.review,
            participant=asked.participant,
            invitation=asked.invitation,
            response=None,
            questionnaire=form,
            language="en",
            answers=(StoredAnswer(question=question, **answer),),
        )
        return raise_alerts.raise_alerts(session, said, LINKS, now=now)


def sent(asked):
    """Who was written to, with what."""
    with asked.database.reading() as session:
        rows = session.scalars(select(MessageRow).order_by(MessageRow.id)).all()
        return [
            (row.purpose, row.channel, outbox.params_of(session, row).to)
            for row in rows
        ]


def the_alert(asked):
    return asked.alerts()[0].id


def test_an_alert_of_an_erased_review_is_told_on_and_holds_up_no_other(
    child, heads, now
):
    say(child, option="never", now=now)
    with child.database.transaction() as session:
        new = alert.NewAlert(review=None, kind=AlertKind.WORDS, key="other", words="x")
        alert.raise_alert(session, new, LINKS, by=audit.OPERATOR, now=now)
        session.execute(update(ReviewKeyRow).values(wrapped=None))

    escalate.escalate(child.database, LINKS, now=now + timedelta(days=1))

    with child.database.reading() as session:
        levels = session.scalars(select(AlertRow.level)).all()
    assert levels == [EscalationLevel.HEAD_SQA] * 2


def test_a_lost_message_of_an_erased_review_is_told_of_all_the_same(child, heads, now):
    say(child, option="never", now=now)
    with child.database.transaction() as session:
        session.execute(update(ReviewKeyRow).values(wrapped=None))

    with child.database.transaction() as session:
        lost = session.scalars(select(MessageRow)).first()
        alert.delivery_failed(session, lost.id, LINKS, now=now)

        kinds = session.scalars(select(AlertRow.kind)).all()
    assert AlertKind.DELIVERY_FAILED in kinds


def test_never_safe_on_a_saturday_night_reaches_the_duty_contact_at_once(child):
    say(child, option="never", now=SATURDAY_NIGHT)

    assert sent(child) == [
        ("alert", "sms", DUTY.phone),
        ("alert", "email", DUTY.email),
    ]
    assert {row.next_at for row in child.messages()} == {SATURDAY_NIGHT}


def test_a_message_about_an_alert_holds_a_reference_and_a_link_only(child):
    say(child, option="never", now=SATURDAY_NIGHT)

    with child.database.reading() as session:
        row = session.scalars(select(MessageRow)).first()
        values = outbox.params_of(session, row).values
        reference = session.scalars(select(AlertRow.reference)).one()
    assert dict(values) == {
        "reference": reference,
        "link": "https://staff.example/staff/alerts",
    }


def test_nobody_acknowledges_so_the_next_is_told_at_15_and_30_minutes(child, heads):
    say(child, option="never", now=SATURDAY_NIGHT)
    told = []
    for minutes in (14, 15, 16, 29, 30, 31, 120):
        at = SATURDAY_NIGHT + timedelta(minutes=minutes)
        told.append(escalate.escalate(child.database, LINKS, now=at))

    assert told == [0, 1, 0, 0, 1, 0, 0]
    assert sent(child)[2:] == [
        ("escalation", "sms", DUTY.backup_phone),
        ("escalation", "email", DUTY.backup_email),
        ("escalation", "email", "head@council.example"),
    ]


def test_a_late_tick_catches_up(child, heads):
    say(child, option="never", now=SATURDAY_NIGHT)

    at = SATURDAY_NIGHT + timedelta(hours=3)
    assert escalate.escalate(child.database, LINKS, now=at) == 2


def test_an_alert_that_cannot_be_told_on_holds_up_no_other(
    child, heads, now, monkeypatch, caplog
):
    say(child, option="never", now=now)
    with child.database.transaction() as session:
        new = alert.NewAlert(review=None, kind=AlertKind.WORDS, key="other", words="x")
        alert.raise_alert(session, new, LINKS, by=audit.OPERATOR, now=now)
    broken = the_alert(child)
    tell = escalate.tell

    def breaks(session, row, *args, **given):
        if row.id == broken:
            raise ValueError("what somebody typed")
        return tell(session, row, *args, **given)

    monkeypatch.setattr(escalate, "tell", breaks)
    told = escalate.escalate(child.database, LINKS, now=now + timedelta(days=1))

    assert told == 2
    with child.database.reading() as session:
        rows = session.scalars(select(AlertRow)).all()
    levels = {row.id == broken: row.level for row in rows}
    assert levels == {True: EscalationLevel.DUTY, False: EscalationLevel.HEAD_SQA}
    assert "is not handed on: ValueError" in caplog.text
    assert "typed" not in caplog.text


def test_an_acknowledged_alert_goes_no_further(child, database, now):
    say(child, option="never", now=now)
    with database.transaction() as session:
        duty = a_staff_member(session, Role.DUTY, now=now)
        settle_alert.acknowledge(session, the_alert(child), by=duty, now=now)
        settle_alert.acknowledge(session, the_alert(child), by=duty, now=now)

    assert escalate.escalate(database, LINKS, now=now + timedelta(hours=1)) == 0
    with database.reading() as session:
        events = session.scalars(select(AlertEventRow.what)).all()
    assert events.count("acknowledged") == 1


def test_saving_the_same_answer_again_raises_nothing(child, now):
    assert say(child, option="never", now=now) == 1
    assert say(child, option="never", now=now) == 0
    assert say(child, option="sometimes", now=now) == 1


def test_other_words_on_the_same_page_are_told_again(child, now):
    assert say(child, "helped_most", words="he hits me", now=now) == 1
    assert say(child, "helped_most", words="he hits me", now=now) == 0
    assert say(child, "helped_most", words="he hits me and mum", now=now) == 1


def test_what_is_said_again_after_it_was_closed_is_told_again(child, database, now):
    say(child, option="never", now=now)
    with database.transaction() as session:
        duty = a_staff_member(session, Role.DUTY, now=now)
        settle_alert.acknowledge(session, the_alert(child), by=duty, now=now)
        settle_alert.close(
            session,
            the_alert(child),
            outcome="Visited",
            told_person=Told.YES,
            by=duty,
            now=now,
        )

    assert say(child, option="never", now=now) == 1
    assert say(child, option="never", now=now) == 0


def test_without_a_duty_route_the_head_is_told_at_once(database, now, heads):
    asked = ask(database, now=now, group="child", duty=False)

    say(asked, option="never", now=now)

    assert sent(asked) == [("alert", "email", "head@council.example")]
    assert len(asked.alerts()) == 1


def test_an_alert_is_closed_only_with_an_outcome_and_after_it_was_taken_on(
    child, database, now
):
    say(child, option="never", now=now)
    close = {"told_person": Told.NOT_SAFE_TO, "now": now}
    with database.transaction() as session:
        duty = a_staff_member(session, Role.DUTY, now=now)
    with pytest.raises(IllegalMoveError), database.transaction() as session:
        settle_alert.close(session, the_alert(child), outcome="Done", by=duty, **close)
    with database.transaction() as session:
        settle_alert.acknowledge(session, the_alert(child), by=duty, now=now)
    with pytest.raises(OutcomeMissingError), database.transaction() as session:
        settle_alert.close(session, the_alert(child), outcome=" \n", by=duty, **close)

    with database.transaction() as session:
        settle_alert.close(session, the_alert(child), outcome="Seen", by=duty, **close)

    with database.transaction() as session:
        page = alert_list.read_alert(session, the_alert(child), by=duty, now=now)
    assert page.history[-1].words == "Seen"
    assert page.history[-1].told is Told.NOT_SAFE_TO


def test_reading_an_alert_is_on_record(child, database, now):
    say(child, option="never", now=now)

    with database.transaction() as session:
        duty = a_staff_member(session, Role.DUTY, now=now)
        page = alert_list.read_alert(session, the_alert(child), by=duty, now=now)

    assert page.words == "Never"
    with database.reading() as session:
        actions = session.scalars(select(AuditEventRow.action)).all()
    assert "alert_read" in actions


def test_a_review_sees_that_an_alert_exists_and_no_more(child, database, now):
    say(child, option="never", now=now)

    with database.reading() as session:
        (glance,) = alert_list.alerts_at(session, child.review)

    assert glance.state == "raised"
    assert glance.raised_at == now
    assert not hasattr(glance, "words")


def test_a_message_about_an_alert_that_fails_is_an_alert_itself(
    child, database, now, heads
):
    say(child, option="never", now=now)
    with database.transaction() as session:
        failed = session.scalars(select(MessageRow.id)).first()
        alert.delivery_failed(session, failed, LINKS, now=now)
        alert.delivery_failed(session, failed, LINKS, now=now)

    assert [one.kind for one in child.alerts()] == ["unsafe", "delivery_failed"]
    told = {to for _, _, to in sent(child)}
    assert {DUTY.backup_phone, "head@council.example"} <= told


def test_the_failing_of_such_an_alert_raises_no_other(child, database, now):
    say(child, option="never", now=now)
    with database.transaction() as session:
        first = session.scalars(select(MessageRow.id)).first()
        alert.delivery_failed(session, first, LINKS, now=now)
        second = session.scalars(
            select(MessageRow.id)
            .join(AlertRow, AlertRow.id == MessageRow.alert_id)
            .where(AlertRow.kind == "delivery_failed")
        ).first()
        alert.delivery_failed(session, second, LINKS, now=now)

    assert len(child.alerts()) == 2


def test_a_reviewer_raises_an_alert_in_words(child, database, now):
    with database.transaction() as session:
        reviewer = a_staff_member(session, Role.REVIEWER, now=now)
        reference = alert.raise_by_staff(
            session,
            child.review,
            "The record says a bruise",
            LINKS,
            by=audit.staff(reviewer),
            now=now,
        )

    (row,) = child.alerts()
    assert (row.kind, row.reference) == ("raised_by_staff", reference)
    assert b"bruise" not in row.words_sealed


def test_open_alerts_are_told_of_once_a_day(child, database, now, heads):
    say(child, option="never", now=now)

    counts = []
    for hours in (0, 1, 24):
        with database.transaction() as session:
            at = now + timedelta(hours=hours)
            counts.append(escalate.queue_daily_list(session, LINKS, now=at))

    assert counts == [2, 0, 2]
