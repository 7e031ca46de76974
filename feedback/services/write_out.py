"""What is handed to a sender? A message opened, filled in and addressed."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import SealBrokenError
from feedback.db.models import MessageRow
from feedback.db.queries import message as messages
from feedback.db.vault import ErasedError
from feedback.domain.contact import Channel
from feedback.messaging.compose import ComposeError
from feedback.messaging.sender import Outgoing
from feedback.services import offer_text, settle, unsubscribe
from feedback.services.dispatch import Dispatch
from feedback.services.write import Letter, NothingToSendError, letter

# What makes one message impossible to write, and says nothing about the others.
WRITING_FAULTS: Final = (
    ComposeError,
    NothingToSendError,
    ErasedError,
    SealBrokenError,
)


def write_out(
    session: Session,
    dispatch: Dispatch,
    seen: tuple[messages.Subject, offer_text.Talks],
    attempt: UUID,
    now: datetime,
) -> Outgoing:
    """Write a message out for its channel.

    Raises:
        ComposeError: If its template cannot be filled, or what comes cannot be sent.
        NothingToSendError: If its link's token was wiped.
        ErasedError: If its review's key was destroyed.
        SealBrokenError: If what is sealed with it was changed.
    """
    subject, talks = seen
    opened = letter(session, subject, rules=dispatch.rules.invite, talks=talks)
    write = _text if subject.message.channel == Channel.SMS else _email
    return write(session, dispatch, (subject.message, opened), attempt, now)


def _text(
    session: Session,
    dispatch: Dispatch,
    seen: tuple[MessageRow, Letter],
    attempt: UUID,
    now: datetime,
) -> Outgoing:
    row, opened = seen
    written = dispatch.composer.text(
        row.purpose,
        values=opened.values,
        language=row.language,
        by_text=opened.by_text,
    )
    receipts = dispatch.rules.receipts_url
    return Outgoing(
        channel=Channel.SMS,
        to=opened.to,
        body=written.words,
        message_id=str(row.id),
        attempt_id=str(attempt),
        at=now,
        status_callback=f"{receipts}?attempt={attempt}" if receipts else None,
        by_second_sender=settle.wants_other_sender(session, row),
    )


def _email(
    session: Session,
    dispatch: Dispatch,
    seen: tuple[MessageRow, Letter],
    attempt: UUID,
    now: datetime,
) -> Outgoing:
    row, opened = seen
    written = dispatch.composer.compose(
        row.purpose, values=opened.values, language=row.language
    )
    return Outgoing(
        channel=Channel.EMAIL,
        to=opened.to,
        subject=written.subject,
        body=written.body,
        message_id=str(row.id),
        attempt_id=str(attempt),
        at=now,
        list_unsubscribe=_unsubscribe(session, dispatch, row),
    )


def _unsubscribe(session: Session, dispatch: Dispatch, row: MessageRow) -> str | None:
    """Give the address of one-click unsubscribing, where it is not for staff."""
    if row.invitation_id is None:
        return None
    base_url = dispatch.rules.invite.public_base_url
    return unsubscribe.link(session, row.invitation_id, base_url=base_url)
