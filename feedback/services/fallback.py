"""What follows a text that failed for good? One email, where that was agreed."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from feedback.db.models import ContactRow, MessageRow
from feedback.db.queries import message as messages
from feedback.db.queries.message import Subject
from feedback.domain.contact import Channel
from feedback.domain.delivery import MessageState, Purpose, move_message
from feedback.domain.failure import Failure
from feedback.domain.fallback import (
    FALLS_BACK_AFTER,
    Failed,
    fallback_contact,
    may_be_followed,
)
from feedback.domain.invitation import InvitationStatus
from feedback.services import audit, outbox, reach

NEEDLESS = "arrived-after-all"


def plan(
    session: Session, message: MessageRow, failure: Failure, *, now: datetime
) -> UUID | None:
    """Queue the email that follows a failed text; judged again when it is claimed.

    Returns:
        Its id; None where nothing may follow.
    """
    subject = messages.subject_of(session, message)
    if not may_be_followed(_failed(subject, failure), now=now):
        return None
    contact = _contact(subject, now)
    if contact is None or messages.is_suppressed(session, contact):
        return None
    made = outbox.queue(
        session,
        outbox.NewMessage(
            purpose=Purpose(message.purpose),
            channel=Channel.EMAIL,
            review=message.review_id,
            participant=message.participant_id,
            contact=contact.id,
            invitation=message.invitation_id,
            distinct=str(message.wave),
            wave=message.wave,
            language=message.language,
            not_before=now + FALLS_BACK_AFTER,
            expires_at=message.expires_at,
            queued_by=message.queued_by,
        ),
        now=now,
    )
    if made is None:
        return None
    session.get_one(MessageRow, made).fallback_of = message.id
    deed = audit.Deed(
        action="fallback_planned", review=message.review_id, subject=message.id
    )
    audit.record(session, deed, by=audit.SYSTEM, now=now)
    return made


def is_still_right(
    subject: Subject, among: Mapping[UUID, MessageRow], *, now: datetime
) -> bool:
    """Judge at the last moment whether a message that stands in still may.

    True for a message that stands in for none.

    Args:
        subject: The message, and what it is about.
        among: Messages by their id; the one it stands in for is there.
        now: This moment.
    """
    failed_id = subject.message.fallback_of
    if failed_id is None:
        return True
    failed = among[failed_id]
    first = next((one for one in subject.contacts if one.id == failed.contact_id), None)
    return (
        failed.state == MessageState.FAILED_PERMANENT
        and first is not None
        and _contact_after(first, subject, now) is subject.contact
    )


def cancel(session: Session, message: MessageRow) -> int:
    """Cancel what was to stand in for a message that has arrived after all."""
    cancelled = session.scalars(
        update(MessageRow)
        .where(
            MessageRow.fallback_of == message.id, MessageRow.state == MessageState.DUE
        )
        .values(
            state=move_message(MessageState.DUE, MessageState.CANCELLED),
            reason=NEEDLESS,
            lease_until=None,
        )
        .returning(MessageRow.id)
    )
    return len(cancelled.all())


def _failed(subject: Subject, failure: Failure) -> Failed:
    message, invitation = subject.message, subject.invitation
    return Failed(
        purpose=Purpose(message.purpose),
        channel=Channel(message.channel),
        state=MessageState(message.state),
        failure=failure,
        is_fallback=message.fallback_of is not None,
        status=None if invitation is None else InvitationStatus(invitation.status),
        is_stopped=invitation is not None
        and invitation.messages_stopped_at is not None,
        expires_at=message.expires_at,
    )


def _contact(subject: Subject, now: datetime) -> ContactRow | None:
    if subject.contact is None:
        return None
    return _contact_after(subject.contact, subject, now)


def _contact_after(
    first: ContactRow, subject: Subject, now: datetime
) -> ContactRow | None:
    if subject.participant is None:
        return None
    index = fallback_contact(
        reach.safe_contact(first),
        [reach.safe_contact(one) for one in subject.contacts],
        age_band=subject.participant.age_band,
        consented_at=subject.participant.consented_at,
        now=now,
    )
    return None if index is None else subject.contacts[index]
