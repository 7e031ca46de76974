"""What stands still, and who lets it go on? Channels, templates and providers."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, distinct, exists, func, or_, select, update
from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import (
    AttemptRow,
    BreakerRow,
    DeliveryPauseRow,
    MessageRow,
    ProviderEventRow,
    TemplatePauseRow,
)
from feedback.db.queries import message as messages
from feedback.domain.breaker import BreakerState
from feedback.domain.delivery import AttemptState, Purpose
from feedback.domain.retry import PROBE_EVERY
from feedback.services import audit, breaker

log = logging.getLogger(__name__)

# A receipt tells of a text that went out a while ago.
RECEIPT_WITHIN: Final = timedelta(days=3)
FILTERED: Final = "30007"
# Not a provider's code: the clocks disagree, and no probe can tell that they agree.
CLOCKS: Final = "clock-skew"
# So many of one purpose within so long stop it.
FILTERED_LIMIT: Final = 3
FILTERED_WITHIN: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Halts:
    """What holds one message back at this moment."""

    channel: bool
    template: bool
    provider: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything that stands still at a moment."""

    channels: frozenset[str]
    templates: frozenset[tuple[str, str]]
    providers: frozenset[str]


def standing(session: Session) -> Standing:
    """List everything that stands still now."""
    unwell = session.scalars(
        select(BreakerRow.provider).where(BreakerRow.state == BreakerState.OPEN)
    )
    return Standing(
        channels=frozenset(messages.open_pauses(session)),
        templates=frozenset(paused_templates(session)),
        providers=frozenset(unwell),
    )


def halts(session: Session, message: MessageRow, provider: str) -> Halts:
    """Look for what holds a message back, in one question."""
    channel, template, unwell = session.execute(
        select(
            exists().where(
                DeliveryPauseRow.channel == message.channel,
                DeliveryPauseRow.ended_at.is_(None),
            ),
            exists().where(
                TemplatePauseRow.channel == message.channel,
                TemplatePauseRow.purpose == message.purpose,
                TemplatePauseRow.ended_at.is_(None),
            ),
            exists().where(
                BreakerRow.provider == provider, BreakerRow.state == BreakerState.OPEN
            ),
        )
    ).one()
    return Halts(channel=channel, template=template, provider=unwell)


def paused_templates(session: Session) -> tuple[tuple[str, str], ...]:
    """List the templates that stand still, each as its channel and purpose."""
    found = session.execute(
        select(TemplatePauseRow.channel, TemplatePauseRow.purpose)
        .where(TemplatePauseRow.ended_at.is_(None))
        .order_by(TemplatePauseRow.channel, TemplatePauseRow.purpose)
    )
    return tuple((channel, purpose) for channel, purpose in found)


def pause_channel(
    session: Session, channel: str, code: str | None, now: datetime
) -> None:
    """Let a channel stand still: the provider refuses our account or our sender."""
    messages.add_once(
        session,
        DeliveryPauseRow,
        id=new_id(),
        channel=channel,
        code=code,
        since=now,
        probe_at=now + PROBE_EVERY,
    )


def end_channel(session: Session, channel: str, *, by: str, now: datetime) -> None:
    """End the pause of a channel, if it has one."""
    session.execute(
        update(DeliveryPauseRow)
        .where(DeliveryPauseRow.channel == channel, DeliveryPauseRow.ended_at.is_(None))
        .values(ended_at=now, ended_by=by)
    )


def end_clock_pause(session: Session, channel: str, *, now: datetime) -> None:
    """Let a channel go on, where it stood still for the clocks alone."""
    found = messages.open_pauses(session).get(channel)
    if found is not None and found.code == CLOCKS:
        end_channel(session, channel, by="clocks", now=now)


def pause_if_filtered(session: Session, message: MessageRow, now: datetime) -> bool:
    """Stop a purpose whose texts the networks filter out again and again.

    It never ends by itself: sending the same words on would make it worse.
    """
    purpose = Purpose(message.purpose)
    if purpose.is_urgent or _filtered(session, message, now) < FILTERED_LIMIT:
        return False
    is_new = messages.add_once(
        session,
        TemplatePauseRow,
        id=new_id(),
        channel=message.channel,
        purpose=purpose,
        code=FILTERED,
        since=now,
    )
    if is_new:
        log.error("template %s is paused: networks filter it out", purpose)
    return is_new


def end_all(session: Session, *, by: audit.Actor, now: datetime) -> int:
    """End every pause, because a person says that the trouble is mended."""
    channels = tuple(messages.open_pauses(session))
    for channel in channels:
        end_channel(session, channel, by=str(by), now=now)
    templates = session.scalars(
        update(TemplatePauseRow)
        .where(TemplatePauseRow.ended_at.is_(None))
        .values(ended_at=now, ended_by=str(by))
        .returning(TemplatePauseRow.id)
    ).all()
    ended = len(channels) + len(templates) + breaker.close(session, now=now)
    deed = audit.Deed(action="delivery_resumed", facts={"pauses": ended})
    audit.record(session, deed, by=by, now=now)
    return ended


def _filtered(session: Session, message: MessageRow, now: datetime) -> int:
    """Count the texts of this purpose that were filtered out of late."""
    since = now - FILTERED_WITHIN
    dealt_with = session.scalar(
        select(func.max(TemplatePauseRow.ended_at)).where(
            TemplatePauseRow.channel == message.channel,
            TemplatePauseRow.purpose == message.purpose,
        )
    )
    if dealt_with is not None:
        # What a person has dealt with is not held against it again.
        since = max(since, dealt_with)
    refused = and_(
        AttemptRow.state == AttemptState.REFUSED,
        AttemptRow.code == FILTERED,
        AttemptRow.ended_at >= since,
    )
    told = and_(
        ProviderEventRow.code == FILTERED, ProviderEventRow.received_at >= since
    )
    counted = session.scalar(
        select(func.count(distinct(AttemptRow.message_id)))
        .join(MessageRow, AttemptRow.message_id == MessageRow.id)
        .outerjoin(ProviderEventRow, ProviderEventRow.attempt_id == AttemptRow.id)
        .where(
            MessageRow.channel == message.channel,
            MessageRow.purpose == message.purpose,
            AttemptRow.started_at >= now - RECEIPT_WITHIN,
            or_(refused, told),
        )
    )
    return counted or 0
