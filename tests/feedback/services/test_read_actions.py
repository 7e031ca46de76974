"""Everybody finds the actions that are theirs to follow, and the same words nowhere."""

from datetime import UTC, datetime, timedelta

import pytest
from action_builders import a_raised_action, a_recommended_action, row_of, takes
from builders import a_review, a_staff_member
from sqlalchemy import event, select, update

from feedback.db.models import AuditEventRow, ReviewKeyRow, ReviewRow
from feedback.domain.access import Role, Viewer
from feedback.domain.action import (
    ActionError,
    ActionState,
    Step,
    Tally,
    is_overdue,
)
from feedback.domain.calendar import london_day
from feedback.domain.grading import Judgement
from feedback.services import act, list_actions, plan, read_actions
from feedback.services.count_actions import action_counts
from feedback.services.list_actions import PAGE_SIZE, Concerns, Show, Wanted

# One second before and one after midnight in London, in winter and in summer.
MIDNIGHTS = [
    (
        datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC),
        datetime(2026, 11, 25, tzinfo=UTC),
    ),
    (
        datetime(2026, 7, 14, 22, 59, 59, tzinfo=UTC),
        datetime(2026, 7, 14, 23, tzinfo=UTC),
    ),
]


def seen_by(session, account, *roles, now, **wanted):
    viewer = Viewer(account=account, roles=frozenset(roles))
    return list_actions.actions(session, viewer, Wanted(**wanted), now=now)


def words_in(listing):
    return [one.words for one in listing.actions]


class Statements:
    """How many selects a block of work sends."""

    def __init__(self, session):
        self.engine = session.get_bind().engine
        self.sent = []

    def __enter__(self):
        event.listen(self.engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_):
        event.remove(self.engine, "before_cursor_execute", self._note)

    def _note(self, _connection, _cursor, statement, *_):
        if statement.lstrip().upper().startswith("SELECT"):
            self.sent.append(statement)


@pytest.fixture
def head(database, now):
    with database.transaction() as session:
        return a_staff_member(session, Role.HEAD_SQA, now=now)


def test_a_moderator_sees_their_reviews_and_what_is_assigned_to_them(
    database, now, head
):
    with database.transaction() as session:
        moderator = a_staff_member(session, Role.MODERATOR, now=now)
        own = a_review(session, now=now, state="agreed", moderators=[moderator])
        foreign = a_review(session, now=now, state="agreed")
        a_recommended_action(session, own, by=head, now=now, words="own")
        a_recommended_action(session, foreign, by=head, now=now, words="foreign")
        given = a_recommended_action(session, foreign, by=head, now=now, words="given")
        takes(session, given, head, Step.ASSIGNED, now=now, account=moderator)

        theirs = seen_by(session, moderator, Role.MODERATOR, now=now)
        heads = seen_by(session, head, Role.HEAD_SQA, now=now)
        assigned = seen_by(session, moderator, Role.MODERATOR, now=now, show=Show.MINE)

    assert set(words_in(theirs)) == {"own", "given"}
    assert set(words_in(heads)) == {"own", "foreign", "given"}
    assert words_in(assigned) == ["given"]
    assert (theirs.sees_all, heads.sees_all) == (False, True)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMIN, Role.COMMITTEE])
def test_whoever_follows_no_actions_sees_none(database, now, head, role):
    with database.transaction() as session:
        somebody = a_staff_member(session, role, now=now)
        review = a_review(session, now=now, state="agreed", reviewer=somebody)
        a_recommended_action(session, review, by=head, now=now)

        found = seen_by(session, somebody, role, now=now, show=Show.ALL)

    assert (found.actions, found.counts[Show.ALL]) == ((), 0)


def test_each_list_shows_its_own_and_says_how_many_each_holds(database, now, head):
    today = london_day(now)
    with database.transaction() as session:
        other = a_staff_member(session, now=now)
        review = a_review(session, now=now, state="agreed")
        for words, days in (("late", -1), ("today", 0), ("far", 15)):
            a_recommended_action(
                session,
                review,
                by=head,
                now=now,
                words=words,
                due_on=today + timedelta(days=days),
            )
        for step, words in (
            (Step.DONE, "said"),
            (Step.CONFIRMED, "confirmed"),
            (Step.DROPPED, "dropped"),
        ):
            action = a_recommended_action(
                session, review, by=head, now=now, words=words
            )
            if step is not Step.DROPPED:
                takes(session, action, other, Step.DONE, now=now)
            if step is not Step.DONE:
                takes(session, action, head, step, now=now)

        found = {
            show: seen_by(session, head, Role.HEAD_SQA, now=now, show=show)
            for show in Show
        }

    assert {show: words_in(one) for show, one in found.items()} == {
        Show.OPEN: ["late", "today", "far"],
        Show.MINE: [],
        Show.OVERDUE: ["late"],
        Show.SOON: ["today"],
        Show.WAITING: ["said"],
        Show.CONFIRMED: ["confirmed"],
        Show.DROPPED: ["dropped"],
        Show.ALL: ["late", "today", "far", "said", "confirmed", "dropped"],
    }
    assert {show: len(one.actions) for show, one in found.items()} == dict(
        found[Show.ALL].counts
    )
    assert found[Show.ALL].confirmable == 1


