"""Over which wire does the Twilio SDK speak? Ours: our host, our limits, no logs."""

import threading
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from requests.adapters import HTTPAdapter
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

_CONNECTIONS: Final = 64  # as many as the threads of a worker may be
_THIS_MACHINE: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class PlainHttpClient(TwilioHttpClient):  # type: ignore[misc]  # the SDK is untyped
    """The SDK's client, pointed at one host, with two time limits and no retry.

    Args:
        base_url: Scheme and host that replace the SDK's own; None keeps them.
        connect_timeout: Seconds until a connection must stand.
        read_timeout: Seconds the answer may keep us waiting.
    """

    def __init__(
        self, *, base_url: str | None, connect_timeout: float, read_timeout: float
    ) -> None:
        super().__init__()
        self.timeout = (connect_timeout, read_timeout)
        self._base = urlsplit(base_url) if base_url else None
        self._last = threading.local()
        if self._base is not None and self._base.hostname in _THIS_MACHINE:
            # A sandbox on this machine is never reached through a proxy.
            self.session.trust_env = False
        for scheme in ("https://", "http://"):
            # Retrying belongs to the outbox: a second POST is a second text.
            adapter = HTTPAdapter(pool_maxsize=_CONNECTIONS, max_retries=0)
            self.session.mount(scheme, adapter)

    def request(self, method: str, url: str, **options: Any) -> Response:  # noqa: ANN401  the SDK's own open options
        """Make the request at our host, and keep what the SDK throws away."""
        self._last.retry_after = self._last.date = None
        response = super().request(method, self._placed(url), **options)
        headers = response.headers or {}
        self._last.retry_after = headers.get("Retry-After")
        self._last.date = headers.get("Date")
        return response

    def _placed(self, url: str) -> str:
        if self._base is None:
            return url
        asked = urlsplit(url)
        path = self._base.path.rstrip("/") + asked.path
        return urlunsplit(
            (self._base.scheme, self._base.netloc, path, asked.query, asked.fragment)
        )

    @property
    def retry_after(self) -> str | None:
        """What the last answer to this thread said about coming back."""
        said: str | None = getattr(self._last, "retry_after", None)
        return said

    @property
    def date(self) -> str | None:
        """What the last answer to this thread said of the time."""
        said: str | None = getattr(self._last, "date", None)
        return said

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Log nothing: the request holds a number and a link."""

    def log_response(self, status_code: int, response: object) -> None:
        """Log nothing: outcomes are recorded with the attempt."""
