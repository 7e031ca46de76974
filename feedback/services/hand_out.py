"""Which leases go to the workers? What is due, no faster than the rate allows.

A lease and its job are one transaction: neither is ever there without the other. A
job that is lost with its worker costs nothing, because the lease runs out.
"""

from dataclasses import asdict
from datetime import timedelta
from typing import Final

from feedback.db import queue
from feedback.services.claim import Claim, ReadNow, take
from feedback.services.dispatch import Dispatch

# How long a lease may wait for a worker: a small part of it, so that it holds.
MOST_OF_A_LEASE: Final = 0.25
AT_ONCE: Final = 200


def hand_out(dispatch: Dispatch, *, read_now: ReadNow, every: timedelta) -> int:
    """Lease what is due and give it to the workers; return how many messages.

    Args:
        dispatch: What sending needs; its database is PostgreSQL.
        read_now: Tells the time.
        every: How often this is done, so that all workers together keep the rate.
    """
    rules = dispatch.rules
    waits = rules.lease.total_seconds() * MOST_OF_A_LEASE
    left = max(1, round(rules.sms_rate_per_second * every.total_seconds()))
    handed = 0
    while left > 0:
        with dispatch.database.transaction() as session:
            room = round(rules.sms_rate_per_second * waits) - queue.waiting(session)
            size = min(left, room, AT_ONCE)
            claims = (
                take(session, dispatch, size, read_now(), urgent_only=False)
                if size > 0
                else []
            )
            queue.enqueue(session, [_job(claim) for claim in claims])
        if not claims:
            break
        handed += len(claims)
        left -= len(claims)
    return handed


def _job(claim: Claim) -> queue.Arguments:
    return asdict(claim) | {
        "message": str(claim.message),
        "channel": claim.channel.value,
    }
