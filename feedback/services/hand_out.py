"""Which leases go to the workers? What is due, no faster than the rate allows.

A lease and its job are one transaction: neither is ever there without the other. A
job that is lost with its worker costs nothing, because the lease runs out.
"""

from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from feedback.db import queue
from feedback.db.queries import message as messages
from feedback.domain.calendar import at_wall_time, london_day
from feedback.services.claim import Claim, ReadNow, lease
from feedback.services.dispatch import SLOWEST, DeliveryRules, Dispatch

# How long a lease may wait for a worker: a small part of it, so that it holds.
MOST_OF_A_LEASE: Final = 0.25
AT_ONCE: Final = 200
# A provider that asked us to slow down is believed for so long.
LOOKS_BACK: Final = timedelta(minutes=5)


def hand_out(dispatch: Dispatch, *, read_now: ReadNow, every: timedelta) -> int:
    """Lease what is due and give it to the workers; return how many messages.

    Args:
        dispatch: What sending needs; its database is PostgreSQL.
        read_now: Tells the time.
        every: How often this is done, so that all workers together keep the rate.
    """
    rules = dispatch.rules
    waits = rules.lease.total_seconds() * MOST_OF_A_LEASE
    with dispatch.database.reading() as session:
        rate = _rate(session, rules, read_now())
    left = max(1, round(rate * every.total_seconds()))
    handed = 0
    while left > 0:
        with dispatch.database.transaction() as session:
            room = round(rate * waits) - queue.waiting(session)
            size = min(left, room, AT_ONCE, _day_left(session, rules, read_now()))
            # An alert waits for no worker: the scheduler sends it itself.
            leased = (
                lease(session, dispatch, size, read_now(), with_urgent=False)
                if size > 0
                else []
            )
            queue.enqueue(session, [_job(claim) for _, claim in leased])
        if not leased:
            break
        handed += len(leased)
        left -= len(leased)
    return handed


def _rate(session: Session, rules: DeliveryRules, now: datetime) -> float:
    """Tell how fast all workers together send, who know nothing of each other.

    Halved for every one of the last minutes in which the provider asked for that.
    """
    times = messages.throttled_since(session, now - LOOKS_BACK)
    minutes = {(now - at) // timedelta(minutes=1) for at in times}
    return rules.sms_rate_per_second * max(SLOWEST, 0.5 ** len(minutes))


def _day_left(session: Session, rules: DeliveryRules, now: datetime) -> int:
    """Tell how many may be handed out before the day's cap could be reached.

    What was handed out and is not on record yet counts as sent.
    """
    unfinished = queue.unfinished(session)
    if not unfinished:
        # Whoever takes the leases looks at the cap, and tells of it.
        return AT_ONCE
    midnight = at_wall_time(london_day(now), time.min)
    sent = messages.texts_since(session, midnight)
    return rules.cap_sms_per_day - sent - unfinished


def _job(claim: Claim) -> queue.Arguments:
    return asdict(claim) | {
        "message": str(claim.message),
        "channel": claim.channel.value,
    }
