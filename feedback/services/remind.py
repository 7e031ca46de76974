"""When does a silent person hear once more? Planned as the message before it goes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from feedback.db.models import MessageRow
from feedback.db.queries import round as rounds
from feedback.db.queries.message import Subject
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


def plan_all(
    session: Session,
    gone: Sequence[MessageRow],
    *,
    calendar: Calendar,
    now: datetime,
) -> int:
    """Queue the reminders that follow messages which have just gone out.

    With a fixed number of questions, however many they are.

    Returns:
        How many reminders were queued.
    """
    rows = [row for row in gone if Purpose(row.purpose) in BEFORE_A_REMINDER]
    if not rows:
        return 0
    subjects = rounds.subjects_of(session, rows)
    reminders = rounds.reminders_of(session, rows)
    planned: list[outbox.NewMessage] = []
    for subject in subjects:
        due_at = _due_at(subject, reminders, calendar, now)
        if due_at is None:
            continue
        message = subject.message
        theirs = [one for one in reminders if one.participant == message.participant_id]
        planned.append(_reminder(message, 1 + len(theirs), due_at))
        # Another message of the same person finds that this one is planned.
        reminders.append(
            Reminder(
                participant=message.participant_id,
                invitation=message.invitation_id,
                state=MessageState.DUE,
            )
        )
    return outbox.queue_all(session, planned, now=now) if planned else 0


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
    now: datetime,
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
        reminders_sent=len(of_this),
        last_sent_at=now,
        expires_at=row.expires_at,
        audience=reach.audience_of(person),
        window=reach.window_of(contact),
        calendar=calendar,
    )
