"""What does a value in Twilio's answer mean, if it is one that can be kept?"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

_LONGEST_SID: Final = 64
_LONGEST_CODE: Final = 10
_LONGEST_WAIT: Final = timedelta(days=1)
_DIGITS: Final = 9  # more seconds than any wait, and fewer than Python refuses


def read_sid(said: object) -> str | None:
    """Read a message's name; None where there is none that can be kept."""
    if not isinstance(said, str) or not 0 < len(said) <= _LONGEST_SID:
        return None
    return said if said.isascii() and said.isprintable() else None


def read_code(said: object) -> str | None:
    """Read an error's code, which is a number; None where there is none."""
    code = str(said) if isinstance(said, int | str) else ""
    is_number = code.isascii() and code.isdecimal()
    return code if is_number and len(code) <= _LONGEST_CODE else None


def read_words(said: object) -> str:
    """Read what somebody wrote; half an emoji that a phone tore apart is marked.

    As it stands it could be neither sealed nor shown, and hold up all others.
    """
    words = "" if said is None else str(said)
    return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def read_date(text: str | None) -> datetime | None:
    """Read the date of a header; None where it is none."""
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def read_retry_after(text: str | None, *, at: datetime) -> timedelta | None:
    """Read a Retry-After header, in seconds or as a date; a day is the longest."""
    seconds = (text or "").strip()
    if seconds.isdecimal():
        return min(timedelta(seconds=int(seconds[:_DIGITS])), _LONGEST_WAIT)
    until = read_date(text)
    if until is None:
        return None
    return min(max(until - at, timedelta(0)), _LONGEST_WAIT)
