"""From the first comment to the fourth signature, on both databases."""

from datetime import timedelta

import pytest
from builders import a_review, a_staff_member
from grading_builders import a_voice, locked
from meeting_builders import (
    a_council,
    a_recommendation,
    agreed,
    commented,
    everybody_signs,
    met,
    signs,
    state_of,
)
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from feedback.db.models import (
    AuditEventRow,
    GradingRow,
    MeetingRow,
    MemberRow,
    ModeratedFindingRow,
    ReviewStepRow,
)
from feedback.domain.access import Role
from feedback.domain.grading import GradeLayer, Grading, Judgement
from feedback.domain.moderation import (
    ChangedMeanwhileError,
    ConsideredMissingError,
    ModerationError,
    NoSeatError,
    NotFirstCommenterError,
    NotReadyToSignError,
    QuorumError,
    ReasonMissingError,
    RecordSignedError,
    Seat,
)
from feedback.services import audit, comment, meet, moderate, recommend, sign_record
from feedback.services.comment import NewComment, Proposal
from feedback.services.meet import NewMeeting, Sitting
from feedback.services.moderate import Agreement
from feedback.services.read_grades import grades_of
from triangulation import DimensionStatus

WORDS = NewComment(words="Sound work.")


@pytest.fixture
def council(database, now):
    with database.transaction() as session:
        return a_council(session, now=now)


def record(session, council, now):
    by = audit.staff(council.head_sqa)
    return sign_record.record_of(session, council.review, by=by, now=now)


def say(session, council, said, now):
    by = audit.staff(council.ad_people)
    return moderate.agree(session, council.review, said, by=by, now=now)


def grade(one, value):
    return Grading(judgement=one, grade=value)


# ---- First comment ----


def test_the_head_comments_first_and_the_review_is_ready_to_moderate(
    database, council, now
):
    proposal = Proposal(grading=grade(Judgement.D3, 2), reason="She was not heard.")

    with database.transaction() as session:
        commented(session, council, now=now, proposals=[proposal])

    with database.reading() as session:
        assert state_of(session, council.review).state == "commented"
        kept = comment.first_comment(session, council.review)
        assert (kept.words, kept.by_name) == (
            "Sound work; look at D3 again.",
            "Harper Head",
        )
        proposed = grades_of(session, council.review).in_layer(GradeLayer.PROPOSED)
        assert proposed[Judgement.D3].grading.grade == 2
        assert proposed[Judgement.D3].reason == "She was not heard."
        steps = session.scalars(
            select(ReviewStepRow.came_to).where(ReviewStepRow.by == council.head_sqa)
        ).all()
        assert steps == ["commented"]


def test_a_head_who_carried_out_the_review_cannot_comment_first_on_it(database, now):
    with database.transaction() as session:
        head = a_staff_member(session, Role.HEAD_SQA, Role.REVIEWER, now=now)
        moderator = a_staff_member(session, Role.MODERATOR, now=now)
        review = a_review(session, now=now, reviewer=head, moderators=[moderator])
        locked(session, review, head, now=now)

    with (
        pytest.raises(
            NotFirstCommenterError,
            match=r"You carried out .* A moderator of this review",
        ),
        database.transaction() as session,
    ):
        comment.comment(session, review.id, WORDS, by=audit.staff(head), now=now)

    with database.transaction() as session:
        comment.comment(session, review.id, WORDS, by=audit.staff(moderator), now=now)
        assert state_of(session, review.id).state == "commented"


def test_a_moderator_cannot_comment_first_where_the_head_did_not_review(
    database, council, now
):
    by = audit.staff(council.head_csc)

    with (
        pytest.raises(
            NotFirstCommenterError, match="Head of Safeguarding and QA comments first"
        ),
        database.transaction() as session,
    ):
        comment.comment(session, council.review, WORDS, by=by, now=now)


def test_a_second_first_comment_is_refused_and_the_first_stands(database, council, now):
    with database.transaction() as session:
        commented(session, council, now=now)

    with (
        pytest.raises(ModerationError, match="stands as it is"),
        database.transaction() as session,
    ):
        commented(session, council, now=now)


def test_a_comment_before_lock_is_refused(database, now):
    with database.transaction() as session:
        head = a_staff_member(session, Role.HEAD_SQA, now=now)
        review = a_review(session, now=now)

    with (
        pytest.raises(ModerationError, match="not locked yet"),
        database.transaction() as session,
    ):
        comment.comment(session, review.id, WORDS, by=audit.staff(head), now=now)


def test_a_proposal_without_a_reason_is_refused(database, council, now):
    proposal = Proposal(grading=grade(Judgement.D3, 2), reason="  ")

    with (
        pytest.raises(ModerationError, match="say why"),
        database.transaction() as session,
    ):
        commented(session, council, now=now, proposals=[proposal])


