"""What would a mail server answer? A sink with its manners, on this machine only."""
# ruff: noqa: N802, ARG002  aiosmtpd calls handlers by these names and arguments

import asyncio
import email
import socket
from contextlib import contextmanager
from email import policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class Sink:
    """Keeps what arrives; answers as it was told to."""

    def __init__(self):
        self.envelopes = []
        self.lines = 0
        self.mail_reply = None
        self.rcpt_reply = None
        self.data_reply = None

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.lines += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.mail_reply:
            return self.mail_reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt_reply:
            return self.rcpt_reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.envelopes.append(envelope)
        if self.data_reply == "drop":
            server.transport.abort()
        if self.data_reply == "trickle":
            await self._trickle(server)
            return "250 OK"
        return self.data_reply or "250 OK"

    async def _trickle(self, server):
        """Say now and then that more is to be said, until nobody listens."""
        for _ in range(100):
            if server.transport is None or server.transport.is_closing():
                return
            server.transport.write(b"250-wait\r\n")
            await asyncio.sleep(0.05)

    @property
    def mails(self):
        return [
            email.message_from_bytes(envelope.content, policy=policy.default)
            for envelope in self.envelopes
        ]


class DropsAtRecipient(SMTP):
    async def smtp_RCPT(self, arg):
        self.transport.abort()


class DefersText(SMTP):
    async def smtp_DATA(self, arg):
        await self.push("451 4.7.1 not now")


class _Chosen(Controller):
    def __init__(self, *args, server, **options):
        self._server_class = server
        self._lines = []
        super().__init__(*args, **options)

    def factory(self):
        line = self._server_class(self.handler, **self.SMTP_kwargs)
        self._lines.append(line)
        return line

    def hang_up(self):
        """Close the lines that clients keep for their next email."""

        async def close():
            for line in self._lines:
                for transport in (line.transport, line._original_transport):
                    if transport is not None:
                        transport.abort()
            await asyncio.sleep(0.01)

        asyncio.run_coroutine_threadsafe(close(), self.loop).result(timeout=5)


@contextmanager
def running(sink, server=SMTP, **options):
    """Run the sink on a free port of this machine until the block ends."""
    controller = _Chosen(
        sink, hostname="127.0.0.1", port=free_port(), server=server, **options
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.hang_up()
        controller.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
