"""What was recommended becomes an action, and nothing that happened to it is lost."""

from datetime import UTC, date, datetime, timedelta

import pytest
from action_builders import (
    a_raised_action,
    a_recommended_action,
    row_of,
    takes,
)
from builders import a_review, a_staff_member
from meeting_builders import (
    a_council,
    a_recommendation,
    agreed,
    everybody_signs,
    met,
    signs,
)
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from feedback.db.models import ActionRow, ActionStepRow, AuditEventRow
from feedback.domain.access import Role
from feedback.domain.action import (
    ActionError,
    ActionState,
    NotYoursToDecideError,
    Said,
    SecondPersonError,
    Step,
)
from feedback.domain.errors import IllegalMoveError
from feedback.domain.grading import Judgement
from feedback.services import act, audit


@pytest.fixture
def people(database, now):
    """A coordinator, a moderator and the Head, and a review that was agreed."""
    with database.transaction() as session:
        coordinator = a_staff_member(session, Role.COORDINATOR, now=now)
        moderator = a_staff_member(session, Role.MODERATOR, now=now)
        head = a_staff_member(session, Role.HEAD_SQA, now=now)
        review = a_review(session, now=now, state="agreed", moderators=[moderator])
        action = a_recommended_action(session, review, by=head, now=now)
    return coordinator, moderator, head, action


def count_of(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_the_last_signature_opens_one_action_for_each_recommendation(database, now):
    with database.transaction() as session:
        council = a_council(session, now=now)
        met(session, council, now=now)
        agreed(session, council, now=now)
        a_recommendation(session, council, now=now, words="Go and see her at school")
        a_recommendation(session, council, now=now, words="Ask her father")
        for one in council.people[:3]:
            signs(session, council, one, now=now)
        before = act.actions_of(session, council.review)

        signs(session, council, council.people[3], now=now)

        actions = [
            row_of(session, one) for one in act.actions_of(session, council.review)
        ]
        steps = session.scalars(select(ActionStepRow)).all()
    assert before == ()
    assert [(row.state, row.dimension, row.owner) for row in actions] == [
        ("open", "D3", "Team manager")
    ] * 2
    assert {row.due_on for row in actions} == {date(2027, 1, 31)}
    assert [(one.what, one.number, one.by) for one in steps] == [
        ("opened", 1, council.people[3])
    ] * 2


def test_signing_again_opens_nothing_twice(database, now):
    with database.transaction() as session:
        council = a_council(session, now=now)
        met(session, council, now=now)
        agreed(session, council, now=now)
        a_recommendation(session, council, now=now)
        everybody_signs(session, council, now=now)
        by = audit.staff(council.head_sqa)

        opened = act.open_recommended(session, council.review, by=by, now=now)

        assert opened == 0
        assert count_of(session, ActionRow) == 1


def test_a_concern_is_an_action_from_the_moment_it_is_raised(database, now):
    with database.transaction() as session:
        reviewer = a_staff_member(session, Role.REVIEWER, now=now)
        review = a_review(session, now=now, reviewer=reviewer)
        action = row_of(session, a_raised_action(session, review, by=reviewer, now=now))

    assert (action.state, action.dimension, action.owner) == (
        "open",
        None,
        "Service manager",
    )


def test_an_action_is_done_confirmed_and_its_words_are_sealed(database, now, people):
    coordinator, _, head, action = people
    with database.transaction() as session:
        takes(session, action, coordinator, Step.DONE, now=now)
        takes(session, action, head, Step.CONFIRMED, now=now + timedelta(days=1))

    with database.reading() as session:
        row = row_of(session, action)
        steps = session.scalars(
            select(ActionStepRow).order_by(ActionStepRow.number)
        ).all()
        deeds = set(session.scalars(select(AuditEventRow.action)))
    assert (row.state, row.done_by, row.confirmed_by) == (
        "confirmed",
        coordinator,
        head,
    )
    assert [one.what for one in steps] == ["opened", "done", "confirmed"]
    assert [one.came_to for one in steps] == ["open", "done", "confirmed"]
    assert b"sessions" not in steps[1].words_sealed
    assert b"visits" not in steps[1].shown_by_sealed
    assert {"action_opened", "action_done", "action_confirmed"} <= deeds


def test_nobody_confirms_what_they_said_themselves(database, now, people):
    coordinator, _, _, action = people
    with database.transaction() as session:
        takes(session, action, coordinator, Step.DONE, now=now)

    with pytest.raises(SecondPersonError), database.transaction() as session:
        takes(session, action, coordinator, Step.CONFIRMED, now=now)


def test_the_database_refuses_two_seats_for_one_person_too(database, now, people):
    coordinator, _, _, action = people
    with database.transaction() as session:
        takes(session, action, coordinator, Step.DONE, now=now)

    with pytest.raises(IntegrityError), database.transaction() as session:
        row = row_of(session, action)
        row.state, row.confirmed_by = "confirmed", coordinator


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MODERATOR])
def test_only_the_head_gives_an_action_up(database, now, people, role):
    coordinator, moderator, head, action = people
    who = coordinator if role is Role.COORDINATOR else moderator

    with pytest.raises(NotYoursToDecideError), database.transaction() as session:
        takes(session, action, who, Step.DROPPED, now=now)
    with database.transaction() as session:
        takes(session, action, head, Step.DROPPED, now=now)
        assert row_of(session, action).state == ActionState.DROPPED


