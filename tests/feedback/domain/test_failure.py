from datetime import timedelta

import pytest

from feedback.domain.address import Channel
from feedback.domain.delivery import MessageState
from feedback.domain.failure import (
    _EMAIL,
    _SMS,
    CONNECT,
    UNWRITABLE,
    ContactEffect,
    FailureClass,
    classify,
)

F, C = FailureClass, ContactEffect


@pytest.mark.parametrize(
    ("code", "http", "kind"),
    [
        ("20429", 429, F.TEMPORARY),
        (None, 429, F.TEMPORARY),
        (None, 500, F.UNKNOWN),
        ("20500", 503, F.UNKNOWN),
        ("21211", 502, F.UNKNOWN),
        (CONNECT, None, F.TEMPORARY),
        (UNWRITABLE, None, F.BUG),
        ("20003", 401, F.ACCOUNT_STOP),
        ("20404", 404, F.ACCOUNT_STOP),
        (None, 401, F.ACCOUNT_STOP),
        (None, 403, F.ACCOUNT_STOP),
        (None, 404, F.ACCOUNT_STOP),
        ("30002", None, F.ACCOUNT_STOP),
        ("30001", None, F.TEMPORARY),
        ("21211", 400, F.PERMANENT),
        ("21212", 400, F.CONFIG_STOP),
        ("21606", 400, F.CONFIG_STOP),
        ("30042", None, F.CONFIG_STOP),
        ("21408", 400, F.PERMANENT),
        ("21610", 400, F.PERMANENT),
        ("21610", 403, F.PERMANENT),
        ("21612", 400, F.PERMANENT),
        ("21614", 400, F.PERMANENT),
        ("21617", 400, F.BUG),
        ("30003", None, F.TEMPORARY),
        ("30004", None, F.PERMANENT),
        ("30005", None, F.PERMANENT),
        ("30006", None, F.PERMANENT),
        ("30007", None, F.CONTENT_STOP),
        ("30008", None, F.TEMPORARY),
        ("30039", None, F.LOOP),
        ("99999", 400, F.TEMPORARY),
        (None, 400, F.TEMPORARY),
        (None, None, F.TEMPORARY),
    ],
)
def test_each_code_of_a_text_has_its_class(code, http, kind):
    assert classify(code, http).kind is kind


@pytest.mark.parametrize(
    ("code", "reply", "kind", "contact"),
    [
        ("5.1.1", 550, F.PERMANENT, C.INVALID),
        ("5.1.2", 550, F.PERMANENT, C.INVALID),
        ("5.7.1", 554, F.PERMANENT, C.NONE),
        ("5.7.8", 535, F.ACCOUNT_STOP, C.NONE),
        (None, 535, F.ACCOUNT_STOP, C.NONE),
        (None, 550, F.PERMANENT, C.UNVERIFIED),
        ("4.2.2", 452, F.TEMPORARY, C.NONE),
        ("4.7.1", 451, F.TEMPORARY, C.NONE),
        (None, 421, F.TEMPORARY, C.NONE),
        (CONNECT, None, F.TEMPORARY, C.NONE),
        (UNWRITABLE, None, F.BUG, C.NONE),
        (None, None, F.TEMPORARY, C.NONE),
        ("21211", None, F.TEMPORARY, C.NONE),
    ],
)
def test_each_reply_of_a_mail_server_has_its_class(code, reply, kind, contact):
    failure = classify(code, reply, channel=Channel.EMAIL)

    assert (failure.kind, failure.contact) == (kind, contact)


# A retry of its own, the end after it, and who must hear: as the error table says.
NO, YES = False, True
FINAL, DEAD = MessageState.FAILED_PERMANENT, MessageState.DEAD_LETTER


