"""A desk tells each role what needs them now, and nothing of anybody else's."""

from datetime import timedelta

import pytest
from builders import a_participant, a_review, a_staff_member
from meeting_builders import a_council, agreed, met, signs

from feedback.db.ids import new_id
from feedback.db.models import AlertRow, DraftGradeRow, InboundRow
from feedback.domain.access import Role, Viewer
from feedback.domain.grading import Judgement
from feedback.services.home import Item, Work, desk


def at_desk(session, account, *roles, now):
    viewer = Viewer(account=account, roles=frozenset(roles))
    return desk(session, viewer, now=now)


def a_draft(session, review, judgement, grade=3, *, now):
    row = DraftGradeRow(
        id=new_id(),
        review_id=review.id,
        judgement=judgement,
        grade=grade,
        changed_at=now,
    )
    session.add(row)
    session.flush()


def told(found):
    return [(one.work, one.reference) for one in found.items]


def test_a_reviewer_is_told_of_their_own_reviews_only(database, now):
    with database.transaction() as session:
        reviewer = a_staff_member(session, Role.REVIEWER, now=now)
        a_review(session, now=now, reviewer=reviewer, reference="H-1")
        a_review(session, now=now, reviewer=reviewer, reference="H-2", state="locked")
        a_review(session, now=now, reference="H-3")

        found = at_desk(session, reviewer, Role.REVIEWER, now=now)

    assert told(found) == [(Work.GRADE, "H-1"), (Work.VIEW, "H-2")]


def test_the_head_comments_unless_they_reviewed_it_themselves(database, now):
    with database.transaction() as session:
        head = a_staff_member(session, Role.HEAD_SQA, Role.REVIEWER, now=now)
        moderator = a_staff_member(session, Role.MODERATOR, now=now)
        a_review(session, now=now, reference="H-1", state="locked")
        a_review(
            session,
            now=now,
            reference="H-2",
            state="locked",
            reviewer=head,
            moderators=(moderator,),
        )

        heads = at_desk(session, head, Role.HEAD_SQA, now=now)
        moderators = at_desk(session, moderator, Role.MODERATOR, now=now)

    assert told(heads) == [(Work.COMMENT, "H-1")]
    assert told(moderators) == [(Work.COMMENT, "H-2")]


def test_open_alerts_come_first_and_are_urgent(database, now):
    with database.transaction() as session:
        duty = a_staff_member(session, Role.DUTY, now=now)
        review = a_review(session, now=now)
        for number, state in enumerate(("raised", "acknowledged", "closed")):
            session.add(
                AlertRow(
                    id=new_id(),
                    reference=f"A-{number}",
                    review_id=review.id,
                    kind="unsafe",
                    state=state,
                    level=0,
                    raised_at=now,
                    dedupe_key=str(number),
                )
            )
        session.flush()

        found = at_desk(session, duty, Role.DUTY, now=now)

    assert found.items == (Item(work=Work.ALERTS, count=2),)
    assert found.items[0].is_urgent


def test_a_coordinator_is_told_who_is_held(database, now):
    with database.transaction() as session:
        coordinator = a_staff_member(session, now=now)
        reviewer = a_staff_member(session, Role.REVIEWER, now=now)
        review = a_review(session, now=now, reference="H-1", reviewer=reviewer)
        a_participant(session, review, now=now)

        found = at_desk(session, coordinator, Role.COORDINATOR, now=now)

    assert told(found) == [(Work.INVITE, "H-1")]


def test_a_long_desk_shows_what_is_next_and_counts_the_rest(database, now):
    with database.transaction() as session:
        reviewer = a_staff_member(session, Role.REVIEWER, now=now)
        for _ in range(7):
            a_review(session, now=now, reviewer=reviewer)

        found = at_desk(session, reviewer, Role.REVIEWER, now=now)

    assert (len(found.items), found.more) == (5, 2)


@pytest.mark.parametrize(
    ("days", "urgent"), [(-1, True), (0, True), (2, True), (3, False)]
)
def test_work_presses_when_its_day_is_close_or_over(database, now, days, urgent):
    meeting = now.date() + timedelta(days=days)
    with database.transaction() as session:
        reviewer = a_staff_member(session, Role.REVIEWER, now=now)
        a_review(session, now=now, reviewer=reviewer, moderation_on=meeting)

        [item] = at_desk(session, reviewer, Role.REVIEWER, now=now).items

    assert (item.due, item.days, item.is_urgent) == (meeting, days, urgent)


def test_what_presses_stands_before_what_does_not(database, now):
    with database.transaction() as session:
        reviewer = a_staff_member(session, Role.REVIEWER, now=now)
        for reference, days, closes in (("LATER", 9, 1), ("SOON", 1, 5)):
            a_review(
                session,
                now=now,
                reviewer=reviewer,
                reference=reference,
                closes_at=now + timedelta(days=closes),
                moderation_on=now.date() + timedelta(days=days),
            )

        found = at_desk(session, reviewer, Role.REVIEWER, now=now)

    assert [reference for _, reference in told(found)] == ["SOON", "LATER"]


def test_each_seat_is_told_to_finish_the_meeting_and_then_to_sign(database, now):
    with database.transaction() as session:
        council = a_council(session, now=now)
        member, role = council.ad_people, Role.MODERATOR
        met(session, council, now=now)
        session.flush()
        open_meeting = told(at_desk(session, member, role, now=now))
        agreed(session, council, now=now)
        session.flush()
        all_agreed = told(at_desk(session, member, role, now=now))
        signs(session, council, member, now=now)
        session.flush()
        signed = told(at_desk(session, member, role, now=now))

    assert open_meeting == [(Work.FINISH, council.reference)]
    assert all_agreed == [(Work.SIGN, council.reference)]
    assert signed == []


def test_a_reviewer_who_has_judged_everything_is_told_to_lock(database, now):
    with database.transaction() as session:
        reviewer = a_staff_member(session, Role.REVIEWER, now=now)
        review = a_review(session, now=now, reviewer=reviewer, reference="H-1")
        half = a_review(session, now=now, reviewer=reviewer, reference="H-2")
        for one in Judgement:
            a_draft(session, review, one, now=now)
            a_draft(session, half, one, 3 if one is Judgement.D1 else None, now=now)

        found = at_desk(session, reviewer, Role.REVIEWER, now=now)

    assert told(found) == [(Work.LOCK, "H-1"), (Work.GRADE, "H-2")]


def test_a_text_that_waits_presses_on_the_duty_contact_and_nobody_else(database, now):
    with database.transaction() as session:
        duty = a_staff_member(session, Role.DUTY, now=now)
        for number, state in enumerate(("waiting", "done")):
            session.add(
                InboundRow(
                    id=new_id(),
                    provider="console",
                    sid=f"SM{number}",
                    from_hmac=b"hmac",
                    body_sealed=b"sealed",
                    received_at=now,
                    kind="words",
                    triage_state=state,
                )
            )
        session.flush()

        theirs = at_desk(session, duty, Role.DUTY, now=now)
        others = at_desk(session, duty, *set(Role) - {Role.DUTY}, now=now)

    assert theirs.items == (Item(work=Work.TEXTS, count=1),)
    assert theirs.items[0].is_urgent
    assert others.items == ()
