"""What became of each message? A line each, for the people who run the service."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.models import AttemptRow, MessageRow, ParticipantRow, ReviewRow
from feedback.domain.delivery import FINAL_STATES, MessageState


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptTrace:
    """One try."""

    n: int
    state: str
    sid: str | None
    code: str | None
    http: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTrace:
    """One message with its tries; `person` is the participant's key."""

    message: UUID
    review: str | None
    person: str | None
    purpose: str
    wave: int
    channel: str
    state: str
    next_at: datetime | None
    reason: str | None
    attempts: tuple[AttemptTrace, ...]

    def as_json(self) -> Mapping[str, object]:
        """Say it for machines."""
        return {
            "message": str(self.message),
            "review": self.review,
            "person": self.person,
            "purpose": self.purpose,
            "wave": self.wave,
            "channel": self.channel,
            "state": self.state,
            "next_at": None if self.next_at is None else self.next_at.isoformat(),
            "attempts": [
                {
                    "n": one.n,
                    "state": one.state,
                    "sid": one.sid,
                    "code": one.code,
                    "http": one.http,
                }
                for one in self.attempts
            ],
        }


def traces(session: Session) -> Iterator[MessageTrace]:
    """List every message in the order in which they were made."""
    attempts: dict[UUID, list[AttemptTrace]] = {}
    for made in session.scalars(select(AttemptRow).order_by(AttemptRow.n)):
        attempts.setdefault(made.message_id, []).append(
            AttemptTrace(
                n=made.n,
                state=made.state,
                sid=made.provider_sid,
                code=made.code,
                http=made.http,
            )
        )
    found = session.execute(
        select(MessageRow, ReviewRow.reference, ParticipantRow.key)
        .outerjoin(ReviewRow, MessageRow.review_id == ReviewRow.id)
        .outerjoin(ParticipantRow, MessageRow.participant_id == ParticipantRow.id)
        .order_by(MessageRow.created_at, MessageRow.id)
    )
    for row, reference, key in found:
        yield _trace(row, reference, key, tuple(attempts.get(row.id, ())))


def _trace(
    row: MessageRow,
    reference: str | None,
    key: str | None,
    attempts: tuple[AttemptTrace, ...],
) -> MessageTrace:
    is_over = MessageState(row.state) in FINAL_STATES
    return MessageTrace(
        message=row.id,
        review=reference,
        person=key,
        purpose=row.purpose,
        wave=row.wave,
        channel=row.channel,
        state=row.state,
        next_at=None if is_over else row.next_at,
        reason=row.reason,
        attempts=attempts,
    )
