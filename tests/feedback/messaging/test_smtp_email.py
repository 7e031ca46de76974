import datetime as dt
import socket
import ssl
import threading
import time

import pytest
from aiosmtpd.smtp import AuthResult
from fakes_smtp import DefersText, DropsAtRecipient, Sink, free_port, running

from feedback.domain.address import Channel
from feedback.domain.failure import CONNECT, UNWRITABLE
from feedback.messaging.sender import Accepted, Outgoing, Refused, Unknown
from feedback.messaging.smtp_email import SmtpEmail

NOW = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
TO = "person@example.org"
SENDER = "forms@forms.example.org"


@pytest.fixture
def sink():
    return Sink()


@pytest.fixture
def port(sink):
    with running(sink) as port:
        yield port


def mailer(port, **settings):
    given = {
        "host": "127.0.0.1",
        "port": port,
        "sender": SENDER,
        "tls": "none",
        "timeout": 5.0,
    }
    return SmtpEmail(**(given | settings))


def outgoing(**changes):
    given = {
        "channel": Channel.EMAIL,
        "to": TO,
        "subject": "A short form is ready for you",
        "body": "Hello,\n\nFön «wörds» you don't have to do it. Ŵyth £5 🙂\n",
        "message_id": "m1",
        "attempt_id": "a1",
        "at": NOW,
    }
    return Outgoing(**(given | changes))


def test_an_email_arrives_with_its_words_whole(sink, port):
    outcome = mailer(port, sender_name="Your feedback").send(outgoing())

    assert outcome == Accepted(provider_sid="smtp-a1")
    assert sink.envelopes[0].rcpt_tos == [TO]
    assert sink.envelopes[0].mail_from == SENDER
    assert sink.mails[0]["Subject"] == "A short form is ready for you"
    assert sink.mails[0]["From"] == f"Your feedback <{SENDER}>"
    assert sink.mails[0]["Date"] == "Tue, 24 Nov 2026 12:00:00 +0000"
    assert sink.mails[0].get_content().splitlines() == outgoing().body.splitlines()


def test_two_attempts_of_one_message_share_its_message_id(sink, port):
    mailer(port).send(outgoing(attempt_id="a1"))
    mailer(port).send(outgoing(attempt_id="a2"))

    names = [mail["Message-ID"] for mail in sink.mails]
    assert names == ["<m1@forms.example.org>"] * 2


def test_an_email_says_that_no_person_wrote_it(sink, port):
    mailer(port).send(outgoing())

    assert sink.mails[0]["Auto-Submitted"] == "auto-generated"
    assert sink.mails[0]["List-Unsubscribe"] is None


def test_stopping_takes_one_click(sink, port):
    mailer(port).send(outgoing(list_unsubscribe="https://forms.example.org/u/x"))

    assert sink.mails[0]["List-Unsubscribe"] == "<https://forms.example.org/u/x>"
    assert sink.mails[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hello\r\nBcc: other@example.org"},
        {"subject": "Hello\nX: y"},
        {"to": "person@example.org\r\nBcc: other@example.org"},
        {"to": "=?utf-8?q?a=2C_b=40other.example=2C?=@example.org"},
        {"to": "jörg@example.org"},
        {"to": "two words@example.org"},
        {"list_unsubscribe": "https://x.example\r\nBcc: other@example.org"},
        {"message_id": "m1\u2028x"},
        {"body": "half a character \ud83d"},
    ],
)
def test_nothing_can_break_out_of_a_header(sink, port, changes):
    assert mailer(port).send(outgoing(**changes)) == Refused(code=UNWRITABLE)
    assert sink.envelopes == []


@pytest.mark.parametrize("stage", ["mail_reply", "rcpt_reply", "data_reply"])
@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("550 5.1.1 no such person", Refused(code="5.1.1", http=550)),
        ("451 4.3.0 try later", Refused(code="4.3.0", http=451)),
        ("554 5.7.1 policy", Refused(code="5.7.1", http=554)),
        ("552 too full", Refused(code=None, http=552)),
    ],
)
def test_a_refusal_carries_the_reply_at_every_stage(sink, port, stage, reply, outcome):
    setattr(sink, stage, reply)

    assert mailer(port).send(outgoing()) == outcome


def test_a_lost_answer_to_the_text_is_unknown(sink, port):
    sink.data_reply = "drop"

    assert isinstance(mailer(port).send(outgoing()), Unknown)


def test_a_reply_that_trickles_in_holds_nobody_longer_than_one_that_is_silent(
    sink, port
):
    sink.data_reply = "trickle"
    began = time.monotonic()

    outcome = mailer(port, timeout=0.3).send(outgoing())

    assert time.monotonic() - began < 1.5
    assert isinstance(outcome, Unknown)


def test_a_line_that_drops_before_the_text_certainly_sent_nothing(sink):
    with running(sink, server=DropsAtRecipient) as port:
        outcome = mailer(port).send(outgoing())

    assert outcome == Refused(code=CONNECT)


