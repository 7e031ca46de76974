"""What is kept of a link, a run through a form, and a wish to stop?"""

import threading
from datetime import timedelta

import pytest
from asked import ask
from builders import a_contact, a_staff_member
from sqlalchemy import select

from feedback.db.models import (
    AnswerRow,
    AuditEventRow,
    ContactRow,
    FailureRow,
    InvitationRow,
    MessageRow,
    ParticipantRow,
    QuestionnaireRow,
    RespondentSessionRow,
    ReviewRow,
    SuppressionRow,
)
from feedback.domain.access import Role
from feedback.domain.answering import StoredAnswer
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.domain.errors import IllegalMoveError
from feedback.services import (
    audit,
    enter,
    link,
    outbox,
    quarantine,
    respond,
    resume,
    stop,
    submit,
    withdraw,
)
from feedback.services.notice import StaffLinks
from feedback.services.publish import PublishedFormChangedError, publish_bundled
from feedback.services.submit import Outcome, Sending

LINKS = StaffLinks("https://staff.example")
NEVER = timedelta(0)


@pytest.fixture
def mother(database, now):
    return ask(database, now=now)


def start(asked, *, now):
    with asked.database.transaction() as session:
        return enter.start(session, asked.token, now=now)


def answer_all(asked, cookie, *, now, words="Much <helped>"):
    """Skip every question of a form, but for one with words where there are any."""
    with asked.database.transaction() as session:
        run = resume.open_run(session, cookie, now=now, hold=True)
        answers = []
        for question in run.questionnaire.asked:
            if question.code == "what_helped" and words is not None:
                answers.append(StoredAnswer(question=question.code, words=words))
            else:
                answers.append(StoredAnswer(question=question.code, skipped=True))
        respond.save_page(session, run, tuple(answers), LINKS, now=now)


def send(asked, cookie, *, now, key="key", body="[]", quarantine=NEVER):
    with asked.database.transaction() as session:
        sending = Sending(key=key, body=body)
        return submit.submit(session, cookie, sending, quarantine=quarantine, now=now)


def message_to(session, asked, contact, *, now, attempts=0):
    message = outbox.NewMessage(
        purpose=Purpose.INVITATION,
        channel=Channel(contact.channel),
        review=asked.review,
        participant=asked.participant,
        contact=contact.id,
    )
    row = session.get_one(MessageRow, outbox.queue(session, message, now=now))
    row.attempts = attempts
    return row


def test_bundled_forms_are_published_once(database, now):
    counts = []
    for _ in range(2):
        with database.transaction() as session:
            counts.append(publish_bundled(session, now=now))

    assert counts == [8, 0]


def test_a_form_that_changed_under_its_version_is_refused(database, now):
    with database.transaction() as session:
        publish_bundled(session, now=now)
        session.scalars(select(QuestionnaireRow)).first().digest = "other"

    with (
        pytest.raises(PublishedFormChangedError, match="a new version"),
        database.transaction() as session,
    ):
        publish_bundled(session, now=now)


def test_words_stand_sealed_in_the_table(mother, now):
    answer_all(mother, start(mother, now=now), now=now)

    with mother.database.reading() as session:
        sealed = session.scalars(
            select(AnswerRow.words_sealed).where(AnswerRow.question == "what_helped")
        ).one()
    assert b"helped" not in sealed
    assert mother.answers()["what_helped"] == "Much <helped>"


def test_words_can_follow_where_a_question_was_skipped(mother, now):
    cookie = start(mother, now=now)
    answer_all(mother, cookie, now=now, words=None)

    with mother.database.transaction() as session:
        run = resume.open_run(session, cookie, now=now, hold=True)
        answers = (StoredAnswer(question="what_helped", words="Help me"),)
        respond.save_page(session, run, answers, LINKS, now=now)

    assert mother.answers()["what_helped"] == "Help me"


