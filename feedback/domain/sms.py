"""How long is a text, and what does a reply want? Segments and keywords."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MAX_PARTS: Final = 3

# 3GPP TS 23.038, default alphabet; the escape itself is no character to send.
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("^{}\\[~]|€\f")
_FIRST_ASTRAL: Final = 0x10000


class Encoding(StrEnum):
    """How a text travels over the air."""

    GSM_7 = "gsm-7"
    UCS_2 = "ucs-2"

    @property
    def single(self) -> int:
        """The units that fit where the text is one part."""
        return {Encoding.GSM_7: 160, Encoding.UCS_2: 70}[self]

    @property
    def joined(self) -> int:
        """The units that fit into each part of a longer text."""
        return {Encoding.GSM_7: 153, Encoding.UCS_2: 67}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """What a text costs.

    Args:
        units: Septets (GSM-7) or UTF-16 code units (UCS-2).
        offending: The characters that GSM-7 has not, each once, in the order
            in which they first stand; they move the whole text to UCS-2.
    """

    encoding: Encoding
    parts: int
    units: int
    offending: tuple[str, ...] = ()


def count_segments(text: str) -> Segments:
    """Count the parts a text is sent in; a character is never torn in two."""
    offending = tuple(
        dict.fromkeys(
            character
            for character in text
            if character not in _BASIC and character not in _EXTENDED
        )
    )
    encoding = Encoding.UCS_2 if offending else Encoding.GSM_7
    widths = tuple(map(_WIDTHS[encoding], text))
    units = sum(widths)
    parts = 1 if units <= encoding.single else _packed(widths, room=encoding.joined)
    return Segments(encoding=encoding, parts=parts, units=units, offending=offending)


def _septets(character: str) -> int:
    return 2 if character in _EXTENDED else 1


def _code_units(character: str) -> int:
    return 2 if ord(character) >= _FIRST_ASTRAL else 1


_WIDTHS: Final[dict[Encoding, Callable[[str], int]]] = {
    Encoding.GSM_7: _septets,
    Encoding.UCS_2: _code_units,
}


def _packed(widths: Iterable[int], *, room: int) -> int:
    """Fill part after part; a pair that does not fit whole opens the next."""
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts


class InboundKind(StrEnum):
    """What a reply asks for; everything that is no keyword is words."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    HELP = "help"
    WORDS = "words"


_OPT_OUT_WORDS: Final = (
    "stop",
    "stopall",
    "unsubscribe",
    "end",
    "quit",
    "cancel",
    "revoke",
    "optout",
)
KEYWORDS: Final = {
    **dict.fromkeys(_OPT_OUT_WORDS, InboundKind.OPT_OUT),
    **dict.fromkeys(("start", "yes", "unstop"), InboundKind.OPT_IN),
    **dict.fromkeys(("help", "info"), InboundKind.HELP),
}


# What the provider calls a text that it took for a keyword by itself.
_TOLD_KINDS: Final = {
    "STOP": InboundKind.OPT_OUT,
    "START": InboundKind.OPT_IN,
    "HELP": InboundKind.HELP,
}


def told_kind(opt_out_type: str | None) -> InboundKind | None:
    """Read what the provider says a text was to it; None where it says nothing."""
    return _TOLD_KINDS.get((opt_out_type or "").strip().upper())


def inbound_kind(body: str) -> InboundKind:
    """Sort a reply by its whole text.

    "Stop" asks us to stop; "Stop him hitting me" is a disclosure. So only a
    message that is a keyword and nothing else counts as one.
    """
    word = unicodedata.normalize("NFKC", body).strip().casefold()
    while word and unicodedata.category(word[-1]).startswith("P"):
        word = word[:-1].rstrip()
    return KEYWORDS.get(word, InboundKind.WORDS)
