"""When may a failed text be followed by an email, and to which address?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from feedback.domain.contact import Channel, SafeContact
from feedback.domain.delivery import MessageState, Purpose
from feedback.domain.failure import classify
from feedback.domain.fallback import Failed, fallback_contact, may_be_followed
from feedback.domain.invitation import InvitationStatus

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
FAILED = Failed(
    purpose=Purpose.INVITATION,
    channel=Channel.SMS,
    state=MessageState.FAILED_PERMANENT,
    failure=classify("30006", None),
    is_fallback=False,
    status=InvitationStatus.INVITED,
    is_stopped=False,
    expires_at=NOW + timedelta(days=9),
)


def phone(**changes):
    return SafeContact(**{"channel": Channel.SMS, "safe": True} | changes)


def email(**changes):
    given = {"channel": Channel.EMAIL, "safe": True, "verified_at": NOW}
    return SafeContact(**given | changes)


def test_an_invitation_that_failed_for_good_may_be_followed():
    assert may_be_followed(FAILED, now=NOW)
    assert may_be_followed(replace(FAILED, purpose=Purpose.REMINDER), now=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"state": MessageState.UNKNOWN},
        {"state": MessageState.DEAD_LETTER},
        {"state": MessageState.DUE},
        {"channel": Channel.EMAIL},
        {"purpose": Purpose.THEMES},
        {"failure": classify("21610", 400)},
        {"failure": classify("30005", None)},
        {"is_fallback": True},
        {"is_stopped": True},
        {"status": InvitationStatus.STARTED},
        {"status": InvitationStatus.ANSWERED},
        {"status": None},
        {"expires_at": NOW + timedelta(hours=2)},
    ],
    ids=str,
)
def test_nothing_follows_where_anything_speaks_against_it(changes):
    assert not may_be_followed(replace(FAILED, **changes), now=NOW)


@pytest.mark.parametrize(
    ("contacts", "found"),
    [
        ([phone(), email()], 1),
        ([phone(), email(safe=False), email()], 2),
        ([phone(), phone(verified_at=NOW)], None),
        ([phone(), email(safe=None)], None),
        ([phone(), email(verified_at=None)], None),
        ([phone(), email(verified_at=NOW - timedelta(days=31))], None),
        ([phone(), email(shared_device=True)], None),
        ([phone(shared_device=True), email()], None),
        ([phone(), email(high_risk=True)], None),
        ([phone(), email(), phone(high_risk=True)], None),
    ],
)
def test_only_an_address_of_ones_own_that_was_agreed_is_used(contacts, found):
    assert (
        fallback_contact(
            contacts[0], contacts, age_band=None, consented_at=NOW, now=NOW
        )
        == found
    )


@pytest.mark.parametrize(
    ("age_band", "consented_at"), [("9-12", NOW), ("13-17", None), (None, None)]
)
def test_nobody_is_emailed_who_is_reached_in_person_or_was_not_told(
    age_band, consented_at
):
    contacts = [phone(), email()]

    found = fallback_contact(
        contacts[0], contacts, age_band=age_band, consented_at=consented_at, now=NOW
    )

    assert found is None
