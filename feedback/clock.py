"""What time is it? The only reader of the machine's clock."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Anything that can say what time it is."""

    def now(self) -> datetime:
        """Tell the time, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock, shifted so that a demonstration can start at any hour.

    Args:
        starts_at: The instant this clock shows when it is made; None for the
            machine's own time.
    """

    starts_at: datetime | None = None
    _shift: timedelta = field(init=False, default=timedelta(0))

    def __post_init__(self) -> None:
        if self.starts_at is not None:
            shift = self.starts_at - datetime.now(UTC)
            object.__setattr__(self, "_shift", shift)

    def now(self) -> datetime:
        """Tell the time, aware, in UTC."""
        return datetime.now(UTC) + self._shift
