"""Does a form answered by text end as it would by the link, and is nobody mixed up?"""

import re
import threading

import pytest
from asked import Respondent, ask
from builders import a_contact, a_participant, a_review
from conftest import MASTER_TEXT
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from texting import NUMBER, Texting, running_twilio, twilio_settings

from feedback.config import Settings
from feedback.db.ids import new_id
from feedback.db.models import (
    AnswerRow,
    ContactRow,
    InboundRow,
    ParticipantRow,
    ReplyStopRow,
    ResponseRow,
    ReviewKeyRow,
)
from feedback.db.vault import KeyName, vault_of
from feedback.domain.answering import StoredAnswer, scored
from feedback.services import attribute, converse, invite
from feedback.services.alert_history import words_place
from feedback.services.audit import OPERATOR
from feedback.services.deliver import deliver_due
from feedback.services.inbound import body_place, sender_place
from feedback.services.publish import questionnaire_of

OPTIONS = ("completely", "mostly", "a_little", "not_at_all")
CODES = (
    "understood_us",
    "treated_with_respect",
    "visits_useful",
    "services_together",
    "culture_understood",
)


@pytest.fixture
def fake():
    with running_twilio() as fake:
        yield fake


@pytest.fixture
def settings(database_url, fake):
    return Settings.from_env(
        {
            "MODE": "demo",
            "DATABASE_URL": database_url,
            "SECRET_KEY": "a-secret-key-that-is-long-enough-for-tests",
            "MASTER_KEY": MASTER_TEXT,
            "QUARANTINE_SECONDS": "0",
        }
        | twilio_settings(TWILIO_API_BASE_URL=fake.url)
    )


@pytest.fixture
def texting(ready, settings, clock, client, fake):
    return Texting(ready, settings, clock, client, fake)


class TestAWholeForm:
    def test_the_opening_offers_both_ways_and_tells_a_stranger_nothing(self, texting):
        texting.invites()

        (opening,) = texting.sent()
        assert "send 1" in opening
        assert "http://localhost/r/" in opening
        assert texting.state == "offered"

    def test_five_digits_are_a_submitted_response(self, texting):
        texting.invites().says("1", "1", "2", "3", "4", "0")

        assert texting.state == "done"
        assert texting.answers() == dict(zip(CODES, (*OPTIONS, None), strict=True))
        (response,) = texting.responses()
        assert response.state == "submitted"
        assert texting.invitation().status == "answered"
        assert texting.invitation().token_sealed is None
        assert texting.triage() == ["answered"] * 6

    def test_the_person_reads_five_questions_and_an_end(self, texting):
        texting.invites().says("1", "1", "2", "3", "4", "5")

        _, *questions, end = texting.sent()
        assert len(questions) == 5
        assert all("1 Completely\n2 Mostly\n" in one for one in questions)
        assert "That was the last one" in end
        assert not any("http" in one for one in (*questions, end))

    def test_the_answers_are_those_that_the_link_would_give(
        self, texting, app, clock, ready
    ):
        texting.invites().says("1", "2", "2", "1", "3", "5")
        by_text = _scored(ready, texting.responses()[0])
        asked = ask(ready, now=clock.now())
        given = {"safe_now": "yes", "understood_us": "mostly"}
        given |= {"treated_with_respect": "mostly", "visits_useful": "completely"}
        given |= {"services_together": "a_little", "culture_understood": "dont_know"}
        browser = Respondent(app, clock)
        browser.begins(asked)
        while "Send my answers" not in browser.text:
            browser.answers(given.get(browser.question, "skip"))
        browser.presses("Send my answers")
        with ready.reading() as session:
            sent = session.scalars(
                select(ResponseRow).where(ResponseRow.invitation_id == asked.invitation)
            ).one()

        assert sent.state == texting.responses()[0].state
        assert sent.questionnaire_id == texting.responses()[0].questionnaire_id
        assert _scored(ready, sent) == by_text

    def test_a_form_left_out_altogether_is_no_submission(self, texting):
        texting.invites().says("1", "0", "0", "0", "0", "0")

        assert texting.state == "done"
        assert [one.state for one in texting.responses()] == ["draft"]
        assert texting.invitation().status == "started"

    def test_a_young_person_is_asked_their_own_form(self, texting, clock):
        clock.forward(hours=7)
        texting.invites(group="child", age_band="13-17", form="young_person").says(
            "1", "4"
        )

        assert texting.answers() == {"had_a_say": "not_at_all"}

    def test_no_reminder_goes_to_somebody_who_began(self, texting, clock):
        texting.invites().says("1")
        clock.forward(days=4)
        texting.delivers()

        assert len(texting.sent()) == 2
        assert [one.state for one in texting.messages("reminder")] == ["cancelled"]


