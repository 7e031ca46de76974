"""What must be known of many messages at once? In a fixed number of questions.

They are asked for every few messages, so the statements are built once.
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, or_, select
from sqlalchemy.orm import Session

from feedback.db.models import (
    AttemptRow,
    ContactRow,
    MessageRow,
    ProviderEventRow,
    SuppressionRow,
)
from feedback.domain.delivery import AttemptState, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A reminder that is planned or went out, by whom and for what."""

    participant: UUID | None
    invitation: UUID | None
    state: str
    message: UUID | None = None
    attempts: int = 0


def _among(name: str) -> BindParameter[Any]:
    return bindparam(name, expanding=True)


_MESSAGES: Final = select(MessageRow).where(MessageRow.id.in_(_among("ids")))
_LOCKED: Final = (
    _MESSAGES.order_by(MessageRow.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_ATTEMPTS: Final = select(AttemptRow).where(AttemptRow.id.in_(_among("ids")))
_SUPPRESSED: Final = select(SuppressionRow.contact_hmac, SuppressionRow.channel).where(
    SuppressionRow.contact_hmac.in_(_among("digests")),
    SuppressionRow.cleared_by.is_(None),
)
_SENT_SINCE: Final = (
    select(MessageRow.participant_id, AttemptRow.started_at)
    .join(MessageRow, MessageRow.id == AttemptRow.message_id)
    .where(
        MessageRow.participant_id.in_(_among("people")),
        MessageRow.contact_id.is_not(None),
        AttemptRow.started_at > bindparam("since"),
        AttemptRow.state.not_in([AttemptState.REFUSED, AttemptState.NOT_FOUND]),
        # An accepted one has a code only where it did not arrive after all.
        or_(AttemptRow.state != AttemptState.ACCEPTED, AttemptRow.code.is_(None)),
    )
    .order_by(AttemptRow.started_at)
)
_REMINDERS: Final = select(
    MessageRow.participant_id,
    MessageRow.invitation_id,
    MessageRow.state,
    MessageRow.id,
    MessageRow.attempts,
).where(
    or_(
        MessageRow.participant_id.in_(_among("people")),
        MessageRow.invitation_id.in_(_among("invitations")),
    ),
    MessageRow.purpose == Purpose.REMINDER,
)
_TOLD: Final = select(ProviderEventRow.provider_sid).where(
    ProviderEventRow.provider_sid.in_(_among("sids"))
)


def locked(session: Session, wanted: Collection[UUID]) -> Mapping[UUID, MessageRow]:
    """Take messages for a change that nobody else makes meanwhile.

    In one order everywhere, so that two who take several never wait for each other.
    """
    return {row.id: row for row in session.scalars(_LOCKED, {"ids": list(wanted)})}


def attempts(session: Session, wanted: Collection[UUID]) -> Mapping[UUID, AttemptRow]:
    """Find attempts by their ids."""
    return {row.id: row for row in session.scalars(_ATTEMPTS, {"ids": list(wanted)})}


def by_ids(session: Session, wanted: AbstractSet[UUID]) -> Mapping[UUID, MessageRow]:
    """Find messages by their ids, to be looked at only."""
    if not wanted:
        return {}
    return {row.id: row for row in session.scalars(_MESSAGES, {"ids": list(wanted)})}


def suppressed(
    session: Session, contacts: Collection[ContactRow]
) -> frozenset[tuple[bytes, str]]:
    """Tell which addresses asked, anywhere and ever, for no more on their channel."""
    if not contacts:
        return frozenset()
    digests = {one.value_index for one in contacts}
    rows = session.execute(_SUPPRESSED, {"digests": list(digests)})
    return frozenset((digest, channel) for digest, channel in rows)


def sent_since(
    session: Session, people: Collection[UUID], since: datetime
) -> dict[UUID, list[datetime]]:
    """List when each of these was messaged, or may have been, since an instant."""
    if not people:
        return {}
    rows = session.execute(_SENT_SINCE, {"people": list(people), "since": since})
    found: dict[UUID, list[datetime]] = {}
    for person, started_at in rows:
        if person is not None:
            found.setdefault(person, []).append(started_at)
    return found


def reminders_of(session: Session, rows: Sequence[MessageRow]) -> list[Reminder]:
    """List the reminders of the people and invitations that messages speak of."""
    people = {row.participant_id for row in rows} - {None}
    invitations = {row.invitation_id for row in rows} - {None}
    about = {"people": list(people), "invitations": list(invitations)}
    return [
        Reminder(
            participant=person,
            invitation=invitation,
            state=state,
            message=message,
            attempts=attempts,
        )
        for person, invitation, state, message, attempts in session.execute(
            _REMINDERS, about
        )
    ]


def told_already(session: Session, provider_sids: Collection[str]) -> frozenset[str]:
    """Tell of which messages a receipt overtook our own record."""
    return frozenset(session.scalars(_TOLD, {"sids": list(provider_sids)}))
