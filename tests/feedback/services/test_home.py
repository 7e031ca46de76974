"""A desk tells each role what needs them now, and nothing of anybody else's."""

from builders import a_participant, a_review, a_staff_member

from feedback.db.ids import new_id
from feedback.db.models import AlertRow
from feedback.domain.access import Role, Viewer
from feedback.services.home import Item, Work, desk


def at_desk(session, account, *roles, now):
    viewer = Viewer(account=account, roles=frozenset(roles))
    return desk(session, viewer, now=now)


def test_a_reviewer_is_told_of_their_own_reviews_only(database, now):
    with database.transaction() as session:
        reviewer = a_staff_member(session, Role.REVIEWER, now=now)
        a_review(session, now=now, reviewer=reviewer, reference="H-1")
        a_review(session, now=now, reviewer=reviewer, reference="H-2", state="locked")
        a_review(session, now=now, reference="H-3")

        found = at_desk(session, reviewer, Role.REVIEWER, now=now)

    assert found.items == (
        Item(work=Work.GRADE, reference="H-1"),
        Item(work=Work.VIEW, reference="H-2"),
    )


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

    assert heads.items == (Item(work=Work.COMMENT, reference="H-1"),)
    assert moderators.items == (Item(work=Work.COMMENT, reference="H-2"),)


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

    assert found.items == (Item(work=Work.INVITE, reference="H-1"),)


def test_a_long_desk_shows_what_is_next_and_counts_the_rest(database, now):
    with database.transaction() as session:
        reviewer = a_staff_member(session, Role.REVIEWER, now=now)
        for _ in range(7):
            a_review(session, now=now, reviewer=reviewer)

        found = at_desk(session, reviewer, Role.REVIEWER, now=now)

    assert (len(found.items), found.more) == (5, 2)