def test_a_server_that_will_not_take_the_text_refuses(sink):
    with running(sink, server=DefersText) as port:
        outcome = mailer(port).send(outgoing())

    assert outcome == Refused(code="4.7.1", http=451)


def test_a_server_that_is_away_certainly_got_nothing():
    assert mailer(free_port()).send(outgoing()) == Refused(code=CONNECT)


def test_a_server_that_turns_us_away_at_the_door_refuses():
    with socket.create_server(("127.0.0.1", 0)) as door:

        def turn_away():
            line, _ = door.accept()
            with line:
                line.sendall(b"421 4.3.2 closing\r\n")

        thread = threading.Thread(target=turn_away)
        thread.start()
        outcome = mailer(door.getsockname()[1]).send(outgoing())
        thread.join()

    assert outcome == Refused(code="4.3.2", http=421)


def trusting(certificate):
    return ssl.create_default_context(cafile=str(certificate))


def test_with_starttls_an_email_travels_encrypted(sink, as_localhost, certificate):
    options = {"tls_context": as_localhost, "require_starttls": True}
    with running(sink, **options) as port:
        sender = mailer(
            port, host="localhost", tls="starttls", context=trusting(certificate)
        )

        outcome = sender.send(outgoing())

    assert outcome == Accepted(provider_sid="smtp-a1")


def test_with_tls_an_email_travels_encrypted_from_the_start(
    sink, as_localhost, certificate
):
    with running(sink, ssl_context=as_localhost) as port:
        sender = mailer(
            port, host="localhost", tls="tls", context=trusting(certificate)
        )

        outcome = sender.send(outgoing())

    assert outcome == Accepted(provider_sid="smtp-a1")


def test_a_certificate_nobody_vouches_for_gets_nothing(sink, as_localhost):
    options = {"tls_context": as_localhost, "require_starttls": True}
    with running(sink, **options) as port:
        sender = mailer(port, host="localhost", tls="starttls")

        outcome = sender.send(outgoing())

    assert outcome == Refused(code=CONNECT)
    assert sink.envelopes == []


def test_a_server_without_starttls_never_gets_the_email_in_the_clear(sink, port):
    assert mailer(port, tls="starttls").send(outgoing()) == Refused(code=CONNECT)
    assert sink.envelopes == []


def authenticating(server, session, envelope, mechanism, credentials):
    return AuthResult(success=credentials.password == b"right", handled=False)


@pytest.mark.parametrize(
    ("password", "outcome"),
    [
        ("right", Accepted(provider_sid="smtp-a1")),
        ("wrong", Refused(code="5.7.8", http=535)),
    ],
)
def test_signing_in_uses_the_password_given(
    sink, as_localhost, certificate, password, outcome
):
    options = {
        "tls_context": as_localhost,
        "require_starttls": True,
        "authenticator": authenticating,
        "auth_required": True,
    }
    with running(sink, **options) as port:
        sender = mailer(
            port,
            host="localhost",
            tls="starttls",
            context=trusting(certificate),
            username="forms",
            password=password,
        )

        assert sender.send(outgoing()) == outcome


class TestOneLine:
    @pytest.fixture
    def at(self):
        return [0.0]

    @pytest.fixture
    def smtp(self, port, at):
        sender = mailer(port, elapsed=lambda: at[0])
        yield sender
        sender.close()

    def test_carries_one_email_after_another(self, smtp, sink):
        for _ in range(3):
            assert smtp.send(outgoing()) == Accepted(provider_sid="smtp-a1")

        assert (sink.lines, len(sink.envelopes)) == (1, 3)

    def test_carries_on_after_a_refusal(self, smtp, sink):
        sink.rcpt_reply = "550 5.1.1 nobody here"
        smtp.send(outgoing())
        sink.rcpt_reply = None

        assert smtp.send(outgoing()) == Accepted(provider_sid="smtp-a1")
        assert sink.lines == 1

    def test_is_hung_up_after_a_while(self, smtp, sink, at):
        smtp.send(outgoing())
        at[0] = 31.0
        smtp.send(outgoing())

        assert sink.lines == 2

    def test_that_the_server_hung_up_is_replaced_unseen(self, smtp, sink):
        smtp.send(outgoing())
        for line in smtp._idle:
            line.server.sock.shutdown(2)

        assert smtp.send(outgoing()) == Accepted(provider_sid="smtp-a1")
        assert sink.lines == 2


def test_a_long_address_of_unsubscribing_stays_in_one_piece(sink, port):
    address = f"https://a-long-name-of-a-council.forms.example/u/{'a' * 43}"

    mailer(port).send(outgoing(list_unsubscribe=address))

    raw = sink.envelopes[0].content.decode()
    assert f"List-Unsubscribe: <{address}>\r\n" in raw
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
