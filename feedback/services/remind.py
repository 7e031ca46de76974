"""When does a silent person hear once more? Planned as the message before it goes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import MessageRow
from feedback.db.queries import round as rounds
from feedback.db.queries.message import Subject, subjects_of
from feedback.db.queries.round import Reminder
from feedback.domain.calendar import Calendar
from feedback.domain.contact import Channel
from feedback.domain.delivery import FINAL_STATES, MessageState, Purpose
from feedback.domain.invitation import InvitationStatus, next_reminder
from feedback.services import outbox, reach

# After these the next word is counted from.
BEFORE_A_REMINDER = frozenset({Purpose.INVITATION, Purpose.REMINDER})
# A reminder that has gone out is waited for no more.
_GONE = frozenset({MessageState.ACCEPTED, MessageState.SENT})

Gone = tuple[MessageRow, datetime]
"""A message that has gone out, and when."""


def plan_all(
    session: Session, gone: Sequence[Gone], *, calendar: Calendar, now: datetime
) -> int:
    """Queue the reminders that follow messages which have just gone out.

    With a fixed number of questions, however many they are.

    Returns:
        How many reminders were queued.
    """
    sent_at = {
        row.id: at for row, at in gone if Purpose(row.purpose) in BEFORE_A_REMINDER
    }
    rows = [row for row, _ in gone if row.id in sent_at]
    if not rows:
        return 0
    subjects = subjects_of(session, rows)
    reminders: dict[UUID | None, list[Reminder]] = {}
    for one in rounds.reminders_of(session, rows):
        reminders.setdefault(one.participant, []).append(one)
    planned: list[outbox.NewMessage] = []
    for subject in subjects:
        message = subject.message
        theirs = reminders.setdefault(message.participant_id, [])
        due_at = _due_at(subject, theirs, calendar, sent_at[message.id])
        if due_at is None:
            continue
        planned.append(_reminder(message, 1 + len(theirs), due_at))
        # Another message of the same person finds that this one is planned.
        theirs.append(
            Reminder(
                participant=message.participant_id,
                invitation=message.invitation_id,
                state=MessageState.DUE,
            )
        )
    return outbox.queue_all(session, planned, now=now) if planned else 0


def plan_again(
    session: Session, gone: Gone, *, calendar: Calendar, now: datetime
) -> int:
    """Queue the reminder of a message that was given up, and has arrived after all.

    The one that had been planned was cancelled with it. Where the person heard from us
    again meanwhile, that one's reminder follows, and this one's does not.

    Returns:
        How many reminders were queued.
    """
    row, _ = gone
    if Purpose(row.purpose) not in BEFORE_A_REMINDER:
        return 0
    others = [
        one
        for one in rounds.reminders_of(session, [row])
        if one.invitation == row.invitation_id and one.message != row.id
    ]
    if any(counts(one.state, one.attempts) for one in others):
        return 0
    return plan_all(session, [gone], calendar=calendar, now=now)


def _reminder(message: MessageRow, wave: int, due_at: datetime) -> outbox.NewMessage:
    return outbox.NewMessage(
        purpose=Purpose.REMINDER,
        channel=Channel(message.channel),
        review=message.review_id,
        participant=message.participant_id,
        contact=message.contact_id,
        invitation=message.invitation_id,
        distinct=str(wave),
        wave=wave,
        language=message.language,
        not_before=due_at,
        expires_at=message.expires_at,
        queued_by=message.queued_by,
    )


def _due_at(
    subject: Subject,
    reminders: Sequence[Reminder],
    calendar: Calendar,
    sent_at: datetime,
) -> datetime | None:
    row, person, contact = subject.invitation, subject.participant, subject.contact
    if row is None or person is None or contact is None:
        return None
    if row.messages_stopped_at is not None:
        return None
    of_this = [one for one in reminders if one.invitation == row.id]
    # Sent again by hand while a reminder waits: one is enough.
    if any(one.state not in FINAL_STATES | _GONE for one in of_this):
        return None
    return next_reminder(
        status=InvitationStatus(row.status),
        reminders_sent=sum(counts(one.state, one.attempts) for one in of_this),
        last_sent_at=sent_at,
        expires_at=row.expires_at,
        audience=reach.audience_of(person),
        window=reach.window_of(contact),
        calendar=calendar,
    )


def counts(state: str, attempts: int) -> bool:
    """Tell whether a reminder waits, or went out: not one that ended before it did."""
    return attempts > 0 or state not in FINAL_STATES