def test_a_link_and_a_cookie_stand_as_digests_only(mother, now):
    cookie = start(mother, now=now)

    with mother.database.reading() as session:
        browser = session.scalars(select(RespondentSessionRow)).one()
        invitation = session.get_one(InvitationRow, mother.invitation)
    assert cookie.encode() not in browser.token_digest
    assert mother.token.encode() not in invitation.token_digest
    assert mother.token.encode() not in invitation.token_sealed


def test_many_presses_at_once_send_one_response(mother, now):
    cookie = start(mother, now=now)
    answer_all(mother, cookie, now=now)
    receipts = []

    def press():
        receipts.append(send(mother, cookie, now=now).outcome)

    presses = [threading.Thread(target=press) for _ in range(6)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()

    assert receipts == [Outcome.SENT] * 6
    assert mother.runs() == ["submitted"]


def test_two_browsers_that_send_at_once_send_one_response(mother, now):
    cookies = [start(mother, now=now), start(mother, now=now)]
    answer_all(mother, cookies[0], now=now)
    receipts = []

    def press(cookie):
        receipts.append(send(mother, cookie, now=now, key=cookie).outcome)

    presses = [threading.Thread(target=press, args=(one,)) for one in cookies]
    for one in presses:
        one.start()
    for one in presses:
        one.join()

    assert receipts == [Outcome.SENT] * 2
    assert mother.runs() == ["submitted"]


def test_two_browsers_that_save_the_same_page_at_once_keep_one_answer(mother, now):
    cookies = [start(mother, now=now), start(mother, now=now)]
    faults = []

    def save(cookie):
        try:
            answer_all(mother, cookie, now=now)
        except Exception as error:  # noqa: BLE001 - told below
            faults.append(error)

    saves = [threading.Thread(target=save, args=(one,)) for one in cookies]
    for one in saves:
        one.start()
    for one in saves:
        one.join()

    assert faults == []
    assert mother.runs() == ["draft"]


def test_the_coordinator_may_release_what_was_sent_in_haste(mother, now):
    cookie = start(mother, now=now)
    answer_all(mother, cookie, now=now)
    send(mother, cookie, now=now, quarantine=timedelta(seconds=3))
    with mother.database.reading() as session:
        (waiting,) = quarantine.waiting(session, mother.review)

    with mother.database.transaction() as session:
        quarantine.release(session, waiting, by=audit.OPERATOR, now=now)

    assert (mother.status, mother.runs()) == ("answered", ["submitted"])


@pytest.mark.parametrize("since", ["not_me", "declined", "signed"])
def test_what_waits_does_not_count_against_what_happened_since(mother, now, since):
    cookie = start(mother, now=now)
    answer_all(mother, cookie, now=now)
    send(mother, cookie, now=now, quarantine=timedelta(seconds=3))
    again = start(mother, now=now)
    with mother.database.transaction() as session:
        (waiting,) = quarantine.waiting(session, mother.review)
        if since == "not_me":
            withdraw.not_me(session, mother.token, LINKS, now=now)
        elif since == "declined":
            submit.decline(session, again, now=now)
        else:
            session.get_one(ReviewRow, mother.review).state = "agreed"

    with (
        pytest.raises(quarantine.TooLateToCountError),
        mother.database.transaction() as session,
    ):
        quarantine.release(session, waiting, by=audit.OPERATOR, now=now)

    assert mother.runs() == ["quarantined"]


def test_what_was_discarded_is_not_released(mother, now):
    cookie = start(mother, now=now)
    answer_all(mother, cookie, now=now)
    send(mother, cookie, now=now, quarantine=timedelta(seconds=3))
    with mother.database.transaction() as session:
        (waiting,) = quarantine.waiting(session, mother.review)
        quarantine.discard(session, waiting, by=audit.OPERATOR, now=now)

    with pytest.raises(IllegalMoveError), mother.database.transaction() as session:
        quarantine.release(session, waiting, by=audit.OPERATOR, now=now)
    assert mother.status == "started"


def test_stopping_cancels_everything_scheduled_at_once(mother, now):
    with mother.database.transaction() as session:
        contact = session.scalars(select(ContactRow)).one()
        message_to(session, mother, contact, now=now)

    with mother.database.transaction() as session:
        stop.stop_messages(session, mother.invitation, reason="sms", now=now)

    assert [row.state for row in mother.messages()] == ["cancelled"]
    with mother.database.reading() as session:
        row = session.scalars(select(SuppressionRow)).one()
    assert (row.contact_hmac, row.channel) == (contact.value_index, "sms")


def test_not_for_me_writes_off_only_where_messages_went(mother, now):
    with mother.database.transaction() as session:
        person = session.get_one(ParticipantRow, mother.participant)
        reached = session.scalars(select(ContactRow)).one()
        a_contact(session, person, now=now, position=1, channel="email", value="a@b.c")
        message_to(session, mother, reached, now=now, attempts=1)

    with mother.database.transaction() as session:
        assert withdraw.not_me(session, mother.token, LINKS, now=now)

    with mother.database.reading() as session:
        rows = session.scalars(select(SuppressionRow)).all()
    assert [row.contact_hmac for row in rows] == [reached.value_index]


def test_taking_answers_out_before_lock_tells_the_coordinator(mother, now):
    with mother.database.transaction() as session:
        a_staff_member(session, Role.COORDINATOR, now=now, email="co@council.example")
    cookie = start(mother, now=now)
    answer_all(mother, cookie, now=now)
    send(mother, cookie, now=now)

    for _ in range(2):
        with mother.database.transaction() as session:
            withdraw.take_out(session, mother.token, LINKS, now=now)

    assert (mother.status, mother.runs()) == ("withdrawn", ["withdrawn"])
    assert len(mother.messages("staff-notice")) == 1


def test_after_lock_the_request_is_only_noted(mother, now):
    cookie = start(mother, now=now)
    answer_all(mother, cookie, now=now)
    send(mother, cookie, now=now)
    mother.change_review(state="locked")

    with mother.database.transaction() as session:
        withdraw.take_out(session, mother.token, LINKS, now=now)

    assert (mother.status, mother.runs()) == ("answered", ["submitted"])
    with mother.database.reading() as session:
        actions = session.scalars(select(AuditEventRow.action)).all()
    assert "withdrawal_asked_after_lock" in actions


def test_a_failure_is_kept_without_the_address_and_not_for_long(mother, now):
    with mother.database.transaction() as session:
        enter.note_failure(session, "192.0.2.7", now=now)
    with mother.database.transaction() as session:
        enter.note_failure(session, "192.0.2.8", now=now + timedelta(minutes=11))

    with mother.database.reading() as session:
        (row,) = session.scalars(select(FailureRow)).all()
    assert b"192.0.2" not in row.source_digest
    assert row.at == now + timedelta(minutes=11)


def test_a_link_can_be_opened_with_the_person_until_it_ends(mother, now):
    with mother.database.reading() as session:
        invitation = session.get_one(InvitationRow, mother.invitation)
        assert link.token_of(session, invitation) == mother.token

    with mother.database.transaction() as session:
        withdraw.not_me(session, mother.token, LINKS, now=now)

    with mother.database.reading() as session:
        invitation = session.get_one(InvitationRow, mother.invitation)
        assert link.token_of(session, invitation) is None


def test_in_person_no_word_is_asked(database, now):
    asked = ask(
        database, now=now, code_word="Blue", invitation={"channel": "in_person"}
    )

    with database.transaction() as session:
        cookie = enter.start(session, asked.token, now=now)
        run = resume.open_run(session, cookie, now=now)

    assert not run.needs_code_word


def test_the_audit_trail_of_a_respondent_holds_no_answer(mother, now):
    cookie = start(mother, now=now)
    answer_all(mother, cookie, now=now)
    send(mother, cookie, now=now)

    with mother.database.reading() as session:
        rows = session.scalars(select(AuditEventRow)).all()
        actions = [row.action for row in rows if row.actor == "respondent"]
    assert actions == ["link_opened", "page_saved", "response_submitted"]
    assert "helped" not in str([row.facts for row in rows])
