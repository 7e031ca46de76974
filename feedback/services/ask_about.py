"""Which messages hang in the air, and what is a provider to be asked about each?"""

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.crypto import SealBrokenError
from feedback.db.models import AttemptRow, MessageRow
from feedback.db.queries import message as messages
from feedback.db.queries.message import Subject
from feedback.db.vault import ErasedError, WrongMasterKeyError, vault_of
from feedback.domain.contact import Channel
from feedback.domain.delivery import MessageState
from feedback.services import link, outbox, reach

log = logging.getLogger(__name__)

IN_THE_AIR: Final = (MessageState.UNKNOWN, MessageState.ACCEPTED, MessageState.SENT)
# A text without a name is looked for among what went out, and in the queue before it.
REQUESTS_TO_FIND: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to ask a provider about one message."""

    message: UUID
    attempt: UUID
    channel: Channel
    started_at: datetime
    provider_sid: str | None
    to: str | None = field(repr=False)
    token: str | None = field(repr=False)

    @property
    def requests(self) -> int:
        """How many requests to a provider it takes."""
        if self.provider_sid is not None:
            return 1
        return 0 if self.to is None else REQUESTS_TO_FIND


def in_the_air(session: Session, *, most: int, now: datetime) -> Sequence[UUID]:
    """List what to ask about; what may have to be sent again comes first."""
    is_known = MessageRow.state != MessageState.UNKNOWN
    return session.scalars(
        select(MessageRow.id)
        .where(MessageRow.state.in_(IN_THE_AIR), MessageRow.next_at <= now)
        .order_by(MessageRow.priority, is_known, MessageRow.next_at)
        .limit(most)
    ).all()


def questions(session: Session, some: Sequence[UUID]) -> tuple[Question, ...]:
    """Put together what to ask about some messages, in their order."""
    found = messages.with_newest_attempts(session, some)
    # Whoever has the provider's name for a message needs nothing else to ask.
    nameless = [row for row, attempt in found if attempt.provider_sid is None]
    # Where one does not open, each message below asks for its own.
    with suppress(WrongMasterKeyError):
        vault_of(session).open_review_keys(
            {row.review_id for row in nameless if row.review_id is not None}
        )
    marks = {
        subject.message.id: _marks(session, subject)
        for subject in messages.subjects_of(session, nameless)
    }
    return tuple(
        _question(row, attempt, *marks.get(row.id, (None, None)))
        for row, attempt in found
    )


def _question(
    row: MessageRow, attempt: AttemptRow, to: str | None, token: str | None
) -> Question:
    return Question(
        message=row.id,
        attempt=attempt.id,
        channel=Channel(row.channel),
        started_at=attempt.started_at,
        provider_sid=attempt.provider_sid,
        to=to,
        token=token,
    )


def _marks(session: Session, subject: Subject) -> tuple[str | None, str | None]:
    """Tell by what a provider would know a message: its reader, and its link's token.

    None for the token of a link that ended, and of a message that carries none.
    """
    token = None
    try:
        if subject.invitation is not None:
            token = link.token_of(session, subject.invitation)
        if subject.contact is not None:
            return reach.address_of(session, subject.contact), token
        return outbox.params_of(session, subject.message).to, token
    except ErasedError:
        # Nobody may know any more where it went: so nobody is asked.
        return None, None
    except (SealBrokenError, WrongMasterKeyError) as error:
        log.error(  # noqa: TRY400 - a traceback may hold what was opened
            "about message %s nobody is asked: %s",
            subject.message.id,
            type(error).__name__,
        )
        return None, None
