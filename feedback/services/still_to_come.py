"""What does somebody still hear who was invited already, if they stay silent?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from feedback.db.models import ContactRow, InvitationRow, MessageRow
from feedback.db.queries.invitation import Person
from feedback.domain.calendar import Calendar
from feedback.domain.contact import Channel
from feedback.domain.delivery import MessageState, Purpose
from feedback.domain.invitation import InvitationStatus, next_reminder
from feedback.domain.outlook import MESSAGE_WORDS, Outlook, OutlookKind
from feedback.domain.spoken_time import waits_until
from feedback.domain.standing import MESSAGE_STATE_WORDS, STATUS_WORDS
from feedback.services import reach
from feedback.services.remind import BEFORE_A_REMINDER, counts

NOTHING_MORE: Final = "Nothing more is sent."
STOPPED: Final = f"Asked for no more messages. {NOTHING_MORE}"
CLOSED: Final = f"The review takes no more answers. {NOTHING_MORE}"
FIRST_WORDS: Final = {
    Purpose.INVITATION: "The invitation",
    Purpose.REMINDER: "A reminder",
}
# What follows a message is queued when it is taken: none waits, so none follows.
TAKEN: Final = frozenset(
    {
        MessageState.ACCEPTED,
        MessageState.SENT,
        MessageState.DELIVERED,
        MessageState.UNCONFIRMED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StillToCome:
    """What follows, and where to.

    Args:
        contact: Where it goes; None where nothing follows.
        times: What follows and when, in order.
        held: Why nothing goes at present, although something waits.
    """

    outlook: Outlook
    contact: ContactRow | None = None
    times: tuple[tuple[Purpose, datetime], ...] = ()
    held: str | None = None


def still_to_come(
    found: Person, messages: Sequence[MessageRow], calendar: Calendar, *, now: datetime
) -> StillToCome:
    """Foresee what somebody who was invited hears, if they stay silent.

    Args:
        found: Who; they have an invitation.
        messages: Everything that was queued for them, the oldest first.
        calendar: The school days and holidays that hours depend on.
        now: From when on.
    """
    invitation = found.invitation
    why = _why_nothing(found, now)
    if invitation is None or why is not None:
        return _nothing(why or NOTHING_MORE)
    ours = [one for one in messages if _is_asking(one, invitation)]
    if not ours:
        return _nothing(f"Is invited without a message. {NOTHING_MORE}")
    last = ours[-1]
    contact = next((one for one in found.contacts if one.id == last.contact_id), None)
    if contact is None:
        return _nothing(f"The contact they were invited at is gone. {NOTHING_MORE}")
    times = _times(found, invitation, ours, contact, calendar, now=now)
    verdict = reach.verdict_on(
        contact, among=found.contacts, participant=found.participant, now=now
    )
    return StillToCome(
        outlook=_outlook(last, times, now),
        contact=contact,
        times=times,
        held=verdict.words if times and not verdict.is_allowed else None,
    )


def _why_nothing(found: Person, now: datetime) -> str | None:
    """Say why nobody who is silent here hears more; None where they may."""
    invitation = found.invitation
    if invitation is None:
        return NOTHING_MORE
    status = InvitationStatus(invitation.status)
    if status in STATUS_WORDS:
        return f"{STATUS_WORDS[status]} {NOTHING_MORE}"
    if invitation.messages_stopped_at is not None:
        return STOPPED
    is_over = now >= min(found.review.closes_at, invitation.expires_at)
    return CLOSED if is_over else None


def _nothing(sentence: str) -> StillToCome:
    return StillToCome(outlook=Outlook(kind=OutlookKind.NOT_ASKED, sentence=sentence))


def _is_asking(message: MessageRow, invitation: InvitationRow) -> bool:
    is_ours = message.invitation_id == invitation.id
    return is_ours and Purpose(message.purpose) in BEFORE_A_REMINDER


def _times(
    found: Person,
    invitation: InvitationRow,
    ours: Sequence[MessageRow],
    contact: ContactRow,
    calendar: Calendar,
    *,
    now: datetime,
) -> tuple[tuple[Purpose, datetime], ...]:
    """Foresee the message that waits, and each reminder after it."""
    ends = min(found.review.closes_at, invitation.expires_at)
    last = ours[-1]
    if last.state == MessageState.DUE:
        at = reach.permitted_from(
            max(last.next_at, now), contact, found.participant, calendar
        )
        if at is None or at >= ends:
            return ()
        times = [(Purpose(last.purpose), at)]
        last_at = at
    elif last.state == MessageState.CALLING:
        times, last_at = [], now
    else:
        # None follows, or a person decides first.
        return ()
    sent = sum(
        counts(one.state, one.attempts)
        for one in ours
        if one.purpose == Purpose.REMINDER
    )
    while True:
        following = next_reminder(
            status=InvitationStatus.INVITED,
            reminders_sent=sent,
            last_sent_at=last_at,
            expires_at=ends,
            audience=reach.audience_of(found.participant),
            window=reach.window_of(contact),
            calendar=calendar,
        )
        if following is None:
            return tuple(times)
        sent, last_at = sent + 1, following
        times.append((Purpose.REMINDER, following))


def _outlook(
    last: MessageRow, times: Sequence[tuple[Purpose, datetime]], now: datetime
) -> Outlook:
    channel = MESSAGE_WORDS[Channel(last.channel)]
    state = MessageState(last.state)
    if times:
        purpose, at = times[0]
        return Outlook(
            kind=OutlookKind.MESSAGE,
            sentence=f"Is invited. {FIRST_WORDS[purpose]} {waits_until(at, now=now)}.",
            at=at,
        )
    if state is MessageState.DUE:
        return Outlook(
            kind=OutlookKind.HELD,
            sentence=f"{channel} waits, and no hour that is safe for them comes before "
            "the review closes. Reach them in person, or ask for other hours.",
        )
    told = f"{channel} {MESSAGE_STATE_WORDS[state]}"
    is_over = state in TAKEN
    return Outlook(
        kind=OutlookKind.NOT_ASKED if is_over else OutlookKind.HELD,
        sentence=f"{told} No reminder follows." if is_over else told,
    )