# ---- Seats ----


def test_the_meeting_opens_with_four_people_in_four_seats(database, council, now):
    with database.transaction() as session:
        met(session, council, now=now)

        found = record(session, council, now)

    assert [(one.seat, one.account) for one in found.seats] == [
        (seat, sitting.account) for seat, sitting in council.seats.items()
    ]
    with database.reading() as session:
        assert state_of(session, council.review).state == "moderating"


def test_a_seat_that_stays_empty_keeps_the_meeting_shut(database, council, now):
    seats = {seat: one for seat, one in council.seats.items() if seat != Seat.AD_PEOPLE}

    with (
        pytest.raises(QuorumError, match="Assistant Director for People"),
        database.transaction() as session,
    ):
        met(session, council, now=now, seats=seats)


def test_one_person_in_two_seats_keeps_the_meeting_shut(database, council, now):
    seats = {**council.seats, Seat.AD_PEOPLE: Sitting(account=council.head_csc)}

    with (
        pytest.raises(QuorumError, match="different person"),
        database.transaction() as session,
    ):
        met(session, council, now=now, seats=seats)


def test_a_deputy_needs_a_recorded_reason(database, council, now):
    with database.transaction() as session:
        other = a_staff_member(session, Role.REVIEWER, now=now)
    seats = {
        **council.seats,
        Seat.REVIEWER: Sitting(account=other, deputy_reason=" "),
    }

    with (
        pytest.raises(QuorumError, match="say why a deputy"),
        database.transaction() as session,
    ):
        met(session, council, now=now, seats=seats)


def test_a_deputy_from_outside_the_review_becomes_a_moderator_of_it(
    database, council, now
):
    with database.transaction() as session:
        other = a_staff_member(session, Role.REVIEWER, now=now)
        seats = {
            **council.seats,
            Seat.AD_PEOPLE: Sitting(account=other, deputy_reason="On leave"),
        }

        met(session, council, now=now, seats=seats)

        capacities = session.scalars(
            select(MemberRow.capacity).where(MemberRow.account_id == other)
        ).all()
        assert capacities == ["moderator"]
        seat = record(session, council, now).seat_of(other)
        assert (seat.seat, seat.deputy_reason) == (Seat.AD_PEOPLE, "On leave")


def test_where_the_head_reviewed_a_deputy_fills_the_double_seat(database, now):
    with database.transaction() as session:
        head = a_staff_member(session, Role.HEAD_SQA, Role.REVIEWER, now=now)
        csc, director = (a_staff_member(session, Role.MODERATOR, now=now) for _ in "ab")
        deputy = a_staff_member(session, Role.REVIEWER, now=now)
        review = a_review(session, now=now, reviewer=head, moderators=[csc, director])
        locked(session, review, head, now=now)
        comment.comment(session, review.id, WORDS, by=audit.staff(csc), now=now)
    seats = {
        Seat.REVIEWER: Sitting(account=head),
        Seat.HEAD_SQA: Sitting(account=head),
        Seat.HEAD_CSC: Sitting(account=csc),
        Seat.AD_PEOPLE: Sitting(account=director),
    }

    with (
        pytest.raises(QuorumError, match="different person"),
        database.transaction() as session,
    ):
        _open(session, review, seats, head, now)
    seats[Seat.HEAD_SQA] = Sitting(account=deputy, deputy_reason="Head reviewed it")
    with database.transaction() as session:
        _open(session, review, seats, head, now)
        assert state_of(session, review.id).state == "moderating"


def test_the_meeting_waits_for_the_first_comment(database, council, now):
    with (
        pytest.raises(ModerationError, match="first comment comes before"),
        database.transaction() as session,
    ):
        _open(session, state_of(session, council.review), council.seats, None, now)


# ---- Agreeing ----


def test_disagreements_stand_first_in_the_walk_and_no_grade_is_chosen(
    database, council, now
):
    with database.transaction() as session:
        met(session, council, now=now)

        points = record(session, council, now).points

    assert points[0].judgement is Judgement.D3
    assert points[0].is_dissonant
    assert [voice.label for voice in points[0].heard.voices] == ["Child"]
    assert [point.judgement for point in points[-2:]] == [
        Judgement.PRACTICE,
        Judgement.OUTCOMES,
    ]
    assert {point.agreed for point in points} == {None}


def test_a_dissonance_that_was_not_considered_blocks_the_grade(database, council, now):
    said = Agreement(judgement=Judgement.D3, grading=grade(Judgement.D3, 3))
    with database.transaction() as session:
        met(session, council, now=now)

    with pytest.raises(ConsideredMissingError), database.transaction() as session:
        say(session, council, said, now)

    with database.transaction() as session:
        assert record(session, council, now).point(Judgement.D3).agreed is None


