import logging
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fakes_smtp import free_port
from fakes_twilio import (
    ACCOUNT,
    AUTH_TOKEN,
    FROM,
    SERVICE,
    Answer,
    a_message,
    refusal,
    running_twilio,
)
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from feedback.domain.address import Channel
from feedback.domain.failure import CONNECT
from feedback.messaging.sender import Accepted, Outgoing, Refused, Unknown
from feedback.messaging.twilio_signature import verify_signature
from feedback.messaging.twilio_sms import (
    LookupFailedError,
    TwilioSms,
    read_retry_after,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TO = "+447700900123"
TOKEN = "2222222222222222222222"
BODY = f"A short form is ready for you: https://forms.example.org/r/{TOKEN}"


@pytest.fixture
def twilio():
    with running_twilio() as fake:
        yield fake


def sender_for(url, **settings):
    given = {"account_sid": ACCOUNT, "auth_token": AUTH_TOKEN, "from_number": FROM}
    return TwilioSms(api_base_url=url, **(given | settings))


@pytest.fixture
def sms(twilio):
    sender = sender_for(twilio.url, read_timeout=0.3)
    yield sender
    sender._http.lines.close()


def outgoing(**changes):
    given = {
        "channel": Channel.SMS,
        "to": TO,
        "body": BODY,
        "message_id": "m1",
        "attempt_id": "a1",
        "at": NOW,
    }
    return Outgoing(**(given | changes))


def test_an_accepted_text_comes_back_with_the_providers_name_for_it(twilio, sms):
    outcome = sms.send(outgoing(status_callback="https://x.example/hooks?a=a1"))

    assert outcome == Accepted(provider_sid=twilio.messages[0]["sid"])
    assert twilio.requests[0][2] == {
        "To": TO,
        "From": FROM,
        "Body": BODY,
        "StatusCallback": "https://x.example/hooks?a=a1",
    }


def test_a_call_waits_three_seconds_to_connect_and_ten_for_its_answer(
    twilio, monkeypatch
):
    sender = sender_for(twilio.url)
    ask, seen = sender._http.lines.urlopen, {}

    def noted(*given, **options):
        seen.update(options)
        return ask(*given, **options)

    monkeypatch.setattr(sender._http.lines, "urlopen", noted)
    sender.send(outgoing())
    sender._http.lines.close()

    assert seen["timeout"].connect_timeout == 3.0
    assert seen["timeout"].read_timeout == 10.0
    assert seen["retries"] is False


def test_two_texts_get_two_names(sms):
    assert sms.send(outgoing()) != sms.send(outgoing())


def test_a_messaging_service_stands_in_the_place_of_a_number(twilio):
    sender = sender_for(twilio.url, from_number=None, messaging_service_sid=SERVICE)

    sender.send(outgoing())
    sender._http.lines.close()

    assert twilio.requests[0][2]["MessagingServiceSid"] == SERVICE
    assert "From" not in twilio.requests[0][2]


@pytest.mark.parametrize(
    "settings",
    [{"from_number": None}, {"messaging_service_sid": SERVICE}],
)
def test_exactly_one_sender_must_be_given(settings):
    with pytest.raises(ValueError, match="not both"):
        sender_for("http://127.0.0.1:1", **settings)


def test_the_path_of_a_sandbox_stands_before_the_apis_own(twilio):
    sender = sender_for(f"{twilio.url}/sandbox/")

    sender.send(outgoing())
    sender._http.lines.close()

    assert twilio.requests[0][1].startswith(f"/sandbox/2010-04-01/Accounts/{ACCOUNT}/")


def test_a_sandbox_on_this_machine_is_reached_past_any_proxy(twilio, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    sender = sender_for(twilio.url)

    outcome = sender.send(outgoing())
    sender._http.lines.close()

    assert isinstance(outcome, Accepted)


def test_a_proxy_that_is_away_certainly_sent_nothing(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")

    outcome = sender_for("https://api.example.org").send(outgoing())

    assert outcome == Refused(code=CONNECT)


def test_a_certificate_that_nobody_vouches_for_gets_nothing(as_localhost):
    with running_twilio(as_localhost) as stranger:
        outcome = sender_for(stranger.url).send(outgoing())

    assert outcome == Refused(code=CONNECT)
    assert stranger.requests == []


def test_a_text_travels_encrypted_to_whom_a_certificate_is_believed(
    as_localhost, certificate
):
    with running_twilio(as_localhost) as twilio:
        sender = sender_for(twilio.url)
        sender._http.lines.ca_certs = str(certificate)
        outcome = sender.send(outgoing())

    assert outcome == Accepted(provider_sid=twilio.messages[0]["sid"])


def test_texts_sent_from_many_threads_each_get_their_own_answer(twilio):
    sender = sender_for(twilio.url)
    messages = [outgoing(body=f"A short form {n}") for n in range(40)]

    with ThreadPoolExecutor(max_workers=16) as pool:
        outcomes = list(pool.map(sender.send, messages))
    sender._http.lines.close()

    kept = {message["sid"]: message["body"] for message in twilio.messages}
    assert [kept[outcome.provider_sid] for outcome in outcomes] == [
        message.body for message in messages
    ]


def test_without_another_address_the_sdks_own_host_is_kept():
    lines = sender_for(None)._http.lines

    assert (lines.scheme, lines.host) == ("https", "api.twilio.com")


def test_a_region_in_the_environment_does_not_change_the_host(monkeypatch):
    monkeypatch.setenv("TWILIO_REGION", "elsewhere")
    monkeypatch.setenv("TWILIO_EDGE", "elsewhere")

    client = sender_for(None)._client

    assert client.get_hostname("https://api.twilio.com/x") == "https://api.twilio.com/x"


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, 21211), (400, 21610), (400, 21614), (400, 21408), (401, 20003)],
)
def test_a_refusal_carries_the_code_as_it_came(twilio, sms, status, code):
    twilio.plan(refusal(status, code))

    assert sms.send(outgoing()) == Refused(code=str(code), http=status)


