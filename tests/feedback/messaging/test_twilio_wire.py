"""What may an answer do to us, that comes from a broken or a hostile provider?"""

import gzip
import io
import json
import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
from fakes_twilio import ACCOUNT, AUTH_TOKEN, FROM, a_message
from requests import certs
from urllib3 import HTTPResponse

from feedback.domain.address import Channel
from feedback.messaging import twilio_http
from feedback.messaging.lookup import LookupFailedError
from feedback.messaging.sender import Accepted, Outgoing, Refused, Unknown
from feedback.messaging.twilio_http import PlainHttpClient
from feedback.messaging.twilio_sms import TwilioSms

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TO = "+447700900123"
PROBLEM = {"type": "t", "title": "no", "code": 21211}


class Wire:
    """Answers everything in the same way, and keeps what it was asked for."""

    def __init__(self, status, body, headers):
        self.answer = (status, body, headers)
        self.asked = []

    def urlopen(self, method, url, **_):
        self.asked.append((method, url))
        status, body, headers = self.answer
        return HTTPResponse(
            io.BytesIO(body), headers, status=status, preload_content=False
        )


def behind(body=b"", *, status=200, **headers):
    """A sender, and the wire behind it that gives this answer."""
    sender = TwilioSms(account_sid=ACCOUNT, auth_token=AUTH_TOKEN, from_number=FROM)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    wire = Wire(status, content, named)
    sender._http.lines = wire
    return sender, wire


def a_text():
    return Outgoing(
        channel=Channel.SMS,
        to=TO,
        body="A short form",
        message_id="m1",
        attempt_id="a1",
        at=NOW,
    )


def test_a_redirect_is_not_followed():
    sender, wire = behind(status=307, Location="https://elsewhere.example/")

    assert sender.send(a_text()) == Refused(http=307)
    assert len(wire.asked) == 1


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/next?Page=1",
        "//elsewhere.example/next?Page=1",
        "https:elsewhere.example/next?Page=1",
        "https://elsewhere.example?Page=1",
    ],
)
def test_the_next_page_is_asked_for_at_our_host_whatever_the_answer_names(elsewhere):
    sender, wire = behind(
        {"messages": [], "meta": {"key": "messages", "next_page_url": elsewhere}}
    )

    sender.received(NOW)

    assert len(wire.asked) > 1
    # Only a path: the wire is the host's own.
    assert all(re.match("/[^/]", url) or url == "/?Page=1" for _, url in wire.asked)


def test_a_list_that_comes_round_to_itself_ends():
    page = {"messages": [a_message(direction="inbound")], "next_page_uri": "/again"}
    sender, wire = behind(page)

    found = sender.received(NOW)

    assert len(found) == len(wire.asked) == 20


def test_an_answer_that_swells_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(twilio_http, "MOST_BYTES", 200_000)
    packed = gzip.compress(b" " * 1_000_000)
    sender, _ = behind(packed, Content_Encoding="gzip")

    with pytest.raises(LookupFailedError, match="TooLong"):
        sender.received(NOW)
    assert sender.send(a_text()) == Unknown(detail="TooLongError")


def test_the_answers_own_status_counts_and_not_what_its_text_says_of_one():
    sender, _ = behind(PROBLEM | {"status": 400}, status=500)

    outcome = sender.send(a_text())

    assert outcome == Unknown(detail="server-error", code="21211", http=500)


@pytest.mark.parametrize("status", ["400", None, {}, [400]])
def test_a_status_that_is_no_number_does_no_harm(status):
    sender, _ = behind(PROBLEM | {"status": status}, status=400)

    assert sender.send(a_text()) == Refused(code="21211", http=400)


@pytest.mark.parametrize("code", [{"a": 1}, [], "x" * 9_999, "9" * 11, "", "٣", 1.5])
def test_a_code_that_cannot_be_kept_is_none(code):
    sender, _ = behind({"message": "no", "code": code}, status=400)

    assert sender.send(a_text()) == Refused(http=400)


