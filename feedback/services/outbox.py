"""What is to be sent? A message is a row, written with the change that causes it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import MessageRow
from feedback.db.queries import message as messages
from feedback.db.vault import KeyName, vault_of
from feedback.domain.contact import Channel
from feedback.domain.delivery import MessageState, Purpose, dedupe_key

TEMPLATES_VERSION: Final = "1"
# Databases limit how many values one question may name.
MOST_AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message to queue.

    Args:
        to: The address of a member of staff or of the duty contact; None where
            `contact` says who.
        values: What the template needs; sealed with the message. Never a link that
            carries a token: that stays sealed with the `invitation`.
        distinct: Tells messages of one purpose apart: the wave, or the alert's id.
    """

    purpose: Purpose
    channel: Channel
    review: UUID | None = None
    participant: UUID | None = None
    contact: UUID | None = None
    alert: UUID | None = None
    invitation: UUID | None = None
    to: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    distinct: str = "0"
    wave: int = 0
    language: str = "en"
    not_before: datetime | None = None
    expires_at: datetime | None = None
    queued_by: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """What is sealed with a message."""

    to: str | None
    values: Mapping[str, str]


def queue(session: Session, message: NewMessage, *, now: datetime) -> UUID | None:
    """Write a message to the outbox, in the caller's transaction.

    Returns:
        Its id, or None where the same message is there already.
    """
    key = _key(session, message)
    if session.scalar(select(MessageRow.id).where(MessageRow.dedupe_key == key)):
        return None
    values = _values(session, message, key, now)
    # What it names may wait to be written; and somebody may queue it this very moment.
    session.flush()
    is_new = messages.add_once(session, MessageRow, **values)
    return cast("UUID", values["id"]) if is_new else None


def queue_all(
    session: Session, wanted_all: Sequence[NewMessage], *, now: datetime
) -> int:
    """Write many messages to the outbox with a fixed number of questions.

    Returns:
        How many were new.
    """
    wanted = {_key(session, message): message for message in wanted_all}
    for keys in _slices(tuple(wanted)):
        statement = select(MessageRow.dedupe_key).where(MessageRow.dedupe_key.in_(keys))
        for there in session.scalars(statement):
            del wanted[there]
    reviews = {one.review for one in wanted.values() if one.review is not None}
    vault_of(session).open_review_keys(reviews)
    values = [_values(session, one, key, now) for key, one in wanted.items()]
    # In one order everywhere, so that two who queue the same never wait for each other.
    values.sort(key=lambda one: str(one["dedupe_key"]))
    # What they name may wait to be written; and somebody may queue one this moment.
    session.flush()
    return messages.add_all_once(session, MessageRow, values)


def params_of(session: Session, row: MessageRow) -> Params:
    """Open what was sealed with a message."""
    opened = vault_of(session).unseal(
        params_place(row.id, row.review_id), row.params_sealed
    )
    found = cast("dict[str, object]", json.loads(opened))  # we wrote it above
    return Params(
        to=cast("str | None", found["to"]),
        values=cast("dict[str, str]", found["values"]),
    )


def params_place(message: UUID, review: UUID | None) -> Where:
    """Name the place at which a message's parameters are sealed."""
    return Where(table="message", column="params_sealed", row=message, review=review)


def _key(session: Session, message: NewMessage) -> str:
    return dedupe_key(
        purpose=message.purpose,
        review=str(message.review or "-"),
        contact=str(message.contact or _digest(session, message.to)),
        wave=message.distinct,
        channel=message.channel,
    )


def _digest(session: Session, to: str | None) -> str:
    """Tell addresses apart without writing one down."""
    vault = vault_of(session)
    return vault.fingerprint(KeyName.BLIND_INDEX, to or "").hex()


def _values(
    session: Session, message: NewMessage, key: str, now: datetime
) -> dict[str, object]:
    """Say what a message's row holds."""
    row_id = new_id()
    params = json.dumps({"to": message.to, "values": dict(message.values)})
    return {
        "id": row_id,
        "review_id": message.review,
        "participant_id": message.participant,
        "contact_id": message.contact,
        "alert_id": message.alert,
        "invitation_id": message.invitation,
        "purpose": message.purpose,
        "wave": message.wave,
        "channel": message.channel,
        "priority": message.purpose.priority,
        "template_version": TEMPLATES_VERSION,
        "params_sealed": vault_of(session).seal(
            params_place(row_id, message.review), params
        ),
        "language": message.language,
        "not_before": message.not_before or now,
        "expires_at": message.expires_at,
        "state": MessageState.DUE,
        "lease_epoch": 0,
        "attempts": 0,
        "next_at": message.not_before or now,
        "dedupe_key": key,
        "created_at": now,
        "queued_by": message.queued_by,
    }


def _slices(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), MOST_AT_ONCE):
        yield keys[start : start + MOST_AT_ONCE]
