"""What is kept of each group when the fourth seat signs, and never changes again."""

import pytest
from builders import a_staff_member
from meeting_builders import a_council, agreed, an_agreed_review, everybody_signs, met
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from feedback.db.models import ModeratedVoiceRow
from feedback.domain.access import Role

CHILD_ON_D3 = (ModeratedVoiceRow.group == "child", ModeratedVoiceRow.dimension == "D3")


def a_signed_review(database, now, **moved):
    with database.transaction() as session:
        council = a_council(session, now=now)
        met(session, council, now=now)
        agreed(session, council, now=now, **moved)
        everybody_signs(session, council, now=now)
    return council


def voices(database, *where):
    with database.reading() as session:
        return session.scalars(select(ModeratedVoiceRow).where(*where)).all()


def test_signing_keeps_a_stance_as_bands_beside_the_first_grade(database, now):
    a_signed_review(database, now, D3=2)

    (child,) = voices(database, *CHILD_ON_D3)

    assert (child.lo, child.hi) == (1, 1)
    assert child.status == "dissonance"
    # The meeting agreed 2; what the child is held against was locked before.
    assert child.grade == 3
    assert child.silence is None


def test_signing_keeps_a_silence_with_its_reason(database, now):
    a_signed_review(database, now)

    families = voices(database, ModeratedVoiceRow.group == "family")

    assert {one.silence for one in families} == {"not_invited"}
    assert {(one.lo, one.hi) for one in families} == {(None, None)}


def test_what_a_group_may_not_speak_to_is_no_silence(database, now):
    a_signed_review(database, now)

    groups = {
        one.group for one in voices(database, ModeratedVoiceRow.dimension == "D6")
    }

    assert groups == {"practitioner", "manager"}


def test_nothing_is_kept_before_the_last_signature(database, now):
    with database.transaction() as session:
        council = a_council(session, now=now)
        met(session, council, now=now)
        agreed(session, council, now=now)

    assert voices(database) == []


@pytest.mark.parametrize(
    "change",
    [update(ModeratedVoiceRow).values(lo=4, hi=4), delete(ModeratedVoiceRow)],
    ids=["update", "delete"],
)
def test_what_is_kept_never_changes(database, now, change):
    a_signed_review(database, now)

    with (
        pytest.raises(DBAPIError, match="kept as it is"),
        database.transaction() as work,
    ):
        work.execute(change)


def test_a_review_signed_earlier_has_no_voices(database, now):
    with database.transaction() as session:
        head = a_staff_member(session, Role.HEAD_SQA, now=now)
        an_agreed_review(session, now=now, by=head)

    assert voices(database) == []
