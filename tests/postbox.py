"""What has been sent so far? An outbox that is delivered when the test says so."""

import re

from feedback.domain.contact import Channel
from feedback.messaging.build import composer
from feedback.messaging.sender import Accepted
from feedback.services import deliver
from feedback.services.dispatch import Dispatch, rules


class Sent:
    """Takes every message, remembers it, and always accepts."""

    provider = "fake"

    def __init__(self, database, settings, clock):
        self.taken = []
        self._clock = clock
        self._dispatch = Dispatch(
            database=database,
            senders={Channel.SMS: self, Channel.EMAIL: self},
            composer=composer(),
            rules=rules(settings),
        )

    def send(self, outgoing):
        self.taken.append(outgoing)
        return Accepted(provider_sid=f"SM{len(self.taken)}")

    def deliver(self):
        """Send what is due now."""
        return deliver.deliver_due(self._dispatch, read_now=self._clock.now)

    def texts_to(self, number):
        return [
            one.body
            for one in self.taken
            if one.channel is Channel.SMS and str(one.to) == number
        ]

    def mails_to(self, address):
        return [
            one
            for one in self.taken
            if one.channel is Channel.EMAIL and str(one.to) == address
        ]

    def link_to(self, number):
        """The path of the link in the last text to a number; None without one."""
        texts = self.texts_to(number)
        found = re.search(r"http://localhost(/r/\w+)", texts[-1]) if texts else None
        return found and found[1]