class TestWhatIsNoAnswer:
    def test_an_unclear_reply_is_asked_once_more_and_then_waits_for_a_person(
        self, texting
    ):
        texting.invites().says("1", "what is this")
        assert texting.state == "unclear"
        assert "Please send one of these numbers" in texting.last

        texting.says("who are you")

        assert texting.state == "waiting"
        assert "A person will read this" in texting.last
        assert texting.answers() == {}
        assert texting.triage() == ["answered", "waiting", "waiting"]

    def test_a_number_after_all_goes_on(self, texting):
        texting.invites().says("1", "hm", "hm?", "2")

        assert texting.state == "asking"
        assert texting.answers() == {"understood_us": "mostly"}

    def test_a_digit_with_words_is_kept_as_words(self, texting):
        texting.invites().says("1", "2 but not always")

        assert texting.answers() == {}
        assert texting.state == "unclear"

    def test_words_are_never_answered_more_than_once_a_day(self, texting, clock):
        texting.invites().says("hello", "hello?", "anyone?")
        assert len(texting.messages("text-received")) == 1

        clock.forward(hours=25)
        texting.says("hello again")

        assert len(texting.messages("text-received")) == 2

    def test_nothing_is_said_to_a_number_that_went_in_a_loop(self, texting, clock):
        texting.invites()
        with texting.database.transaction() as session:
            session.add(
                ReplyStopRow(
                    contact_hmac=vault_of(session).fingerprint(
                        KeyName.BLIND_INDEX, NUMBER
                    ),
                    code="30039",
                    since=clock.now(),
                )
            )

        texting.says("hello", "1")

        assert len(texting.sent()) == 1
        assert texting.state == "waiting"

    @pytest.mark.parametrize("word", ["YES", "START", "INFO"])
    def test_a_keyword_that_the_provider_answers_gets_nothing_from_us(
        self, texting, word
    ):
        texting.invites().says(word)

        assert len(texting.sent()) == 1
        assert texting.state == "offered"

    def test_a_text_sent_before_the_question_is_not_its_answer(self, texting):
        texting.invites()
        texting.texts("1")
        texting.posts("1", number=NUMBER, sid="SI-again")
        texting.reads()

        assert texting.state == "asking"
        assert texting.answers() == {}
        assert len(texting.sent()) == 2

    def test_a_reply_is_an_answer_however_soon_it_follows_the_question(self, texting):
        texting.invites().says("1")
        texting.posts("2", number=NUMBER, sid="SI-quick")
        texting.reads()

        assert texting.answers() == {"understood_us": "mostly"}
        assert texting.triage() == ["answered", "answered"]

    def test_a_text_that_came_while_the_question_was_on_its_way_is_not_its_answer(
        self, texting, clock
    ):
        texting.invites()
        texting.texts("1")
        converse.work(texting.database, texting.dispatch.rules, read_now=clock.now)
        clock.forward(seconds=3)
        texting.posts("1", number=NUMBER, sid="SI-again")
        texting.delivers()
        texting.reads()

        assert len(texting.sent()) == 2
        assert texting.answers() == {}

    def test_nothing_is_asked_within_the_same_breath(self, texting, clock):
        texting.invites()
        texting.texts("1")
        converse.work(texting.database, texting.dispatch.rules, read_now=clock.now)
        clock.forward(seconds=1.9)
        deliver_due(texting.dispatch, read_now=clock.now)
        assert len(texting.sent()) == 1

        clock.forward(seconds=0.1)
        deliver_due(texting.dispatch, read_now=clock.now)

        assert len(texting.sent()) == 2

    def test_a_second_text_of_the_same_breath_answers_nothing(self, texting, clock):
        texting.invites().says("1")
        texting.texts("2")
        converse.work(texting.database, texting.dispatch.rules, read_now=clock.now)
        clock.forward(seconds=1.9)
        texting.posts("2", number=NUMBER, sid="SI-again")
        texting.reads()

        assert texting.answers() == {"understood_us": "mostly"}
        assert texting.triage() == ["answered", "answered", "waiting"]

    def test_a_question_that_never_went_out_is_asked_when_they_write(
        self, texting, clock
    ):
        texting.invites()
        texting.texts("1")
        converse.work(texting.database, texting.dispatch.rules, read_now=clock.now)
        clock.forward(hours=2)
        texting.delivers()
        assert texting.messages("text-first")[0].state == "expired"

        texting.says("1")

        assert texting.answers() == {}
        assert "understood what was happening" in texting.last


