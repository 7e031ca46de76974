"""Whose time is over? Invitations past their end, and what waited to be sent."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.models import InvitationRow, MessageRow
from feedback.domain.delivery import MessageState, Step
from feedback.domain.invitation import OPEN_STATUSES, InvitationStatus
from feedback.services import settle
from feedback.services.end_link import end_link, shut_out

ROUND = 500


def expire(session: Session, *, now: datetime) -> int:
    """End invitations and waiting messages whose time is over; return how many."""
    return _expire_invitations(session, now) + _expire_messages(session, now)


def _expire_invitations(session: Session, now: datetime) -> int:
    rows = session.scalars(
        select(InvitationRow)
        .where(
            InvitationRow.status.in_(sorted(OPEN_STATUSES)),
            InvitationRow.expires_at <= now,
        )
        .limit(ROUND)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        end_link(row, InvitationStatus.EXPIRED, now=now)
        shut_out(session, row, now=now)
    return len(rows)


def _expire_messages(session: Session, now: datetime) -> int:
    rows = session.scalars(
        select(MessageRow)
        .where(MessageRow.state == MessageState.DUE, MessageRow.expires_at <= now)
        .limit(ROUND)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        settle.take(row, Step(state=MessageState.EXPIRED, reason="expired"))
    return len(rows)
