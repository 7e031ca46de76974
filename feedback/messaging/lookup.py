"""Which ways of sending can be asked afterwards what became of a message?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from feedback.messaging.twilio_sms import Found, LookupFailedError, Received

__all__ = [
    "Found",
    "LookupFailedError",
    "Received",
    "RemembersMessages",
    "RemembersReplies",
]


@runtime_checkable
class RemembersMessages(Protocol):
    """A provider that keeps what we sent and can be asked about it."""

    def find(self, to: str, sent_after: datetime, token: str | None) -> Found | None:
        """Look for a message that may have gone out.

        Raises:
            LookupFailedError: If the provider could not be asked.
        """
        ...

    def status_of(self, provider_sid: str) -> Found:
        """Ask how far a message has come.

        Raises:
            LookupFailedError: If the provider could not be asked.
        """
        ...


@runtime_checkable
class RemembersReplies(Protocol):
    """A provider that keeps what people wrote to us, and tells its own time."""

    @property
    def provider(self) -> str:
        """The provider's name."""
        ...

    @property
    def said_date(self) -> datetime | None:
        """What its clock showed in its last answer to this thread."""
        ...

    def received(self, since: datetime) -> Sequence[Received]:
        """List what people wrote to us.

        Raises:
            LookupFailedError: If the provider could not be asked.
        """
        ...
