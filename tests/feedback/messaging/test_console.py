import logging
from datetime import UTC, datetime

from feedback.domain.address import Channel
from feedback.messaging.console import ConsoleSender
from feedback.messaging.sender import Accepted, Outgoing

OUTGOING = Outgoing(
    channel=Channel.SMS,
    to="+447700900123",
    body="A short form is ready for you",
    message_id="m1",
    attempt_id="a1",
    at=datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
)


def test_the_demonstration_takes_every_message_under_its_attempts_name():
    assert ConsoleSender().send(OUTGOING) == Accepted(provider_sid="console-a1")


def test_the_demonstrations_log_holds_ids_and_neither_words_nor_number(caplog):
    with caplog.at_level(logging.DEBUG):
        ConsoleSender().send(OUTGOING)

    record = caplog.records[0].__dict__
    assert (record["message_id"], record["attempt_id"]) == ("m1", "a1")
    assert OUTGOING.to not in str(record)
    assert OUTGOING.body not in str(record)
