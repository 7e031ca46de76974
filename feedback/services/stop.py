"""How does somebody make our messages stop?

Every stop keeps its address silent, for whoever is reached there. For whom it was made
is kept with it: what was texted from a number, or said of it, is the number's own and
nobody takes it back; what one person asked for, that person alone may take back.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, update
from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import (
    ContactRow,
    InvitationRow,
    MessageRow,
    SuppressionRow,
)
from feedback.db.queries import response as queries
from feedback.domain.contact import Channel
from feedback.domain.delivery import MessageState, move_message
from feedback.services import audit

# Of a stop that belongs to the address, and to nobody in particular.
EVERYTHING: Final = "all"


def stop_messages(
    session: Session,
    invitation: UUID,
    *,
    reason: str,
    by: audit.Actor = audit.RESPONDENT,
    now: datetime,
) -> None:
    """Write to this person no more: by none of their contacts, from this moment on.

    Args:
        session: The caller's transaction.
        invitation: Whose invitation the request came by.
        reason: How they asked, in a code: link, sms or unsubscribe.
        by: Who asked.
        now: When they asked.
    """
    # The invitation before its messages, as everybody takes them.
    row = session.get_one(InvitationRow, invitation, with_for_update=True)
    contacts = queries.contacts_of(session, row.participant_id)
    wanted = {(contact.value_index, contact.channel) for contact in contacts}
    _suppress(session, wanted, str(row.participant_id), reason, now)
    cancel_due(session, row.participant_id, reason="stopped")
    if row.messages_stopped_at is None:
        row.messages_stopped_at = now
        _note(session, row, reason, by=by, now=now)


def suppress(
    session: Session, contacts: Iterable[ContactRow], *, reason: str, now: datetime
) -> None:
    """Put addresses on the list of those that must not be written to again."""
    wanted = {(contact.value_index, contact.channel) for contact in contacts}
    _suppress(session, wanted, EVERYTHING, reason, now)


def suppress_number(
    session: Session, digest: bytes, *, reason: str, now: datetime
) -> None:
    """Put a number on that list by its digest, also where nobody is known by it yet."""
    _suppress(session, {(digest, Channel.SMS.value)}, EVERYTHING, reason, now)


def take_back(session: Session, participant: UUID, *, by: UUID | None) -> int:
    """Lift what one person's own wish stopped; tell how many stops that was.

    What others asked for at the same address, and what was texted from it, stands.
    """
    lifted = session.scalars(
        update(SuppressionRow)
        .where(
            SuppressionRow.scope == str(participant),
            SuppressionRow.cleared_by.is_(None),
        )
        .values(cleared_by=by)
        .returning(SuppressionRow.id)
    )
    return len(lifted.all())


def still_stopped(session: Session, participant: UUID) -> int:
    """Tell how many of a person's addresses must not be written to."""
    counted = session.scalar(
        select(func.count(ContactRow.id)).where(
            ContactRow.participant_id == participant,
            exists().where(
                SuppressionRow.contact_hmac == ContactRow.value_index,
                SuppressionRow.channel == ContactRow.channel,
                SuppressionRow.cleared_by.is_(None),
            ),
        )
    )
    return counted or 0


def cancel_due(session: Session, participant: UUID, *, reason: str) -> int:
    """Cancel what was still to be sent to a person; tell how many messages."""
    return _cancel(session, MessageRow.participant_id == participant, reason)


def cancel_with_link(session: Session, invitation: UUID, *, reason: str) -> int:
    """Cancel what was still to be sent with a link; tell how many messages."""
    return _cancel(session, MessageRow.invitation_id == invitation, reason)


def reached_by(session: Session, participant: UUID) -> tuple[ContactRow, ...]:
    """List the contacts at which a message of ours has gone to a person."""
    return tuple(
        session.scalars(
            select(ContactRow).where(
                ContactRow.id.in_(
                    select(MessageRow.contact_id).where(
                        MessageRow.participant_id == participant,
                        MessageRow.contact_id.is_not(None),
                        MessageRow.attempts > 0,
                    )
                )
            )
        )
    )


def _suppress(
    session: Session,
    wanted: AbstractSet[tuple[bytes, str]],
    scope: str,
    reason: str,
    now: datetime,
) -> None:
    there = {
        (row.contact_hmac, row.channel)
        for row in session.scalars(
            select(SuppressionRow).where(
                SuppressionRow.contact_hmac.in_([index for index, _ in wanted]),
                SuppressionRow.scope == scope,
                SuppressionRow.cleared_by.is_(None),
            )
        )
    }
    session.add_all(
        SuppressionRow(
            id=new_id(),
            contact_hmac=index,
            channel=channel,
            scope=scope,
            reason=reason,
            since=now,
        )
        for index, channel in sorted(wanted - there)
    )


def _cancel(session: Session, which: ColumnElement[bool], reason: str) -> int:
    cancelled = session.scalars(
        update(MessageRow)
        .where(which, MessageRow.state == MessageState.DUE)
        .values(
            state=move_message(MessageState.DUE, MessageState.CANCELLED),
            reason=reason,
            lease_until=None,
        )
        .returning(MessageRow.id)
    )
    return len(cancelled.all())


def _note(
    session: Session,
    row: InvitationRow,
    reason: str,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    deed = audit.Deed(
        action="messages_stopped",
        review=row.review_id,
        subject=row.id,
        facts={"how": reason},
    )
    audit.record(session, deed, by=by, now=now)
