"""May the next call be made? Asked before each, without a question to the database."""

from threading import Condition

from feedback.services.begin import Call
from feedback.services.pause import Standing


class Gate:
    """Lets calls that are on record pass, until one of them meets with trouble.

    Then it is shut until that outcome is written down, and what came to a halt by it
    is known: no more calls are made after a refusal than were on their way already.

    Args:
        good_for: Seconds for which a call on record may be made: a part of its lease,
            so that the answer comes well within it.
    """

    def __init__(self, good_for: float) -> None:
        self._good_for = good_for
        self._changed = Condition()
        self._troubles = 0
        self._is_over = False
        self._standing: Standing | None = None

    def lets(self, call: Call) -> bool:
        """Wait while it is shut; tell whether the call may be made then."""
        with self._changed:
            while self._troubles and not self._is_over:
                self._changed.wait()
            may_go = not self._is_over and not self._holds(call)
            return may_go and call.is_fresh(self._good_for)

    def shut(self) -> None:
        """Let nothing pass until an outcome that is trouble was written down."""
        with self._changed:
            self._troubles += 1

    def settled(self, troubles: int, standing: Standing) -> None:
        """Go on, but for what stands still now."""
        with self._changed:
            self._troubles -= troubles
            self._standing = standing
            self._changed.notify_all()

    def end(self) -> None:
        """Let nothing pass any more."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def _holds(self, call: Call) -> bool:
        standing = self._standing
        return standing is not None and (
            call.claim.channel in standing.channels
            or (call.claim.channel, call.purpose) in standing.templates
            or call.provider in standing.providers
        )
