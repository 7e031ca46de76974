"""How far did a person come, so that a silence can say its reason?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from feedback.domain.invitation import InvitationStatus
from triangulation import PersonStatus

NOT_YET_ASKED: Final = "not asked yet"
NOT_REACHED: Final = "not reached safely"
NOT_OPENED: Final = "the form was not opened with them"

AFTER_ASKING: Final[Mapping[InvitationStatus, PersonStatus]] = {
    InvitationStatus.DECLINED: PersonStatus.DECLINED,
    InvitationStatus.WITHDRAWN: PersonStatus.WITHDRAWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HowFar:
    """Where a person stands, and why where they were not asked."""

    status: PersonStatus
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What there is to tell it from.

    Args:
        has_submitted: Whether answers of theirs count now.
        has_withdrawn: Whether they took answers out.
        not_invited_reason: Why they are not asked at all, where somebody said so.
        invitation: Where their last invitation stands; None without one.
        is_in_person: Whether that invitation is for a device at hand.
    """

    has_submitted: bool = False
    has_withdrawn: bool = False
    not_invited_reason: str | None = None
    invitation: InvitationStatus | None = None
    is_in_person: bool = False


def how_far(trace: Trace) -> HowFar:
    """Tell how far a person came; a started form that was not sent is no reply."""
    if trace.has_submitted:
        return HowFar(status=PersonStatus.ANSWERED)
    if trace.not_invited_reason:
        return _not_invited(trace.not_invited_reason)
    if trace.has_withdrawn:
        return HowFar(status=PersonStatus.WITHDRAWN)
    if trace.invitation is None:
        return _not_invited(NOT_YET_ASKED)
    if trace.invitation is InvitationStatus.NOT_INVITED:
        return _not_invited(NOT_OPENED if trace.is_in_person else NOT_REACHED)
    return HowFar(status=AFTER_ASKING.get(trace.invitation, PersonStatus.NO_REPLY))


def _not_invited(reason: str) -> HowFar:
    return HowFar(status=PersonStatus.NOT_INVITED, reason=reason)
