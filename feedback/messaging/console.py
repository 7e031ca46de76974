"""Where do messages go in the demonstration? Nowhere; each is taken and noted."""

import logging

from feedback.messaging.sender import Accepted, Outcome, Outgoing

log = logging.getLogger(__name__)


class ConsoleSender:
    """Take every message without sending it; the drawn phones show the rows."""

    provider = "console"

    def send(self, outgoing: Outgoing) -> Outcome:
        """Accept the message, and log its ids: never its words or its address."""
        log.info(
            "message accepted",
            extra={
                "message_id": outgoing.message_id,
                "attempt_id": outgoing.attempt_id,
                "channel": outgoing.channel.value,
            },
        )
        return Accepted(provider_sid=f"console-{outgoing.attempt_id}")
