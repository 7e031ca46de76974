"""Over which wire does the Twilio SDK speak? Ours: our host, our limits, no logs."""

import logging
import threading
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.exceptions import RequestException
from twilio.http import HttpClient
from twilio.http.response import Response

from feedback.messaging.deadline import WholeAnswerAdapter

_HOST: Final = "https://api.twilio.com"
_CONNECTIONS: Final = 64  # as many as the threads of a worker may be
# A page of a thousand long texts is some 3 MB.
MOST_BYTES: Final = 16 * 1024 * 1024
_CHUNK: Final = 64 * 1024

# Below this it writes down addresses, and an address holds the number asked about.
logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)


class TooLongError(RequestException):
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
        self._limits = (connect_timeout, read_timeout)
        self._last = threading.local()
        self.session = requests.Session()
        if is_near:
            # A sandbox on this machine is never reached through a proxy.
            self.session.trust_env = False
        for scheme in ("https://", "http://"):
            # Retrying belongs to the outbox: a second POST is a second text.
            adapter = WholeAnswerAdapter(pool_maxsize=_CONNECTIONS, max_retries=0)
            self.session.mount(scheme, adapter)

    def request(self, method: str, url: str, **options: Any) -> Response:  # noqa: ANN401  the SDK's own open options
        """Make the request at our host, once, and keep what the SDK throws away."""
        self._last.said = None
        with self.session.request(
            method,
            self._placed(url),
            params=options.get("params"),
            data=options.get("data"),
            headers=options.get("headers"),
            auth=options.get("auth"),
            timeout=self._limits,
            allow_redirects=False,
            stream=True,
        ) as answer:
            content = _content(answer)
        self._last.said = Said(
            status=answer.status_code,
            retry_after=answer.headers.get("Retry-After"),
            date=answer.headers.get("Date"),
        )
        # JSON is in UTF-8; what is not can be no more than a page about an error.
        text = content.decode("utf-8", "replace")
        return Response(answer.status_code, text, answer.headers)

    def _placed(self, url: str) -> str:
        # Also where an answer names the next page's address: no answer sends the
        # account's secret to another host.
        asked = urlsplit(url)
        path = self._base.path.rstrip("/") + asked.path
        return urlunsplit(
            (self._base.scheme, self._base.netloc, path, asked.query, asked.fragment)
        )

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


def _content(answer: requests.Response) -> bytes:
    """Read an answer, packed or not, that may not swell without end."""
    content = bytearray()
    for chunk in answer.iter_content(_CHUNK):
        content += chunk
        if len(content) > MOST_BYTES:
            raise TooLongError
    return bytes(content)
