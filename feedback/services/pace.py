"""How many calls may be on record at a time? No more than are settled in a moment.

Many together cost the database little each; but a crash leaves as many outcomes that
nobody knows. So it begins with few, and grows while all goes quickly.
"""

from typing import Final

from feedback.services.dispatch import Pacer

AT_LEAST: Final = 10
AT_MOST: Final = 128
# Two for each thread: it calls one, and finds the next when it comes back.
FOR_EACH_THREAD: Final = 2
MOMENT_SECONDS: Final = 1.0


class Pace:
    """Learns how many calls are on record for a moment only.

    Args:
        pacer: Lets texts pass no faster than their rate.
        threads: How many calls are on their way at a time.
    """

    def __init__(self, pacer: Pacer, threads: int) -> None:
        self._pacer = pacer
        self._least = max(AT_LEAST, threads * FOR_EACH_THREAD)
        self._size = self._least

    @property
    def most(self) -> int:
        """The most that may be on record, and not written down, at present."""
        return max(1, min(self._size, int(self._pacer.rate)))

    def settled(self, seconds: float) -> None:
        """Learn from how long the slowest of the last calls was on record.

        Twice as many, or half of them, are on record after that.
        """
        if seconds > MOMENT_SECONDS:
            self._size = max(self._least, self._size // 2)
        elif seconds < MOMENT_SECONDS / 2:
            self._size = max(self._least, min(self._size * 2, AT_MOST))
