"""How far a person came decides which reason their silence gives."""

import pytest

from feedback.domain.invitation import InvitationStatus
from feedback.domain.voice import NOT_OPENED, NOT_REACHED, NOT_YET_ASKED, Trace, how_far
from triangulation import PersonStatus


def test_an_answer_that_counts_is_an_answer_whatever_came_later():
    trace = Trace(
        has_submitted=True, has_withdrawn=True, invitation=InvitationStatus.EXPIRED
    )

    assert how_far(trace).status is PersonStatus.ANSWERED


def test_somebody_who_is_not_asked_gives_the_reason_that_was_recorded():
    found = how_far(Trace(not_invited_reason="new placement"))

    assert found.status is PersonStatus.NOT_INVITED
    assert found.reason == "new placement"


@pytest.mark.parametrize(
    ("trace", "reason"),
    [
        (Trace(), NOT_YET_ASKED),
        (Trace(invitation=InvitationStatus.NOT_INVITED), NOT_REACHED),
        (
            Trace(invitation=InvitationStatus.NOT_INVITED, is_in_person=True),
            NOT_OPENED,
        ),
    ],
)
def test_somebody_whom_no_message_reached_was_not_invited(trace, reason):
    found = how_far(trace)

    assert found.status is PersonStatus.NOT_INVITED
    assert found.reason == reason


def test_answers_that_were_taken_out_leave_a_withdrawal():
    trace = Trace(has_withdrawn=True, invitation=InvitationStatus.ANSWERED)

    assert how_far(trace).status is PersonStatus.WITHDRAWN


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (InvitationStatus.INVITED, PersonStatus.NO_REPLY),
        (InvitationStatus.STARTED, PersonStatus.NO_REPLY),
        (InvitationStatus.EXPIRED, PersonStatus.NO_REPLY),
        (InvitationStatus.REVOKED, PersonStatus.NO_REPLY),
        (InvitationStatus.DECLINED, PersonStatus.DECLINED),
        (InvitationStatus.WITHDRAWN, PersonStatus.WITHDRAWN),
    ],
)
def test_a_form_that_was_not_sent_is_no_reply_and_a_no_is_a_no(status, expected):
    assert how_far(Trace(invitation=status)).status is expected
