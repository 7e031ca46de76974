"""Which due messages are ours to send now? Leases, alerts first, within the caps."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, not_, or_
from sqlalchemy.orm import Session

from feedback.db.models import MessageRow
from feedback.db.queries import message as messages
from feedback.domain.calendar import at_wall_time, london_day
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.domain.retry import PROBE_EVERY
from feedback.services import breaker, pause
from feedback.services.dispatch import DeliveryRules, Dispatch

log = logging.getLogger(__name__)

ReadNow = Callable[[], datetime]

# Small, so that an alert never waits behind many others.
BATCH: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A message that is ours until the lease runs out; the epoch fences it.

    Args:
        is_probe: Whether it tries whether a paused channel works again.
        is_trial: Whether it tries whether a provider that kept failing works again.
    """

    message: UUID
    epoch: int
    channel: Channel
    is_urgent: bool
    is_probe: bool = False
    is_trial: bool = False

    @property
    def is_ordinary(self) -> bool:
        """Whether it may go out together with others."""
        return not (self.is_urgent or self.is_probe or self.is_trial)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """What one round may take: how many messages, and by which ways."""

    size: int
    paused: frozenset[str]
    # By channel: how many attempts its unwell provider may be given
    allowances: Mapping[str, int]
    templates: tuple[tuple[str, str], ...]
    # So many texts until the day's cap; emails cost nothing
    texts_left: int

    def is_free(self) -> ColumnElement[bool]:
        """Say which messages nothing holds back."""
        spent = {Channel.SMS} if self.texts_left <= 0 else set()
        shut = self.paused | self.allowances.keys() | spent
        return and_(MessageRow.channel.not_in(sorted(shut)), self.is_sendable())

    def is_sendable(self) -> ColumnElement[bool]:
        """Say which messages have a template that does not stand still."""
        stopped = [
            and_(MessageRow.channel == channel, MessageRow.purpose == purpose)
            for channel, purpose in self.templates
        ]
        return and_(~messages.is_urgent(), *(not_(one) for one in stopped))


def claims(
    dispatch: Dispatch, read_now: ReadNow, limit: int | None, *, urgent_only: bool
) -> Iterator[Claim]:
    """Take leases, a few at a time, until nothing is due or the limit is reached."""
    left = limit
    while left is None or left > 0:
        size = BATCH if left is None else min(BATCH, left)
        with dispatch.database.transaction() as session:
            found = take(session, dispatch, size, read_now(), urgent_only=urgent_only)
        yield from found
        if not found:
            return
        left = None if left is None else left - len(found)


def take(
    session: Session,
    dispatch: Dispatch,
    size: int,
    now: datetime,
    *,
    urgent_only: bool,
) -> list[Claim]:
    """Take a lease on a few due messages."""
    leased = lease(session, dispatch, size, now, urgent_only=urgent_only)
    return [claim for _, claim in leased]


def lease(
    session: Session,
    dispatch: Dispatch,
    size: int,
    now: datetime,
    *,
    urgent_only: bool = False,
    with_urgent: bool = True,
) -> list[tuple[MessageRow, Claim]]:
    """Take a lease on a few due messages; give each with its row.

    Args:
        session: The caller's transaction.
        dispatch: What sending needs.
        size: How many at most, beside those that try what came to a halt.
        now: When they are taken.
        urgent_only: Whether to take alerts and escalations only.
        with_urgent: Whether to take those too, or to leave them to somebody else.
    """
    rules = dispatch.rules
    if urgent_only:
        rows = messages.claimable(
            session, now=now, limit=size, where=messages.is_urgent()
        )
        return [(row, _leased(row, rules, now)) for row in rows]
    room = _room(session, dispatch, size, now)
    is_free = room.is_free()
    wanted = or_(messages.is_urgent(), is_free) if with_urgent else is_free
    rows = messages.claimable(session, now=now, limit=size, where=wanted)
    probes = _probes(session, room, now)
    trials = _trials(session, room, now)
    within = _within_cap([*rows, *probes, *trials], room.texts_left)
    for channel, provider in _providers(dispatch).items():
        tried = sum(row.channel == channel for row in trials if row in within)
        if tried:
            breaker.grant(session, provider, tried)
    return [
        (row, _leased(row, rules, now, is_probe=row in probes, is_trial=row in trials))
        for row in within
    ]


def _room(session: Session, dispatch: Dispatch, size: int, now: datetime) -> _Room:
    providers = _providers(dispatch)
    found = breaker.allowances(session, set(providers.values()), now)
    return _Room(
        size=size,
        paused=frozenset(messages.open_pauses(session)),
        allowances={
            channel: found[provider]
            for channel, provider in providers.items()
            if provider in found
        },
        templates=pause.paused_templates(session),
        texts_left=_texts_left(session, dispatch, now),
    )


def _providers(dispatch: Dispatch) -> Mapping[str, str]:
    return {channel: sender.provider for channel, sender in dispatch.senders.items()}


def _probes(session: Session, room: _Room, now: datetime) -> list[MessageRow]:
    """Let one message of each paused channel try, once its time has come."""
    found: list[MessageRow] = []
    for channel, row in messages.open_pauses(session).items():
        may_try = row.probe_at <= now and row.code != pause.CLOCKS
        if may_try and channel not in room.allowances:
            where = and_(MessageRow.channel == channel, room.is_sendable())
            rows = messages.claimable(session, now=now, limit=1, where=where)
            if rows:
                row.probe_at = now + PROBE_EVERY
            found.extend(rows)
    return found


def _trials(session: Session, room: _Room, now: datetime) -> list[MessageRow]:
    """Let a few messages try a provider that was left alone for a while."""
    found: list[MessageRow] = []
    for channel, allowance in room.allowances.items():
        if allowance and channel not in room.paused:
            where = and_(MessageRow.channel == channel, room.is_sendable())
            found.extend(
                messages.claimable(
                    session, now=now, limit=min(allowance, room.size), where=where
                )
            )
    return found


def _texts_left(session: Session, dispatch: Dispatch, now: datetime) -> int:
    today = london_day(now)
    sent = messages.texts_since(session, at_wall_time(today, time.min))
    left = dispatch.rules.cap_sms_per_day - sent
    if left <= 0 and dispatch.cap_alarm.is_first(today):
        log.error("the day's cap of texts is reached; only alerts go by text")
    return left


def _within_cap(rows: Sequence[MessageRow], texts_left: int) -> Sequence[MessageRow]:
    """Leave out the texts that the day's cap holds; alerts pass, and are counted."""
    texts = [row for row in rows if row.channel == Channel.SMS]
    ordinary = [row for row in texts if not Purpose(row.purpose).is_urgent]
    left = texts_left - (len(texts) - len(ordinary))
    held = set(ordinary[max(left, 0) :])
    return [row for row in rows if row not in held]


def _leased(
    row: MessageRow,
    rules: DeliveryRules,
    now: datetime,
    *,
    is_probe: bool = False,
    is_trial: bool = False,
) -> Claim:
    row.lease_until = now + rules.lease
    row.lease_epoch += 1
    return Claim(
        message=row.id,
        epoch=row.lease_epoch,
        channel=Channel(row.channel),
        is_urgent=Purpose(row.purpose).is_urgent,
        is_probe=is_probe,
        is_trial=is_trial,
    )
