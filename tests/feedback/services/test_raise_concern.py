"""A concern reaches the Head of Safeguarding and QA, and its message says nothing."""

from datetime import timedelta

from builders import a_review, a_staff_member
from sqlalchemy import select

from feedback.db.models import AuditEventRow, ConcernRow, MessageRow
from feedback.domain.access import Role
from feedback.services import audit, outbox
from feedback.services.raise_concern import NewConcern, concerns_of, raise_concern


def test_a_raised_concern_is_kept_sealed_and_tells_the_head_at_once(database, now):
    with database.transaction() as session:
        reviewer = a_staff_member(session, Role.REVIEWER, now=now)
        head = a_staff_member(
            session, Role.HEAD_SQA, now=now, email="head@council.example"
        )
        review = a_review(session, now=now, reviewer=reviewer, reference="H-7")
        concern = NewConcern(
            words="The child was not seen alone",
            owner="Service Manager",
            due_on=(now + timedelta(days=7)).date(),
            link="http://localhost/staff/reviews/H-7/concerns",
        )
        raise_concern(session, review.id, concern, by=audit.staff(reviewer), now=now)

    with database.transaction() as session:
        row = session.scalars(select(ConcernRow)).one()
        message = session.scalars(select(MessageRow)).one()
        params = outbox.params_of(session, message)
        (found,) = concerns_of(session, review.id, by=audit.staff(head), now=now)
    assert b"alone" not in row.words_sealed
    assert (found.words, found.owner) == (concern.words, "Service Manager")
    assert (message.purpose, message.channel) == ("staff-notice", "email")
    assert message.next_at == now
    assert params.to == "head@council.example"
    assert params.values == {"reference": "H-7", "link": concern.link}
    with database.reading() as session:
        actions = set(session.scalars(select(AuditEventRow.action)))
    assert {"concern_raised", "concerns_read"} <= actions
