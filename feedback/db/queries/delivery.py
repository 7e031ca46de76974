"""How does the sending stand? Counts, halts and what was given up."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from feedback.db.models import (
    AttemptRow,
    BreakerRow,
    ContactRow,
    InboundRow,
    MessageRow,
    ParticipantRow,
    ProviderEventRow,
    ReviewRow,
    TemplatePauseRow,
)
from feedback.domain.breaker import BreakerState
from feedback.domain.delivery import FINAL_STATES, MessageState, Purpose
from feedback.domain.triage import Triage

# A message that was given up is done with only once a person has decided about it.
DONE_WITH: Final = FINAL_STATES - {MessageState.DEAD_LETTER}
OPEN: Final = frozenset(MessageState) - DONE_WITH


def messages_by_state(
    session: Session, *, since: datetime
) -> Mapping[tuple[str, str], int]:
    """Count messages by channel and state.

    Those that are done with only where their last turn came since an instant.
    """
    # The priority too, so that the index leads to them and passes the old ones by.
    is_recent = and_(
        MessageRow.state.in_(DONE_WITH),
        MessageRow.priority.in_({one.priority for one in Purpose}),
        MessageRow.next_at >= since,
    )
    counted = session.execute(
        select(MessageRow.channel, MessageRow.state, func.count())
        .where(or_(MessageRow.state.in_(OPEN), is_recent))
        .group_by(MessageRow.channel, MessageRow.state)
    )
    return {(channel, state): count for channel, state, count in counted}


def attempts_by_state(
    session: Session, *, since: datetime
) -> Mapping[tuple[str, str], int]:
    """Count the attempts since an instant by provider and state."""
    counted = session.execute(
        select(AttemptRow.provider, AttemptRow.state, func.count())
        .where(AttemptRow.started_at >= since)
        # The provider last: else SQLite reads every attempt there is in the order of
        # an index that begins with it.
        .group_by(AttemptRow.state, AttemptRow.provider)
    )
    return {(provider, state): count for provider, state, count in counted}


def inbound_by_kind(
    session: Session, *, since: datetime
) -> Mapping[tuple[str, str], int]:
    """Count texts that people wrote to us by kind and by who dealt with them.

    Those that wait for a person, and those that were read since an instant.
    """
    counted = session.execute(
        select(InboundRow.kind, InboundRow.triage_state, func.count())
        .where(
            or_(
                InboundRow.triage_state == Triage.WAITING, InboundRow.worked_at >= since
            )
        )
        .group_by(InboundRow.kind, InboundRow.triage_state)
    )
    return {(kind, triage): count for kind, triage, count in counted}


def unmatched_inbound(session: Session) -> int:
    """Count waiting texts from numbers that nobody is known by."""
    is_known = exists().where(ContactRow.value_index == InboundRow.from_hmac)
    counted = session.scalar(
        select(func.count())
        .select_from(InboundRow)
        .where(InboundRow.triage_state == Triage.WAITING, ~is_known)
    )
    return counted or 0


def orphans(session: Session) -> int:
    """Count receipts that no message of ours belongs to."""
    counted = session.scalar(
        select(func.count())
        .select_from(ProviderEventRow)
        .where(
            ProviderEventRow.orphaned_at.is_not(None),
            ProviderEventRow.applied_at.is_(None),
        )
    )
    return counted or 0


def unwell_providers(session: Session) -> Sequence[BreakerRow]:
    """List the providers that are not trusted in full."""
    return session.scalars(
        select(BreakerRow)
        .where(BreakerRow.state != BreakerState.CLOSED)
        .order_by(BreakerRow.provider)
    ).all()


def template_pauses(session: Session) -> Sequence[TemplatePauseRow]:
    """List the templates that stand still."""
    return session.scalars(
        select(TemplatePauseRow)
        .where(TemplatePauseRow.ended_at.is_(None))
        .order_by(TemplatePauseRow.since)
    ).all()


def told_of(
    session: Session, state: MessageState, *, limit: int
) -> Sequence[Row[MessageRow, str | None, str | None]]:
    """List messages in a state with their review's reference and person's key."""
    return session.execute(
        _told()
        .where(MessageRow.state == state)
        .order_by(MessageRow.next_at)
        .limit(limit)
    ).all()


def one_told_of(
    session: Session, message: UUID
) -> Row[MessageRow, str | None, str | None] | None:
    """Find one message with its review's reference and person's key."""
    return session.execute(_told().where(MessageRow.id == message)).one_or_none()


def last_codes(
    session: Session, messages: Sequence[UUID]
) -> Mapping[UUID, tuple[str | None, int | None]]:
    """Find the code and status with which each message's newest attempt ended."""
    newest: ColumnElement[bool] = AttemptRow.n == MessageRow.attempts
    found = session.execute(
        select(AttemptRow.message_id, AttemptRow.code, AttemptRow.http)
        .join(MessageRow, AttemptRow.message_id == MessageRow.id)
        .where(AttemptRow.message_id.in_(messages), newest)
    )
    return {message: (code, http) for message, code, http in found}


def _told() -> Select[MessageRow, str | None, str | None]:
    return (
        select(MessageRow, ReviewRow.reference, ParticipantRow.key)
        .outerjoin(ReviewRow, MessageRow.review_id == ReviewRow.id)
        .outerjoin(ParticipantRow, MessageRow.participant_id == ParticipantRow.id)
    )