class TestGoingOnByTheLink:
    def test_web_brings_the_link_and_the_form_goes_on_where_it_stopped(
        self, texting, app, clock
    ):
        texting.invites().says("1", "2", "3", "WEB")
        link = re.search(r"http://localhost(/r/\w+)", texting.last)[1]

        browser = Respondent(app, clock)
        browser.opens(link).presses("Start")
        browser.answers("yes")
        browser.reads_on()

        assert texting.state == "on_web"
        # The first question by the link that was not answered by text.
        assert browser.question == "know_the_plan"
        browser.answers("skip")
        assert browser.question == "child_heard"
        assert texting.answers()["understood_us"] == "mostly"
        while "Send my answers" not in browser.text:
            browser.answers("skip")
        # What was answered elsewhere is kept, and never shown again.
        assert "Mostly" not in browser.text
        browser.presses("Send my answers")
        assert texting.responses()[0].state == "submitted"

    def test_a_form_begun_at_the_link_is_not_sent_by_a_text(self, texting, app, clock):
        texting.invites().says("1", "2", "2", "2", "WEB")
        link = re.search(r"http://localhost(/r/\w+)", texting.last)[1]
        browser = Respondent(app, clock)
        browser.opens(link).presses("Start")
        browser.answers("yes")
        browser.reads_on().answers("mostly")

        texting.says("3", "4")

        assert [one.state for one in texting.responses()] == ["draft"]
        assert texting.state == "on_web"
        assert texting.last.startswith("You can go on here")

    def test_what_was_answered_by_the_link_is_not_written_over(
        self, texting, app, clock
    ):
        texting.invites().says("1")
        link = re.search(r"http://localhost(/r/\w+)", texting.sent()[0])[1]
        browser = Respondent(app, clock)
        browser.opens(link).presses("Start")
        browser.answers("yes")
        browser.reads_on().answers("a_little")

        texting.says("1")

        assert texting.answers()["understood_us"] == "a_little"
        assert "I was treated with respect" in texting.last


class TestStopping:
    def test_stop_ends_every_channel_at_once(self, texting, clock):
        texting.invites()
        with texting.database.transaction() as session:
            person = session.scalars(
                select(ContactRow).where(
                    ContactRow.participant_id == texting.participant
                )
            ).one()
            a_contact(
                session,
                _participant(session, texting.participant),
                now=clock.now(),
                channel="email",
                value="someone@example.org",
                position=person.position + 1,
            )

        texting.says("1", "Stop.")

        assert texting.state == "stopped"
        assert texting.suppressed() == ["email", "sms"]
        assert texting.invitation().messages_stopped_at is not None
        before = len(texting.sent())
        texting.says("2", "hello")
        assert len(texting.sent()) == before
        assert texting.answers() == {}

    def test_stop_in_a_sentence_is_no_stop(self, texting):
        texting.invites().says("1", "Stop him hitting me")

        assert texting.suppressed() == []
        assert texting.state == "waiting"
        (raised,) = texting.alerts()
        assert raised.kind == "words"


