"""Which ways of sending can be asked afterwards what became of a message?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from feedback.domain.errors import FeedbackError


class LookupFailedError(FeedbackError):
    """The provider could not be asked; what it knows is still unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A message as the provider knows it."""

    provider_sid: str
    status: str
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A text that somebody wrote to us, as the provider kept it."""

    sid: str
    sender: str = field(repr=False)
    body: str = field(repr=False)
    sent_at: datetime | None = None


@runtime_checkable
class RemembersMessages(Protocol):
    """A provider that keeps what we sent and can be asked about it."""

    def find(self, to: str, sent_after: datetime, token: str | None) -> Sequence[Found]:
        """Look for a message that may have gone out; list whatever could be it.

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
