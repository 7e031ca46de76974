"""What does the provider do whose callback gets no answer? It calls again."""

import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests
from fakes_twilio import AUTH_TOKEN, FROM
from processes import direct
from twilio.request_validator import RequestValidator

# What a text goes through, as the provider tells it
STATUSES = ("queued", "sent", "delivered")
ANSWER_SECONDS = 15
PAUSE_SECONDS = 0.1


@dataclass
class Caller:
    """Calls back over a real network, past the proxy that bears the public name.

    `heard` is all that was answered with success, and `statuses` every answer.
    """

    base: str
    patience: float = 120.0
    heard: list = field(default_factory=list)
    statuses: list = field(default_factory=list)

    def tells_status(self, callback, sid, status):
        """Tell what became of a text, until it is heard."""
        fields = {"MessageSid": sid, "MessageStatus": status}
        self._until_heard(callback, fields, (sid, status))

    def tells_text(self, public, sid, sender, body):
        """Tell of a text that somebody sent, until it is heard."""
        fields = {"MessageSid": sid, "From": sender, "To": FROM, "Body": body}
        self._until_heard(f"{public}/hooks/twilio/inbound", fields, sid)

    def calls_once(self, url, fields):
        """Sign and send one callback; give its answer, None where there is none."""
        there = urlsplit(url)
        signature = RequestValidator(AUTH_TOKEN).compute_signature(url, fields)
        with direct() as http:
            try:
                answer = http.post(
                    f"{self.base}{there.path}",
                    params=there.query,
                    data=fields,
                    headers={"X-Twilio-Signature": signature},
                    timeout=ANSWER_SECONDS,
                ).status_code
            except requests.RequestException:
                answer = None
        self.statuses.append(answer)
        return answer

    def _until_heard(self, url, fields, what):
        until = time.monotonic() + self.patience
        while (answer := self.calls_once(url, fields)) not in {200, 204}:
            assert answer in {None, 503}, f"a callback was answered with {answer}"
            assert time.monotonic() < until, "nobody heard a callback"
            time.sleep(PAUSE_SECONDS)
        self.heard.append(what)


def callbacks(fake):
    """For each text that the fake took: its id, and the address to call back."""
    asked = {
        form["Body"]: form["StatusCallback"]
        for method, _, form in fake.requests
        if method == "POST"
    }
    return [(message["sid"], asked[message["body"]]) for message in fake.messages]
