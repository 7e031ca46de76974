"""Where people stand is told in one sentence each, and never in two ways."""

from datetime import UTC, datetime, timedelta

import pytest

from feedback.domain.contact import Channel
from feedback.domain.delivery import MessageState
from feedback.domain.invitation import InvitationStatus
from feedback.domain.standing import (
    MESSAGE_STATE_WORDS,
    STATUS_WORDS,
    LastMessage,
    standing_words,
)

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
FORESEEN = "A text goes now."


def said(status, state=None):
    last = None
    if state is not None:
        last = LastMessage(
            channel=Channel.EMAIL, state=state, next_at=NOW + timedelta(hours=1)
        )
    return standing_words(status, last, foreseen=FORESEEN, now=NOW)


@pytest.mark.parametrize("status", STATUS_WORDS)
def test_who_came_further_than_a_message_is_told_by_that_alone(status):
    assert said(status, MessageState.DELIVERED) == STATUS_WORDS[status]


def test_who_was_not_invited_yet_is_told_what_inviting_does():
    assert said(InvitationStatus.NOT_INVITED) == FORESEEN
    assert said(InvitationStatus.NOT_INVITED, MessageState.CANCELLED) == FORESEEN


def test_a_message_that_is_due_says_until_when_it_waits():
    assert said(InvitationStatus.INVITED, MessageState.DUE) == (
        "An email waits until 9am today."
    )


@pytest.mark.parametrize("state", sorted(set(MessageState) - {MessageState.DUE}))
def test_every_state_of_a_message_has_its_words(state):
    assert said(InvitationStatus.INVITED, state) == (
        f"An email {MESSAGE_STATE_WORDS[state]}"
    )
