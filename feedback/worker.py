"""What does one of many machines do? It sends what was leased for it."""

import logging
from collections.abc import Callable
from uuid import UUID

from feedback.clock import Clock
from feedback.db import queue
from feedback.domain.contact import Channel
from feedback.services.claim import Claim
from feedback.services.deliver import deliver_one
from feedback.services.dispatch import Dispatch

log = logging.getLogger(__name__)


def run(dispatch: Dispatch, clock: Clock, *, threads: int, name: str) -> None:
    """Work until a signal says to stop."""
    queue.work(dispatch.database, handler(dispatch, clock), threads=threads, name=name)


def handler(dispatch: Dispatch, clock: Clock) -> Callable[..., str]:
    """Make what handles one job: the lease that it carries is all that it acts on."""

    def deliver(
        *,
        message: str,
        epoch: int,
        channel: str,
        is_urgent: bool,
        is_probe: bool,
        is_trial: bool,
    ) -> str:
        claim = Claim(
            message=UUID(message),
            epoch=epoch,
            channel=Channel(channel),
            is_urgent=is_urgent,
            is_probe=is_probe,
            is_trial=is_trial,
        )
        try:
            return deliver_one(dispatch, claim, clock.now)
        except Exception as error:  # noqa: BLE001 - its lease runs out, and it is swept up
            # The class only: the message may hold what somebody typed.
            log.error(  # noqa: TRY400 - a traceback may hold it too
                "message %s stays in the air: %s", message, type(error).__name__
            )
            return "failed"

    return deliver