def test_a_grade_that_moves_needs_a_reason(database, council, now):
    said = Agreement(judgement=Judgement.D1, grading=grade(Judgement.D1, 2), reason=" ")
    with database.transaction() as session:
        met(session, council, now=now)

    with pytest.raises(ReasonMissingError), database.transaction() as session:
        say(session, council, said, now)


def test_what_was_considered_can_be_kept_before_a_grade_is_reached(
    database, council, now
):
    said = Agreement(judgement=Judgement.D3, considered="She said so twice.")
    with database.transaction() as session:
        met(session, council, now=now)

        say(session, council, said, now)

        point = record(session, council, now).point(Judgement.D3)
        assert (point.considered, point.agreed) == ("She said so twice.", None)


def test_somebody_elses_edit_is_not_overwritten_unseen(database, council, clock):
    with database.transaction() as session:
        met(session, council, now=clock.now())
        seen = record(session, council, clock.now()).point(Judgement.D1).version
        first = Agreement(
            judgement=Judgement.D1, grading=grade(Judgement.D1, 3), version=seen
        )
        say(session, council, first, clock.forward(seconds=1))
    second = Agreement(
        judgement=Judgement.D1,
        grading=grade(Judgement.D1, 4),
        reason="Two sources.",
        version=seen,
    )

    with pytest.raises(ChangedMeanwhileError), database.transaction() as session:
        say(session, council, second, clock.forward(seconds=1))

    with database.transaction() as session:
        point = record(session, council, clock.now()).point(Judgement.D1)
        assert point.agreed.grade == 3


# ---- Signing ----


def test_nothing_is_signed_while_something_is_missing(database, council, now):
    with database.transaction() as session:
        met(session, council, now=now)

    with (
        pytest.raises(NotReadyToSignError) as refused,
        database.transaction() as session,
    ):
        signs(session, council, council.reviewer, now=now)

    assert len(refused.value.faults) == 11


def test_only_the_four_seats_sign(database, council, now):
    with database.transaction() as session:
        other = a_staff_member(session, Role.HEAD_SQA, now=now)
        met(session, council, now=now)
        agreed(session, council, now=now)

    with pytest.raises(NoSeatError), database.transaction() as session:
        signs(session, council, other, now=now)


def test_the_fourth_signature_agrees_the_grades_and_keeps_what_was_seen(
    database, council, now
):
    with database.transaction() as session:
        met(session, council, now=now)
        agreed(session, council, now=now, D3=2)
        a_recommendation(session, council, now=now)

        done = everybody_signs(session, council, now=now)

    assert done == [False, False, False, True]
    with database.transaction() as session:
        row = state_of(session, council.review)
        assert (row.state, row.agreed_at) == ("agreed", now)
        layer = grades_of(session, council.review).in_layer(GradeLayer.AGREED)
        assert len(layer) == 11
        assert (layer[Judgement.D3].grading.grade, layer[Judgement.D3].reason) == (
            2,
            "Because of D3",
        )
        seen = dict(
            session.execute(
                select(ModeratedFindingRow.dimension, ModeratedFindingRow.status)
            ).all()
        )
        assert (len(seen), seen["D3"]) == (9, "dissonant")
        found = record(session, council, now)
        assert found.is_signed
        assert all(seat.stands and seat.signed_at == now for seat in found.seats)
        point = found.point(Judgement.D3)
        assert point.heard.status is DimensionStatus.DISSONANT
        assert (point.first.grade, point.agreed.grade) == (3, 2)
        assert point.considered == "We read it twice."
        assert found.recommendations[0].recommendation.owner == "Team manager"


def test_a_change_after_a_signature_clears_it(database, council, clock):
    with database.transaction() as session:
        met(session, council, now=clock.now())
        agreed(session, council, now=clock.now())
        signs(session, council, council.reviewer, now=clock.now())
        signs(session, council, council.head_sqa, now=clock.now())
        said = Agreement(
            judgement=Judgement.D1, grading=grade(Judgement.D1, 2), reason="Late visits"
        )

        cleared = say(session, council, said, clock.forward(minutes=1))

        assert cleared == 2
        seats = record(session, council, clock.now()).seats
        assert [seat.signed_at for seat in seats] == [None] * 4


def test_saving_the_same_again_clears_no_signature(database, council, clock):
    said = Agreement(judgement=Judgement.D1, grading=grade(Judgement.D1, 3))
    with database.transaction() as session:
        met(session, council, now=clock.now())
        agreed(session, council, now=clock.now())
        signs(session, council, council.reviewer, now=clock.now())

        assert say(session, council, said, clock.forward(minutes=1)) == 0