@pytest.mark.parametrize(("before", "after"), MIDNIGHTS)
def test_overdue_turns_at_midnight_in_london_in_every_place(
    database, now, head, before, after
):
    day = london_day(before)
    with database.transaction() as session:
        review = a_review(session, now=now, state="agreed")
        a_recommended_action(session, review, by=head, now=now, due_on=day)
        chosen = select(ReviewRow.id)

        for moment, late in ((before, 0), (after, 1)):
            listing = seen_by(
                session, head, Role.HEAD_SQA, now=moment, show=Show.OVERDUE
            )
            tallies = action_counts(session, chosen, london_day(moment))

            assert len(listing.actions) == late
            assert tallies == {Judgement.D3: Tally(open=1, overdue=late)}
            assert is_overdue(ActionState.OPEN, day, london_day(moment)) is bool(late)


def test_a_list_is_read_page_by_page_in_as_many_selects_however_long(
    database, now, head
):
    with database.transaction() as session:
        reviews = [a_review(session, now=now, state="agreed") for _ in range(3)]
        for number in range(PAGE_SIZE + 1):
            a_recommended_action(session, reviews[number % 3], by=head, now=now)

    with database.transaction() as session, Statements(session) as selects:
        first = seen_by(session, head, Role.HEAD_SQA, now=now)
    with database.transaction() as session:
        last = seen_by(session, head, Role.HEAD_SQA, now=now, page=2)

    assert len(selects.sent) == 3
    assert (len(first.actions), first.has_more) == (PAGE_SIZE, True)
    assert (len(last.actions), last.has_more) == (1, False)


def test_a_list_is_narrowed_to_a_review_or_to_what_it_is_about(database, now, head):
    with database.transaction() as session:
        one = a_review(session, now=now, state="agreed")
        two = a_review(session, now=now, state="agreed")
        a_recommended_action(session, one, by=head, now=now, words="one")
        a_recommended_action(
            session, two, by=head, now=now, words="two", dimension=Judgement.D9
        )
        a_raised_action(session, two, by=head, now=now, words="raised")

        def found(**wanted):
            return set(
                words_in(seen_by(session, head, Role.HEAD_SQA, now=now, **wanted))
            )

        assert found(reference=one.reference) == {"one"}
        assert found(about=Judgement.D9) == {"two"}
        assert found(about=Concerns.ALL) == {"raised"}


def test_before_the_lock_the_head_alone_reads_what_was_raised(database, now, head):
    with database.transaction() as session:
        coordinator = a_staff_member(session, now=now)
        review = a_review(session, now=now, state="invited")
        a_raised_action(session, review, by=head, now=now, words="raised")

        before = seen_by(session, coordinator, Role.COORDINATOR, now=now)
        heads = seen_by(session, head, Role.HEAD_SQA, now=now)
        session.get_one(ReviewRow, review.id).state = "locked"
        session.flush()
        after = seen_by(session, coordinator, Role.COORDINATOR, now=now)

    assert (words_in(before), words_in(heads), words_in(after)) == (
        [None],
        ["raised"],
        ["raised"],
    )


def test_what_was_erased_with_its_review_is_still_counted(database, now, head):
    with database.transaction() as session:
        review = a_review(session, now=now, state="agreed")
        action = a_recommended_action(session, review, by=head, now=now)
        takes(session, action, head, Step.NOTED, now=now, words="a note")
        session.execute(
            update(ReviewKeyRow)
            .where(ReviewKeyRow.review_id == review.id)
            .values(wrapped=None)
        )

    with database.transaction() as session:
        (found,) = seen_by(session, head, Role.HEAD_SQA, now=now).actions
        viewer = Viewer(account=head, roles=frozenset({Role.HEAD_SQA}))
        page = read_actions.read_action(session, action, viewer, now=now)

    assert (found.words, found.is_erased) == (None, True)
    assert [one.words for one in page.history] == [None, None]
    with pytest.raises(ActionError), database.transaction() as session:
        takes(session, action, head, Step.NOTED, now=now, words="too late")


