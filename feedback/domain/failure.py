"""What does a refusal mean? The providers' error codes as a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from feedback.domain.address import Channel
from feedback.domain.delivery import MessageState


class FailureClass(StrEnum):
    """What kind of trouble a refusal is."""

    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    UNKNOWN = "unknown"
    ACCOUNT_STOP = "account_stop"
    CONFIG_STOP = "config_stop"
    CONTENT_STOP = "content_stop"
    BUG = "bug"
    LOOP = "loop"

    @property
    def pauses(self) -> bool:
        """Tell whether it stops the whole channel, not this message alone."""
        return self in {FailureClass.ACCOUNT_STOP, FailureClass.CONFIG_STOP}


class ContactEffect(StrEnum):
    """What a refusal teaches about the contact."""

    NONE = "none"
    INVALID = "invalid"
    UNVERIFIED = "unverified"
    LANDLINE = "landline"
    OPTED_OUT = "opted_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One refusal, read.

    Args:
        words: What staff read beside the message.
        is_certainly_unsent: Whether the message cannot have gone out.
        counts: Whether the attempt counts against the most there may be.
        delays: The waits before each retry, where they are fixed; an empty
            tuple means growing ones.
        retries: The most retries after this same code; None for no limit of
            its own.
        gives_up_as: Where the message ends once the retries are used up.
        contact: What follows for the contact.
        may_fall_back: Whether another channel may be tried, if it is safe.
        may_change_sender: Whether another sender number may be tried once.
        is_alarm: Whether a person who runs the service must be told.
        slows_down: Whether the sending rate is halved.
    """

    kind: FailureClass
    words: str
    is_certainly_unsent: bool = True
    counts: bool = True
    delays: tuple[timedelta, ...] = ()
    retries: int | None = None
    gives_up_as: MessageState = MessageState.DEAD_LETTER
    contact: ContactEffect = ContactEffect.NONE
    may_fall_back: bool = False
    may_change_sender: bool = False
    is_alarm: bool = False
    slows_down: bool = False

    def retries_left(self, alike: int) -> bool:
        """Tell whether one more try follows the nth refusal of this code."""
        limit = len(self.delays) if self.delays else self.retries
        return limit is None or alike <= limit


_THROTTLED: Final = Failure(
    kind=FailureClass.TEMPORARY,
    words="The provider asked us to slow down. It is tried again.",
    counts=False,
    slows_down=True,
)
_UNKNOWN: Final = Failure(
    kind=FailureClass.UNKNOWN,
    words="The provider's answer was lost. We ask whether it went out "
    "before anything is sent again.",
    is_certainly_unsent=False,
)
_ACCOUNT: Final = Failure(
    kind=FailureClass.ACCOUNT_STOP,
    words="The provider refuses our account. Sending is paused until it is mended.",
    counts=False,
    is_alarm=True,
)
_SENDER: Final = Failure(
    kind=FailureClass.CONFIG_STOP,
    words="The provider refuses our sender. Sending is paused until it is mended.",
    counts=False,
    is_alarm=True,
)
_UNREACHED: Final = Failure(
    kind=FailureClass.TEMPORARY,
    words="The provider could not be reached. It is tried again.",
)
_NOT_WRITTEN: Final = Failure(
    kind=FailureClass.BUG,
    words="The message could not be written safely, so it was not sent. "
    "Tell the people who run the service.",
    is_alarm=True,
)
_ELSE: Final = Failure(
    kind=FailureClass.TEMPORARY,
    words="The provider refused it with a code we do not know.",
    retries=2,
)

# Codes that our own adapters give where the provider gave none.
CONNECT: Final = "connect"
UNWRITABLE: Final = "unwritable"

_OWN: Final[dict[str, Failure]] = {CONNECT: _UNREACHED, UNWRITABLE: _NOT_WRITTEN}

