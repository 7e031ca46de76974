"""What would Twilio answer? A small server with its manners, on this machine only."""

import base64
import json
import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import parse_qs, urlencode, urlsplit

ACCOUNT = "AC" + "0" * 32
AUTH_TOKEN = "an-auth-token-for-tests"
FROM = "+447700900999"
SERVICE = "MG" + "0" * 32
ROOT = "/2010-04-01"

# What may be said in a request, and in which form.
_NUMBER = r"\+[1-9][0-9]{6,14}|[A-Za-z0-9 ]{1,11}"
_INSTANT = r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?"
_SENDING = {
    "To": r"\+[1-9][0-9]{6,14}",
    "From": _NUMBER,
    "MessagingServiceSid": r"MG[0-9a-fA-F]{32}",
    "Body": r"(?s:.{1,1600})",
    "StatusCallback": r"https?://[^\s_/]+/\S*",
}
_LISTING = {
    "To": _NUMBER,
    "From": _NUMBER,
    "DateSent": _INSTANT,
    "DateSent<": _INSTANT,
    "DateSent>": _INSTANT,
    "PageSize": r"[1-9]\d{0,2}|1000",
    "Page": r"\d+",
    "PageToken": r"P[AB]\w+",
}


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
    # Where the answer begins to come byte by byte: at its "head" or its "body"
    trickles: str | None = None


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
    # As in an answer, for what is asked
    questions_trickle: str | None = None
    redacts_bodies: bool = False
    hides_queued: bool = False
    # Seconds between taking a text and saying so
    answers_after: float = 0.0
    # What no request of ours may be: whoever runs the fake is told at the end
    complaints: list = field(default_factory=list)
    _numbers: count = field(default_factory=lambda: count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def plan(self, *answers):
        self.planned.extend(answers)

    def next_answer(self):
        with self._lock:
            return self.planned.pop(0) if self.planned else Answer()

    def take(self, form):
        with self._lock:
            message = a_message(
                sid=f"SM{next(self._numbers):032x}",
                to=form["To"],
                **{"from": form.get("From")},
                messaging_service_sid=form.get("MessagingServiceSid"),
                body="" if self.redacts_bodies else form["Body"],
                date_created=format_datetime(self.now),
                date_updated=format_datetime(self.now),
                date_sent=None if self.hides_queued else format_datetime(self.now),
            )
            self.messages.append(message)
            return message

    def listed(self, query):
        found = [m for m in self.messages if m["to"] == query.get("To", m["to"])]
        if "DateSent>" in query:
            # The real one reads these digits as UTC, whatever was meant.
            since = datetime.fromisoformat(query["DateSent>"])
            found = [m for m in found if _is_since(m["date_sent"], since)]
        return list(reversed(found))

    def check(self, said, known):
        """Complain of what the real one would not take, or would pass over unseen."""
        for name, value in said.items():
            if not re.fullmatch(known.get(name, "(?!)"), value):
                self.complaints.append(f"{name}={value}")
        if known is _SENDING and not (
            {"To", "Body"} <= set(said)
            and ("From" in said) != ("MessagingServiceSid" in said)
        ):
            self.complaints.append(f"not enough to send by, or too much: {set(said)}")

    def page(self, path, query):
        """Answer with some of a list, and with the addresses of its other pages."""
        found = self.listed(query)
        size, page = int(query.get("PageSize", 50)), int(query.get("Page", 0))
        some = found[page * size : (page + 1) * size]
        own = {name: query[name] for name in query if not name.startswith("Page")}

        def uri(number, **token):
            asked = own | {"PageSize": size, "Page": number} | token
            return f"{path[path.index(ROOT) :]}?{urlencode(asked)}"

        has_more = len(found) > (page + 1) * size
        return {
            "messages": some,
            "page": page,
            "page_size": size,
            "start": page * size,
            "end": page * size + max(len(some) - 1, 0),
            "uri": uri(page),
            "first_page_uri": uri(0),
            "previous_page_uri": uri(page - 1, PageToken="PB1") if page else None,
            "next_page_uri": uri(page + 1, PageToken="PA1") if has_more else None,
        }


def a_message(**changes):
    """Make a message with all that the real one tells of it."""
    sid = changes.get("sid", "SM" + "f" * 32)
    uri = f"{ROOT}/Accounts/{ACCOUNT}/Messages/{sid}"
    return {
        "sid": sid,
        "account_sid": ACCOUNT,
        "api_version": ROOT.strip("/"),
        "body": "",
        "date_created": None,
        "date_sent": None,
        "date_updated": None,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": None,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "status": "queued",
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": None,
        "uri": f"{uri}.json",
    } | changes


def _is_since(date_sent, since):
    return date_sent is not None and parsedate_to_datetime(date_sent) >= since


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits 40 ms

    def log_message(self, *args):
        pass

    @property
    def fake(self):
        return self.server.fake

    def _write(self, status, payload, retry_after=None, trickles=None):
        content = (
            payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        )
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        if trickles == "head":
            self.flush_headers()
            self._trickle(b"X-Padding: " + b"." * 200 + b"\r\n")
        self.end_headers()
        if trickles == "body":
            self._trickle(content)
        else:
            self.wfile.write(content)

    def _trickle(self, content):
        """Write a byte now and then, until it is all or nobody reads on."""
        for place in range(len(content)):
            if self.fake.released.wait(timeout=0.05):
                return
            try:
                self.wfile.write(content[place : place + 1])
            except OSError:
                self.close_connection = True
                return

    def _is_known(self):
        expected = base64.b64encode(f"{ACCOUNT}:{AUTH_TOKEN}".encode()).decode()
        return self.headers.get("Authorization") == f"Basic {expected}"

    def _form(self):
        """Read what was posted; None where whoever was posting it was killed."""
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return None
        return {k: v[0] for k, v in parse_qs(body.decode()).items()}

    def do_POST(self):
        form = self._form()
        if form is not None:
            self._take(form)

    def _take(self, form):
        self.fake.requests.append(("POST", self.path, form))
        self.fake.check(form, _SENDING)
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
            self._write(answer.status, message, trickles=answer.trickles)
        else:
            fault = {"message": "refused", "status": answer.status}
            if answer.code is not None:
                fault["code"] = answer.code
            self._write(answer.status, fault, answer.retry_after)

    def do_GET(self):
        parts = urlsplit(self.path)
        query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        self.fake.requests.append(("GET", self.path, query))
        self.fake.check(query, _LISTING)
        if not self._is_known():
            self._write(401, {"code": 20003, "message": "Authenticate", "status": 401})
            return
        if self.fake.lists_are_down:
            self._write(503, {"message": "down", "status": 503})
            return
        one = re.search(r"/Messages/(SM[0-9a-f]+)\.json$", parts.path)
        if one is None:
            self._write(200, self.fake.page(parts.path, query))
            return
        known = [m for m in self.fake.messages if m["sid"] == one[1]]
        if known:
            self._write(200, known[0], trickles=self.fake.questions_trickle)
        else:
            self._write(404, {"code": 20404, "message": "no such", "status": 404})


@contextmanager
def running_twilio(tls=None):
    """Run the fake on a free port of this machine until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    port = server.server_address[1]
    server.fake = FakeTwilio(url=f"http://127.0.0.1:{port}")
    if tls is not None:
        server.fake.url = f"https://localhost:{port}"
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.fake
    finally:
        server.fake.released.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)
    assert not server.fake.complaints
