"""What does every way of sending promise? One message in, one outcome out."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from feedback.domain.address import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message, ready to go; its representation shows ids only.

    Args:
        to: A number in E.164, or an email address.
        subject: For email only.
        at: When this attempt began.
        status_callback: The address at which the provider tells of receipts.
        list_unsubscribe: The address of one-click unsubscribing, for email.
        by_second_sender: Whether to send a text from our other number.
    """

    channel: Channel
    to: str = field(repr=False)
    subject: str | None = field(default=None, repr=False)
    body: str = field(repr=False)
    message_id: str
    attempt_id: str
    at: datetime
    status_callback: str | None = field(default=None, repr=False)
    list_unsubscribe: str | None = field(default=None, repr=False)
    by_second_sender: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The provider took it, and calls it by this name."""

    provider_sid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The message has certainly not gone out.

    Args:
        code: The provider's error code as it came, or one of our own where
            the provider was never reached; None where there is none.
        http: The HTTP status, or the SMTP reply code.
        retry_after: How long the provider asks us to wait.
    """

    code: str | None = None
    http: int | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The answer was lost: it may have gone out, so nobody sends it again yet.

    Args:
        detail: One word for the record, such as timeout.
    """

    detail: str
    code: str | None = None
    http: int | None = None


Outcome = Accepted | Refused | Unknown


class Sender(Protocol):
    """A way to send; trouble on the line is an outcome, never an exception."""

    @property
    def provider(self) -> str:
        """The provider's name, as attempts are recorded under it."""
        ...

    def send(self, outgoing: Outgoing) -> Outcome:
        """Try once to hand the message over."""
        ...
