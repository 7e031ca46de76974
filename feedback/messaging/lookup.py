"""Which ways of sending can be asked afterwards what became of a message?"""

from datetime import datetime
from typing import Protocol, runtime_checkable

from feedback.messaging.twilio_sms import Found, LookupFailedError

__all__ = ["Found", "LookupFailedError", "RemembersMessages"]


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