_SMS: Final[Mapping[str, Failure]] = _OWN | {
    "20429": _THROTTLED,
    "20003": _ACCOUNT,
    "20404": _ACCOUNT,
    "30001": Failure(
        kind=FailureClass.TEMPORARY,
        words="The provider's queue was full. It is tried again.",
    ),
    "30002": _ACCOUNT,
    "21211": Failure(
        kind=FailureClass.PERMANENT,
        words="This is not a number that exists. Ask for another contact.",
        contact=ContactEffect.INVALID,
        may_fall_back=True,
    ),
    "21212": _SENDER,
    "21606": _SENDER,
    "21408": Failure(
        kind=FailureClass.PERMANENT,
        words="Our account may not send to this country. Ask for a UK number.",
        contact=ContactEffect.INVALID,
        is_alarm=True,
    ),
    "21610": Failure(
        kind=FailureClass.PERMANENT,
        words="This person asked to receive no more messages. Nothing more is sent.",
        contact=ContactEffect.OPTED_OUT,
    ),
    "21612": Failure(
        kind=FailureClass.PERMANENT,
        words="Our sender cannot reach this number. Ask for another contact.",
        may_fall_back=True,
        may_change_sender=True,
    ),
    "21614": Failure(
        kind=FailureClass.PERMANENT,
        words="This number cannot receive texts. Ask for a mobile number.",
        contact=ContactEffect.LANDLINE,
        may_fall_back=True,
    ),
    "21617": Failure(
        kind=FailureClass.BUG,
        words="The text was too long to send. Tell the people who run the service.",
        is_alarm=True,
    ),
    "30003": Failure(
        kind=FailureClass.TEMPORARY,
        words="The phone is off or out of reach. It is tried three more times; "
        "then the number needs checking.",
        is_certainly_unsent=False,
        delays=(timedelta(hours=1), timedelta(hours=6), timedelta(hours=24)),
        gives_up_as=MessageState.FAILED_PERMANENT,
        contact=ContactEffect.UNVERIFIED,
    ),
    "30004": Failure(
        kind=FailureClass.PERMANENT,
        words="Messages to this number are blocked. Speak to the person instead.",
        contact=ContactEffect.UNVERIFIED,
    ),
    "30005": Failure(
        kind=FailureClass.PERMANENT,
        words="This number is not in use, or has a new owner. Check it with the "
        "person before anything is sent.",
        contact=ContactEffect.UNVERIFIED,
    ),
    "30006": Failure(
        kind=FailureClass.PERMANENT,
        words="This is a landline, or its network cannot be reached. "
        "Ask for another contact.",
        contact=ContactEffect.LANDLINE,
        may_fall_back=True,
    ),
    "30007": Failure(
        kind=FailureClass.CONTENT_STOP,
        words="A network filtered the text out. It is not sent again by itself.",
    ),
    "30008": Failure(
        kind=FailureClass.TEMPORARY,
        words="The network gave no reason. It is tried once more.",
        is_certainly_unsent=False,
        delays=(timedelta(minutes=30),),
        gives_up_as=MessageState.FAILED_PERMANENT,
        may_fall_back=True,
    ),
    "30039": Failure(
        kind=FailureClass.LOOP,
        words="The provider saw a loop of replies. This number gets no more "
        "automatic replies.",
    ),
    "30042": _SENDER,
}

_EMAIL: Final[Mapping[str, Failure]] = _OWN | dict.fromkeys(
    ("5.1.1", "5.1.2", "5.1.3", "5.1.10"),
    Failure(
        kind=FailureClass.PERMANENT,
        words="This email address does not exist. Ask for another contact.",
        contact=ContactEffect.INVALID,
    ),
)
_MAIL_TEMPORARY: Final = Failure(
    kind=FailureClass.TEMPORARY,
    words="The mail server asked us to try later. It is tried again.",
)
_MAIL_POLICY: Final = Failure(
    kind=FailureClass.PERMANENT,
    words="The mail server refused it by its own rules. "
    "Tell the people who run the service.",
    is_alarm=True,
)
_MAIL_PERMANENT: Final = Failure(
    kind=FailureClass.PERMANENT,
    words="The mail server refused it for good. Check the address with the person.",
    contact=ContactEffect.UNVERIFIED,
)
_MAIL_SIGN_IN: Final = frozenset({530, 534, 535, 538})


def classify(
    code: str | None, http: int | None, *, channel: Channel = Channel.SMS
) -> Failure:
    """Read a refusal by its code, and where that is not known by its status.

    Args:
        code: The provider's error code, or the enhanced status of an SMTP
            reply (`5.1.1`); None where there is none.
        http: The HTTP status, or the SMTP reply code; None in a receipt.
        channel: Which table holds.
    """
    if channel is Channel.EMAIL:
        return _classify_email(code, http)
    return _classify_sms(code, http)


def _classify_sms(code: str | None, http: int | None) -> Failure:
    # A 5xx may hide an accepted message, whatever code it carries.
    if http is not None and http >= 500:  # noqa: PLR2004  server errors
        return _UNKNOWN
    if code is not None and code in _SMS:
        return _SMS[code]
    match http:
        case 429:
            return _THROTTLED
        case 401 | 403 | 404:
            return _ACCOUNT
        case _:
            return _ELSE


def _classify_email(code: str | None, reply: int | None) -> Failure:
    if reply in _MAIL_SIGN_IN:
        return _ACCOUNT
    if code is not None and code in _EMAIL:
        return _EMAIL[code]
    if reply is not None and 400 <= reply < 500:  # noqa: PLR2004  "try later" replies
        return _MAIL_TEMPORARY
    if code is not None and code.startswith("5.7."):
        return _MAIL_POLICY
    return _ELSE if reply is None else _MAIL_PERMANENT
