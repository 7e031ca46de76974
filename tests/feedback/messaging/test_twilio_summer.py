"""Is a text of a summer midnight found, wherever the machine's clock is set?"""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from fakes_twilio import ACCOUNT, AUTH_TOKEN, FROM, a_message, running_twilio

from feedback.domain.address import Channel
from feedback.messaging.sender import Outgoing
from feedback.messaging.twilio_sms import TwilioSms

TO = "+447700900123"
# Half past midnight on 2 July in London, and still 1 July in UTC.
SENT = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


@pytest.fixture(params=["Europe/London", "UTC", "America/New_York"])
def _a_zone(request, monkeypatch):
    with monkeypatch.context() as changed:
        changed.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def twilio(_a_zone):
    with running_twilio() as fake:
        fake.now = SENT
        yield fake


@pytest.fixture
def sms(twilio):
    sender = TwilioSms(
        account_sid=ACCOUNT,
        auth_token=AUTH_TOKEN,
        from_number=FROM,
        api_base_url=twilio.url,
    )
    yield sender
    sender._http.lines.close()


@pytest.mark.parametrize("zone", [UTC, LONDON])
def test_a_lost_text_is_found_by_when_it_was_sent(twilio, sms, zone):
    sms.send(
        Outgoing(
            channel=Channel.SMS,
            to=TO,
            body="A short form",
            message_id="m1",
            attempt_id="a1",
            at=SENT,
        )
    )
    asked = (SENT - timedelta(seconds=60)).astimezone(zone)

    (found,) = sms.find(TO, asked, None)

    assert found.provider_sid == twilio.messages[0]["sid"]
    # The question with a date would have done, and asks about no later time.
    assert twilio.requests[1][2]["DateSent>"] == "2026-07-01T23:29:00Z"
    assert len(twilio.listed(twilio.requests[1][2])) == 1


@pytest.mark.parametrize("zone", [UTC, LONDON])
def test_what_somebody_wrote_is_found_with_its_true_time(twilio, sms, zone):
    written = "Wed, 01 Jul 2026 23:30:00 +0000"
    for sid, to in (("SM1", FROM), ("SM2", TO)):
        twilio.messages.append(
            a_message(sid=sid, to=to, direction="inbound", date_sent=written)
        )

    (found,) = sms.received((SENT - timedelta(minutes=1)).astimezone(zone))

    assert (found.sid, found.sent_at) == ("SM1", SENT)


def test_what_somebody_wrote_before_is_not_asked_for(twilio, sms):
    twilio.messages.append(
        a_message(
            to=FROM, direction="inbound", date_sent="Wed, 01 Jul 2026 23:30:00 +0000"
        )
    )

    assert not sms.received((SENT + timedelta(minutes=1)).astimezone(LONDON))
