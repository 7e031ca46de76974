"""A home page tells what is coming and what is there, to whom it concerns."""

from datetime import timedelta

import pytest
from builders import a_review, a_staff_member
from meeting_builders import an_alert

from feedback.domain.access import Role, Viewer
from feedback.domain.review import ReviewState
from feedback.services import audit, pause
from feedback.services.look_ahead import Event, look_ahead


def seen_by(session, account, *roles, now):
    viewer = Viewer(account=account, roles=frozenset(roles))
    return look_ahead(session, viewer, now=now)


def test_what_happens_soon_is_told_by_day_and_nothing_that_is_over(database, now):
    with database.transaction() as session:
        account = a_staff_member(session, now=now)
        a_review(
            session,
            now=now,
            reference="H-1",
            opens_at=now - timedelta(days=9),
            closes_at=now + timedelta(days=5),
            moderation_on=(now + timedelta(days=1)).date(),
        )
        a_review(
            session,
            now=now,
            reference="H-2",
            opens_at=now,
            closes_at=now + timedelta(days=90),
            moderation_on=(now - timedelta(days=1)).date(),
        )
        a_review(session, now=now, reference="H-3", state="agreed")

        found = seen_by(session, account, Role.COORDINATOR, now=now).coming

    assert [(one.reference, one.event, one.days) for one in found] == [
        ("H-2", Event.OPENS, 0),
        ("H-1", Event.MEETING, 1),
        ("H-1", Event.CLOSES, 5),
    ]


def test_a_reviewer_sees_dates_and_counts_of_their_own_reviews_only(database, now):
    with database.transaction() as session:
        account = a_staff_member(session, Role.REVIEWER, now=now)
        a_review(session, now=now, reviewer=account, reference="MINE")
        a_review(session, now=now, reference="OTHER")

        found = seen_by(session, account, Role.REVIEWER, now=now)

    assert {one.reference for one in found.coming} == {"MINE"}
    assert found.reviews[ReviewState.INVITED] == 1


@pytest.mark.parametrize(
    ("role", "theirs"),
    [
        (Role.COORDINATOR, {"reviews"}),
        (Role.REVIEWER, {"reviews"}),
        (Role.HEAD_SQA, {"reviews", "alerts"}),
        (Role.MODERATOR, {"reviews"}),
        (Role.DUTY, {"alerts"}),
        (Role.COMMITTEE, set()),
        (Role.AUDITOR, {"trail"}),
        (Role.ADMIN, {"accounts"}),
    ],
)
def test_each_role_is_told_what_is_its_own_and_no_more(database, now, role, theirs):
    with database.transaction() as session:
        account = a_staff_member(session, role, now=now)
        review = a_review(session, now=now)
        an_alert(session, review, now=now)
        audit.record(session, audit.Deed(action="test"), by=audit.SYSTEM, now=now)

        found = seen_by(session, account, role, now=now)

    parts = ("reviews", "alerts", "accounts", "trail")
    assert {one for one in parts if getattr(found, one) is not None} == theirs
    if "alerts" in theirs:
        assert sum(found.alerts.values()) == 1
    if "accounts" in theirs:
        assert found.accounts[role] == 1
    if "trail" in theirs:
        assert (found.trail.deeds, found.trail.since) == (1, now)


def test_whoever_can_mend_it_is_told_that_nobody_is_on_duty(database, ready, now):
    with database.transaction() as session:
        account = a_staff_member(session, Role.DUTY, now=now)

        found = seen_by(session, account, Role.DUTY, now=now)

    assert found.route.backup_name == "Backup"
    assert not found.lacks_route


def test_an_administrator_is_told_what_stands_still_and_why(database, now):
    with database.transaction() as session:
        account = a_staff_member(session, now=now)
        pause.pause_for_clocks(session, "email", now=now)
        pause.pause_channel(session, "sms", "20003", now)

        told = {role: seen_by(session, account, role, now=now).paused for role in Role}

    assert {(one.name, one.code) for one in told.pop(Role.ADMIN)} == {
        ("email", pause.CLOCKS),
        ("sms", "20003"),
    }
    assert set(told.values()) == {()}


def test_a_missing_duty_route_is_told_to_keepers_only(database, now):
    with database.transaction() as session:
        account = a_staff_member(session, now=now)

        told = {
            role
            for role in Role
            if seen_by(session, account, role, now=now).lacks_route
        }

    assert told == {Role.COORDINATOR, Role.HEAD_SQA, Role.ADMIN, Role.DUTY}
