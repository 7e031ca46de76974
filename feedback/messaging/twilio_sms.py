"""How is a text sent through Twilio, found again, and its callbacks trusted?"""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from requests.exceptions import ProxyError, RequestException
from twilio.base.exceptions import (
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from feedback.domain.errors import FeedbackError
from feedback.domain.failure import CONNECT, FailureClass, classify
from feedback.messaging.sender import Accepted, Outcome, Outgoing, Refused, Unknown
from feedback.messaging.twilio_http import PlainHttpClient

_LOOK_THROUGH: Final = 200
_PAGE: Final = 1_000
# With these nothing has left the machine; all other trouble may hide a sent text.
_NEVER_LEFT: Final = (
    NewConnectionError,
    ConnectTimeoutError,
    ssl.SSLCertVerificationError,
)
# How the SDK stumbles over an answer that is not what it expects.
_UNREADABLE: Final = (
    TwilioException,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
)


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


class TwilioSms:
    """Send texts through Twilio's API, one try at a time.

    Args:
        account_sid: The account.
        auth_token: Its secret.
        from_number: The number texts come from; or else
        messaging_service_sid: the service that chooses one.
        second_number: Our other number, for phones that the first cannot reach.
        api_base_url: Another scheme and host for the API, for a sandbox.
        connect_timeout: Seconds until a connection must stand.
        read_timeout: Seconds the answer may keep us waiting.
    """

    provider = "twilio"

    def __init__(  # noqa: PLR0913  each is one setting
        self,
        *,
        account_sid: str,
        auth_token: str,
        from_number: str | None = None,
        messaging_service_sid: str | None = None,
        second_number: str | None = None,
        api_base_url: str | None = None,
        connect_timeout: float = 3.0,
        read_timeout: float = 10.0,
    ) -> None:
        if bool(from_number) == bool(messaging_service_sid):
            raise ValueError("Give a sender's number or a messaging service, not both")
        self._sender = (
            {"from_": from_number}
            if from_number
            else {"messaging_service_sid": messaging_service_sid}
        )
        self._second = {"from_": second_number} if second_number else None
        self._http = PlainHttpClient(
            base_url=api_base_url,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
        )
        # Regions and edges in the environment would change the host unseen.
        self._client = Client(
            account_sid,
            auth_token,
            http_client=self._http,
            environment={"TWILIO_REGION": "", "TWILIO_EDGE": ""},
        )

    def send(self, outgoing: Outgoing) -> Outcome:
        """Try once to hand the text over."""
        second = self._second if outgoing.by_second_sender else None
        options = dict(second or self._sender)
        if outgoing.status_callback:
            options["status_callback"] = outgoing.status_callback
        try:
            message = self._client.messages.create(
                to=outgoing.to, body=outgoing.body, **options
            )
        except (TwilioRestException, TwilioServiceException) as error:
            return self._refusal(error, at=outgoing.at)
        except RequestException as error:
            return _line_trouble(error)
        except _UNREADABLE:
            return Unknown(detail="unreadable-answer")
        if not message.sid:
            return Unknown(detail="no-sid")
        return Accepted(provider_sid=message.sid)

    def _refusal(
        self, error: TwilioRestException | TwilioServiceException, *, at: datetime
    ) -> Outcome:
        http: int = error.status
        # Where the answer names no code, the SDK puts the status in its place.
        code = None if error.code in {None, http} else str(error.code)
        if classify(code, http).kind is FailureClass.UNKNOWN:
            return Unknown(detail="server-error", code=code, http=http)
        wait = read_retry_after(self._http.retry_after, at=at)
        return Refused(code=code, http=http, retry_after=wait)

    def find(self, to: str, sent_after: datetime, token: str | None) -> Found | None:
        """Look for a text that may have gone out.

        Args:
            to: The number it was meant for.
            sent_after: A moment safely before the attempt.
            token: What only this text holds; None where the provider keeps no
                bodies: then any text of ours to that number since is taken for it.

        Raises:
            LookupFailedError: If the provider could not be asked.
        """
        since = sent_after.astimezone(UTC)
        # A text still in the queue has no date of sending, so that the filter
        # may pass it by: the second question goes without it.
        for question in ({"date_sent_after": since}, {}):
            for message in self._listed(to=to, **question):
                if self._is_ours(message, since) and _holds(message.body, token):
                    return _as_found(message)
        return None

    def _listed(self, **question: Any) -> list[Any]:  # noqa: ANN401  the SDK is untyped
        try:
            return list(
                self._client.messages.list(
                    limit=_LOOK_THROUGH, page_size=_LOOK_THROUGH, **question
                )
            )
        except (RequestException, *_UNREADABLE) as error:
            raise LookupFailedError(type(error).__name__) from None

    def _is_ours(self, message: Any, since: datetime) -> bool:  # noqa: ANN401  the SDK is untyped
        if (message.direction or "").startswith("inbound"):
            return False
        made = message.date_created or message.date_sent
        sender = {
            "from_": message.from_,
            "messaging_service_sid": message.messaging_service_sid,
        }
        senders = [self._sender, *([self._second] if self._second else [])]
        return (made is None or made >= since) and any(
            one.items() <= sender.items() for one in senders
        )

    def status_of(self, provider_sid: str) -> Found:
        """Ask how far a text has come.

        Raises:
            LookupFailedError: If the provider could not be asked.
        """
        try:
            return _as_found(self._client.messages(provider_sid).fetch())
        except (RequestException, *_UNREADABLE) as error:
            raise LookupFailedError(type(error).__name__) from None

    def received(self, since: datetime) -> Sequence[Received]:
        """List the texts that people wrote to us since an instant.

        Raises:
            LookupFailedError: If the provider could not be asked.
        """
        # In UTC: the SDK writes the instant's digits as they stand.
        question: dict[str, Any] = {"date_sent_after": since.astimezone(UTC)}
        if self._second is None and "from_" in self._sender:
            question["to"] = self._sender["from_"]
        try:
            found = self._client.messages.list(page_size=_PAGE, **question)
            return [
                _as_received(one)
                for one in found
                if (one.direction or "").startswith("inbound")
            ]
        except (RequestException, *_UNREADABLE) as error:
            raise LookupFailedError(type(error).__name__) from None

    @property
    def said_date(self) -> datetime | None:
        """What the provider's clock showed in its last answer to this thread."""
        return _read_date(self._http.date)


def _as_received(message: Any) -> Received:  # noqa: ANN401  the SDK is untyped
    return Received(
        sid=message.sid,
        sender=message.from_ or "",
        body=message.body or "",
        sent_at=message.date_sent,
    )


def _read_date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _holds(body: str | None, token: str | None) -> bool:
    # A blank body is a redacted one: better to take it for ours than to resend.
    return token is None or not body or token in body


def _as_found(message: Any) -> Found:  # noqa: ANN401  the SDK is untyped
    code = message.error_code
    return Found(
        provider_sid=message.sid,
        status=str(message.status),
        code=None if code is None else str(code),
    )


def _line_trouble(error: RequestException) -> Outcome:
    """Tell trouble before the first byte from trouble after it."""
    if isinstance(error, ProxyError) or _never_left(error):
        return Refused(code=CONNECT)
    return Unknown(detail=type(error).__name__)


def _never_left(error: BaseException | None) -> bool:
    """Look through the wrappings for an error from before the first byte."""
    while error is not None:
        if isinstance(error, _NEVER_LEFT):
            return True
        inner = getattr(error, "reason", None) or next(iter(error.args), None)
        error = inner if isinstance(inner, BaseException) else None
    return False


def read_retry_after(text: str | None, *, at: datetime) -> timedelta | None:
    """Read a Retry-After header, in seconds or as a date."""
    if not text:
        return None
    if text.strip().isdecimal():
        return timedelta(seconds=min(int(text), _LONGEST_WAIT))
    until = _read_date(text)
    return None if until is None else max(until - at, timedelta(0))


_LONGEST_WAIT: Final = 86_400


def verify_signature(
    url: str, params: Mapping[str, Any], signature: str, tokens: Sequence[str]
) -> bool:
    """Tell whether a webhook was signed with one of our secrets (HMAC-SHA1).

    Args:
        url: The public address it was sent to, as configured: never taken from
            the request's own headers.
        params: The form as it came, nothing trimmed; several values a name are
            welcome.
        signature: The X-Twilio-Signature header.
        tokens: The auth token, and during a rotation the one before.
    """
    # Every token is tried, so that the time taken tells nothing.
    verdicts = [
        RequestValidator(token).validate(url, params, signature)
        for token in tokens
        if token
    ]
    return any(verdicts)