def test_an_action_is_read_with_its_history_and_the_reading_is_noted(
    database, now, head
):
    with database.transaction() as session:
        coordinator = a_staff_member(session, now=now, name="Robin Office")
        review = a_review(session, now=now, state="agreed")
        action = a_recommended_action(session, review, by=head, now=now)
        takes(session, action, coordinator, Step.DONE, now=now)
        takes(session, action, head, Step.SENT_BACK, now=now, words="Not enough")
        takes(session, action, coordinator, Step.DONE, now=now, shown_by="More")

        pages = [
            read_actions.read_action(
                session,
                action,
                Viewer(account=one, roles=frozenset({role})),
                now=now,
            )
            for one, role in ((coordinator, Role.COORDINATOR), (head, Role.HEAD_SQA))
        ]
        noted = session.scalars(
            select(AuditEventRow).where(AuditEventRow.action == "action_read")
        ).all()

    theirs, heads = pages
    assert [one.step for one in heads.history] == [
        Step.OPENED,
        Step.DONE,
        Step.SENT_BACK,
        Step.DONE,
    ]
    assert heads.history[2].words == "Not enough"
    assert (heads.last_done.by, heads.last_done.shown_by) == ("Robin Office", "More")
    assert (theirs.is_said_by_reader, heads.is_said_by_reader) == (True, False)
    assert Step.CONFIRMED in heads.steps
    assert Step.CONFIRMED not in theirs.steps
    assert {row.subject for row in noted} == {str(action)}


def test_an_action_that_is_not_there_is_told_apart(database, now, head):
    with database.transaction() as session, pytest.raises(act.NoSuchActionError):
        read_actions.standing_at(session, head, head, now=now)


def test_the_plan_gathers_by_dimension_and_holds_little_of_much(database, now, head):
    with database.transaction() as session:
        other = a_staff_member(session, now=now)
        review = a_review(session, now=now, state="agreed")
        for _ in range(plan.MOST_OF_EACH + 2):
            a_recommended_action(session, review, by=head, now=now)
        done = a_recommended_action(
            session, review, by=head, now=now, dimension=Judgement.OUTCOMES
        )
        takes(session, done, other, Step.DONE, now=now)
        takes(session, done, head, Step.CONFIRMED, now=now)
        a_raised_action(session, review, by=head, now=now)
        viewer = Viewer(account=head, roles=frozenset({Role.HEAD_SQA}))

        found = plan.development_plan(session, viewer, now=now)

    assert [(one.about, len(one.next), one.more) for one in found.sections] == [
        (None, 1, 0),
        (Judgement.D3, plan.MOST_OF_EACH, 2),
        (Judgement.OUTCOMES, 0, 0),
    ]
    assert found.tally == Tally(open=plan.MOST_OF_EACH + 3, confirmed=1)
    assert found.longest == plan.MOST_OF_EACH + 2
    assert len(found.without) == len(Judgement) - 2


def test_the_actions_of_a_period_are_counted_in_one_select(database, now, head):
    with database.transaction() as session:
        inside = a_review(session, now=now, state="agreed", agreed_at=now)
        outside = a_review(session, now=now, state="agreed")
        late = london_day(now) - timedelta(days=1)
        for given in ({}, {"due_on": late}, {"dimension": Judgement.D1}):
            a_recommended_action(session, inside, by=head, now=now, **given)
        a_raised_action(session, inside, by=head, now=now)
        a_recommended_action(session, outside, by=head, now=now)

    with database.reading() as session, Statements(session) as selects:
        chosen = select(ReviewRow.id).where(ReviewRow.agreed_at.is_not(None))
        found = action_counts(session, chosen, london_day(now))

    assert len(selects.sent) == 1
    assert list(found.items()) == [
        (None, Tally(open=1)),
        (Judgement.D1, Tally(open=1)),
        (Judgement.D3, Tally(open=2, overdue=1)),
    ]


def test_the_row_says_what_its_value_says(database, now, head):
    with database.transaction() as session:
        review = a_review(session, now=now, state="agreed")
        action = a_recommended_action(session, review, by=head, now=now)
        after = takes(session, action, head, Step.DONE, now=now)

        assert act.as_owned(row_of(session, action)) == after
