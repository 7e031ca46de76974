"""What did a provider tell us of a message? Each receipt is stored once.

Receipts come late, twice and out of order; a message ends the same in every order.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import AttemptRow, ProviderEventRow
from feedback.db.queries import message as messages
from feedback.domain.delivery import (
    FINAL_STATES,
    MESSAGE_MOVES,
    AttemptState,
    MessageState,
    Step,
    receipt_rank,
    state_for_receipt,
    supersedes,
)
from feedback.services import fallback, remind, settle
from feedback.services.dispatch import DeliveryRules

log = logging.getLogger(__name__)

# A receipt may overtake our own record of what it tells about, but not for longer.
HELD_FOR: Final = timedelta(minutes=10)
# With these the reminder was cancelled, or none was ever planned.
GIVEN_UP: Final = FINAL_STATES - {MessageState.UNCONFIRMED}
NOT_DELIVERED: Final = frozenset({"undelivered", "failed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a provider says became of a message.

    Args:
        attempt: The attempt it names; None where it names none.
    """

    provider_sid: str
    status: str
    code: str | None = None
    attempt: UUID | None = None

    @property
    def key(self) -> str:
        """What tells this receipt from every other."""
        return f"{self.provider_sid}|{self.status}|{self.code or ''}"


def record_receipt(
    session: Session, receipt: Receipt, *, rules: DeliveryRules, now: datetime
) -> bool:
    """Store a receipt and let it take effect, in whatever order receipts come.

    Returns:
        False where the same receipt was stored before.
    """
    attempt = _attempt_of(session, receipt)
    is_new = messages.add_once(
        session,
        ProviderEventRow,
        id=new_id(),
        event_key=receipt.key,
        attempt_id=None if attempt is None else attempt.id,
        provider_sid=receipt.provider_sid,
        status=receipt.status[:40],
        code=receipt.code,
        received_at=now,
    )
    if is_new and attempt is not None:
        a_try = settle.try_of(session, attempt)
        settle_sid(session, a_try, receipt.provider_sid, rules=rules, now=now)
        apply_waiting(session, a_try, rules=rules, now=now)
    return is_new


def apply_waiting(
    session: Session, a_try: settle.Try, *, rules: DeliveryRules, now: datetime
) -> None:
    """Let every receipt of an attempt take effect that has not done so yet."""
    events = session.scalars(
        select(ProviderEventRow)
        .where(ProviderEventRow.provider_sid == a_try.attempt.provider_sid)
        .order_by(ProviderEventRow.received_at, ProviderEventRow.id)
    ).all()
    applied = [event.status for event in events if event.applied_at is not None]
    last = max(applied, key=_rank, default=None)
    for event in (event for event in events if event.applied_at is None):
        event.applied_at = now
        event.attempt_id = a_try.attempt.id
        if supersedes(event.status, last):
            last = event.status
            _apply(session, a_try, event, rules, now)
    session.flush()


def late_attempts(session: Session, *, most: int) -> Sequence[UUID]:
    """List attempts with receipts that were stored just before what they tell about.

    The two may be written at the same moment, and then neither sees the other.
    """
    return session.scalars(
        select(AttemptRow.id)
        .where(
            AttemptRow.provider_sid.in_(
                select(ProviderEventRow.provider_sid).where(
                    ProviderEventRow.applied_at.is_(None)
                )
            )
        )
        .order_by(AttemptRow.message_id, AttemptRow.n)
        .limit(most)
    ).all()


def apply_late(
    session: Session, attempt: UUID, *, rules: DeliveryRules, now: datetime
) -> None:
    """Let such receipts of an attempt take effect."""
    a_try = settle.try_of(session, session.get_one(AttemptRow, attempt))
    apply_waiting(session, a_try, rules=rules, now=now)


def tell_orphans(session: Session, *, now: datetime) -> int:
    """Sound the alarm, once each, for receipts that no message of ours belongs to."""
    orphans = session.scalars(
        update(ProviderEventRow)
        .where(
            ProviderEventRow.applied_at.is_(None),
            ProviderEventRow.orphaned_at.is_(None),
            ProviderEventRow.received_at <= now - HELD_FOR,
        )
        .values(orphaned_at=now)
        .returning(ProviderEventRow.id)
    ).all()
    if orphans:
        log.error("delivery alarm: %d receipts of unknown messages", len(orphans))
    return len(orphans)


def settle_sid(
    session: Session,
    a_try: settle.Try,
    provider_sid: str,
    *,
    rules: DeliveryRules,
    now: datetime,
) -> None:
    """Learn from a receipt that an attempt, whose answer we miss, was taken."""
    if a_try.attempt.state != AttemptState.ACCEPTED:
        settle.accepted(session, a_try, provider_sid, rules=rules, now=now)


def _attempt_of(session: Session, receipt: Receipt) -> AttemptRow | None:
    named = None
    if receipt.attempt is not None:
        named = session.get(AttemptRow, receipt.attempt)
    if named is not None and named.provider_sid in {None, receipt.provider_sid}:
        return named
    return session.scalars(
        select(AttemptRow).where(AttemptRow.provider_sid == receipt.provider_sid)
    ).one_or_none()


def _apply(
    session: Session,
    a_try: settle.Try,
    event: ProviderEventRow,
    rules: DeliveryRules,
    now: datetime,
) -> None:
    message = a_try.message
    state = MessageState(message.state)
    if event.status in NOT_DELIVERED:
        # What became of an earlier attempt does not undo the one after it.
        if a_try.is_newest and state in {MessageState.ACCEPTED, MessageState.SENT}:
            settle.undelivered(session, a_try, event.code, rules=rules, now=now)
        return
    to = state_for_receipt(event.status)
    is_news = to is MessageState.DELIVERED or a_try.is_newest
    if to is None or not is_news or to not in MESSAGE_MOVES[state]:
        return
    settle.take(message, Step(state=to))
    if to is MessageState.DELIVERED:
        fallback.cancel(session, message)
        if state in GIVEN_UP:
            session.flush()
            calendar = rules.invite.calendar
            gone = (message, a_try.attempt.started_at)
            remind.plan_again(session, gone, calendar=calendar, now=now)


def _rank(status: str) -> int:
    return receipt_rank(status) or 0
