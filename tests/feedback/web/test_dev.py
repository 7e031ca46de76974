"""What do the demonstration's phones show, and what may their button do?"""

import dataclasses
import re
from datetime import UTC, datetime

import pyotp
import pytest
from builders import TOTP, a_staff_member, post_form
from fakes_sending import a_dispatch
from sqlalchemy import update

from feedback.app import create_app
from feedback.config import Mode
from feedback.db.models import ContactRow
from feedback.messaging.build import senders
from feedback.services.deliver import deliver_due


def delivered(post, settings, clock):
    sending = dataclasses.replace(
        a_dispatch(post.database, settings), senders=senders(settings)
    )
    return deliver_due(sending, read_now=clock.now)


def test_a_text_stands_on_its_readers_phone_with_a_link_that_works(
    post, settings, client, clock
):
    number = "+447700900321"
    post.invite_one(clock.now(), name="Tara Quinn", contact_given={"value": number})
    delivered(post, settings, clock)

    page = client.get("/dev/phones").text

    assert "Tara Quinn" in page
    assert "07700 900321" in page
    link = re.search(r'href="http://localhost(/r/[^"]+)"', page)[1]
    assert client.get(link).status_code == 200


def test_an_email_stands_in_the_mailbox(post, settings, client, clock):
    post.invite_one(
        clock.now(),
        contact_given={"channel": "email", "value": "someone@example.org"},
    )
    delivered(post, settings, clock)

    page = client.get("/dev/mail").text

    assert "someone@example.org" in page
    assert "A short form is ready for you" in page
    assert 'href="http://localhost/r/' in page


def test_empty_pages_say_what_to_do(client):
    assert "No texts yet" in client.get("/dev/phones").text
    assert "No emails yet" in client.get("/dev/mail").text


def test_the_authenticator_shows_a_code_that_signs_in(database, client, now):
    with database.transaction() as session:
        a_staff_member(session, now=now, email="someone@council.example")

    page = client.get("/dev/phones").text

    assert "someone@council.example" in page
    assert pyotp.TOTP(TOTP).at(now) in page


@pytest.mark.usefixtures("waits")
class TestAtNight:
    @pytest.fixture
    def waits(self, post, settings, clock):
        clock.at = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
        post.invite_one(clock.now(), name="Tara Quinn")
        delivered(post, settings, clock)

    def test_a_text_waits_and_the_phone_says_until_when(self, client):
        page = client.get("/dev/phones").text

        assert "waits until 9am on Wednesday 25 November" in page
        assert "/r/" not in page

    def test_the_button_delivers_what_waits(self, post, client):
        answer = post_form(client, "/dev/deliver", {}, page="/dev/phones")

        assert answer.status_code == 303
        assert post.message().state == "delivered"
        assert "1 message delivered" in client.get("/dev/phones").text

    def test_the_button_does_not_hurry_reminders(self, post, client):
        post_form(client, "/dev/deliver", {}, page="/dev/phones")

        assert post.message("reminder").state == "due"
        assert "Deliver what is waiting now" not in client.get("/dev/phones").text

    def test_the_button_keeps_to_safe_contact(self, post, client):
        with post.database.transaction() as session:
            session.execute(update(ContactRow).values(is_safe=False))

        post_form(client, "/dev/deliver", {}, page="/dev/phones")

        assert post.message().state == "suppressed"


class TestTextingBack:
    NUMBER = "+447700900321"

    @pytest.fixture(autouse=True)
    def _offered(self, post, settings, clock):
        post.invite_one(
            clock.now(),
            name="Tara Quinn",
            contact_given={"value": self.NUMBER, "answers_by_text": True},
        )
        delivered(post, settings, clock)
        clock.forward(seconds=5)

    def says(self, client, clock, body):
        clock.forward(seconds=5)
        fields = {"number": self.NUMBER, "body": body}
        answer = post_form(client, "/dev/phones/reply", fields, page="/dev/phones")
        assert answer.status_code == 303
        return client.get("/dev/phones").text

    def test_a_form_can_be_answered_on_a_drawn_phone(self, client, clock):
        assert "send 1" in client.get("/dev/phones").text

        page = self.says(client, clock, "1")
        assert "I was treated" not in page
        assert "The person who visits understood" in page
        for digit in "12345":
            page = self.says(client, clock, digit)

        assert "That was the last one" in page
        assert page.count("bubble--mine") == 6
        # What was offered is shown as it was, also when all is over.
        assert "send 1" in page

    def test_what_somebody_types_is_shown_as_text(self, client, clock):
        page = self.says(client, clock, "<b>hello</b>")

        assert "&lt;b&gt;hello" in page
        assert "A person will read this" in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("path", ["/dev/phones", "/dev/mail"])
def test_production_has_no_such_pages(settings, database, clock, path):
    app = create_app(dataclasses.replace(settings, mode=Mode.PRODUCTION), clock)

    assert app.test_client().get(path).status_code == 404
    app.extensions["trigpoint"].database.dispose()
