"""What shows, beside a receipt, that a message arrived? Somebody opened its link."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.models import MessageRow
from feedback.domain.delivery import MessageState, Purpose, Step
from feedback.services import settle

LINK_OPENED: Final = "link-opened"
CARRY_A_LINK: Final = frozenset(
    {Purpose.INVITATION, Purpose.REMINDER, Purpose.TEXT_LINK}
)
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

    Above all, nothing of which nobody knew is sent again. Whatever is being written
    down at this moment is left to its receipt: nobody who answers waits for it.

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
        )
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        settle.take(row, Step(state=MessageState.DELIVERED, reason=LINK_OPENED))
    return len(rows)
