"""What does a browser do whose server goes away? It sends again what got no answer."""

import itertools
import time
from dataclasses import dataclass, field
from types import SimpleNamespace
from urllib.parse import urlsplit

import requests
from person import Person
from processes import direct
from story import answer_the_page

ANSWER_SECONDS = 20
PAUSE_SECONDS = 0.1
# Somebody else holds the place for a moment; the page says to come again.
AWAY = 503


class GaveUpError(AssertionError):
    """The server stayed away for longer than anybody waits."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An answer, as a test client gives it."""

    status_code: int
    text: str
    request: SimpleNamespace


@dataclass
class Wire:
    """One browser with its cookies, over a real network.

    `saved` are the forms that were answered with a redirect: whoever sees the page
    after them believes that they are kept.
    """

    base: str
    patience: float = 90.0
    saved: list = field(default_factory=list)
    refused: int = 0
    unanswered: int = 0

    def __post_init__(self):
        self._http = direct()

    def close(self):
        self._http.close()

    def get(self, path, *, query_string=None, follow_redirects=True):
        assert follow_redirects
        return self._follow(self._send("GET", path, params=query_string))

    def post(self, path, *, data, follow_redirects=True):
        assert follow_redirects
        answer = self._send("POST", path, data=data)
        if answer.status_code == 303:
            self.saved.append((path, dict(data), answer.headers["Location"]))
        return self._follow(answer)

    def looks_once(self, path):
        """Give the status of a page, whatever it is."""
        answer = self._http.get(
            self.base + path, allow_redirects=False, timeout=ANSWER_SECONDS
        )
        return answer.status_code

    def _follow(self, answer):
        while answer.status_code in {302, 303}:
            there = urlsplit(answer.headers["Location"])
            answer = self._send("GET", there.path, params=there.query)
        path = urlsplit(answer.url).path
        return Seen(
            status_code=answer.status_code,
            text=answer.text,
            request=SimpleNamespace(path=path),
        )

    def _send(self, method, path, **given):
        """Send until there is an answer that is no "come again"."""
        until = time.monotonic() + self.patience
        while True:
            try:
                answer = self._http.request(
                    method,
                    self.base + path,
                    allow_redirects=False,
                    timeout=ANSWER_SECONDS,
                    **given,
                )
            except requests.RequestException:
                self.unanswered += 1
            else:
                if answer.status_code != AWAY:
                    return answer
                self.refused += 1
            if time.monotonic() > until:
                raise GaveUpError(f"{method} {urlsplit(path).path.split('/')[1]}")
            time.sleep(PAUSE_SECONDS)


class Respondent(Person):
    """Somebody who answers over the network; `wire.saved` is what they believe."""

    def __init__(self, base, name):
        self.client = self.wire = Wire(base)
        self.name = name
        self.clock = self.status = self.path = self.page = None

    def answers(self, link):
        """Go from the link to the thanks."""
        self.opens(link).presses("Start")
        for n in itertools.count():
            if self.path == "/s/done":
                return
            assert n < 100, f"{self.name} goes round in circles at {self.path}"
            self._goes_on(n)

    def told(self):
        """Give what they believe is kept: each question's last answer."""
        return {
            name: value
            for path, data, _ in self.wire.saved
            if path.startswith("/s/q/")
            for name, value in data.items()
            if name not in {"csrf_token", "skip"}
        }

    def has_sent(self):
        """Tell whether they were thanked."""
        return [to for path, _, to in self.wire.saved if path == "/s/check"] == [
            "/s/done"
        ]

    def _goes_on(self, n):
        if self.path.startswith("/s/intro"):
            last = self.path == "/s/intro/2"
            self.presses("Go to the questions" if last else "Continue")
        elif self.path == "/s/check":
            self.presses("Send my answers")
        elif self.page.find(".//*[@name='safe_now']") is not None:
            self.presses("Continue", safe_now="yes")
        else:
            words = f"{self.name} says so at {n}."
            answer_the_page(self, scale="mostly", words=words)
