"""Is what the reviewer says of the work kept, counted, and unchanged from lock on?"""

import pytest
from builders import a_review, a_staff_member
from grading_builders import ALL_GOOD, graded
from sqlalchemy import delete, event, select, update
from sqlalchemy.exc import DBAPIError

from feedback.db.models import AttentionRow, AuditEventRow, ReviewRow
from feedback.db.queries.attention import attention_counts
from feedback.domain.access import Role
from feedback.domain.attention import ALL, Aspect, Attention
from feedback.domain.grade_lock import GradesLockedError
from feedback.domain.review import FeedbackSeen
from feedback.services import audit, grade
from feedback.services.attend import attend, attention_of

SOME = Attention(aspects=frozenset({Aspect.RACE, Aspect.DISABILITY}))
NONE = Attention(aspects=frozenset())


@pytest.fixture
def reviewer(database, now):
    with database.transaction() as session:
        account = a_staff_member(session, Role.REVIEWER, now=now)
    return audit.staff(account)


def reviews(session, reviewer, number, *, now):
    return [
        a_review(session, now=now, reviewer=reviewer.account) for _ in range(number)
    ]


@pytest.mark.parametrize("said", [SOME, NONE])
def test_what_is_said_reads_the_same_again(database, reviewer, now, said):
    with database.transaction() as session:
        [review] = reviews(session, reviewer, 1, now=now)
        assert attention_of(session, review.id) is None
        attend(session, review.id, said, by=reviewer, now=now)
    with database.reading() as session:
        assert attention_of(session, review.id) == said


def test_it_may_change_and_be_taken_back_until_lock(database, reviewer, now):
    with database.transaction() as session:
        [review] = reviews(session, reviewer, 1, now=now)
        for said in (SOME, NONE, None, None):
            attend(session, review.id, said, by=reviewer, now=now)
            session.flush()
            assert attention_of(session, review.id) == said
        noted = session.scalars(
            select(AuditEventRow).where(AuditEventRow.action == "attention_drafted")
        ).all()

    assert len(noted) == 3, "saying the same again is no deed"
    assert all(one.facts == {} for one in noted), "the trail does not tell what"


def test_from_lock_on_nothing_changes_it(database, reviewer, now):
    with database.transaction() as session:
        said, silent = reviews(session, reviewer, 2, now=now)
        attend(session, said.id, SOME, by=reviewer, now=now)
        for review in (said, silent):
            graded(session, review, ALL_GOOD, by=reviewer, now=now)
            grade.lock(session, review.id, FeedbackSeen.NONE, by=reviewer, now=now)

    for review, new in ((said, NONE), (said, None), (silent, SOME)):
        with database.transaction() as session, pytest.raises(GradesLockedError):
            attend(session, review.id, new, by=reviewer, now=now)
    late = AttentionRow(
        review_id=silent.id, aspects="", offered="age", by=reviewer.account, at=now
    )
    for deed in (update(AttentionRow).values(aspects=""), delete(AttentionRow), late):
        refused(database, deed)
    with database.reading() as session:
        assert attention_of(session, said.id) == SOME


def refused(database, deed):
    """The database itself says no, whoever asks."""

    def do():
        with database.transaction() as session:
            session.add(deed) if isinstance(deed, AttentionRow) else session.execute(
                deed
            )

    with pytest.raises(DBAPIError, match="kept as it is"):
        do()


def test_reviews_are_counted_by_aspect_in_one_statement(database, reviewer, now):
    with database.transaction() as session:
        first, second, none, _silent, other = reviews(session, reviewer, 5, now=now)
        for review, said in ((first, SOME), (second, SOME), (none, NONE)):
            attend(session, review.id, said, by=reviewer, now=now)
        attend(session, other.id, SOME, by=reviewer, now=now)
        outside = other.id

    told = []
    event.listen(database.engine, "after_cursor_execute", lambda *a: told.append(a))
    with database.reading() as session:
        chosen = select(ReviewRow.id).where(ReviewRow.id != outside)
        session.execute(select(1))  # opens the transaction
        before = len(told)
        counts = attention_counts(session, chosen)
        asked = len(told) - before

    assert asked == 1
    assert (counts.said, counts.none) == (3, 1)
    assert counts.by_aspect[Aspect.RACE] == 2
    assert counts.by_aspect[Aspect.AGE] == 0
    assert tuple(counts.by_aspect) == ALL
