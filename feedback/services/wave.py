"""Which messages set out together? Leased, judged and put on record at a time."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from feedback.services.begin import Call, begin_all
from feedback.services.claim import Claim, ReadNow, lease, take
from feedback.services.dispatch import Dispatch

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """What was taken at a time: calls on record, and messages that go their own way."""

    calls: Sequence[Call] = ()
    alone: Sequence[Claim] = ()
    held: int = 0

    @property
    def size(self) -> int:
        """How many messages were taken."""
        return len(self.calls) + len(self.alone) + self.held


def begin_wave(dispatch: Dispatch, size: int, read_now: ReadNow) -> Wave:
    """Take so many due messages; one that spoils the others leaves them to go alone."""
    try:
        with dispatch.database.transaction() as session:
            now = read_now()
            leased = lease(session, dispatch, size, now)
            ordinary = [one for one in leased if one[1].is_ordinary]
            calls = begin_all(session, dispatch, ordinary, now)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is one message's
        # The class only: the message may hold what somebody typed.
        log.error(  # noqa: TRY400 - a traceback may hold it too
            "messages go one by one: %s", type(error).__name__
        )
        with dispatch.database.transaction() as session:
            claims = take(session, dispatch, size, read_now(), urgent_only=False)
        return Wave(alone=claims)
    return Wave(
        calls=calls,
        alone=[claim for _, claim in leased if not claim.is_ordinary],
        held=len(ordinary) - len(calls),
    )
