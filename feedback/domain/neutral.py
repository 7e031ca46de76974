"""Would these words tell a stranger, with the phone in their hand, what this is?"""

import re
from typing import Final

_WORDS: Final = (
    "social|safeguard|child|children|kids?|family|families|parents?|mother|father|mum"
    "|dad|carers?|foster|council|borough|county|local authority|worker|practitioner"
    "|review|audit|court|police|abuse|violence|risk|protect|protection|assessment"
    "|plan|case|support|service|services|help|feedback|survey|trigpoint|reviewer"
    "|coordinator|alert|concern|name|dear"
)
# These tell it even inside another word, as in the name of a host.
_PARTS: Final = ("social", "safeguard", "child", "council", "borough")
_TELLING: Final = re.compile(rf"\b(?:{_WORDS})\b|{'|'.join(_PARTS)}")


def telling_words(text: str) -> tuple[str, ...]:
    """List the words of a text that would tell, each once."""
    return tuple(dict.fromkeys(_TELLING.findall(text.casefold())))