def test_a_record_that_changed_since_it_was_read_is_not_signed(database, council, now):
    with database.transaction() as session:
        met(session, council, now=now)
        agreed(session, council, now=now)
        read = record(session, council, now).digest
        a_recommendation(session, council, now=now)

    with pytest.raises(ChangedMeanwhileError), database.transaction() as session:
        by = audit.staff(council.head_sqa)
        sign_record.sign(session, council.review, read, by=by, now=now)


def test_a_late_voice_that_disagrees_takes_the_signatures_back(database, council, now):
    with database.transaction() as session:
        met(session, council, now=now)
        agreed(session, council, now=now)
        for one in council.people[:3]:
            signs(session, council, one, now=now)
        review = state_of(session, council.review)
        a_voice(session, review, "family", {"know_the_plan": "not_at_all"}, now=now)

        found = record(session, council, now)

    assert not any(seat.stands for seat in found.seats)
    assert [fault.judgement for fault in found.faults] == [Judgement.D2]


def test_after_the_last_signature_nothing_is_added_changed_or_taken_out(
    database, council, now
):
    with database.transaction() as session:
        met(session, council, now=now)
        agreed(session, council, now=now)
        a_recommendation(session, council, now=now)
        everybody_signs(session, council, now=now)
        kept = record(session, council, now).recommendations[0].id
    by = audit.staff(council.head_sqa)
    said = Agreement(judgement=Judgement.D1, grading=grade(Judgement.D1, 3))

    with pytest.raises(RecordSignedError), database.transaction() as session:
        say(session, council, said, now)
    with pytest.raises(RecordSignedError), database.transaction() as session:
        a_recommendation(session, council, now=now)
    with pytest.raises(RecordSignedError), database.transaction() as session:
        recommend.drop_recommendation(session, council.review, kept, by=by, now=now)
    with pytest.raises(RecordSignedError), database.transaction() as session:
        signs(session, council, council.reviewer, now=now)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE grading SET grade = 4 WHERE layer = 'agreed'",
        "DELETE FROM grading",
        "UPDATE meeting SET held_on = '2026-01-01'",
        "UPDATE meeting SET signed_at = NULL",
        "DELETE FROM meeting",
        "UPDATE seat SET deputy_reason = 'none'",
        "DELETE FROM seat",
        "UPDATE recommendation SET owner = 'nobody'",
        "DELETE FROM recommendation",
        "UPDATE considered SET dimension = 'D1'",
        "DELETE FROM considered",
        "UPDATE moderated_finding SET status = 'convergent'",
        "DELETE FROM moderated_finding",
        "DELETE FROM first_comment",
        "INSERT INTO considered SELECT * FROM considered",
        "INSERT INTO recommendation SELECT * FROM recommendation",
    ],
)
def test_the_database_itself_refuses_to_change_a_signed_record(
    database, council, now, statement
):
    with database.transaction() as session:
        met(session, council, now=now)
        agreed(session, council, now=now)
        a_recommendation(session, council, now=now)
        everybody_signs(session, council, now=now)

    with (
        pytest.raises(DatabaseError, match="kept as it is"),
        database.transaction() as session,
    ):
        session.execute(text(statement))


def test_a_record_not_signed_yet_can_still_change_in_the_database(
    database, council, now
):
    with database.transaction() as session:
        met(session, council, now=now)
        agreed(session, council, now=now)
        a_recommendation(session, council, now=now)

        session.execute(text("UPDATE recommendation SET owner = 'somebody'"))
        session.execute(text("DELETE FROM considered"))


def test_everything_that_happened_is_in_the_trail_without_a_word_or_grade(
    database, council, now
):
    with database.transaction() as session:
        met(session, council, now=now)
        agreed(session, council, now=now)
        everybody_signs(session, council, now=now)

    with database.reading() as session:
        events = session.scalars(select(AuditEventRow)).all()
        deeds = {event.action for event in events}
        assert deeds >= {
            "first_comment_made",
            "meeting_opened",
            "agreement_saved",
            "record_signed",
            "grades_agreed",
            "moderation_record_read",
        }
        assert not any("Sound work" in str(event.facts) for event in events)


def test_words_are_sealed_wherever_they_are_kept(database, council, now):
    with database.transaction() as session:
        met(session, council, now=now)
        agreed(session, council, now=now, D3=2)
        a_recommendation(session, council, now=now, words="A very plain sentence")
        everybody_signs(session, council, now=now)

    with database.reading() as session:
        for row in session.scalars(
            select(GradingRow).where(GradingRow.reason_sealed.is_not(None))
        ):
            assert b"Because" not in row.reason_sealed
        meeting = session.scalars(select(MeetingRow)).one()
        assert meeting.record_digest is not None


def _open(session, review, seats, by, now):
    new = NewMeeting(held_on=now.date() + timedelta(days=1), seats=seats)
    actor = audit.OPERATOR if by is None else audit.staff(by)
    meet.open_meeting(session, review.id, new, by=actor, now=now)
