"""What stands still, and who lets it go on? Channels, templates and providers."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, distinct, exists, func, or_, select, update
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
# Not a provider's code: the clocks disagree, and neither a probe nor a person can tell
# that they agree.
CLOCKS: Final = "clock-skew"
BY_CLOCKS: Final = "clocks"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """What a person let go on.

    Args:
        ended: How many pauses ended.
        waits_for_clocks: Whether a channel stands still until the clocks agree.
    """

    ended: int
    waits_for_clocks: bool


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


def pause_for_clocks(session: Session, channel: str, *, now: datetime) -> None:
    """Let a channel stand still until the clocks agree.

    Another pause of it ends here: a text that came through would end that, whatever
    the clocks show. What it was for is found again by the first message after this one.
    """
    end_channel(session, channel, by=BY_CLOCKS, now=now)
    pause_channel(session, channel, CLOCKS, now)


def end_channel(session: Session, channel: str, *, by: str, now: datetime) -> None:
    """End the pause of a channel, if it has one that is not for the clocks."""
    _end_channels(
        session,
        and_(DeliveryPauseRow.channel == channel, ~_is_for_clocks()),
        by=by,
        now=now,
    )


def end_clock_pause(session: Session, channel: str, *, now: datetime) -> None:
    """Let a channel go on, where it stood still for the clocks."""
    _end_channels(
        session,
        and_(DeliveryPauseRow.channel == channel, _is_for_clocks()),
        by=BY_CLOCKS,
        now=now,
    )


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


def end_all(session: Session, *, by: audit.Actor, now: datetime) -> Resumed:
    """End every pause, because a person says that the trouble is mended.

    But for that of the clocks: it ends by itself, as soon as they agree.
    """
    channels = _end_channels(session, ~_is_for_clocks(), by=str(by), now=now)
    templates = session.scalars(
        update(TemplatePauseRow)
        .where(TemplatePauseRow.ended_at.is_(None))
        .values(ended_at=now, ended_by=str(by))
        .returning(TemplatePauseRow.id)
    ).all()
    ended = channels + len(templates) + breaker.close(session, now=now)
    deed = audit.Deed(action="delivery_resumed", facts={"pauses": ended})
    audit.record(session, deed, by=by, now=now)
    left = messages.open_pauses(session).values()
    return Resumed(
        ended=ended, waits_for_clocks=any(row.code == CLOCKS for row in left)
    )


def _is_for_clocks() -> ColumnElement[bool]:
    return DeliveryPauseRow.code.is_not_distinct_from(CLOCKS)


def _end_channels(
    session: Session, which: ColumnElement[bool], *, by: str, now: datetime
) -> int:
    """End the pauses of channels; tell how many there were."""
    ended = session.scalars(
        update(DeliveryPauseRow)
        .where(DeliveryPauseRow.ended_at.is_(None), which)
        .values(ended_at=now, ended_by=by)
        .returning(DeliveryPauseRow.id)
    ).all()
    return len(ended)


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
