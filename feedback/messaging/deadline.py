"""How long may a whole answer take? As long as its first byte, however it trickles in.

A limit on each read is none on their sum: whoever sends a byte now and then would hold
a thread for ever.
"""

import io
import socket
import time
from collections.abc import Mapping
from http.client import HTTPResponse
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from typing_extensions import Buffer, override
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


class WholeAnswer(io.RawIOBase):
    """Reads from a connection, all in all no longer than one read may take there.

    Args:
        connection: What to read from; its own time limit is that of the whole.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._source = connection.makefile("rb", buffering=0)
        self._limit = connection.gettimeout()
        self.restart()

    def restart(self) -> None:
        """Begin to wait for the next answer."""
        self._began = time.monotonic()

    @override
    def readable(self) -> bool:
        return True

    @override
    def readinto(self, into: Buffer) -> int | None:
        if self._limit is None:
            return self._source.readinto(into)
        left = self._began + self._limit - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer trickles")
        self._connection.settimeout(left)
        try:
            return self._source.readinto(into)
        finally:
            self._connection.settimeout(self._limit)

    @override
    def close(self) -> None:
        self._source.close()
        super().close()


class _Answer(HTTPResponse):
    """An answer over HTTP, from its first line to its last byte."""

    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:  # noqa: ANN401  as its base has it
        super().__init__(sock, *args, **options)
        self.fp.close()
        self.fp = io.BufferedReader(WholeAnswer(sock))


class _Http(HTTPConnection):
    response_class = _Answer


class _Https(HTTPSConnection):
    response_class = _Answer


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


_POOLS = {"http": _HttpPool, "https": _HttpsPool}


class _Adapter(HTTPAdapter):
    """What `requests` knows of proxies and certificates, with connections of ours."""

    @override
    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    @override
    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def lines_to(self, url: str, settings: Mapping[str, Any]) -> HTTPConnectionPool:
        request = requests.Request("GET", url).prepare()
        lines = self.get_connection_with_tls_context(request, **settings)
        self.cert_verify(lines, url, settings["verify"], settings["cert"])
        return lines


def lines_to(url: str, *, most: int, by_environment: bool) -> HTTPConnectionPool:
    """Keep lines to one host, each answer over them limited as a whole.

    `requests` says once which proxy and whose certificates the environment names. At
    each request it would ask that again and look after cookies, for a third of the
    processor's time that a text takes.

    Args:
        url: Scheme and host.
        most: So many lines are kept open.
        by_environment: Whether the environment may name a proxy and certificates.
    """
    session = requests.Session()
    session.trust_env = by_environment
    settings = session.merge_environment_settings(url, {}, None, None, None)
    del settings["stream"]
    return _Adapter(pool_maxsize=most).lines_to(url, settings)
