"""How fast are texts sent, and does the whole way to the provider hold together?"""

import dataclasses

import pytest
from fakes_sending import a_dispatch
from fakes_twilio import ACCOUNT, AUTH_TOKEN, FROM, Answer, refusal, running_twilio

from feedback.config import TwilioSettings
from feedback.messaging.build import senders
from feedback.services import sweep
from feedback.services.deliver import deliver_due
from feedback.services.dispatch import Pacer, rules


class Waiting:
    """A clock that moves only when somebody sleeps."""

    def __init__(self):
        self.at = 0.0

    def sleep(self, seconds):
        self.at += seconds

    def elapsed(self):
        return self.at


@pytest.fixture
def waiting():
    return Waiting()


@pytest.fixture
def pacer(waiting):
    return Pacer(10, sleep=waiting.sleep, elapsed=waiting.elapsed)


def passed(pacer, waiting, texts):
    start = waiting.at
    for _ in range(texts):
        pacer.wait()
    return waiting.at - start


def test_ten_a_second_and_no_more(pacer, waiting):
    assert passed(pacer, waiting, 101) == pytest.approx(10)


def test_a_provider_that_asks_for_it_gets_half(pacer, waiting):
    pacer.wait()
    pacer.slow_down()

    assert passed(pacer, waiting, 101) == pytest.approx(20.1, abs=0.2)


def test_the_rate_comes_back_as_texts_pass(pacer, waiting):
    pacer.slow_down()
    for _ in range(50):
        pacer.recover()

    assert passed(pacer, waiting, 101) == pytest.approx(10, abs=0.2)


class TestThroughTwilio:
    @pytest.fixture
    def twilio(self):
        with running_twilio() as fake:
            yield fake

    @pytest.fixture
    def sending(self, post, settings, twilio, clock):
        twilio.now = clock.now()
        settings = dataclasses.replace(
            settings,
            twilio=TwilioSettings(
                account_sid=ACCOUNT,
                auth_token=AUTH_TOKEN,
                auth_token_previous=None,
                sender=FROM,
                messaging_service_sid=None,
                api_base_url=twilio.url,
            ),
        )
        sending = a_dispatch(post.database, settings)
        return dataclasses.replace(
            sending, senders=senders(settings), rules=rules(settings)
        )

    def test_a_text_goes_out_with_a_place_for_its_receipts(
        self, post, sending, twilio, clock
    ):
        post.invite_one(clock.now())

        assert deliver_due(sending, read_now=clock.now).sent == 1

        form = twilio.requests[0][2]
        attempt = post.attempts()[0]
        assert form["StatusCallback"].endswith(f"/status?attempt={attempt.id}")
        assert attempt.provider_sid == twilio.messages[0]["sid"]
        assert post.message().state == "accepted"

    def test_an_error_that_hid_a_sent_text_is_found_out(
        self, post, sending, twilio, clock
    ):
        twilio.plan(Answer(accepts=True, status=500))
        post.invite_one(clock.now())

        assert deliver_due(sending, read_now=clock.now).unknown == 1
        clock.forward(seconds=61)
        sweep.sweep(sending, read_now=clock.now)
        deliver_due(sending, read_now=clock.now)

        assert len(twilio.messages) == 1
        assert post.message().state == "accepted"

    def test_an_error_that_hid_nothing_leads_to_one_text(
        self, post, sending, twilio, clock
    ):
        twilio.plan(Answer(accepts=False, status=500))
        post.invite_one(clock.now())

        deliver_due(sending, read_now=clock.now)
        for _ in range(7):
            clock.forward(minutes=1)
            sweep.sweep(sending, read_now=clock.now)
            deliver_due(sending, read_now=clock.now)

        assert len(twilio.messages) == 1
        assert [one.state for one in post.attempts()] == ["not-found", "accepted"]

    def test_a_refused_account_is_not_asked_again_at_once(
        self, post, sending, twilio, clock
    ):
        twilio.plan(refusal(401, 20003))
        for _ in range(3):
            post.invite_one(clock.now())

        deliver_due(sending, read_now=clock.now)
        deliver_due(sending, read_now=clock.now)

        assert len(twilio.requests) == 1
