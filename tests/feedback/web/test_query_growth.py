"""Do the pages about messages ask the database no more often where there is more?"""

import pytest
from builders import a_contact, a_participant, a_review, a_staff_member, sign_in
from fakes_sending import FakeSender, a_dispatch
from sqlalchemy import event

from feedback.domain.access import Role
from feedback.messaging.sender import Refused, Unknown
from feedback.services import converse
from feedback.services.deliver import deliver_due
from feedback.services.dispatch import rules
from feedback.services.inbound import Inbound, record_inbound

FEW, MANY = 2, 14


@pytest.fixture
def questions(app, database, now):
    """Count what a page asks the database, seen by somebody of a role."""

    def asked(client, path):
        found = []

        def note(*given):
            found.append(given[2])

        engine = app.extensions["trigpoint"].database.engine
        event.listen(engine, "before_cursor_execute", note)
        answer = client.get(path)
        event.remove(engine, "before_cursor_execute", note)
        assert answer.status_code == 200
        return len(found), answer.text

    return asked


@pytest.fixture
def as_role(app, database, now):
    def client_of(role):
        with database.transaction() as session:
            a_staff_member(session, role, now=now, email=f"{role}@council.example")
        client = app.test_client()
        sign_in(client, f"{role}@council.example", now=now)
        return client

    return client_of


def test_a_rehearsal(ready, questions, as_role, now):
    client = as_role(Role.COORDINATOR)
    with ready.transaction() as session:
        review = a_review(session, now=now, state="commissioned", reference="H-000001")
        people(session, review, FEW, now)
    path = "/staff/reviews/H-000001/rehearsal"
    questions(client, path)
    few, _ = questions(client, path)
    with ready.transaction() as session:
        people(session, review, MANY, now)

    many, page = questions(client, path)

    assert page.count("Somebody") >= FEW + MANY
    assert many <= few


def people(session, review, how_many, now):
    for n in range(how_many):
        contact = {"answers_by_text": n % 2 == 0}
        person = a_participant(
            session, review, now=now, name="Somebody", contact_given=contact
        )
        a_contact(
            session, person, now=now, position=1, channel="email", value="x@example.org"
        )


def test_how_the_sending_stands(post, settings, questions, as_role, clock):
    client = as_role(Role.ADMIN)
    got_stuck(post, settings, clock, FEW)
    questions(client, "/staff/delivery")
    few, _ = questions(client, "/staff/delivery")
    got_stuck(post, settings, clock, MANY)

    many, page = questions(client, "/staff/delivery")

    assert page.count("H-9") >= MANY
    assert many <= few


def got_stuck(post, settings, clock, how_many):
    """So many are given up, and as many stay unknown."""
    outcomes = [Refused(code="21617", http=400), Unknown(detail="timeout")]
    for _ in range(how_many * 2):
        post.invite_one(clock.now())
    sms = FakeSender(post.database, outcomes=outcomes * how_many)
    deliver_due(a_dispatch(post.database, settings, sms=sms), read_now=clock.now)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DUTY])
def test_the_texts_that_people_wrote(post, settings, questions, as_role, clock, role):
    client = as_role(role)
    wrote(post, settings, clock, range(FEW))
    questions(client, "/staff/inbound")
    few, _ = questions(client, "/staff/inbound")
    wrote(post, settings, clock, range(FEW, FEW + MANY))

    many, _ = questions(client, "/staff/inbound")

    assert many <= few


def wrote(post, settings, clock, numbers):
    """Of so many known numbers one wrote words, one words that worry, one a keyword."""
    for n in numbers:
        number = f"+4477009005{n:02d}"
        post.invite_one(clock.now(), contact_given={"value": number})
        for at, body in enumerate(("See you", "He hits me", "HELP", "STOP")):
            text = Inbound(
                provider="twilio", sid=f"SM-{n}-{at}", sender=number, body=body
            )
            with post.database.transaction() as session:
                record_inbound(session, text, now=clock.now())
    converse.work(post.database, rules(settings), read_now=clock.now)
