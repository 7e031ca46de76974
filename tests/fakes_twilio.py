"""What would Twilio answer? A small server with its manners, on this machine only."""

import base64
import json
import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs, urlsplit

ACCOUNT = "AC" + "0" * 32
AUTH_TOKEN = "an-auth-token-for-tests"
FROM = "+447700900999"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """How the next POST is met.

    `accepts` says whether the text is taken and kept, `status` what is then
    answered: a text can be taken and the answer still be an error.
    """

    accepts: bool = True
    status: int = 201
    code: int | None = None
    retry_after: str | None = None
    hangs: bool = False
    resets: bool = False
    body: str | None = None


def refusal(status, code=None, retry_after=None):
    return Answer(accepts=False, status=status, code=code, retry_after=retry_after)


@dataclass
class FakeTwilio:
    """The account's state: what was taken, and what comes next."""

    url: str = ""
    now: datetime = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    planned: list = field(default_factory=list)
    messages: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    lists_are_down: bool = False
    redacts_bodies: bool = False
    hides_queued: bool = False
    # Seconds between taking a text and saying so
    answers_after: float = 0.0
    _numbers: count = field(default_factory=lambda: count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, *answers):
        self.planned.extend(answers)

    def next_answer(self):
        with self._lock:
            return self.planned.pop(0) if self.planned else Answer()

    def take(self, form):
        with self._lock:
            sid = f"SM{next(self._numbers):032x}"
            message = {
                "sid": sid,
                "account_sid": ACCOUNT,
                "to": form["To"],
                "from": form.get("From"),
                "messaging_service_sid": form.get("MessagingServiceSid"),
                "body": "" if self.redacts_bodies else form["Body"],
                "status": "queued",
                "direction": "outbound-api",
                "date_created": format_datetime(self.now),
                "date_sent": None if self.hides_queued else format_datetime(self.now),
                "error_code": None,
            }
            self.messages.append(message)
            return message

    def listed(self, query):
        found = [m for m in self.messages if m["to"] == query.get("To", m["to"])]
        if "DateSent>" in query:
            found = [m for m in found if m["date_sent"] is not None]
        return list(reversed(found))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits 40 ms

    def log_message(self, *args):
        pass

    @property
    def fake(self):
        return self.server.fake

    def _write(self, status, payload, retry_after=None):
        content = (
            payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        )
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(content)

    def _is_known(self):
        expected = base64.b64encode(f"{ACCOUNT}:{AUTH_TOKEN}".encode()).decode()
        return self.headers.get("Authorization") == f"Basic {expected}"

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        form = {k: v[0] for k, v in parse_qs(self.rfile.read(length).decode()).items()}
        self.fake.requests.append(("POST", self.path, form))
        if not self._is_known():
            self._write(401, {"code": 20003, "message": "Authenticate", "status": 401})
            return
        answer = self.fake.next_answer()
        message = self.fake.take(form) if answer.accepts else None
        if self.fake.answers_after:
            time.sleep(self.fake.answers_after)
        if answer.hangs:
            self.fake.released.wait(timeout=10)
        if answer.hangs or answer.resets:
            self.close_connection = True
            return
        if answer.body is not None:
            self._write(answer.status, answer.body.encode())
        elif answer.status < 300:
            self._write(answer.status, message)
        else:
            fault = {"message": "refused", "status": answer.status}
            if answer.code is not None:
                fault["code"] = answer.code
            self._write(answer.status, fault, answer.retry_after)

    def do_GET(self):
        parts = urlsplit(self.path)
        query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        self.fake.requests.append(("GET", self.path, query))
        if self.fake.lists_are_down:
            self._write(503, {"message": "down", "status": 503})
            return
        one = re.search(r"/Messages/(SM[0-9a-f]+)\.json$", parts.path)
        if one is None:
            self._write(200, {"messages": self.fake.listed(query), "page": 0})
            return
        known = [m for m in self.fake.messages if m["sid"] == one[1]]
        if known:
            self._write(200, known[0])
        else:
            self._write(404, {"code": 20404, "message": "no such", "status": 404})


@contextmanager
def running_twilio():
    """Run the fake on a free port of this machine until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.fake = FakeTwilio(url=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.fake
    finally:
        server.fake.released.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
