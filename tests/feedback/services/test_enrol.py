"""People join a review, change, and leave; their details are sealed."""

import pytest
from builders import a_review, a_staff_member
from sqlalchemy import select

from feedback.db.models import ContactRow, MemberRow, ParticipantRow, ReviewRow
from feedback.domain.access import Role
from feedback.domain.address import parse_email, parse_mobile
from feedback.domain.intake import IntakeError, NewContact, NewPerson, NewReview
from feedback.domain.review import ReviewError
from feedback.services import audit, commission, enrol, publish
from feedback.services.commission import Team, TooLateError
from triangulation import AgeBand, Group


@pytest.fixture
def session(database, now):
    with database.transaction() as session:
        publish.publish_bundled(session, now=now)
        yield session


def a_person(**given):
    return NewPerson(**({"group": Group.FAMILY, "name": "Alex"} | given))


def test_people_get_the_next_free_key_and_place(session, now):
    review = a_review(session, now=now)

    for _ in range(2):
        enrol.enrol(session, review.id, a_person(), by=audit.SYSTEM, now=now)

    rows = session.scalars(select(ParticipantRow).order_by(ParticipantRow.position))
    assert [(row.key, row.position) for row in rows] == [("p1", 0), ("p2", 1)]


def test_a_child_gets_the_usual_form_of_their_age(session, now):
    review = a_review(session, now=now)
    child = a_person(group=Group.CHILD, age_band=AgeBand.FROM_9)

    enrol.enrol(session, review.id, child, by=audit.SYSTEM, now=now)

    assert session.scalars(select(ParticipantRow.form)).one() == "child_9_12"


def test_another_groups_form_is_refused(session, now):
    review = a_review(session, now=now)

    with pytest.raises(IntakeError) as refused:
        enrol.enrol(
            session, review.id, a_person(form="manager"), by=audit.SYSTEM, now=now
        )

    assert refused.value.field == "form"


def test_the_reviewers_own_address_cannot_be_a_contact(session, now):
    reviewer = a_staff_member(
        session, Role.REVIEWER, now=now, email="rev@council.example"
    )
    review = a_review(session, now=now, reviewer=reviewer)
    contact = NewContact(
        address=parse_email("Rev@council.example"), safe=True, verified_at=now
    )

    with pytest.raises(IntakeError):
        enrol.enrol(
            session,
            review.id,
            a_person(contacts=(contact,)),
            by=audit.SYSTEM,
            now=now,
        )


def test_nobody_joins_a_review_that_is_signed(session, now):
    review = a_review(session, now=now, state="agreed")

    with pytest.raises(ReviewError):
        enrol.enrol(session, review.id, a_person(), by=audit.SYSTEM, now=now)


def test_a_number_is_sealed_and_found_by_its_blind_index(session, now):
    review = a_review(session, now=now)
    contact = NewContact(
        address=parse_mobile("07700 900555"), safe=None, verified_at=None
    )

    enrol.enrol(
        session, review.id, a_person(contacts=(contact,)), by=audit.SYSTEM, now=now
    )

    row = session.scalars(select(ContactRow)).one()
    assert b"900555" not in row.value_sealed
    assert b"900555" not in row.value_index


def test_the_reviewer_decides_whether_a_review_is_independent(session, now):
    reviewer = a_staff_member(session, Role.REVIEWER, now=now, is_independent=True)
    review = NewReview(reference="H-1", opens_at=now, closes_at=now.replace(day=28))

    made = commission.commission(
        session, review, Team(reviewer=reviewer), by=audit.SYSTEM, now=now
    )

    assert session.get_one(ReviewRow, made).reviewer_kind == "independent"


def test_the_reviewer_stays_once_grades_are_locked(session, now):
    review = a_review(session, now=now, state="locked")
    reviewer = a_staff_member(session, Role.REVIEWER, now=now)

    with pytest.raises(TooLateError):
        commission.assign(
            session, review.id, Team(reviewer=reviewer), by=audit.SYSTEM, now=now
        )


def test_a_reviewer_who_is_replaced_keeps_their_time_on_record(session, now):
    first = a_staff_member(session, Role.REVIEWER, now=now)
    second = a_staff_member(session, Role.REVIEWER, now=now)
    review = a_review(session, now=now, reviewer=first)

    commission.assign(
        session, review.id, Team(reviewer=second), by=audit.SYSTEM, now=now
    )

    seats = session.execute(
        select(MemberRow.account_id, MemberRow.until).order_by(MemberRow.id)
    )
    assert [tuple(one) for one in seats] == [(first, now), (second, None)]
