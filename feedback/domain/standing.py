"""Where does somebody stand who takes part in a review, in one plain sentence?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from feedback.domain.contact import Channel
from feedback.domain.delivery import MessageState
from feedback.domain.invitation import InvitationStatus
from feedback.domain.outlook import MESSAGE_WORDS
from feedback.domain.spoken_time import waits_until

STATUS_WORDS: Final[Mapping[InvitationStatus, str]] = {
    InvitationStatus.STARTED: "Has started and not sent it yet.",
    InvitationStatus.ANSWERED: "Has answered.",
    InvitationStatus.DECLINED: "Did not want to answer.",
    InvitationStatus.WITHDRAWN: "Took their answers out.",
    InvitationStatus.EXPIRED: "The link ended without an answer.",
    InvitationStatus.REVOKED: "The link was closed.",
}
MESSAGE_STATE_WORDS: Final[Mapping[MessageState, str]] = {
    MessageState.CALLING: "is being sent.",
    MessageState.ACCEPTED: "is on its way.",
    MessageState.SENT: "is on its way.",
    MessageState.UNKNOWN: "may have gone; we are asking the provider.",
    MessageState.DELIVERED: "was delivered.",
    MessageState.UNCONFIRMED: "was sent; nobody confirmed that it arrived.",
    MessageState.FAILED_PERMANENT: (
        "could not be delivered. Check with them how to reach them."
    ),
    MessageState.SUPPRESSED: "was not sent: they asked for no more messages.",
    MessageState.EXPIRED: "was not sent: the time for it was over.",
    MessageState.CANCELLED: "was stopped before it went.",
    MessageState.DEAD_LETTER: "could not be sent. Ask them in person.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMessage:
    """The newest message to somebody.

    Args:
        next_at: When it is to go, where it is still due.
    """

    channel: Channel
    state: MessageState
    next_at: datetime


def standing_words(
    status: InvitationStatus,
    last: LastMessage | None,
    *,
    foreseen: str,
    now: datetime,
) -> str:
    """Say where somebody stands.

    Args:
        status: How far their invitation came.
        last: The newest message to them; None before there is one.
        foreseen: What pressing Invite would do, for who was not invited yet.
        now: When they are read of.
    """
    if status in STATUS_WORDS:
        return STATUS_WORDS[status]
    if status is InvitationStatus.NOT_INVITED or last is None:
        return foreseen
    channel = MESSAGE_WORDS[last.channel]
    if last.state is MessageState.DUE:
        return f"{channel} {waits_until(last.next_at, now=now)}."
    return f"{channel} {MESSAGE_STATE_WORDS[last.state]}"
