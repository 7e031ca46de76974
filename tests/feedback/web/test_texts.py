"""Which texts does a member of staff see, read and settle, and whose numbers?"""

from datetime import timedelta

import pytest
from builders import (
    a_participant,
    a_review,
    a_staff_member,
    an_invitation,
    post_form,
    sign_in,
)
from sqlalchemy import select, update

from feedback.db.ids import new_id
from feedback.db.models import (
    AlertRow,
    AuditEventRow,
    ContactRow,
    ConversationRow,
    InboundRow,
    ParticipantRow,
    ReviewRow,
)
from feedback.domain.access import Role
from feedback.domain.sms import InboundKind
from feedback.services.inbound import Inbound, record_inbound
from feedback.services.publish import newest_published, publish_bundled

NUMBER = "+447700900555"
WORDS = "He hides my phone"


@pytest.fixture
def sign_in_as(app, database, clock):
    def client_of(*roles):
        email, now = f"{'-'.join(roles)}@council.example", clock.now()
        with database.transaction() as session:
            account = a_staff_member(session, *roles, now=now, email=email)
        client = app.test_client()
        sign_in(client, email, now=now)
        client.account = account
        return client

    return client_of


@pytest.fixture
def came(database, clock):
    def text(body=WORDS, *, sender=NUMBER, told_as=None):
        sid = f"SM-{new_id()}"
        with database.transaction() as session:
            new = Inbound(
                provider="twilio", sid=sid, sender=sender, body=body, told_as=told_as
            )
            record_inbound(session, new, now=clock.now())
        with database.reading() as session:
            return session.scalars(
                select(InboundRow.id).where(InboundRow.sid == sid)
            ).one()

    return text


@pytest.fixture
def alerted(database, now):
    def raise_for(text, state="raised"):
        with database.transaction() as session:
            alert = AlertRow(
                id=new_id(),
                reference=f"A-{str(text)[-6:]}",
                kind="words",
                state=state,
                level=0,
                raised_at=now,
                dedupe_key=f"text|{text}",
            )
            session.add(alert)
            session.flush()
            session.execute(
                update(InboundRow)
                .where(InboundRow.id == text)
                .values(alert_id=alert.id)
            )
            return alert.id

    return raise_for


def deeds(database, action):
    with database.reading() as session:
        return session.scalars(
            select(AuditEventRow).where(AuditEventRow.action == action)
        ).all()


class TestTheList:
    @pytest.fixture
    def crowd(self, database, came, clock):
        """One more than the page holds: 201 texts, the newest of them last."""
        first = came("The first")
        with database.transaction() as session:
            row = session.get_one(InboundRow, first)
            session.add_all(
                InboundRow(
                    id=new_id(),
                    provider=row.provider,
                    sid=f"SM-crowd-{n}",
                    from_hmac=row.from_hmac,
                    body_sealed=row.body_sealed,
                    received_at=row.received_at + timedelta(seconds=n + 1),
                    kind=row.kind,
                    triage_state=row.triage_state,
                )
                for n in range(199)
            )
        clock.forward(hours=1)
        return came("The newest")

    def test_says_how_many_wait_where_it_cannot_show_them_all(self, sign_in_as, crowd):
        page = sign_in_as(Role.DUTY).get("/staff/inbound").text

        assert "201 texts wait" in page
        assert "These are the first 200 of 201" in page
        assert f"/staff/inbound/{crowd}" not in page

    def test_what_an_open_alert_stands_on_comes_first_however_late_it_came(
        self, sign_in_as, crowd, alerted
    ):
        alerted(crowd)

        page = sign_in_as(Role.DUTY).get("/staff/inbound").text

        assert "1 belongs to an open alert" in page
        links = [one for one in page.split('"') if one.startswith("/staff/inbound/")]
        assert links[0] == f"/staff/inbound/{crowd}"

    def test_a_closed_alert_puts_nothing_first(self, sign_in_as, came, alerted, clock):
        older = came("Older")
        clock.forward(minutes=5)
        newer = came("Newer")
        alerted(newer, state="closed")

        page = sign_in_as(Role.DUTY).get("/staff/inbound").text

        assert page.index(f"/staff/inbound/{older}") < page.index(
            f"/staff/inbound/{newer}"
        )
        assert "belongs to an open alert" not in page

    def test_says_nothing_of_a_first_part_where_it_shows_them_all(
        self, sign_in_as, came
    ):
        came()

        page = sign_in_as(Role.DUTY).get("/staff/inbound").text

        assert "1 text waits" in page
        assert "These are the first" not in page