@pytest.mark.parametrize("sid", [7, "", "x" * 65, "SM\n1", "SMé", ["SM1"]])
def test_a_name_that_cannot_be_kept_leaves_the_outcome_unknown(sid):
    sender, _ = behind({"sid": sid}, status=201)

    assert sender.send(a_text()) == Unknown(detail="no-sid")


@pytest.mark.parametrize("wait", ["9" * 5_000, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_nobody_can_make_us_wait_for_longer_than_a_day(wait):
    sender, _ = behind({}, status=429, Retry_After=wait)

    assert sender.send(a_text()) == Refused(http=429, retry_after=timedelta(days=1))


@pytest.mark.parametrize("answer", [{}, {"sid": "SM1"}, {"status": "sent"}, [], None])
def test_a_message_without_name_or_status_tells_nothing(answer):
    sender, _ = behind(answer)

    with pytest.raises(LookupFailedError):
        sender.status_of("SM1")


def test_half_an_emoji_does_not_hold_up_what_others_wrote():
    torn = a_message(sid="SM2", direction="inbound", body="Help \ud83d")
    whole = a_message(sid="SM1", direction="inbound", body="Thanks \U0001f44d")
    nameless = a_message(sid=None, direction="inbound", body="?")
    sender, _ = behind({"messages": [torn, nameless, whole]})

    found = sender.received(NOW)

    assert [one.body for one in found] == ["Help \ufffd", "Thanks \U0001f44d"]


def test_no_number_is_logged_even_where_everything_is(caplog):
    sender, _ = behind({"messages": []})
    library = logging.getLogger("urllib3.connectionpool")

    with caplog.at_level(logging.DEBUG):
        sender.find(TO, NOW, None)
        # What the library itself writes of each request, and of an odd header.
        library.debug('"GET /Messages.json?To=%s" 200', TO)
        library.warning("Failed to parse headers (url=/Messages.json?To=%s)", TO)

    assert TO not in caplog.text


def test_nothing_of_a_text_is_kept_once_it_is_sent():
    sender, _ = behind({"sid": "SM1"}, status=201)

    assert sender.send(a_text()) == Accepted(provider_sid="SM1")

    kept = repr([vars(sender._http), vars(sender._http._last)])
    assert TO not in kept
    assert "SM1" not in kept
    assert not sender._http._test_only_last_request


def a_client(url):
    return PlainHttpClient(base_url=url, connect_timeout=1, read_timeout=1)


def test_the_accounts_secret_never_goes_over_plain_http_to_another_machine():
    with pytest.raises(ValueError, match="https only"):
        a_client("http://api.example.org")


PROXY = "http://user:secret@proxy.example.org:3128"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2", "[::1]"])
def test_no_proxy_stands_before_this_machine(monkeypatch, host):
    monkeypatch.setenv("HTTP_PROXY", PROXY)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    assert a_client(f"http://{host}:8080").lines.proxy is None


def test_the_environments_proxy_stands_before_others_with_its_own_secret(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.delenv("https_proxy", raising=False)

    lines = a_client("https://api.example.org").lines

    assert lines.proxy.host == "proxy.example.org"
    assert "Proxy-Authorization" in lines.proxy_headers


def test_the_environment_may_name_who_needs_no_proxy(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", "api.example.org")
    monkeypatch.delenv("no_proxy", raising=False)

    assert a_client("https://api.example.org").lines.proxy is None


def test_a_councils_own_certificates_are_believed(monkeypatch, tmp_path):
    bundle = tmp_path / "council.pem"
    bundle.write_text("")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))

    lines = a_client("https://api.example.org").lines

    assert lines.ca_certs == str(bundle)
    assert lines.cert_reqs == "CERT_REQUIRED"


def test_certificates_are_asked_for_where_the_environment_names_none(monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)

    lines = a_client("https://api.example.org").lines

    assert lines.ca_certs == certs.where()
    assert lines.cert_reqs == "CERT_REQUIRED"