def test_every_slip_can_be_undone(database, now, people):
    coordinator, moderator, head, action = people
    with database.transaction() as session:
        for who, step in (
            (coordinator, Step.DONE),
            (coordinator, Step.TAKEN_BACK),
            (coordinator, Step.DONE),
            (moderator, Step.SENT_BACK),
            (moderator, Step.DONE),
            (coordinator, Step.CONFIRMED),
            (coordinator, Step.REOPENED),
            (head, Step.DROPPED),
            (head, Step.REOPENED),
        ):
            takes(session, action, who, step, now=now)
        row = row_of(session, action)

        assert (row.state, row.version) == ("open", 10)
        assert (row.done_by, row.confirmed_by) == (None, None)


def test_a_changed_due_day_keeps_the_day_before_in_its_history(database, now, people):
    coordinator, _, _, action = people
    with database.transaction() as session:
        before = row_of(session, action).due_on
        later = before + timedelta(days=9)
        takes(session, action, coordinator, Step.DUE_CHANGED, now=now, due_on=later)

        days = session.scalars(
            select(ActionStepRow.due_on).order_by(ActionStepRow.number)
        ).all()
    assert days == [before, later]


def test_a_step_that_does_not_follow_changes_nothing(database, now, people):
    _, _, head, action = people

    with pytest.raises(IllegalMoveError), database.transaction() as session:
        takes(session, action, head, Step.CONFIRMED, now=now)
    with database.reading() as session:
        assert row_of(session, action).version == 1


def test_an_action_is_assigned_only_to_those_who_follow_actions(database, now, people):
    coordinator, moderator, _, action = people
    with database.transaction() as session:
        reviewer = a_staff_member(session, Role.REVIEWER, now=now)
        takes(session, action, coordinator, Step.ASSIGNED, now=now, account=moderator)
        assert row_of(session, action).assigned_to == moderator

        with pytest.raises(ActionError):
            takes(
                session, action, coordinator, Step.ASSIGNED, now=now, account=reviewer
            )
        takes(session, action, coordinator, Step.ASSIGNED, now=now, account=None)
        assert row_of(session, action).assigned_to is None


def test_the_program_follows_no_action(database, now, people):
    action = people[-1]

    with pytest.raises(ActionError), database.transaction() as session:
        act.take(
            session,
            action,
            Said(step=Step.NOTED, words="Hm"),
            by=audit.SYSTEM,
            now=now,
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE action_step SET number = 9",
        "DELETE FROM action_step",
        "DELETE FROM action",
    ],
)
def test_history_and_actions_are_kept_by_the_database(database, people, statement):
    refused = pytest.raises(DBAPIError, match="is kept as it is")
    with refused, database.transaction() as session:
        session.execute(text(statement))


def test_a_step_may_lie_in_the_past(database, people):
    coordinator, _, _, action = people
    past = datetime(2025, 2, 3, 9, 0, tzinfo=UTC)
    with database.transaction() as session:
        takes(session, action, coordinator, Step.DONE, now=past)

        step = session.scalars(
            select(ActionStepRow).where(ActionStepRow.what == "done")
        ).one()
    assert step.at == past


def test_actions_of_a_review_stand_in_the_order_of_saying_concerns_last(database, now):
    with database.transaction() as session:
        head = a_staff_member(session, Role.HEAD_SQA, now=now)
        review = a_review(session, now=now, state="agreed")
        concern = a_raised_action(session, review, by=head, now=now)
        later = now + timedelta(minutes=1)
        a_recommended_action(
            session, review, by=head, now=later, dimension=Judgement.D9
        )
        # Opened after the later one, but said before it.
        a_recommended_action(session, review, by=head, now=now, dimension=Judgement.D1)

        found = [row_of(session, one) for one in act.actions_of(session, review.id)]

    assert [row.dimension for row in found] == ["D1", "D9", None]
    assert found[-1].id == concern