class TestWhatOnlyTheProviderTookForAKeyword:
    @pytest.fixture
    def taken(self, came):
        return came("please stop him", told_as=InboundKind.OPT_OUT)

    def test_a_coordinator_who_may_not_read_it_cannot_settle_it(
        self, sign_in_as, taken, database
    ):
        client = sign_in_as(Role.COORDINATOR)

        page = client.get("/staff/inbound").text
        answer = post_form(client, f"/staff/inbound/{taken}/settle", {}, page="/staff/")

        assert "With the duty contact" in page
        assert "Dealt with" not in page
        assert answer.status_code == 404
        with database.reading() as session:
            assert session.get_one(InboundRow, taken).triage_state == "waiting"

    def test_the_duty_contact_reads_it_and_finds_it_again_when_it_is_settled(
        self, sign_in_as, taken
    ):
        client = sign_in_as(Role.DUTY)
        path = f"/staff/inbound/{taken}"
        assert "please stop him" in client.get(path).text

        post_form(client, f"{path}/settle", {}, page=path)

        page = client.get("/staff/inbound").text
        assert "No text waits" in page
        assert path in page

    def test_a_keyword_is_no_words_and_has_no_page_in_the_list(self, sign_in_as, came):
        keyword = came("STOP")

        page = sign_in_as(Role.DUTY).get("/staff/inbound").text

        assert "Asks for no more messages" in page
        assert f"/staff/inbound/{keyword}" not in page


class TestLockBeforeLook:
    """Whoever grades a review reads no answer before her grades are locked."""

    REFUSED = "Another duty contact reads it"

    @pytest.fixture
    def reviewer(self, sign_in_as):
        return sign_in_as(Role.REVIEWER, Role.DUTY)

    @pytest.fixture
    def review(self, database, now, reviewer):
        with database.transaction() as session:
            review = a_review(
                session, now=now, reviewer=reviewer.account, reference="H-000007"
            )
            a_participant(
                session, review, now=now, key="p7", contact_given={"value": NUMBER}
            )
            return review.id

    @pytest.mark.usefixtures("review")
    def test_a_text_from_her_own_review_is_another_duty_contacts(self, reviewer, came):
        path = f"/staff/inbound/{came()}"

        listed = reviewer.get("/staff/inbound").text
        opened = reviewer.get(path, follow_redirects=True)

        assert path not in listed
        assert "With another duty contact" in listed
        assert self.REFUSED in opened.text
        assert WORDS not in opened.text

    @pytest.mark.usefixtures("review")
    def test_she_neither_raises_nor_settles_nor_attributes_it_unread(
        self, reviewer, came, database
    ):
        path = f"/staff/inbound/{came()}"

        for step in ("alert", "settle", f"belongs/{new_id()}"):
            answer = post_form(
                reviewer, f"{path}/{step}", {}, page="/staff/", follow_redirects=True
            )
            assert self.REFUSED in answer.text
        shown = reviewer.get(f"{path}/alert", follow_redirects=True).text

        assert WORDS not in shown
        assert deeds(database, "text_read") == []
        with database.reading() as session:
            assert session.scalars(select(InboundRow.triage_state)).one() == "waiting"
            assert session.scalars(select(AlertRow)).all() == []

    @pytest.mark.usefixtures("review")
    def test_safety_comes_first_while_an_alert_is_open(self, reviewer, came, alerted):
        text = came()
        alerted(text)

        assert WORDS in reviewer.get(f"/staff/inbound/{text}").text

    @pytest.mark.usefixtures("review")
    def test_a_closed_alert_opens_it_no_more(self, reviewer, came, alerted):
        text = came()
        alerted(text, state="closed")

        assert reviewer.get(f"/staff/inbound/{text}").status_code == 303

    @pytest.mark.usefixtures("review")
    def test_once_she_has_locked_she_reads_it(self, reviewer, came, database):
        text = came()
        with database.transaction() as session:
            session.execute(update(ReviewRow).values(state="locked"))

        assert WORDS in reviewer.get(f"/staff/inbound/{text}").text

    @pytest.mark.usefixtures("review")
    def test_one_locked_review_does_not_open_anothers_answers(
        self, reviewer, came, database, now
    ):
        text = came()
        with database.transaction() as session:
            session.execute(update(ReviewRow).values(state="locked"))
            again = a_review(session, now=now, reviewer=reviewer.account)
            a_participant(session, again, now=now, contact_given={"value": NUMBER})

        assert reviewer.get(f"/staff/inbound/{text}").status_code == 303

    def test_a_number_that_has_since_changed_is_still_theirs(
        self, reviewer, review, came, database, now
    ):
        text = came()
        with database.transaction() as session:
            in_conversation(session, review, now)
            session.execute(update(ContactRow).values(value_index=b"another"))

        assert reviewer.get(f"/staff/inbound/{text}").status_code == 303

    @pytest.mark.usefixtures("review")
    def test_strangers_and_other_reviews_are_hers_to_read(
        self, reviewer, came, database, now
    ):
        with database.transaction() as session:
            elsewhere = a_review(session, now=now)
            a_participant(
                session, elsewhere, now=now, contact_given={"value": "+447700900556"}
            )

        for sender in ("+447700900556", "+447700900999"):
            text = came(sender=sender)
            assert WORDS in reviewer.get(f"/staff/inbound/{text}").text

    @pytest.mark.usefixtures("review")
    def test_another_duty_contact_reads_it(self, sign_in_as, came):
        assert WORDS in sign_in_as(Role.DUTY).get(f"/staff/inbound/{came()}").text


