"""With what does the dispatcher work, and how fast may it send?"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock
from typing import Final

from feedback.config import Settings
from feedback.db.session import Database
from feedback.domain.contact import Channel
from feedback.domain.conversation import SAME_BREATH
from feedback.messaging.compose import Composer
from feedback.messaging.sender import Sender
from feedback.services import link
from feedback.services.link import InviteRules
from feedback.services.notice import StaffLinks

# A provider that asks us to slow down is believed down to this part of the rate.
SLOWEST: Final = 0.1
RECOVERS_BY: Final = 1.05
RECEIPTS_PATH: Final = "/hooks/twilio/status"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRules:
    """What a deployment decided about sending.

    Args:
        receipts_url: Where a provider tells what became of a text; an attempt's id
            is added. None where no provider would.
        same_breath: How long after a text nothing is asked by text.
        has_second_sender: Whether texts can come from another number, for phones
            that the first cannot reach.
    """

    invite: InviteRules
    links: StaffLinks
    lease: timedelta
    reconcile_after: timedelta
    cap_per_person_per_week: int
    cap_sms_per_day: int
    sms_rate_per_second: float
    receipts_url: str | None
    same_breath: timedelta = SAME_BREATH
    has_second_sender: bool = False


class Pacer:
    """Lets texts pass no faster than the rate; halves it when a provider asks.

    Args:
        per_second: The rate.
        sleep: How to wait.
        elapsed: Seconds that only ever grow.
    """

    def __init__(
        self,
        per_second: float,
        *,
        sleep: Callable[[float], None] = time.sleep,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._full = self._rate = per_second
        self._sleep = sleep
        self._elapsed = elapsed
        self._next = 0.0
        self._lock = Lock()

    @property
    def rate(self) -> float:
        """How many texts may pass in a second at present."""
        with self._lock:
            return self._rate

    def wait(self) -> None:
        """Wait for this text's turn."""
        with self._lock:
            now = self._elapsed()
            turn = max(now, self._next)
            self._next = turn + 1 / self._rate
        if turn > now:
            self._sleep(turn - now)

    def slow_down(self) -> None:
        """Halve the rate."""
        with self._lock:
            self._rate = max(self._rate / 2, self._full * SLOWEST)

    def recover(self) -> None:
        """Come back towards the full rate, a little with every text that passes."""
        with self._lock:
            self._rate = min(self._rate * RECOVERS_BY, self._full)


class OnceADay:
    """Lets a thing be told of once a day, however often it is found."""

    def __init__(self) -> None:
        self._told: date | None = None

    def is_first(self, day: date) -> bool:
        """Tell whether it was not told of on this day yet; now it is."""
        is_first, self._told = day != self._told, day
        return is_first


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """Everything that sending needs, but the time.

    Args:
        asking: Lets questions about texts pass no faster than texts may.
        cap_alarm: For the operator's log, when the day's cap is reached.
        threads: How many messages are on their way to a provider at a time.
    """

    database: Database
    senders: Mapping[Channel, Sender]
    composer: Composer
    rules: DeliveryRules
    pacer: Pacer = field(default_factory=lambda: Pacer(per_second=10))
    asking: Pacer = field(default_factory=lambda: Pacer(per_second=10))
    cap_alarm: OnceADay = field(default_factory=OnceADay)
    threads: int = 1


def rules(settings: Settings) -> DeliveryRules:
    """Read the rules of sending from the settings."""
    has_receipts = settings.twilio is not None
    return DeliveryRules(
        invite=link.rules(settings),
        links=StaffLinks(base_url=settings.staff_base_url),
        lease=settings.lease,
        reconcile_after=settings.reconcile_after,
        cap_per_person_per_week=settings.cap_per_person_per_week,
        cap_sms_per_day=settings.cap_sms_per_day,
        sms_rate_per_second=settings.sms_rate_per_second,
        receipts_url=settings.public_base_url + RECEIPTS_PATH if has_receipts else None,
        has_second_sender=settings.twilio is not None
        and settings.twilio.long_code is not None,
    )


def dispatch(
    settings: Settings,
    database: Database,
    senders: Mapping[Channel, Sender],
    composer: Composer,
) -> Dispatch:
    """Put together what sending needs."""
    return Dispatch(
        database=database,
        senders=senders,
        composer=composer,
        rules=rules(settings),
        pacer=Pacer(settings.sms_rate_per_second),
        asking=Pacer(settings.sms_rate_per_second),
        threads=settings.dispatch_threads,
    )
