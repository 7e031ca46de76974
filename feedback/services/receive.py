"""What did a provider or a person tell us? Each word of it is stored once."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import (
    AttemptRow,
    ContactRow,
    InboundRow,
    ProviderEventRow,
)
from feedback.db.queries import message as messages
from feedback.db.vault import KeyName, vault_of
from feedback.domain.delivery import (
    MESSAGE_MOVES,
    AttemptState,
    MessageState,
    Step,
    receipt_rank,
    state_for_receipt,
    supersedes,
)
from feedback.domain.sms import InboundKind, inbound_kind
from feedback.services import settle, stop
from feedback.services.dispatch import DeliveryRules

WAITING: Final = "waiting"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """A text that somebody sent us."""

    provider: str
    sid: str
    sender: str = field(repr=False)
    body: str = field(repr=False)


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


def record_inbound(session: Session, inbound: Inbound, *, now: datetime) -> bool:
    """Store a text that somebody sent; stop messages at once where they ask to.

    Returns:
        False where the same text was stored before.
    """
    row_id = new_id()
    kind = inbound_kind(inbound.body)
    vault = vault_of(session)
    digest = vault.fingerprint(KeyName.BLIND_INDEX, inbound.sender)
    place = Where(table="inbound", column="body_sealed", row=row_id)
    is_new = messages.add_once(
        session,
        InboundRow,
        id=row_id,
        provider=inbound.provider,
        sid=inbound.sid,
        from_hmac=digest,
        body_sealed=vault.seal(place, inbound.body),
        received_at=now,
        kind=kind,
        triage_state=WAITING,
    )
    if is_new and kind is InboundKind.OPT_OUT:
        _stop(session, digest, now)
    return is_new


def _stop(session: Session, digest: bytes, now: datetime) -> None:
    """Write no more to this number, whoever it was that asked."""
    contacts = session.scalars(
        select(ContactRow).where(ContactRow.value_index == digest)
    ).all()
    stop.suppress(session, contacts, reason="sms", now=now)
    for person in {contact.participant_id for contact in contacts}:
        stop.cancel_due(session, person, reason="stopped")


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
    if to is not None and is_news and to in MESSAGE_MOVES[state]:
        settle.take(message, Step(state=to))


def _rank(status: str) -> int:
    return receipt_rank(status) or 0
