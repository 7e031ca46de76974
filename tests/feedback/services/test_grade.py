"""Drafts, evidence, the lock and what may move after it, on both databases."""

import pytest
from builders import a_review, a_staff_member
from grading_builders import ALL_GOOD, graded, locked, some_evidence
from sqlalchemy import select

from feedback.db.models import (
    AuditEventRow,
    EvidenceItemRow,
    GradingRow,
    ReviewRow,
    ReviewStepRow,
)
from feedback.domain.access import Role
from feedback.domain.grade_lock import (
    GradesLockedError,
    NotReadyToLockError,
    NotRevisableError,
    Revision,
)
from feedback.domain.grading import GradeLayer, Grading, GradingError, Judgement
from feedback.domain.review import FeedbackSeen
from feedback.services import audit, grade, keep_evidence
from feedback.services.grade import Draft
from feedback.services.read_grades import grades_of


@pytest.fixture
def reviewer(database, now):
    with database.transaction() as session:
        return a_staff_member(session, Role.REVIEWER, now=now)


@pytest.fixture
def by(reviewer):
    return audit.staff(reviewer)


@pytest.fixture
def review(database, reviewer, now):
    with database.transaction() as session:
        return a_review(session, now=now, reviewer=reviewer)


def sheet(database, review):
    with database.reading() as session:
        return grade.sheet(session, review.id)


def incomplete(found):
    return {fault.judgement for fault in found.faults}


def test_nothing_is_judged_and_everything_missing_at_first(database, review):
    found = sheet(database, review)

    assert found.judged == 0
    assert len(found.faults) == len(Judgement)


def test_a_draft_is_kept_as_it_stands_and_can_change(database, review, by, now):
    for value in (4, 2):
        draft = Draft(judgement=Judgement.D7, grade=value, note="The school's part")
        with database.transaction() as session:
            grade.save_draft(session, review.id, draft, by=by, now=now)

    found = sheet(database, review)

    assert found.drafts[Judgement.D7] == draft
    assert found.judged == 1


def test_a_judgement_without_a_grade_counts_once_it_says_why(database, review, by, now):
    draft = Draft(judgement=Judgement.D8, not_graded_reason="new case")
    with database.transaction() as session:
        grade.save_draft(session, review.id, draft, by=by, now=now)

    found = sheet(database, review)

    assert found.judged == 1
    assert Judgement.D8 not in incomplete(found)


def test_words_about_a_grade_are_sealed_at_rest(database, review, by, now):
    draft = Draft(judgement=Judgement.D8, not_graded_reason="SECRET-REASON")
    with database.transaction() as session:
        grade.save_draft(session, review.id, draft, by=by, now=now)
        some_evidence(session, review, Judgement.D1, by=by, now=now)

    with database.reading() as session:
        row = session.scalars(select(EvidenceItemRow)).one()
        kept = (row.statement_sealed, row.so_what_sealed)
    assert all(b"visits" not in each and b"child" not in each for each in kept)


def test_the_trail_of_drafts_never_tells_a_grade(database, review, by, now):
    with database.transaction() as session:
        draft = Draft(judgement=Judgement.D1, grade=4)
        grade.save_draft(session, review.id, draft, by=by, now=now)

    with database.reading() as session:
        event = session.scalars(
            select(AuditEventRow).where(AuditEventRow.action == "grade_drafted")
        ).one()
    assert event.facts == {"judgement": "D1"}


def test_evidence_taken_back_no_longer_counts_until_it_is_put_back(
    database, review, by, now
):
    with database.transaction() as session:
        draft = Draft(judgement=Judgement.D1, grade=3)
        grade.save_draft(session, review.id, draft, by=by, now=now)
        item = some_evidence(session, review, Judgement.D1, by=by, now=now)
    with database.transaction() as session:
        keep_evidence.remove_evidence(session, review.id, item, by=by, now=now)
    without = sheet(database, review)
    with database.transaction() as session:
        keep_evidence.restore_evidence(session, review.id, item, by=by, now=now)

    again = sheet(database, review)

    assert Judgement.D1 in incomplete(without)
    assert Judgement.D1 not in incomplete(again)


def test_evidence_of_another_review_cannot_be_taken_back_here(
    database, review, by, now
):
    with database.transaction() as session:
        other = a_review(session, now=now)
        item = some_evidence(session, other, Judgement.D1, by=by, now=now)

    with pytest.raises(GradingError), database.transaction() as session:
        keep_evidence.remove_evidence(session, review.id, item, by=by, now=now)


def test_grades_with_something_missing_are_not_locked(database, review, by, now):
    with database.transaction() as session:
        graded(session, review, {**ALL_GOOD, Judgement.D3: None}, by=by, now=now)
        draft = Draft(judgement=Judgement.D3, grade=4)
        grade.save_draft(session, review.id, draft, by=by, now=now)
        some_evidence(session, review, Judgement.D3, by=by, now=now)

    with (
        pytest.raises(NotReadyToLockError) as caught,
        database.transaction() as session,
    ):
        grade.lock(session, review.id, FeedbackSeen.NONE, by=by, now=now)

    assert [fault.judgement for fault in caught.value.faults] == [Judgement.D3]
    assert "two types of source" in caught.value.faults[0].sentence
    with database.reading() as session:
        assert session.get(ReviewRow, review.id).state == "invited"
        assert session.scalars(select(GradingRow)).all() == []