class TestWordsThatWorry:
    WORDS = "2 he hits me when you go"

    def test_a_disclosure_in_mid_form_is_told_at_once_and_nothing_more_is_asked(
        self, texting
    ):
        texting.invites().says("1", self.WORDS)

        (raised,) = texting.alerts()
        assert raised.participant_id == texting.participant
        assert raised.review_id == texting.review
        assert texting.opened(words_place(raised), raised.words_sealed) == self.WORDS
        assert texting.inbound()[-1].alert_id == raised.id
        assert texting.state == "waiting"
        assert "If you are in danger, call 999" in texting.last
        assert {one.channel for one in texting.messages("alert")} == {"sms", "email"}
        assert texting.triage()[-1] == "waiting"

    @pytest.mark.parametrize("stranger", ["+447700900777", "60777", "A Shop"])
    def test_a_text_from_a_number_nobody_knows_reaches_the_duty_contact(
        self, texting, stranger
    ):
        texting.says(self.WORDS, number=stranger)

        (raised,) = texting.alerts()
        assert raised.review_id is None
        assert texting.opened(words_place(raised), raised.words_sealed) == self.WORDS
        (row,) = texting.inbound()
        number = texting.opened(sender_place(row.id), row.from_sealed)
        assert number == stranger
        assert texting.sent(stranger) == []
        assert len(texting.messages("alert")) == 2

    def test_help_reaches_a_person_and_brings_numbers_to_call(self, texting, clock):
        clock.forward(hours=7)
        texting.invites(group="child", age_band="13-17", form="young_person")

        texting.says("1", "HELP")

        assert [one.kind for one in texting.alerts()] == ["help_asked"]
        assert "999" in texting.last
        assert "0800 1111" in texting.last
        assert texting.state == "waiting"

    def test_help_from_a_child_under_13_is_answered_too(self, texting, clock):
        clock.forward(hours=7)
        texting.invites(group="child")
        assert texting.sent() == []

        texting.says("help")

        assert [one.kind for one in texting.alerts()] == ["help_asked"]
        assert "0800 1111" in texting.last

    def test_no_reply_goes_where_it_would_be_a_danger(self, texting):
        texting.invites(contact_given={"is_high_risk": True})

        texting.says(self.WORDS)

        assert len(texting.alerts()) == 1
        assert texting.sent() == []

    def test_the_same_text_told_twice_raises_one_alert(self, texting):
        texting.invites()
        texting.texts(self.WORDS, sid="SI-once")
        texting.reads()
        texting.texts(self.WORDS, sid="SI-once")
        texting.reads()

        assert len(texting.alerts()) == 1
        assert len(texting.inbound()) == 1


class TestSeveralPeopleOnOneNumber:
    def test_nobody_is_offered_it_on_a_number_that_is_another_persons_too(
        self, texting, clock
    ):
        with texting.database.transaction() as session:
            review = _another_review(session, clock)
            a_participant(
                session, review, now=clock.now(), contact_given={"value": NUMBER}
            )

        texting.invites()

        assert "send 1" not in texting.last
        texting.says("1")
        assert texting.answers() == {}

    def test_where_two_could_be_meant_nothing_is_taken_and_one_reply_goes(
        self, texting
    ):
        texting.invites().says("1")
        first = texting.participant
        texting.invites()
        before = len(texting.sent())

        texting.says("2", "2", "hello", "hello?")

        assert texting.answers() == {}
        assert len(texting.sent()) == before + 1
        assert "A person will read this" in texting.last
        assert texting.triage()[1:] == ["waiting"] * 4
        assert all(row.conversation_id is None for row in texting.inbound()[1:])
        assert first != texting.participant

    def test_words_that_worry_from_two_people_name_neither(self, texting):
        texting.invites()
        texting.invites()

        texting.says(TestWordsThatWorry.WORDS)

        (raised,) = texting.alerts()
        assert raised.participant_id is None
        assert raised.review_id is None

    def test_a_stop_stops_the_number_and_nobodys_other_addresses(self, texting, clock):
        texting.invites()
        with texting.database.transaction() as session:
            a_contact(
                session,
                _participant(session, texting.participant),
                now=clock.now(),
                channel="email",
                value="someone@example.org",
                position=5,
            )
        texting.invites()

        texting.says("STOP")

        assert texting.suppressed() == ["sms"]

    def test_a_person_can_say_whose_text_it_was(self, texting):
        texting.invites().says("1")
        conversation = texting.conversation().id
        texting.invites().says("2")
        row = texting.inbound()[-1]
        with texting.database.reading() as session:
            (found,) = attribute.candidates(session, row.id)

        _attribute(texting, row.id, found.conversation)

        assert found.conversation == conversation
        row = texting.inbound()[-1]
        assert row.conversation_id == conversation
        with pytest.raises(attribute.NotTheirsError):
            _attribute(texting, row.id, conversation)

    def test_a_review_that_was_erased_takes_no_text(self, texting):
        texting.invites().says("1")
        conversation = texting.conversation().id
        texting.invites().says("2")
        row = texting.inbound()[-1].id
        with texting.database.transaction() as session:
            session.execute(update(ReviewKeyRow).values(wrapped=None))

        with texting.database.reading() as session:
            assert attribute.candidates(session, row) == ()
        with pytest.raises(attribute.NoSuchConversationError):
            _attribute(texting, row, conversation)

    def test_a_conversation_that_is_not_there_takes_no_text(self, texting):
        texting.invites().says("1")
        texting.invites().says("2")
        row = texting.inbound()[-1].id

        with pytest.raises(attribute.NoSuchConversationError):
            _attribute(texting, row, new_id())

    def test_a_text_that_somebody_dealt_with_is_nobodys_answer(self, texting):
        texting.invites().says("1")
        conversation = texting.conversation().id
        texting.invites().says("2")
        with texting.database.transaction() as session:
            row = session.get_one(InboundRow, texting.inbound()[-1].id)
            row.triage_state = "done"

        with pytest.raises(attribute.NotTheirsError):
            _attribute(texting, row.id, conversation)


