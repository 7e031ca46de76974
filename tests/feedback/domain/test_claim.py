from datetime import UTC, datetime, timedelta

import pytest

from feedback.domain.claim import ClaimFacts, judge_claim
from feedback.domain.contact import HoldReason, Verdict
from feedback.domain.delivery import MessageState, Purpose, Step
from feedback.domain.invitation import InvitationStatus

M, S = MessageState, InvitationStatus
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=5)


def judge(**changes):
    given = {
        "purpose": Purpose.INVITATION,
        "expires_at": LATER,
        "permitted_at": NOW,
        "contact": Verdict(),
        "status": S.NOT_INVITED,
    }
    return judge_claim(ClaimFacts(**(given | changes)), now=NOW)


def test_a_message_that_is_still_right_is_sent():
    assert judge() == Step(state=M.CALLING)


@pytest.mark.parametrize("purpose", [Purpose.ALERT, Purpose.ESCALATION])
def test_nothing_holds_an_alert(purpose):
    step = judge(
        purpose=purpose,
        expires_at=NOW,
        permitted_at=None,
        is_suppressed=True,
        is_review_open=False,
        contact=Verdict(reason=HoldReason.UNSAFE),
        status=None,
    )

    assert step == Step(state=M.CALLING)


@pytest.mark.parametrize(
    ("changes", "state", "reason"),
    [
        ({"expires_at": NOW}, M.EXPIRED, "expired"),
        ({"is_review_open": False}, M.CANCELLED, "review-closed"),
        ({"status": S.ANSWERED}, M.CANCELLED, "answered"),
        ({"status": S.STARTED}, M.CANCELLED, "started"),
        ({"status": S.WITHDRAWN}, M.CANCELLED, "withdrawn"),
        ({"status": S.REVOKED}, M.CANCELLED, "revoked"),
        (
            {"purpose": Purpose.REMINDER, "status": S.NOT_INVITED},
            M.CANCELLED,
            "not_invited",
        ),
        (
            {"purpose": Purpose.TEXT_QUESTION, "status": S.ANSWERED},
            M.CANCELLED,
            "answered",
        ),
        (
            {"purpose": Purpose.TEXT_LINK, "status": S.REVOKED},
            M.CANCELLED,
            "revoked",
        ),
        (
            {"purpose": Purpose.TEXT_AGAIN, "status": S.DECLINED},
            M.CANCELLED,
            "declined",
        ),
        ({"is_suppressed": True}, M.SUPPRESSED, "asked-to-stop"),
        ({"permitted_at": None}, M.SUPPRESSED, "no-permitted-hour"),
        *(
            ({"contact": Verdict(reason=reason)}, M.SUPPRESSED, reason.value)
            for reason in HoldReason
            if reason is not HoldReason.UNVERIFIED
        ),
    ],
)
def test_a_message_that_is_no_longer_right_ends_with_its_reason(changes, state, reason):
    assert judge(**changes) == Step(state=state, reason=reason)


def test_a_message_whose_contact_wants_checking_waits_for_the_check():
    step = judge(contact=Verdict(reason=HoldReason.UNVERIFIED))

    assert step == Step(
        state=M.DUE, next_at=NOW + timedelta(hours=1), reason="unverified"
    )


def test_a_message_outside_its_hours_waits_for_them():
    step = judge(permitted_at=NOW + timedelta(hours=3))

    assert step == Step(
        state=M.DUE, next_at=NOW + timedelta(hours=3), reason="quiet-hours"
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"permitted_at": NOW + timedelta(hours=3)},
        {"contact": Verdict(reason=HoldReason.UNVERIFIED)},
    ],
)
def test_a_message_that_waits_is_looked_at_again_when_it_expires(changes):
    soon = NOW + timedelta(minutes=5)

    assert judge(expires_at=soon, **changes).next_at == soon


@pytest.mark.parametrize("status", [S.NOT_INVITED, S.INVITED])
def test_an_invitation_may_be_sent_again_until_the_form_is_started(status):
    assert judge(status=status).state is M.CALLING


def test_a_reminder_goes_to_the_invited():
    step = judge(purpose=Purpose.REMINDER, status=S.INVITED)

    assert step.state is M.CALLING


@pytest.mark.parametrize("purpose", [Purpose.STAFF_NOTICE, Purpose.THEMES])
def test_a_message_that_speaks_of_no_invitation_is_not_asked_for_one(purpose):
    step = judge(purpose=purpose, contact=None, status=None)

    assert step.state is M.CALLING


def test_a_message_about_what_came_of_it_goes_to_those_who_answered():
    assert judge(purpose=Purpose.YOU_SAID_WE_DID, status=S.ANSWERED).state is M.CALLING


def test_an_invitation_of_unknown_status_is_judged_by_the_rest():
    assert judge(status=None).state is M.CALLING


def test_a_message_without_an_end_waits_as_long_as_it_must():
    permitted = NOW + timedelta(days=90)

    assert judge(expires_at=None, permitted_at=permitted).next_at == permitted
    assert judge(expires_at=None).state is M.CALLING
