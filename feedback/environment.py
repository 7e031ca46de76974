"""How is one setting read, and what is told of one that is wrong?"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final, TypeVar
from urllib.parse import urlsplit

MASTER_KEY_BYTES: Final = 32
HIGHEST_PORT: Final = 65_535
LONGEST: Final = timedelta(days=1)

Network = IPv4Network | IPv6Network
Choice = TypeVar("Choice", bound=StrEnum)


class SettingError(Exception):
    """A setting that cannot be used: its name and what to set instead."""

    def __init__(self, name: str, advice: str) -> None:
        super().__init__(f"{name}: {advice}")
        self.name = name


class Reader:
    """Reads one setting at a time and names it when it is wrong."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str) -> str:
        """Give a text, or the default where it is empty."""
        return self._environ.get(name, "").strip() or default

    def optional(self, name: str) -> str | None:
        """Give a text; None where it is empty."""
        return self._environ.get(name, "").strip() or None

    def required(self, name: str, advice: str) -> str:
        """Give a text that must be there."""
        value = self.optional(name)
        if value is None:
            raise SettingError(name, advice)
        return value

    def choice(self, name: str, choices: type[Choice], default: Choice) -> Choice:
        """Give one of a few words."""
        value = self.text(name, default.value)
        try:
            return choices(value)
        except ValueError:
            allowed = ", ".join(choice.value for choice in choices)
            raise SettingError(name, f"set one of {allowed}") from None

    def number(self, name: str, default: float, *, at_least: float = 0) -> float:
        """Give a finite number."""
        value = self.text(name, str(default))
        try:
            number = float(value)
        except ValueError:
            raise SettingError(name, "set a number") from None
        if not at_least <= number < float("inf"):
            raise SettingError(name, f"set a number of {at_least:g} or more")
        return number

    def whole(self, name: str, default: int, *, at_least: int = 0) -> int:
        """Give a whole number."""
        number = self.number(name, default, at_least=at_least)
        if number != int(number):
            raise SettingError(name, "set a whole number")
        return int(number)

    def port(self, name: str, default: int) -> int:
        """Give the number of a port."""
        number = self.whole(name, default, at_least=1)
        if number > HIGHEST_PORT:
            raise SettingError(name, f"set a number of {HIGHEST_PORT} or less")
        return number

    def seconds(self, name: str, default: float, *, at_least: float = 0) -> timedelta:
        """Give how long something takes: at most a day."""
        number = self.number(name, default, at_least=at_least)
        if number > LONGEST.total_seconds():
            raise SettingError(name, "set a number of seconds, at most a day of them")
        return timedelta(seconds=number)

    def url(self, name: str, default: str) -> str:
        """Give a web address without the slash at its end."""
        value = self.text(name, default).rstrip("/")
        if not _is_web_address(value):
            raise SettingError(name, "set an address that starts with https://")
        return value

    def instant(self, name: str) -> datetime | None:
        """Give an instant that carries its offset."""
        value = self.optional(name)
        if value is None:
            return None
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            raise SettingError(name, "set an ISO instant, 2026-11-24T09:00Z") from None
        if instant.tzinfo is None:
            raise SettingError(name, "add an offset such as Z")
        return instant

    def master_key(self, name: str, value: str) -> bytes:
        """Decode a key: its value may come from elsewhere than the environment."""
        try:
            key = base64.b64decode(value, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != MASTER_KEY_BYTES:
            raise SettingError(name, "set 32 random bytes in URL-safe base64")
        return key

    def networks(self, name: str) -> tuple[Network, ...]:
        """Give addresses and networks, separated by commas."""
        found = (part.strip() for part in self.text(name, "").split(","))
        try:
            return tuple(ip_network(part, strict=False) for part in found if part)
        except ValueError:
            raise SettingError(name, "list addresses or networks, by commas") from None


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        # The port is read only when it is asked for, and may be none.
        has_sound_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_web = parts.scheme in {"http", "https"}
    return is_web and bool(parts.hostname) and has_sound_port
