"""May a text that failed for good be followed by an email? Rarely, and only once.

A message on a second channel is one more that the wrong person could see.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from feedback.domain.contact import (
    Channel,
    SafeContact,
    choose_contact,
    may_be_messaged,
    may_fall_back,
)
from feedback.domain.delivery import MessageState, Purpose
from feedback.domain.failure import Failure
from feedback.domain.invitation import InvitationStatus

# Time for a late receipt, or for the person, to make it needless.
FALLS_BACK_AFTER: Final = timedelta(hours=2)
# What carries the link that somebody still waits for.
FALLS_BACK: Final = frozenset({Purpose.INVITATION, Purpose.REMINDER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A message that failed, and whom it was for.

    Args:
        is_fallback: Whether it stood in for another one already.
        status: Where the invitation that it carries stands; None where it carries
            none.
        is_stopped: Whether this person asked for no more messages.
        expires_at: When the link ends; None for never.
    """

    purpose: Purpose
    channel: Channel
    state: MessageState
    failure: Failure
    is_fallback: bool
    status: InvitationStatus | None
    is_stopped: bool
    expires_at: datetime | None


def may_be_followed(failed: Failed, *, now: datetime) -> bool:
    """Tell whether a failed message may be followed by one on another channel at all.

    Only where it has failed for good: while nobody knows whether it arrived, a second
    one could be one too many.
    """
    starts_at = now + FALLS_BACK_AFTER
    return (
        failed.channel is Channel.SMS
        and failed.purpose in FALLS_BACK
        and failed.state is MessageState.FAILED_PERMANENT
        and failed.failure.may_fall_back
        and not failed.is_fallback
        and not failed.is_stopped
        and failed.status is InvitationStatus.INVITED
        and (failed.expires_at is None or starts_at < failed.expires_at)
    )


def fallback_contact(
    first: SafeContact,
    contacts: Sequence[SafeContact],
    *,
    age_band: str | None,
    consented_at: datetime | None,
    now: datetime,
) -> int | None:
    """Find the place of the email address to use, in the order given.

    Returns:
        None where the person agreed to none, where one of the two is shared or at high
        risk, or where this person is reached in person only.
    """
    everyone = choose_contact(
        contacts, age_band=age_band, consented_at=consented_at, now=now
    )
    if everyone.index is None:
        return None
    for index, other in enumerate(contacts):
        verdict = may_be_messaged(
            other, age_band=age_band, consented_at=consented_at, now=now
        )
        is_email = other.channel is Channel.EMAIL
        if is_email and verdict.is_allowed and may_fall_back(first, other):
            return index
    return None
