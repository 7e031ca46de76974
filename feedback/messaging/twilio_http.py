"""Over which wire does the Twilio SDK speak? Ours: our host, our limits, no logs."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from twilio.http import HttpClient
from twilio.http.response import Response
from urllib3 import BaseHTTPResponse, Timeout
from urllib3.exceptions import HTTPError
from urllib3.util import make_headers

from feedback.messaging.deadline import lines_to

_HOST: Final = "https://api.twilio.com"
_CONNECTIONS: Final = 64  # as many as the threads of a worker may be
# A page of a thousand long texts is some 3 MB.
MOST_BYTES: Final = 16 * 1024 * 1024
_CHUNK: Final = 64 * 1024

# Below this it writes down addresses, and an address holds the number asked about.
logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)


class TooLongError(HTTPError):
    """The answer was longer than any the provider has reason to give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an answer said beside its text.

    Args:
        status: The status it truly had, whatever its text says of one.
        retry_after: When it told us to come back.
        date: What the provider's clock showed.
    """

    status: int
    retry_after: str | None = None
    date: str | None = None


class PlainHttpClient(HttpClient):  # type: ignore[misc]  # the SDK is untyped
    """The SDK's wire, pointed at one host: two time limits, no retry, no redirect.

    Nothing of a request or an answer is kept but its status and two headers, a thread.

    Args:
        base_url: Scheme and host that replace the SDK's own; None keeps them.
        connect_timeout: Seconds until a connection must stand.
        read_timeout: Seconds until the whole answer must be there.
    """

    def __init__(
        self, *, base_url: str | None, connect_timeout: float, read_timeout: float
    ) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)
        self._base = urlsplit(base_url or _HOST)
        is_near = _is_this_machine(self._base.hostname or "")
        if self._base.scheme != "https" and not is_near:
            raise ValueError("The account's secret goes over https only")
        self._limits = Timeout(connect=connect_timeout, read=read_timeout)
        self._last = threading.local()
        # A sandbox on this machine is never reached through a proxy.
        self.lines = lines_to(
            self._base.geturl(), most=_CONNECTIONS, by_environment=not is_near
        )

    def request(self, method: str, url: str, **options: Any) -> Response:  # noqa: ANN401  the SDK's own open options
        """Make the request at our host, once, and keep what the SDK throws away."""
        self._last.said = None
        data = options.get("data")
        with self.lines.urlopen(
            method,
            self._placed(url, options.get("params")),
            body=_written(data) if data else None,
            headers=_headers(options.get("headers"), options.get("auth")),
            timeout=self._limits,
            # Retrying belongs to the outbox: a second POST is a second text.
            retries=False,
            redirect=False,
            preload_content=False,
        ) as answer:
            content = _content(answer)
        self._last.said = Said(
            status=answer.status,
            retry_after=answer.headers.get("Retry-After"),
            date=answer.headers.get("Date"),
        )
        # JSON is in UTF-8; what is not can be no more than a page about an error.
        text = content.decode("utf-8", "replace")
        return Response(answer.status, text, answer.headers)

    def _placed(self, url: str, params: Mapping[str, object] | None = None) -> str:
        # Only the path: where an answer names the next page's address, no answer sends
        # the account's secret to another host.
        asked = urlsplit(url)
        query = [asked.query] if asked.query else []
        if params:
            query.append(_written(params))
        path = f"{self._base.path.rstrip('/')}/{asked.path.lstrip('/')}"
        return f"{path}?{'&'.join(query)}" if query else path

    @property
    def said(self) -> Said | None:
        """What the last answer to this thread said; None where none came."""
        found: Said | None = getattr(self._last, "said", None)
        return found


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _written(given: Mapping[str, object]) -> str:
    known = {name: value for name, value in given.items() if value is not None}
    return urlencode(known, doseq=True)


def _headers(
    given: Mapping[str, str] | None, auth: tuple[str, str] | None
) -> dict[str, str]:
    named = make_headers(
        accept_encoding=True, basic_auth=":".join(auth) if auth else None
    )
    return {**named, **(given or {})}


def _content(answer: BaseHTTPResponse) -> bytes:
    """Read an answer, packed or not, that may not swell without end."""
    content = bytearray()
    for chunk in answer.stream(_CHUNK, decode_content=True):
        content += chunk
        if len(content) > MOST_BYTES:
            raise TooLongError
    return bytes(content)