def test_a_refusal_without_a_code_carries_the_status_alone(twilio, sms):
    twilio.plan(refusal(400))

    assert sms.send(outgoing()) == Refused(http=400)


def test_a_throttled_text_is_refused_with_the_wait_the_provider_asks_for(twilio, sms):
    twilio.plan(refusal(429, 20429, retry_after="7"), refusal(400, 21211))

    throttled = sms.send(outgoing())
    afterwards = sms.send(outgoing())

    assert throttled == Refused(
        code="20429", http=429, retry_after=timedelta(seconds=7)
    )
    assert afterwards == Refused(code="21211", http=400)


def test_wrong_credentials_are_a_refusal_of_the_account(twilio):
    sender = sender_for(twilio.url, auth_token="wrong")

    outcome = sender.send(outgoing())
    sender._http.lines.close()

    assert outcome == Refused(code="20003", http=401)


def test_a_server_error_after_acceptance_is_unknown_and_never_refused(twilio, sms):
    twilio.plan(Answer(accepts=True, status=500, code=20500))

    outcome = sms.send(outgoing())

    assert outcome == Unknown(detail="server-error", code="20500", http=500)
    assert len(twilio.messages) == 1


@pytest.mark.parametrize("how", [{"hangs": True}, {"resets": True}])
def test_silence_after_the_bytes_left_is_unknown_and_is_not_sent_again(
    twilio, sms, how
):
    twilio.plan(Answer(**how))

    outcome = sms.send(outgoing())

    assert isinstance(outcome, Unknown)
    assert [request[0] for request in twilio.requests] == ["POST"]


@pytest.mark.parametrize("part", ["head", "body"])
def test_an_answer_that_trickles_in_holds_nobody_longer_than_one_that_is_silent(
    twilio, sms, part
):
    twilio.plan(Answer(trickles=part))
    began = time.monotonic()

    outcome = sms.send(outgoing())

    assert time.monotonic() - began < 1.5
    assert isinstance(outcome, Unknown)
    assert len(twilio.messages) == 1


def test_after_an_answer_that_trickled_the_next_text_goes_as_ever(twilio, sms):
    twilio.plan(Answer(trickles="body"))
    sms.send(outgoing())

    assert isinstance(sms.send(outgoing()), Accepted)


def test_a_status_that_trickles_in_cannot_be_asked_for(twilio, sms):
    sid = sms.send(outgoing()).provider_sid
    twilio.questions_trickle = "body"
    began = time.monotonic()

    with pytest.raises(LookupFailedError):
        sms.status_of(sid)

    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize("body", ["<html>", "{}", '{"sid": null}', "[]"])