def test_locking_keeps_eleven_first_grades_and_says_when_and_by_whom(
    database, review, reviewer, now
):
    with database.transaction() as session:
        locked(
            session, review, reviewer, now=now, seen=FeedbackSeen.CONVERSATIONS, D5=None
        )

    with database.reading() as session:
        row = session.get(ReviewRow, review.id)
        step = session.scalars(
            select(ReviewStepRow).where(ReviewStepRow.came_to == "locked")
        ).one()
        first = grades_of(session, review.id).in_layer(GradeLayer.INITIAL)
    assert (row.state, row.locked_at, row.feedback_seen) == (
        "locked",
        now,
        "conversations",
    )
    assert (step.came_from, step.by, step.at) == ("invited", reviewer, now)
    assert len(first) == len(Judgement)
    assert first[Judgement.D5].grading.not_graded_reason == "new case"


def test_after_the_lock_no_draft_evidence_or_second_lock_is_taken(
    database, review, reviewer, by, now
):
    with database.transaction() as session:
        locked(session, review, reviewer, now=now)
    draft = Draft(judgement=Judgement.D1, grade=1)

    with pytest.raises(GradesLockedError), database.transaction() as session:
        grade.save_draft(session, review.id, draft, by=by, now=now)
    with pytest.raises(GradesLockedError), database.transaction() as session:
        some_evidence(session, review, Judgement.D1, by=by, now=now)
    with pytest.raises(GradesLockedError), database.transaction() as session:
        grade.lock(session, review.id, FeedbackSeen.NONE, by=by, now=now)


def test_a_revision_keeps_both_grades_and_the_reason(
    database, review, reviewer, by, now
):
    with database.transaction() as session:
        locked(session, review, reviewer, now=now, D3=3)
        grade.revise(session, review.id, _to(Judgement.D3, 2), by=by, now=now)

    with database.reading() as session:
        history = grades_of(session, review.id).history(Judgement.D3)
    assert [(one.layer, one.grading.grade) for one in history] == [
        (GradeLayer.INITIAL, 3),
        (GradeLayer.AFTER_TRIANGULATION, 2),
    ]
    assert history[1].reason == "The mother described it otherwise"


@pytest.mark.parametrize(
    ("value", "reason"), [(3, "No change at all"), (2, "  ")], ids=["same", "no reason"]
)
def test_a_revision_that_moves_nothing_or_says_nothing_is_refused(
    database, review, reviewer, by, now, value, reason
):
    with database.transaction() as session:
        locked(session, review, reviewer, now=now, D3=3)

    with pytest.raises(GradingError), database.transaction() as session:
        grade.revise(
            session, review.id, _to(Judgement.D3, value, reason), by=by, now=now
        )


def test_a_revision_to_an_extreme_needs_two_sources_and_may_bring_its_own(
    database, review, reviewer, by, now
):
    with database.transaction() as session:
        locked(session, review, reviewer, now=now, D3=None)
    bare = _to(Judgement.D3, 4)

    with (
        pytest.raises(GradingError, match="evidence"),
        database.transaction() as session,
    ):
        grade.revise(session, review.id, bare, by=by, now=now)


def test_a_grade_is_revised_once(database, review, reviewer, by, now):
    with database.transaction() as session:
        locked(session, review, reviewer, now=now, D3=3)
        grade.revise(session, review.id, _to(Judgement.D3, 2), by=by, now=now)

    with pytest.raises(NotRevisableError), database.transaction() as session:
        grade.revise(session, review.id, _to(Judgement.D3, 3), by=by, now=now)


@pytest.mark.parametrize(
    ("state", "is_open"),
    [("locked", True), ("commented", True), ("moderating", False), ("agreed", False)],
)
def test_grades_may_be_revised_until_the_meeting_opens(
    database, review, reviewer, by, now, state, is_open
):
    with database.transaction() as session:
        locked(session, review, reviewer, now=now)
        session.get(ReviewRow, review.id).state = state

    offered = sheet(database, review).revisable
    try:
        with database.transaction() as session:
            grade.revise(session, review.id, _to(Judgement.D3, 2), by=by, now=now)
        was_taken = True
    except NotRevisableError:
        was_taken = False

    assert bool(offered) is is_open
    assert was_taken is is_open


def test_drafts_are_not_revised_before_the_lock(database, review, by, now):
    with pytest.raises(NotRevisableError), database.transaction() as session:
        grade.revise(session, review.id, _to(Judgement.D3, 2), by=by, now=now)


def _to(judgement, value, reason="The mother described it otherwise"):
    return Revision(
        grading=Grading(judgement=judgement, grade=value), reason=reason, evidence=None
    )
