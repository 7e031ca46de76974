"""What did somebody write to us? Each text is kept once, and acted on at once."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import ContactRow, InboundRow
from feedback.db.queries import message as messages
from feedback.db.vault import KeyName, vault_of
from feedback.domain.sms import InboundKind, inbound_kind
from feedback.domain.triage import triage_of
from feedback.services import stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """A text that somebody sent us.

    Args:
        sent_at: When the provider took it; None for just now.
        told_as: The keyword that the provider took it for and answered by itself; it
            writes to that number no more, and neither do we.
    """

    provider: str
    sid: str
    sender: str = field(repr=False)
    body: str = field(repr=False)
    sent_at: datetime | None = None
    told_as: InboundKind | None = None

    @property
    def kind(self) -> InboundKind:
        """What it asks for; the provider may know more words for stopping than we."""
        if self.told_as is InboundKind.OPT_OUT:
            return InboundKind.OPT_OUT
        return inbound_kind(self.body)


def record_inbound(session: Session, inbound: Inbound, *, now: datetime) -> bool:
    """Store a text that somebody sent; stop messages at once where they ask to.

    Returns:
        False where the same text was stored before.
    """
    row_id = new_id()
    kind = inbound.kind
    vault = vault_of(session)
    digest = vault.fingerprint(KeyName.BLIND_INDEX, inbound.sender)
    is_new = messages.add_once(
        session,
        InboundRow,
        id=row_id,
        provider=inbound.provider,
        sid=inbound.sid,
        from_hmac=digest,
        from_sealed=vault.seal(sender_place(row_id), inbound.sender),
        body_sealed=vault.seal(body_place(row_id), inbound.body),
        received_at=inbound.sent_at or now,
        kind=kind,
        triage_state=triage_of(inbound.body),
    )
    if is_new and kind is InboundKind.OPT_OUT:
        _stop(session, digest, now)
    return is_new


def known_sids(session: Session, sids: Collection[str]) -> frozenset[str]:
    """Tell which of these texts are stored already."""
    return frozenset(
        session.scalars(select(InboundRow.sid).where(InboundRow.sid.in_(sids)))
    )


def body_place(row: UUID) -> Where:
    """Name the place at which a text's words are sealed."""
    return Where(table="inbound", column="body_sealed", row=row)


def sender_place(row: UUID) -> Where:
    """Name the place at which a text's number is sealed."""
    return Where(table="inbound", column="from_sealed", row=row)


def _stop(session: Session, digest: bytes, now: datetime) -> None:
    """Write no more to this number, whoever it was that asked.

    It holds for a number that nobody is known by, too: they may be asked later.
    """
    stop.suppress_number(session, digest, reason="sms", now=now)
    # In one order, so that two such texts at once never wait for each other.
    people = session.scalars(
        select(ContactRow.participant_id)
        .where(ContactRow.value_index == digest)
        .distinct()
        .order_by(ContactRow.participant_id)
    ).all()
    for person in people:
        stop.cancel_due(session, person, reason="stopped")