def test_an_answer_that_cannot_be_read_is_unknown(twilio, sms, body):
    twilio.plan(Answer(status=201, body=body))

    assert isinstance(sms.send(outgoing()), Unknown)


def test_a_problem_document_is_read_like_any_other_refusal(twilio, sms):
    problem = '{"type": "t", "title": "no", "status": 400, "code": 21211}'
    twilio.plan(Answer(accepts=False, status=400, body=problem))

    assert sms.send(outgoing()) == Refused(code="21211", http=400)


def test_a_refused_connection_certainly_sent_nothing():
    outcome = sender_for(f"http://127.0.0.1:{free_port()}").send(outgoing())

    assert outcome == Refused(code=CONNECT)


def test_a_host_that_has_no_address_certainly_sent_nothing(monkeypatch):
    def unknown(*args, **options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    outcome = sender_for("https://api.example.org").send(outgoing())

    assert outcome == Refused(code=CONNECT)


def test_a_lost_text_is_found_by_the_token_it_carries(twilio, sms):
    sms.send(outgoing(body="Another form"))
    sms.send(outgoing())

    (found,) = sms.find(TO, NOW - timedelta(seconds=60), TOKEN)

    assert found.provider_sid == twilio.messages[1]["sid"]
    assert found.status == "queued"


def test_a_text_that_is_still_queued_is_found_too(twilio, sms):
    twilio.hides_queued = True
    sms.send(outgoing())

    assert len(sms.find(TO, NOW - timedelta(seconds=60), TOKEN)) == 1


def test_a_text_from_before_the_attempt_is_not_taken_for_it(twilio, sms):
    sms.send(outgoing())

    assert not sms.find(TO, NOW + timedelta(seconds=1), TOKEN)


def test_a_text_with_another_link_is_not_taken_for_it(twilio, sms):
    sms.send(outgoing(body="Another form"))

    assert not sms.find(TO, NOW - timedelta(seconds=60), TOKEN)


def test_a_reply_that_quotes_the_link_is_not_taken_for_our_text(twilio, sms):
    sms.send(outgoing())
    twilio.messages[0]["direction"] = "inbound"

    assert not sms.find(TO, NOW - timedelta(seconds=60), TOKEN)


def test_a_text_of_another_sender_is_not_taken_for_ours(twilio, sms):
    sms.send(outgoing())
    twilio.messages[0]["from"] = "+447700900998"

    assert not sms.find(TO, NOW - timedelta(seconds=60), TOKEN)


def test_where_bodies_are_redacted_any_text_since_counts_as_found(twilio, sms):
    twilio.redacts_bodies = True
    sms.send(outgoing())

    assert len(sms.find(TO, NOW - timedelta(seconds=60), TOKEN)) == 1
    assert len(sms.find(TO, NOW - timedelta(seconds=60), None)) == 1


def test_the_time_asked_about_is_written_in_utc(twilio, sms):
    summer = datetime.fromisoformat("2026-07-01T13:00:00+01:00")

    sms.find(TO, summer, TOKEN)

    asked = [query for _, _, query in twilio.requests]
    assert asked[0]["DateSent>"] == "2026-07-01T12:00:00Z"


def test_a_question_that_fails_is_told_apart_from_not_found(twilio, sms):
    twilio.lists_are_down = True

    with pytest.raises(LookupFailedError):
        sms.find(TO, NOW, TOKEN)


def test_the_status_of_a_text_can_be_asked_for(twilio, sms):
    accepted = sms.send(outgoing())
    twilio.messages[0] |= {"status": "undelivered", "error_code": 30003}

    found = sms.status_of(accepted.provider_sid)

    assert (found.status, found.code) == ("undelivered", "30003")


def test_a_status_that_cannot_be_asked_for_is_told(twilio, sms):
    with pytest.raises(LookupFailedError):
        sms.status_of("SM" + "f" * 32)


def test_nothing_of_a_text_reaches_the_log(twilio, sms, caplog):
    with caplog.at_level(logging.DEBUG, logger="twilio"):
        sms.send(outgoing())

    assert TO not in caplog.text
    assert TOKEN not in caplog.text


def test_a_message_shows_neither_words_nor_number_when_printed():
    printed = repr(outgoing(status_callback="https://x.example/?secret"))

    assert TO not in printed
    assert TOKEN not in printed
    assert "secret" not in printed


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        (None, None),
        ("", None),
        ("30", timedelta(seconds=30)),
        ("soon", None),
        ("-5", None),
        ("999999999999", timedelta(days=1)),
        ("Tue, 24 Nov 2026 12:01:00 GMT", timedelta(seconds=60)),
        ("Tue, 24 Nov 2026 12:01:00 -0000", timedelta(seconds=60)),
        ("Tue, 24 Nov 2026 11:00:00 GMT", timedelta(0)),
    ],
)
def test_a_wait_is_read_in_seconds_or_as_a_date(header, wait):
    assert read_retry_after(header, at=NOW) == wait


