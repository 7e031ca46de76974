"""A review is rehearsed before it goes live, and nothing leaves."""

import json
from datetime import timedelta

import pytest
from builders import a_contact, a_participant, a_review
from sqlalchemy import func, select

from feedback.db.ids import new_id
from feedback.db.models import (
    AuditEventRow,
    ContactRow,
    InvitationRow,
    MessageRow,
    SuppressionRow,
)
from feedback.domain.outlook import OutlookKind
from feedback.services import audit, invite, link, rehearse, remind


@pytest.fixture
def played(ready, settings, now):
    """Rehearse the review that a test sets up."""

    def play(*people, **given):
        with ready.transaction() as session:
            review = a_review(session, now=now, state="commissioned", **given)
            for person in people:
                a_participant(session, review, now=now, **person)
            stage = rehearse.stage(settings)
            return rehearse.rehearse(
                session, review.id, stage, by=audit.OPERATOR, now=now
            )

    return play


def test_every_message_is_foreseen_with_its_words_and_no_token(played, now):
    (person,) = played({"key": "mother"}).people

    assert [one.purpose for one in person.messages] == [
        "invitation",
        "reminder",
        "reminder",
    ]
    assert person.messages[0].at == now
    assert "/r/… You don't have to do it" in person.messages[0].words
    assert person.messages[0].parts == 1


def test_a_child_is_seen_in_person_and_the_unsafe_are_red(played):
    found = played(
        {"key": "c", "group": "child", "age_band": "5-8"},
        {"key": "m", "consented_at": None},
    )

    assert [one.outlook.kind for one in found.people] == [
        OutlookKind.IN_PERSON,
        OutlookKind.HELD,
    ]
    assert not found.is_safe
    assert "No conversation" in found.people[1].dangers[0].sentence


def test_two_people_at_one_number_are_told_of_each_other(ready, settings, now):
    with ready.transaction() as session:
        review = a_review(session, now=now)
        for key in ("mother", "father"):
            person = a_participant(session, review, now=now, key=key, contact=False)
            a_contact(session, person, now=now, value="+447700900001")
        stage = rehearse.stage(settings)

        found = rehearse.rehearse(session, review.id, stage, by=audit.OPERATOR, now=now)

    assert [one.dangers[0].sentence.split(" would")[0] for one in found.people] == [
        "father",
        "mother",
    ]


@pytest.fixture
def running(ready, settings, now):
    """Invite one person, change what a test wants changed, and rehearse."""

    def play(change=lambda *_: None, **person):
        with ready.transaction() as session:
            review = a_review(session, now=now, state="commissioned")
            row = a_participant(session, review, now=now, **person)
            rules = invite.rules(settings)
            invite.invite(session, review.id, rules=rules, by=audit.OPERATOR, now=now)
            invitation = session.scalars(select(InvitationRow)).one()
            message = session.scalars(select(MessageRow)).one()
            change(session, row, invitation, message)
            session.flush()
            return rehearse.rehearse(
                session, review.id, rehearse.stage(settings), by=audit.OPERATOR, now=now
            )

    return play


def test_whoever_is_invited_already_is_told_what_still_comes(running, now):
    played = running()

    (person,) = played.people
    assert person.is_invited
    assert [one.purpose for one in person.messages] == [
        "invitation",
        "reminder",
        "reminder",
    ]
    assert person.messages[0].at == now
    assert person.outlook.sentence == "Is invited. The invitation goes now."
    assert (played.texts, played.is_safe) == (3, True)
    told = " ".join(one.sentence for one in played.dangers)
    assert "Neither the child nor the family" not in told, "they are asked already"


def test_after_the_invitation_only_reminders_are_foreseen(running, settings, now):
    due = now + timedelta(days=3)

    def went(session, person, invitation, message):
        invitation.status = "invited"
        message.state, message.attempts = "delivered", 1
        remind.plan_all(
            session, [(message, now)], calendar=link.calendar_of(settings), now=now
        )

    (person,) = running(went).people

    assert [(one.purpose, one.at) for one in person.messages] == [
        ("reminder", due),
        ("reminder", due + timedelta(days=3)),
    ]
    assert person.outlook.sentence.startswith("Is invited. A reminder waits until")


