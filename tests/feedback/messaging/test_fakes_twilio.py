"""Does the stand-in for Twilio keep to what the real one promises of its answers?"""

from email.utils import parsedate_to_datetime

import pytest
import requests
from fakes_twilio import ACCOUNT, AUTH_TOKEN, FROM, SERVICE, a_message, running_twilio

MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"
TEXT = {"To": "+447700900123", "From": FROM, "Body": "A short form"}
SPOKEN = {
    "account_sid",
    "api_version",
    "direction",
    "num_media",
    "num_segments",
    "sid",
    "status",
    "uri",
}
MAY_BE_MISSING = {
    "body",
    "error_message",
    "from",
    "messaging_service_sid",
    "price",
    "price_unit",
    "to",
}
DATES = {"date_created", "date_sent", "date_updated"}
OTHERS = {"error_code", "subresource_uris"}


@pytest.fixture
def twilio():
    with running_twilio() as fake:
        yield fake


def ask(twilio, method, path, *, secret=AUTH_TOKEN, **options):
    return requests.request(
        method, twilio.url + path, auth=(ACCOUNT, secret), timeout=5, **options
    )


def send(twilio, **changes):
    said = {k: v for k, v in (TEXT | changes).items() if v is not None}
    return ask(twilio, "POST", f"{MESSAGES}.json", data=said)


def assert_a_message(answer):
    assert set(answer) == SPOKEN | MAY_BE_MISSING | DATES | OTHERS
    assert all(isinstance(answer[name], str) for name in SPOKEN)
    assert all(isinstance(answer[name], str | None) for name in MAY_BE_MISSING)
    assert isinstance(answer["error_code"], int | None)
    assert isinstance(answer["subresource_uris"], dict)
    for name in DATES:
        assert answer[name] is None or parsedate_to_datetime(answer[name]).tzinfo


@pytest.mark.parametrize(
    "sender", [{"From": FROM}, {"From": None, "MessagingServiceSid": SERVICE}]
)
def test_a_message_is_whole_however_it_is_asked_for(twilio, sender):
    made = send(twilio, **sender).json()
    fetched = ask(twilio, "GET", f"{MESSAGES}/{made['sid']}.json").json()
    (listed,) = ask(twilio, "GET", f"{MESSAGES}.json").json()["messages"]

    assert made == fetched == listed
    assert_a_message(made)


def test_a_list_comes_in_pages_the_newest_first(twilio):
    made = [send(twilio).json()["sid"] for _ in range(5)]

    found, path = [], f"{MESSAGES}.json?PageSize=2&To=%2B447700900123"
    while path:
        page = ask(twilio, "GET", path).json()
        found += [one["sid"] for one in page["messages"]]
        assert page["end"] - page["start"] + 1 == len(page["messages"])
        path = page["next_page_uri"]

    assert found == made[::-1]
    assert page["page"] == 2
    assert page["previous_page_uri"]


@pytest.mark.parametrize("path", [f"{MESSAGES}.json", f"{MESSAGES}/SM1.json"])
def test_nobody_is_told_anything_without_the_secret(twilio, path):
    assert ask(twilio, "GET", path, secret="wrong").status_code == 401


@pytest.mark.parametrize(
    "odd",
    [
        {"Sender": FROM},
        {"To": "07700900123"},
        {"From": None},
        {"MessagingServiceSid": SERVICE},
        {"From": None, "MessagingServiceSid": "MG1"},
        {"StatusCallback": "/hooks"},
        {"Body": "x" * 1601},
    ],
)
def test_a_request_that_the_real_one_would_not_take_fails_its_test(odd):
    with pytest.raises(AssertionError), running_twilio() as fake:
        send(fake, **odd)


@pytest.mark.parametrize("odd", ["PageSize=1001", "DateSent%3E=1+July", "Since=1"])
def test_a_question_that_the_real_one_would_not_take_fails_its_test(odd):
    with pytest.raises(AssertionError), running_twilio() as fake:
        fake.messages.append(a_message())
        try:
            ask(fake, "GET", f"{MESSAGES}.json?{odd}")
        except requests.ConnectionError:
            fake.released.set()