URL = "https://forms.example.org/hooks/twilio/status"
FORM = {"MessageSid": "SM1", "MessageStatus": "delivered", "Body": " spaced  "}


def signed(token, url=URL, form=FORM):
    return RequestValidator(token).compute_signature(url, form)


def test_a_webhook_signed_with_the_current_token_is_genuine():
    assert verify_signature(URL, FORM, signed("now"), ["now"])


def test_a_webhook_signed_with_the_token_before_is_genuine_during_a_rotation():
    assert verify_signature(URL, MultiDict(FORM), signed("old"), ["now", "old"])


@pytest.mark.parametrize(
    ("url", "form", "signature", "tokens"),
    [
        (URL, FORM, signed("other"), ["now", "old"]),
        (URL, FORM, "", ["now"]),
        (URL, FORM, signed(""), ["", ""]),
        (URL, FORM, signed("now"), []),
        (URL + "x", FORM, signed("now"), ["now"]),
        (URL, FORM | {"MessageStatus": "failed"}, signed("now"), ["now"]),
        (URL, FORM | {"Body": "spaced"}, signed("now"), ["now"]),
    ],
)
def test_a_webhook_that_is_not_exactly_what_was_signed_is_refused(
    url, form, signature, tokens
):
    assert not verify_signature(url, form, signature, tokens)


def test_the_stronger_scheme_is_refused_until_it_is_turned_on():
    signature = RequestValidator("now").compute_signature(URL, FORM, "HMAC_SHA256")

    assert not verify_signature(URL, FORM, signature, ["now"])


def inbound(sid, body="Hello", **changes):
    given = {
        "sid": sid,
        "to": FROM,
        "from": "+447700900111",
        "body": body,
        "status": "received",
        "direction": "inbound",
        "date_created": "Tue, 24 Nov 2026 11:00:00 +0000",
        "date_sent": "Tue, 24 Nov 2026 11:00:00 +0000",
    }
    return a_message(**(given | changes))


def test_what_people_wrote_is_listed_and_what_we_wrote_is_not(twilio, sms):
    sms.send(outgoing())
    twilio.messages.append(inbound("SM-in"))

    found = sms.received(NOW - timedelta(hours=24))

    assert [one.sid for one in found] == ["SM-in"]
    assert found[0].body == "Hello"
    assert found[0].sent_at == datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
    assert "Hello" not in repr(found[0])
    assert "7700900111" not in repr(found[0])
    assert sms.said_date is not None


def test_in_summer_too_texts_are_asked_for_by_the_time_in_utc(twilio, sms):
    one_in_the_morning = datetime(2027, 7, 1, 0, 30, tzinfo=ZoneInfo("Europe/London"))

    sms.received(one_in_the_morning)

    _, _, query = twilio.requests[-1]
    assert query["DateSent>"] == "2027-06-30T23:30:00Z"
    assert query["To"] == FROM


def test_texts_that_cannot_be_listed_are_told(twilio, sms):
    twilio.lists_are_down = True

    with pytest.raises(LookupFailedError):
        sms.received(NOW)


def test_a_second_number_is_used_where_it_is_asked_for(twilio):
    both = sender_for(twilio.url, second_number="+447700900998")

    both.send(outgoing())
    both.send(outgoing(by_second_sender=True))

    assert [one["from"] for one in twilio.messages] == [FROM, "+447700900998"]
    twilio.messages.pop(0)
    assert len(both.find(TO, NOW - timedelta(minutes=1), TOKEN)) == 1
    both._http.lines.close()
