"""How is an email handed to the council's mail server?"""

import io
import re
import smtplib
import ssl
import time
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr
from typing import Final, Literal

from typing_extensions import override

from feedback.domain.failure import CONNECT, UNWRITABLE
from feedback.messaging.deadline import WholeAnswer
from feedback.messaging.sender import Accepted, Outcome, Outgoing, Refused, Unknown

Tls = Literal["none", "starttls", "tls"]

_ENHANCED: Final = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b", re.ASCII)
_BREAKS_LINE: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
# Plain letters only, and none that a mail program would read as others.
_ADDRESS: Final = re.compile(
    r"(?!.*=\?)[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+"
)
_OK: Final = 250
_WILL_FORWARD: Final = 251
# Servers hang up on idle lines, and on lines that carried very much.
_KEPT_IDLE_SECONDS: Final = 30.0
_MOST_A_LINE: Final = 100
# Mail programs read these as they stand: folded, a long one would be encoded.
_UNFOLDED: Final = frozenset(
    {"list-unsubscribe", "list-unsubscribe-post", "message-id"}
)


class _Policy(EmailPolicy):
    """SMTP's rules, but for heads that must stay whole."""

    @override
    def fold(self, name: str, value: str) -> str:
        if name.casefold() in _UNFOLDED:
            return f"{name}: {value}\r\n"
        folded: str = super().fold(name, value)
        return folded

    @override
    def fold_binary(self, name: str, value: str) -> bytes:
        if name.casefold() in _UNFOLDED:
            return self.fold(name, value).encode("ascii")
        folded: bytes = super().fold_binary(name, value)
        return folded


_POLICY: Final = _Policy(linesep=SMTP_POLICY.linesep)


class _WholeReplies(smtplib.SMTP):
    """Waits for a reply no longer than the limit, however its lines trickle in."""

    _answer: WholeAnswer

    @override
    def getreply(self) -> tuple[int, bytes]:
        if self.sock is not None and self.file is None:
            self._answer = WholeAnswer(self.sock)
            self.file = io.BufferedReader(self._answer)
        elif self.file is not None:
            self._answer.restart()
        return super().getreply()


class _WholeRepliesTls(_WholeReplies, smtplib.SMTP_SSL):
    """The same, over TLS from the start."""


@dataclass(slots=True)
class _Line:
    """An open connection, and how much it carried."""

    server: smtplib.SMTP
    carried: int = 0
    used_at: float = 0.0


class SmtpEmail:
    """Send email by SMTP, one try a message, over lines that are kept for the next.

    Args:
        host: The mail server.
        port: Its port.
        sender: The address messages come from.
        sender_name: The neutral name shown with it.
        username: For signing in to the server; None where it asks for none.
        password: The same.
        tls: none, starttls (refused if the server cannot), or tls from the start.
        context: How certificates are judged; the system's way by default.
        timeout: Seconds until any one answer must be there, all of it.
        elapsed: Seconds that only ever grow.
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
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._elapsed = elapsed
        # A line is taken out while it is used: threads never share one.
        self._idle: deque[_Line] = deque()
        weakref.finalize(self, _hang_up_all, self._idle)
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
            line = self._taken() or _Line(self._connected())
        except smtplib.SMTPResponseException as error:
            return _refused(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException):
            return Refused(code=CONNECT)
        outcome = self._handed_over(line.server, outgoing, written)
        self._put_back(line, outcome)
        return outcome

    def close(self) -> None:
        """Hang up every line that is kept."""
        _hang_up_all(self._idle)

    def _taken(self) -> _Line | None:
        """Take a kept line that still answers; None where there is none."""
        while self._idle:
            try:
                line = self._idle.pop()
            except IndexError:  # another thread was quicker
                return None
            is_fresh = self._elapsed() - line.used_at < _KEPT_IDLE_SECONDS
            if is_fresh and _answers(line.server):
                return line
            line.server.close()
        return None

    def _put_back(self, line: _Line, outcome: Outcome) -> None:
        """Keep a line for the next email, unless something is wrong with it."""
        line.carried += 1
        line.used_at = self._elapsed()
        is_well = isinstance(outcome, Accepted) or (
            isinstance(outcome, Refused) and outcome.code != CONNECT
        )
        if is_well and line.carried < _MOST_A_LINE:
            self._idle.append(line)
        else:
            line.server.close()

    def _written(self, outgoing: Outgoing) -> bytes:
        """Write the message out.

        Raises:
            ValueError: If a header would hold a line break, the address is none
                that a mail server takes, or the text could not be carried as it is.
        """
        if _ADDRESS.fullmatch(outgoing.to) is None:
            raise ValueError("To is no plain address")
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
        message = EmailMessage(policy=_POLICY)
        for name, value in headers.items():
            if _BREAKS_LINE.search(value):
                raise ValueError(f"{name} holds a control character")
            message[name] = value
        message.set_content(outgoing.body)
        return message.as_bytes()

    def _connected(self) -> smtplib.SMTP:
        if self._tls == "tls":
            server: smtplib.SMTP = _WholeRepliesTls(
                self._host, self._port, timeout=self._timeout, context=self._context
            )
        else:
            server = _WholeReplies(self._host, self._port, timeout=self._timeout)
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


def _answers(server: smtplib.SMTP) -> bool:
    """Ask a kept line whether it is alive; what was begun on it is forgotten."""
    try:
        code, _ = server.rset()
    except (OSError, smtplib.SMTPException):
        return False
    return code == _OK


def _hang_up_all(lines: deque[_Line]) -> None:
    while lines:
        lines.pop().server.close()


def _refused(code: int, reply: bytes | str) -> Refused:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    enhanced = _ENHANCED.match(text)
    return Refused(code=enhanced[1] if enhanced else None, http=code)
