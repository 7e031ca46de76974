"""How is an email handed to the council's mail server?"""

import re
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, formataddr
from typing import Final, Literal

from feedback.domain.failure import CONNECT, UNWRITABLE
from feedback.messaging.sender import Accepted, Outcome, Outgoing, Refused, Unknown

Tls = Literal["none", "starttls", "tls"]

_ENHANCED: Final = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b", re.ASCII)
_BREAKS_LINE: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_OK: Final = 250
_WILL_FORWARD: Final = 251


class SmtpEmail:
    """Send email by SMTP, one try and one connection a message.

    Args:
        host: The mail server.
        port: Its port.
        sender: The address messages come from.
        sender_name: The neutral name shown with it.
        username: For signing in to the server; None where it asks for none.
        password: The same.
        tls: none, starttls (refused if the server cannot), or tls from the start.
        context: How certificates are judged; the system's way by default.
        timeout: Seconds any one answer may keep us waiting.
    """

    provider = "smtp"

    def __init__(  # noqa: PLR0913  each is one setting
        self,
        *,
        host: str,
        port: int,
        sender: str,
        sender_name: str | None = None,
        username: str | None = None,
        password: str | None = None,
        tls: Tls = "starttls",
        context: ssl.SSLContext | None = None,
        timeout: float = 10.0,
    ) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._from = formataddr((sender_name, sender)) if sender_name else sender
        self._credentials = (username, password) if username and password else None
        self._tls = tls
        self._context = context or ssl.create_default_context()
        self._timeout = timeout

    def send(self, outgoing: Outgoing) -> Outcome:
        """Try once to hand the email over."""
        try:
            written = self._written(outgoing)
        except ValueError:
            return Refused(code=UNWRITABLE)
        try:
            server = self._connected()
        except smtplib.SMTPResponseException as error:
            return _refused(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException):
            return Refused(code=CONNECT)
        try:
            return self._handed_over(server, outgoing, written)
        finally:
            server.close()

    def _written(self, outgoing: Outgoing) -> bytes:
        """Write the message out.

        Raises:
            ValueError: If a header would hold a line break, or the text could
                not be carried as it is.
        """
        headers = {
            "From": self._from,
            "To": outgoing.to,
            "Subject": outgoing.subject or "",
            "Date": format_datetime(outgoing.at),
            # One for the message, not for the attempt: a mail program that gets
            # it twice shows it once.
            "Message-ID": f"<{outgoing.message_id}@{self._sender.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
        }
        if outgoing.list_unsubscribe:
            headers["List-Unsubscribe"] = f"<{outgoing.list_unsubscribe}>"
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message = EmailMessage(policy=SMTP_POLICY)
        for name, value in headers.items():
            if _BREAKS_LINE.search(value):
                raise ValueError(f"{name} holds a control character")
            message[name] = value
        message.set_content(outgoing.body)
        return message.as_bytes()

    def _connected(self) -> smtplib.SMTP:
        if self._tls == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._timeout, context=self._context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            if self._tls == "starttls":
                server.starttls(context=self._context)
            server.ehlo_or_helo_if_needed()
            if self._credentials:
                server.login(*self._credentials)
        except BaseException:
            server.close()
            raise
        return server

    def _handed_over(
        self, server: smtplib.SMTP, outgoing: Outgoing, written: bytes
    ) -> Outcome:
        try:
            for code, reply in (
                server.mail(self._sender),
                server.rcpt(outgoing.to),
            ):
                if code not in {_OK, _WILL_FORWARD}:
                    return _refused(code, reply)
        except (OSError, smtplib.SMTPException):
            return Refused(code=CONNECT)
        try:
            code, reply = server.data(written)
        except smtplib.SMTPDataError as error:
            return _refused(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            # The text may have arrived; only its 250 was lost.
            return Unknown(detail=type(error).__name__)
        if code != _OK:
            return _refused(code, reply)
        return Accepted(provider_sid=f"smtp-{outgoing.attempt_id}")


def _refused(code: int, reply: bytes | str) -> Refused:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    enhanced = _ENHANCED.match(text)
    return Refused(code=enhanced[1] if enhanced else None, http=code)