class TestLateAndOver:
    @pytest.mark.parametrize("state", ["locked", "commented", "moderating"])
    def test_a_late_answer_is_welcome_until_the_record_is_signed(
        self, texting, clock, state
    ):
        texting.invites().says("1", "1", "2")
        texting.changes_review(state=state, locked_at=clock.now())
        clock.forward(days=5)

        texting.says("3", "4", "5")

        assert [one.state for one in texting.responses()] == ["submitted"]

    def test_once_it_is_signed_a_text_is_kept_and_changes_nothing(self, texting, clock):
        texting.invites().says("1", "1")
        texting.changes_review(state="agreed", agreed_at=clock.now())
        before = len(texting.sent())

        texting.says("3")

        assert texting.answers() == {"understood_us": "completely"}
        assert texting.state == "closed"
        assert texting.triage()[-1] == "waiting"
        assert len(texting.sent()) == before

    def test_a_text_after_the_last_answer_is_for_a_person(self, texting):
        texting.invites().says("1", "1", "2", "3", "4", "5", "2")

        assert texting.answers()["understood_us"] == "completely"
        assert texting.state == "done"
        assert texting.triage()[-1] == "waiting"

    def test_an_erased_review_takes_nothing_and_holds_nothing_up(self, texting):
        texting.invites().says("1")
        with texting.database.transaction() as session:
            session.execute(update(ReviewKeyRow).values(wrapped=None))
        before = len(texting.sent())

        texting.says("2", TestWordsThatWorry.WORDS)

        assert texting.answers() == {}
        assert len(texting.sent()) == before
        assert all(row.worked_at is not None for row in texting.inbound())
        (raised,) = texting.alerts()
        assert raised.review_id is None

    def test_a_contact_that_became_unsafe_is_asked_nothing_more(self, texting):
        texting.invites().says("1")
        with texting.database.transaction() as session:
            session.execute(update(ContactRow).values(is_shared_device=True))
        before = len(texting.sent())

        texting.says("2")

        assert texting.state == "closed"
        assert texting.answers() == {}
        assert len(texting.sent()) == before


