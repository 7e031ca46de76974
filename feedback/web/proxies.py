"""Who is really asking? Forwarded headers count only from proxies we trust."""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from feedback.environment import Network

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class TrustedProxies:
    """Reads X-Forwarded-For and -Proto where a trusted proxy sent the request."""

    def __init__(self, app: "WSGIApplication", trusted: tuple[Network, ...]) -> None:
        self._direct = app
        self._forwarded = ProxyFix(app, x_for=1, x_proto=1, x_host=0)
        self._trusted = trusted

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        app = self._forwarded if self._trusts(environ) else self._direct
        return app(environ, start_response)

    def _trusts(self, environ: "WSGIEnvironment") -> bool:
        try:
            peer = ip_address(environ.get("REMOTE_ADDR", ""))
        except ValueError:
            return False
        return any(peer in network for network in self._trusted)
