"""How is a text sent through Twilio, found again, and its callbacks trusted?"""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from twilio.base.exceptions import (
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from twilio.rest import Client
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProxyError,
)

from feedback.domain.failure import CONNECT, FailureClass, classify
from feedback.messaging.lookup import Found, LookupFailedError, Received
from feedback.messaging.sender import Accepted, Outcome, Outgoing, Refused, Unknown
from feedback.messaging.twilio_http import PlainHttpClient
from feedback.messaging.twilio_values import (
    read_code,
    read_date,
    read_retry_after,
    read_sid,
    read_words,
)

_LOOKS_AT: Final = 200
_PAGE: Final = 1_000
# Each page names the next; a list that comes round to itself would have no end.
_PAGES: Final = 20
# With these nothing has left the machine; all other trouble may hide a sent text.
_NEVER_LEFT: Final = (
    ProxyError,
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
        read_timeout: Seconds until the whole answer must be there.
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
        except HTTPError as error:
            return _line_trouble(error)
        except _UNREADABLE:
            return Unknown(detail="unreadable-answer")
        sid = read_sid(message.sid)
        return Accepted(provider_sid=sid) if sid else Unknown(detail="no-sid")

    def _refusal(
        self, error: TwilioRestException | TwilioServiceException, *, at: datetime
    ) -> Outcome:
        said = self._http.said
        if said is None:
            return Unknown(detail="unreadable-answer")
        # A problem document tells of a status too; the answer's own is the true one.
        http = said.status
        # Where the answer names no code, the SDK puts the status in its place.
        code = None if error.code == http else read_code(error.code)
        if classify(code, http).kind is FailureClass.UNKNOWN:
            return Unknown(detail="server-error", code=code, http=http)
        wait = read_retry_after(said.retry_after, at=at)
        return Refused(code=code, http=http, retry_after=wait)

    def find(self, to: str, sent_after: datetime, token: str | None) -> Sequence[Found]:
        """Look for a text that may have gone out; list whatever could be it.

        Args:
            to: The number it was meant for.
            sent_after: A moment safely before the attempt.
            token: What only this text holds; None where it holds nothing of the
                kind: then any text of ours to that number since could be it.

        Raises:
            LookupFailedError: If the provider could not be asked.
        """
        since = sent_after.astimezone(UTC)
        # A text still in the queue has no date of sending, so that the filter
        # may pass it by: the second question goes without it.
        found: dict[str, Found] = {}
        for question in ({"date_sent_after": since}, {}):
            for message in self._listed(_LOOKS_AT, _LOOKS_AT, to=to, **question):
                if self._is_ours(message, since) and _holds(message.body, token):
                    one = _as_found(message)
                    found.setdefault(one.provider_sid, one)
        return tuple(found.values())

    def _listed(self, size: int, most: int | None = None, **question: Any) -> list[Any]:  # noqa: ANN401  the SDK is untyped
        try:
            page = self._client.messages.page(page_size=size, **question)
            return list(self._client.api.v2010.stream(page, most, _PAGES))
        except (HTTPError, *_UNREADABLE) as error:
            raise LookupFailedError(type(error).__name__) from None

    def _is_ours(self, message: Any, since: datetime) -> bool:  # noqa: ANN401  the SDK is untyped
        if _is_inbound(message):
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
        except (HTTPError, *_UNREADABLE) as error:
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
        return [
            _as_received(one)
            for one in self._listed(_PAGE, **question)
            # What has no name cannot be kept once, and must not hold up the others.
            if _is_inbound(one) and read_sid(one.sid)
        ]

    @property
    def said_date(self) -> datetime | None:
        """What the provider's clock showed in its last answer to this thread."""
        said = self._http.said
        return None if said is None else read_date(said.date)


def _is_inbound(message: Any) -> bool:  # noqa: ANN401  the SDK is untyped
    return str(message.direction).startswith("inbound")


def _as_received(message: Any) -> Received:  # noqa: ANN401  the SDK is untyped
    return Received(
        sid=message.sid,
        sender=read_words(message.from_),
        body=read_words(message.body),
        sent_at=message.date_sent,
    )


def _holds(body: str | None, token: str | None) -> bool:
    # A blank body is a redacted one: better to take it for ours than to resend.
    return token is None or not body or token in body


def _as_found(message: Any) -> Found:  # noqa: ANN401  the SDK is untyped
    sid = read_sid(message.sid)
    if sid is None or not isinstance(message.status, str):
        raise LookupFailedError("unreadable-answer")
    return Found(
        provider_sid=sid, status=message.status, code=read_code(message.error_code)
    )


def _line_trouble(error: HTTPError) -> Outcome:
    """Tell trouble before the first byte from trouble after it."""
    if _never_left(error):
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