class TestTheNumber:
    def test_whoever_is_on_duty_sees_it_on_an_open_alert_and_that_is_on_record(
        self, sign_in_as, came, alerted, database
    ):
        text = came()
        alerted(text)

        page = sign_in_as(Role.DUTY).get(f"/staff/inbound/{text}").text

        assert NUMBER in page
        (deed,) = deeds(database, "contact_read")
        assert deed.subject == str(text)

    def test_the_head_reads_the_words_without_it(
        self, sign_in_as, came, alerted, database
    ):
        text = came()
        alert = alerted(text)
        head = sign_in_as(Role.HEAD_SQA)

        pages = [
            head.get(f"/staff/inbound/{text}").text,
            head.get(f"/staff/alerts/{alert}").text,
        ]

        assert WORDS in pages[0]
        for page in pages:
            assert NUMBER not in page
            assert "only the duty contact sees the number" in page.lower()
        assert deeds(database, "contact_read") == []

    def test_an_alert_by_text_shows_it_to_duty_on_record(
        self, sign_in_as, came, alerted, database
    ):
        text = came()
        alert = alerted(text)

        page = sign_in_as(Role.DUTY).get(f"/staff/alerts/{alert}").text

        assert NUMBER in page
        assert [deed.subject for deed in deeds(database, "contact_read")] == [str(text)]

    def test_a_closed_alert_shows_it_to_nobody(
        self, sign_in_as, came, alerted, database
    ):
        text = came()
        alert = alerted(text, state="closed")
        duty = sign_in_as(Role.DUTY, Role.COORDINATOR)

        on_text = duty.get(f"/staff/inbound/{text}").text
        on_alert = duty.get(f"/staff/alerts/{alert}").text

        assert NUMBER not in on_text + on_alert
        assert "Shown only while an alert is open" in on_text
        assert deeds(database, "contact_read") == []

    def test_says_so_where_none_was_kept(self, sign_in_as, came, alerted, database):
        text = came()
        alert = alerted(text)
        with database.transaction() as session:
            session.execute(update(InboundRow).values(from_sealed=None))
        duty = sign_in_as(Role.DUTY)

        on_text = duty.get(f"/staff/inbound/{text}").text
        on_alert = duty.get(f"/staff/alerts/{alert}").text

        assert "Not kept" in on_text
        assert "Shown only while an alert is open" not in on_text
        assert "A number that was not kept" in on_alert
        assert deeds(database, "contact_read") == []

    def test_who_is_asked_whether_to_raise_another_is_led_back(
        self, sign_in_as, came, alerted, database
    ):
        text = came()
        alerted(text)

        answer = sign_in_as(Role.DUTY).get(f"/staff/inbound/{text}/alert")

        assert answer.headers["Location"] == "/staff/inbound"
        assert deeds(database, "contact_read") == []


def test_a_text_belongs_to_no_conversation_that_is_not_there(sign_in_as, came):
    path = f"/staff/inbound/{came()}"
    client = sign_in_as(Role.DUTY)

    answer = post_form(client, f"{path}/belongs/{new_id()}", {}, page=path)

    assert answer.status_code == 404


def test_a_text_of_a_shared_number_can_be_said_to_be_one_persons(
    sign_in_as, came, database, now
):
    with database.transaction() as session:
        review = a_review(session, now=now, reference="H-000007")
        a_participant(
            session, review, now=now, key="p7", contact_given={"value": NUMBER}
        )
        conversation = in_conversation(session, review.id, now)
    path = f"/staff/inbound/{came()}"

    page = sign_in_as(Role.DUTY).get(path).text

    assert "It is from p7 at H-000007" in page
    assert f'action="{path}/belongs/{conversation}"' in page


def in_conversation(session, review, now):
    """The one person at a review was offered to answer by text."""
    publish_bundled(session, now=now)
    person = session.scalars(
        select(ParticipantRow).where(ParticipantRow.review_id == review)
    ).one()
    contact = session.scalars(
        select(ContactRow).where(ContactRow.participant_id == person.id)
    ).one()
    form = newest_published(session, person.form)
    invitation, _ = an_invitation(session, person, form, now=now)
    row = ConversationRow(
        id=new_id(),
        review_id=review,
        participant_id=person.id,
        contact_id=contact.id,
        invitation_id=invitation.id,
        number_hmac=contact.value_index,
        state="asking",
        texts=1,
        offered_at=now,
    )
    session.add(row)
    session.flush()
    return row.id
