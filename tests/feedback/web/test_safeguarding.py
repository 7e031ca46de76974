"""What do duty and the Head of Safeguarding and QA see of an alert, and who else?"""

import pytest
from asked import Respondent, ask
from builders import a_staff_member
from person import Person

from feedback.db.ids import new_id
from feedback.db.models import MemberRow, ReviewRow
from feedback.domain.access import Role
from feedback.services import converse, inbound
from feedback.services.dispatch import rules
from feedback.services.inbound import Inbound


@pytest.fixture
def child(app, clock, database, now):
    """A child of 9 who said that home is never safe."""
    asked = ask(database, now=now, group="child", person={"name": "Sam Test"})
    Respondent(app, clock).begins(asked).answers(*["skip"] * 9, "never")
    return asked


@pytest.fixture
def colleague(app, clock, database, now):
    def sign_in(*roles, review=None):
        email = f"{'-'.join(roles)}@council.example"
        with database.transaction() as session:
            account = a_staff_member(session, *roles, now=now, email=email)
            if review is not None:
                session.add(
                    MemberRow(
                        id=new_id(),
                        review_id=review,
                        account_id=account,
                        capacity="reviewer",
                        since=now,
                    )
                )
        return Person(app, clock).signs_in(email)

    return sign_in


def test_an_empty_list_says_when_an_alert_comes(colleague):
    duty = colleague(Role.DUTY).opens("/staff/alerts")

    assert duty.sees("No alert is open")
    assert duty.sees("after 15 minutes")


def test_the_list_shows_state_and_what_happens_next_but_no_words(colleague, child):
    duty = colleague(Role.DUTY).opens("/staff/alerts")

    assert duty.sees("1 alert is open")
    assert duty.sees("May not be safe")
    assert duty.sees("If nobody does, the second contact is told at")
    assert not duty.sees("Never")
    assert not duty.sees("Sam")


def test_duty_reads_what_was_said_and_how_to_reach_the_person(colleague, child):
    duty = colleague(Role.DUTY).opens("/staff/alerts")
    duty.follows(child.alerts()[0].reference)

    assert duty.sees("I feel safe where I live.")
    assert duty.sees("Never")
    assert duty.sees("aged 9 to 12")
    assert duty.sees("Sam Test")
    assert duty.sees("+4477009")


def test_the_head_reads_the_words_without_contact_details(colleague, child):
    head = colleague(Role.HEAD_SQA).opens("/staff/alerts")
    head.follows(child.alerts()[0].reference)

    assert head.sees("Never")
    assert not head.sees("Sam Test")
    assert not head.sees("+4477009")


def test_a_head_on_duty_has_the_alerted_persons_contacts_on_the_alert_alone(
    colleague, child, database
):
    with database.reading() as session:
        review = session.get_one(ReviewRow, child.review).reference
    person = f"/staff/reviews/{review}/people/{child.participant}"
    both = colleague(Role.HEAD_SQA, Role.DUTY)

    both.opens("/staff/alerts").follows(child.alerts()[0].reference)
    assert both.sees("+4477009")
    both.opens(person)
    assert not both.sees("+4477009")
    assert colleague(Role.COORDINATOR).opens(person).sees("+4477009")


def test_an_alert_is_taken_on_noted_and_closed_with_an_outcome(colleague, child):
    duty = colleague(Role.DUTY).opens("/staff/alerts")
    duty.follows(child.alerts()[0].reference)
    assert not duty.sees("Close with this outcome")

    duty.presses("Acknowledge")
    duty.presses("Keep note", note="Rang the school.")
    assert duty.sees("Rang the school.")
    duty.presses("Close with this outcome", status=422, outcome="Seen at school.")
    assert duty.sees("Choose whether the person was told")
    assert duty.sees("Seen at school.")
    duty.presses("Close with this outcome", status=422, outcome="", told="yes")
    assert duty.sees("An alert cannot be closed without an outcome")
    duty.presses("Close with this outcome", outcome="Seen at school.", told="yes")

    assert duty.sees("No alert is open")
    assert child.alerts()[0].state == "closed"
    duty.follows(child.alerts()[0].reference)
    assert duty.sees("The person was told.")
    assert not duty.sees("Sam Test")


def test_not_safe_now_says_plainly_not_to_contact_outside_the_profile(
    app, clock, database, now, colleague
):
    mother = ask(database, now=now)
    Respondent(app, clock).starts(mother).answers("no")
    duty = colleague(Role.DUTY).opens("/staff/alerts")

    duty.follows(mother.alerts()[0].reference)

    assert duty.sees("Do not contact this person in any way outside")
    assert duty.sees("How to reach them safely")


@pytest.mark.parametrize(
    "role", [Role.COORDINATOR, Role.MODERATOR, Role.COMMITTEE, Role.ADMIN]
)
def test_alerts_are_not_there_for_others(colleague, child, role):
    someone = colleague(role)

    someone.opens("/staff/alerts", status=404)
    someone.opens(f"/staff/alerts/{child.alerts()[0].id}", status=404)


def test_an_alert_that_is_not_there_is_not_found(colleague):
    duty = colleague(Role.DUTY)

    duty.opens(f"/staff/alerts/{new_id()}", status=404)


def test_a_reviewer_raises_an_alert_and_reads_none(colleague, child, database):
    with database.reading() as session:
        reference = session.get_one(ReviewRow, child.review).reference
    reviewer = colleague(Role.REVIEWER, review=child.review)
    reviewer.opens(f"/staff/reviews/{reference}/alert")
    reviewer.presses("Raise alert", status=422)
    assert reviewer.sees("Write what makes you think")

    reviewer.presses("Raise alert", words="A bruise is in the record")

    assert [one.kind for one in child.alerts()] == ["unsafe", "raised_by_staff"]
    reviewer.opens("/staff/alerts", status=404)


def test_a_strangers_text_that_worries_is_read_with_its_number(
    colleague, database, settings, clock
):
    text = Inbound(
        provider="twilio",
        sid="SM-1",
        sender="+447700900777",
        body="he hits me when you go",
    )
    with database.transaction() as session:
        inbound.record_inbound(session, text, now=clock.now())
    converse.work(database, rules(settings), read_now=clock.now)
    duty = colleague(Role.DUTY).opens("/staff/alerts")
    assert duty.sees("1 alert is open")

    duty.follows("A-")

    assert duty.sees("he hits me when you go")
    assert duty.sees("+447700900777")
    assert duty.sees("None: it came by text")
    duty.presses("Acknowledge: I take this on")
    duty.presses("Close with this outcome", outcome="Rang them; safe.", told="yes")
    duty.opens("/staff/alerts").follows("A-")
    assert not duty.sees("+447700900777")
