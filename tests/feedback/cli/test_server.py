"""What the server answers by itself, before the application hears of a request."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from feedback.web.headers import HEADERS

CHECKOUT = Path(__file__).parents[3]
CANARY = "5ZWT8x8XeJxMTncmhp1C3h"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def a_free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(*words, log, **environment):
    """Run one of the program's own processes; end it as an operator would."""
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "flask", "--app", "wsgi", *words],
            cwd=CHECKOUT,
            env={**os.environ, **environment},  # noqa: TID251 - the tests' own
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def wait_for(port):
    for _ in range(900):
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    pytest.fail("the server does not answer")


@pytest.fixture
def log(tmp_path):
    return tmp_path / "web.log"


@pytest.fixture
def port(database, database_url, log):
    chosen = a_free_port()
    environment = {
        "MODE": "demo",
        "DATABASE_URL": database_url,
        "PUBLIC_BASE_URL": "https://your-feedback-in-our-council.example",
        "SECRET_KEY": "a-secret-key-that-is-long-enough-for-tests",
        "MASTER_KEY": "YS1tYXN0ZXIta2V5LW9mLXRoaXJ0eS10d28tYnl0ZXM=",
    }
    with running("web", "--port", str(chosen), log=log, **environment):
        wait_for(chosen)
        yield chosen


def answer_to(port, request):
    """Send bytes as they are; give the answer and its body."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        answer = HTTPResponse(connection)
        answer.begin()
        return answer, answer.read()


def test_what_cannot_be_read_is_answered_with_the_headers_and_without_an_echo(
    port, log
):
    requests = {
        400: f"GET/r/{CANARY}\r\n\r\n",
        414: f"GET /r/{CANARY}{'x' * 5000} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        431: f"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: {CANARY}{'x' * 9000}\r\n\r\n",
        501: (
            f"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: {CANARY}\r\n\r\n"
        ),
    }
    told = {
        status: answer_to(port, request.encode())
        for status, request in requests.items()
    }

    for status, (answer, body) in told.items():
        assert answer.status == status
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (status, name)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
        assert CANARY.encode() not in body
    written = log.read_text("utf-8")
    assert "a request could not be read" in written
    assert CANARY not in written
    # This public address is longer than 35 characters.
    assert "PUBLIC_BASE_URL has 44 characters" in written