class TestTheProvider:
    def test_webhooks_told_twice_are_read_once(self, texting):
        texting.invites()
        for _ in range(3):
            assert texting.texts("1", sid="SI-1").status_code == 200
        texting.reads()
        for _ in range(3):
            texting.texts("2", sid="SI-2")
        texting.reads()

        assert texting.answers() == {"understood_us": "mostly"}
        assert len(texting.sent()) == 3

    def test_many_readers_at_once_read_each_text_once_and_in_order(
        self, texting, clock
    ):
        texting.invites()
        texting.says("1")
        numbers = [f"+4477009003{number:02d}" for number in range(12)]
        for digit in ("2", "nothing"):
            texting.texts(digit)
            for number in numbers:
                texting.posts("he hits me", number=number, sid=f"SI{digit}{number}")
        clock.forward(seconds=5)
        counted = []
        readers = [
            threading.Thread(
                target=lambda: counted.append(
                    converse.work(
                        texting.database, texting.dispatch.rules, read_now=clock.now
                    )
                )
            )
            for _ in range(4)
        ]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(timeout=60)

        assert sum(counted) == 26
        assert len(texting.alerts()) == 24
        assert texting.answers() == {"understood_us": "mostly"}
        assert texting.state == "unclear"

    def test_two_readers_at_once_read_each_text_once(self, texting, clock):
        texting.invites()
        texting.texts("1")
        for _ in range(2):
            converse.work(texting.database, texting.dispatch.rules, read_now=clock.now)
        deliver_due(texting.dispatch, read_now=clock.now)
        texting.delivers()

        assert len(texting.sent()) == 2

    @pytest.mark.parametrize(
        "body",
        [
            "\0\0",
            "\u202e2\u202c",
            "x" * 2000,
            "\U0001f600" * 40,
            "",
            "\ud7ff\u0301" * 10,
            "<script>alert(1)</script>",
            "{{ token }}",
        ],
    )
    def test_hostile_texts_are_kept_as_they_came(self, texting, body):
        texting.invites().says("1")

        assert texting.texts(body).status_code == 200
        texting.reads()

        row = texting.inbound()[-1]
        assert texting.opened(body_place(row.id), row.body_sealed) == body
        assert row.worked_at is not None
        assert "http" not in texting.last

    def test_a_text_that_cannot_be_read_holds_up_no_other(self, texting, monkeypatch):
        texting.invites()
        texting.texts("1")
        monkeypatch.setattr(converse, "take_turn", _breaks)
        texting.reads()
        monkeypatch.undo()

        assert texting.triage() == ["waiting"]
        assert texting.says("1").state == "asking"

    def test_nor_does_one_that_the_database_refuses_each_time(
        self, texting, monkeypatch
    ):
        def refused(*_, **__):
            raise IntegrityError("INSERT", {}, Exception())

        texting.invites()
        texting.texts("1")
        monkeypatch.setattr(converse, "take_turn", refused)
        texting.reads()
        monkeypatch.undo()

        assert texting.triage() == ["waiting"]
        assert texting.says("1").state == "asking"


class TestWhoIsOfferedIt:
    @pytest.mark.parametrize(
        "given",
        [
            {"answers_by_text": False},
            {"is_shared_device": True},
        ],
    )
    def test_others_get_the_link_alone(self, texting, given):
        texting.invites(contact_given=given)

        assert len(texting.sent()) == 1
        assert "send 1" not in texting.last

    def test_a_form_without_a_short_form_goes_by_the_link(self, texting):
        texting.invites(group="practitioner")

        assert "send 1" not in texting.last

    def test_texts_from_a_name_offer_no_reply(self, texting, settings):
        rules = texting.dispatch.rules
        assert rules.invite.takes_replies
        named = Settings.from_env(
            {
                "MODE": "demo",
                "DATABASE_URL": settings.database_url,
                "SECRET_KEY": "a-secret-key-that-is-long-enough-for-tests",
                "MASTER_KEY": MASTER_TEXT,
            }
            | twilio_settings(TWILIO_FROM="YourForm")
        )

        assert not invite.rules(named).takes_replies


def _attribute(texting, text, conversation):
    """A person says that a text belongs to a conversation."""
    with texting.database.transaction() as session:
        attribute.attribute(
            session,
            text,
            conversation,
            rules=texting.dispatch.rules,
            by=OPERATOR,
            now=texting.clock.now(),
        )


def _breaks(*_, **__):
    raise RuntimeError("trouble")


def _participant(session, participant):
    return session.get_one(ParticipantRow, participant)


def _another_review(session, clock):
    return a_review(session, now=clock.now())


def _scored(database, response):
    with database.reading() as session:
        form = questionnaire_of(session, response.questionnaire_id)
        rows = session.scalars(
            select(AnswerRow).where(AnswerRow.response_id == response.id)
        ).all()
        return scored(
            form,
            [
                StoredAnswer(question=row.question, option=row.option)
                for row in rows
                if row.option is not None
            ],
        )
