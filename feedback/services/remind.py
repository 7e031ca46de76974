"""When does a silent person hear once more? Planned as the message before it goes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.models import MessageRow
from feedback.db.queries import message as messages
from feedback.db.queries.message import Subject
from feedback.domain.calendar import Calendar
from feedback.domain.contact import Channel
from feedback.domain.delivery import FINAL_STATES, MessageState, Purpose
from feedback.domain.invitation import InvitationStatus, next_reminder
from feedback.services import outbox, reach

# After these the next word is counted from.
BEFORE_A_REMINDER = frozenset({Purpose.INVITATION, Purpose.REMINDER})


def plan_next(
    session: Session, message: MessageRow, *, calendar: Calendar, now: datetime
) -> UUID | None:
    """Queue the reminder that follows a message which has just gone out.

    Returns:
        The reminder's id; None where no more is due.
    """
    if Purpose(message.purpose) not in BEFORE_A_REMINDER:
        return None
    subject = messages.subject_of(session, message)
    due_at = _due_at(session, subject, calendar, now)
    if due_at is None:
        return None
    wave = 1 + len(_reminders(session, subject, of_any_invitation=True))
    return outbox.queue(
        session,
        outbox.NewMessage(
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
        ),
        now=now,
    )


def _due_at(
    session: Session, subject: Subject, calendar: Calendar, now: datetime
) -> datetime | None:
    row, person, contact = subject.invitation, subject.participant, subject.contact
    if row is None or person is None or contact is None:
        return None
    if row.messages_stopped_at is not None:
        return None
    reminders = _reminders(session, subject)
    # Sent again by hand while a reminder waits: one is enough.
    if any(one.state not in FINAL_STATES | _GONE for one in reminders):
        return None
    return next_reminder(
        status=InvitationStatus(row.status),
        reminders_sent=len(reminders),
        last_sent_at=now,
        expires_at=row.expires_at,
        audience=reach.audience_of(person),
        window=reach.window_of(contact),
        calendar=calendar,
    )


_GONE = frozenset({MessageState.ACCEPTED, MessageState.SENT})


def _reminders(
    session: Session, subject: Subject, *, of_any_invitation: bool = False
) -> list[MessageRow]:
    message = subject.message
    whose = (
        MessageRow.participant_id == message.participant_id
        if of_any_invitation
        else MessageRow.invitation_id == message.invitation_id
    )
    found = session.scalars(
        select(MessageRow).where(whose, MessageRow.purpose == Purpose.REMINDER)
    )
    return list(found)