def test_whoever_answered_or_stopped_hears_nothing_more(running, now):
    def answered(session, person, invitation, message):
        invitation.status = "answered"

    (person,) = running(answered).people

    assert person.messages == ()
    assert person.outlook.sentence == "Has answered. Nothing more is sent."


def test_whoever_asked_for_no_more_hears_nothing_more(running, now):
    def stopped(session, person, invitation, message):
        invitation.messages_stopped_at = now

    (person,) = running(stopped).people

    assert person.messages == ()
    assert "Asked for no more messages" in person.outlook.sentence


def test_what_waits_for_a_contact_that_is_safe_no_more_is_red(running):
    def turned(session, person, invitation, message):
        contact = session.get(ContactRow, message.contact_id)
        contact.is_high_risk = True

    played = running(turned)

    assert not played.is_safe
    assert "risk" in played.people[0].dangers[0].sentence


def test_what_could_not_be_delivered_waits_for_a_person(running):
    def failed(session, person, invitation, message):
        invitation.status, message.state = "invited", "failed-permanent"

    played = running(failed)

    (person,) = played.people
    assert person.outlook.kind is OutlookKind.HELD
    assert "could not be delivered" in person.dangers[0].sentence
    assert played.is_safe, "nothing goes that could hurt anybody"


def test_an_address_that_asked_for_no_more_is_red(running, now):
    def stopped(session, person, invitation, message):
        contact = session.get(ContactRow, message.contact_id)
        session.add(
            SuppressionRow(
                id=new_id(),
                contact_hmac=contact.value_index,
                channel="sms",
                scope="all",
                reason="stop",
                since=now,
            )
        )

    played = running(stopped)

    assert not played.is_safe
    assert played.people[0].dangers[0].sentence == rehearse.STOPPED


def test_a_rehearsal_makes_no_invitation_and_no_message_and_is_on_record(
    played, database
):
    played({}, {"key": "p2"})

    with database.reading() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (InvitationRow, MessageRow)
        ]
        deeds = session.scalars(select(AuditEventRow.action)).all()
    assert counts == [0, 0]
    assert "rehearsed" in deeds


def test_the_command_tells_it_to_people_and_to_machines(app, ready, now):
    with ready.transaction() as session:
        review = a_review(session, now=now, reference="H-000001")
        a_participant(session, review, now=now, key="mother")
    runner = app.test_cli_runner()

    told = runner.invoke(args=["review", "rehearse", "H-000001"])
    document = runner.invoke(args=["review", "rehearse", "H-000001", "--json"])

    assert (told.exit_code, document.exit_code) == (0, 0)
    assert (
        "    10am on 24 November 2026, invitation by sms, en: A short form is ready"
        in told.output
    )
    assert "At most 3 texts in 3 parts, about £0.12, if nobody answers." in told.output
    found = json.loads(document.output)
    assert found["people"][0]["messages"][0]["encoding"] == "gsm-7"
    assert found["safe"] is True


def test_the_command_ends_with_a_fault_where_something_is_red(app, ready, now):
    with ready.transaction() as session:
        review = a_review(session, now=now, reference="H-000001")
        a_participant(session, review, now=now, key="mother", consented_at=None)

    told = app.test_cli_runner().invoke(args=["review", "rehearse", "H-000001"])

    assert told.exit_code == 1
    assert told.output.startswith("!! mother: No conversation")


def test_the_command_knows_no_other_review(app, ready):
    told = app.test_cli_runner().invoke(args=["review", "rehearse", "H-9"])

    assert told.exit_code == 1
    assert "H-9: there is no such review" in told.output


def test_whoever_answers_by_text_is_shown_the_text_that_offers_it(played):
    wished = {"contact_given": {"answers_by_text": True}}

    (person,) = played({"key": "mother", **wished}).people

    assert "To answer 5 questions by text" in person.messages[0].words
    assert person.messages[0].parts == 2
