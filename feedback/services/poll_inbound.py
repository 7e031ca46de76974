"""Which texts did the provider's callback never bring us? Asked for, to lose none."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from feedback.messaging.lookup import LookupFailedError, Received, RemembersReplies
from feedback.services import clocks
from feedback.services.dispatch import Dispatch
from feedback.services.inbound import Inbound, known_sids, record_inbound

log = logging.getLogger(__name__)

# Each round looks back so far: what one round missed, the next ones find.
LOOKS_BACK: Final = timedelta(hours=24)
EVERY_SECONDS: Final = 300.0
# A few rows a transaction, so that nobody who writes waits long.
ROUND: Final = 100


def poll(dispatch: Dispatch, *, read_now: Callable[[], datetime]) -> int:
    """Store the texts that no callback brought; return how many there were.

    On the way the clocks are compared: the provider's last answer has its time.
    """
    asked = [
        one for one in dispatch.senders.values() if isinstance(one, RemembersReplies)
    ]
    if not asked and not dispatch.rules.invite.is_demo:
        _compare_clocks(dispatch, None, read_now())
    return sum(_poll(dispatch, sender, read_now) for sender in asked)


def _poll(
    dispatch: Dispatch, sender: RemembersReplies, read_now: Callable[[], datetime]
) -> int:
    """Ask one provider, with no connection held, and write down what is new."""
    found: Sequence[Received] = ()
    try:
        found = sender.received(read_now() - LOOKS_BACK)
    except LookupFailedError as error:
        log.warning("%s could not be asked for texts: %s", sender.provider, error)
    _compare_clocks(dispatch, sender.said_date, read_now())
    recovered = 0
    for start in range(0, len(found), ROUND):
        some = found[start : start + ROUND]
        recovered += _store(dispatch, sender.provider, some, read_now())
    if recovered:
        log.warning("%d texts came by no callback of %s", recovered, sender.provider)
    return recovered


def _compare_clocks(dispatch: Dispatch, said: datetime | None, now: datetime) -> None:
    with dispatch.database.transaction() as session:
        clocks.compare(session, said, rules=dispatch.rules, now=now)


def _store(
    dispatch: Dispatch, provider: str, some: Sequence[Received], now: datetime
) -> int:
    with dispatch.database.reading() as reading:
        known = known_sids(reading, [one.sid for one in some])
    new = [one for one in some if one.sid not in known]
    if not new:
        return 0
    with dispatch.database.transaction() as session:
        return sum(
            record_inbound(
                session,
                Inbound(
                    provider=provider,
                    sid=one.sid,
                    sender=one.sender,
                    body=one.body,
                    sent_at=one.sent_at,
                ),
                now=now,
            )
            # The oldest first, as they were written.
            for one in reversed(new)
        )