@pytest.mark.parametrize(
    ("code", "http", "hours", "retries", "end", "is_alarm", "is_unsent", "counts"),
    [
        ("20429", 429, (), None, DEAD, NO, YES, NO),
        ("20003", 401, (), None, DEAD, YES, YES, NO),
        ("20404", None, (), None, DEAD, YES, YES, NO),
        ("30001", None, (), None, DEAD, NO, YES, YES),
        ("30002", None, (), None, DEAD, YES, YES, NO),
        (CONNECT, None, (), None, DEAD, NO, YES, YES),
        (None, 500, (), None, DEAD, NO, NO, YES),
        ("21211", 400, (), None, DEAD, NO, YES, YES),
        ("21212", 400, (), None, DEAD, YES, YES, NO),
        ("21606", 400, (), None, DEAD, YES, YES, NO),
        ("21408", 400, (), None, DEAD, YES, YES, YES),
        ("21610", 400, (), None, DEAD, NO, YES, YES),
        ("21617", 400, (), None, DEAD, YES, YES, YES),
        ("30003", None, (1, 6, 24), None, FINAL, NO, NO, YES),
        ("30007", None, (), None, DEAD, NO, YES, YES),
        ("30008", None, (0.5,), None, FINAL, NO, NO, YES),
        ("30042", None, (), None, DEAD, YES, YES, NO),
        ("99999", 400, (), 2, DEAD, NO, YES, YES),
    ],
)
def test_each_code_is_tried_again_and_told_of_as_the_table_says(
    code, http, hours, retries, end, is_alarm, is_unsent, counts
):
    failure = classify(code, http)

    assert failure.delays == tuple(timedelta(hours=each) for each in hours)
    assert failure.retries == retries
    assert failure.gives_up_as is end
    assert failure.is_alarm is is_alarm
    assert failure.is_certainly_unsent is is_unsent
    assert failure.counts is counts
    assert failure.slows_down is (code == "20429")
    assert failure.may_change_sender is (code == "21612")


def test_a_code_without_a_limit_of_its_own_is_tried_again_however_often():
    assert classify("30001", None).retries_left(100)


def test_a_code_with_waits_of_its_own_is_tried_once_after_each():
    failure = classify("30003", None)

    assert [failure.retries_left(n) for n in (1, 2, 3, 4)] == [True, True, True, False]


@pytest.mark.parametrize("reply", [530, 534, 535, 538])
def test_a_mail_server_that_asks_who_we_are_stops_the_account(reply):
    assert classify(None, reply, channel=Channel.EMAIL).kind is F.ACCOUNT_STOP


@pytest.mark.parametrize(
    ("reply", "kind"), [(400, F.TEMPORARY), (499, F.TEMPORARY), (500, F.PERMANENT)]
)
def test_only_a_reply_in_the_four_hundreds_means_later(reply, kind):
    assert classify(None, reply, channel=Channel.EMAIL).kind is kind


def test_a_mail_server_that_refuses_by_policy_raises_an_alarm():
    assert classify("5.7.26", 550, channel=Channel.EMAIL).is_alarm


def test_a_throttled_message_slows_us_down_and_does_not_count():
    failure = classify("20429", 429)

    assert failure.slows_down
    assert not failure.counts
    assert failure.is_certainly_unsent


@pytest.mark.parametrize("code", ["20003", "30002", "21212", "30042"])
def test_trouble_of_our_own_pauses_the_channel_and_never_blames_the_contact(code):
    failure = classify(code, None)

    assert failure.kind.pauses
    assert failure.is_alarm
    assert failure.contact is C.NONE
    assert not failure.counts


@pytest.mark.parametrize("kind", sorted(set(F) - {F.ACCOUNT_STOP, F.CONFIG_STOP}))
def test_trouble_of_one_message_pauses_nothing_else(kind):
    assert not kind.pauses


@pytest.mark.parametrize(
    ("code", "contact", "may_fall_back"),
    [
        ("21211", C.INVALID, True),
        ("21610", C.OPTED_OUT, False),
        ("21614", C.LANDLINE, True),
        ("30003", C.UNVERIFIED, False),
        ("30004", C.UNVERIFIED, False),
        ("30005", C.UNVERIFIED, False),
        ("30006", C.LANDLINE, True),
        ("30008", C.NONE, True),
    ],
)
def test_a_refusal_teaches_what_it_teaches_about_the_contact(
    code, contact, may_fall_back
):
    failure = classify(code, None)

    assert (failure.contact, failure.may_fall_back) == (contact, may_fall_back)


def test_a_sender_that_cannot_reach_a_number_may_be_changed_once():
    assert classify("21612", 400).may_change_sender


@pytest.mark.parametrize("failure", [*_SMS.values(), *_EMAIL.values()])
def test_every_failure_tells_staff_in_a_sentence_how_it_stands(failure):
    assert failure.words.endswith(".")
    assert not any(digit in failure.words for digit in "456789")


@pytest.mark.parametrize("failure", [*_SMS.values(), *_EMAIL.values()])
def test_whatever_is_given_up_ends_somewhere_final(failure):
    assert failure.gives_up_as in {
        MessageState.DEAD_LETTER,
        MessageState.FAILED_PERMANENT,
    }
