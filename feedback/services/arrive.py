"""What shows, beside a receipt, that a message arrived? Somebody opened its link."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import Session, aliased

from feedback.db.models import AttemptRow, MessageRow
from feedback.domain.delivery import AttemptState, MessageState, Purpose, Step
from feedback.services import settle

LINK_OPENED: Final = "link-opened"
CARRY_A_LINK: Final = frozenset(
    {Purpose.INVITATION, Purpose.REMINDER, Purpose.TEXT_LINK}
)
# These went out, or may have.
_MADE: Final = frozenset({AttemptState.ACCEPTED, AttemptState.UNKNOWN})
# Of these nobody knew yet whether they arrived.
_OPEN: Final = frozenset(
    {
        MessageState.ACCEPTED,
        MessageState.SENT,
        MessageState.UNKNOWN,
        MessageState.UNCONFIRMED,
    }
)


def by_link(session: Session, invitation: UUID, *, now: datetime) -> int:
    """Believe that what went out with a link arrived, because it was opened.

    Above all, nothing of which nobody knew is sent again. It is believed of where the
    link went last: what went to another number or address before may still have gone
    astray, and is left to its receipt. So is whatever is being written down at this
    moment: nobody who answers waits for it.

    Returns:
        How many messages that was news of.
    """
    rows = session.scalars(
        select(MessageRow)
        .where(
            MessageRow.invitation_id == invitation,
            MessageRow.purpose.in_(CARRY_A_LINK),
            MessageRow.state.in_(_OPEN),
            MessageRow.created_at <= now,
            MessageRow.contact_id == _written_to_last(invitation),
        )
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        settle.take(row, Step(state=MessageState.DELIVERED, reason=LINK_OPENED))
    return len(rows)


def _written_to_last(invitation: UUID) -> ScalarSelect[UUID | None]:
    """Choose the contact to which a link went last, as far as anybody knows."""
    carried = aliased(MessageRow)
    return (
        select(carried.contact_id)
        .join(AttemptRow, AttemptRow.message_id == carried.id)
        .where(
            carried.invitation_id == invitation,
            carried.purpose.in_(CARRY_A_LINK),
            AttemptRow.state.in_(_MADE),
        )
        .order_by(AttemptRow.started_at.desc(), AttemptRow.id.desc())
        .limit(1)
        .scalar_subquery()
    )
