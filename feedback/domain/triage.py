"""Who has dealt with a text that somebody sent, and does it hold words of their own?"""

from enum import StrEnum, unique
from typing import Final

from feedback.domain.sms import InboundKind, inbound_kind

# Opting out and in is settled by the program, and by the provider too.
SETTLED_KINDS: Final = frozenset({InboundKind.OPT_OUT, InboundKind.OPT_IN})


@unique
class Triage(StrEnum):
    """Who has dealt with a text."""

    WAITING = "waiting"
    ANSWERED = "answered"
    NOTED = "noted"
    DONE = "done"


def triage_of(body: str) -> Triage:
    """Sort a text that comes in: is it settled, or must somebody read it?

    What only the provider takes for a keyword is read by a person all the same.
    """
    return Triage.NOTED if inbound_kind(body) in SETTLED_KINDS else Triage.WAITING


def has_words(kind: InboundKind, triage: Triage) -> bool:
    """Tell whether a text says more than a keyword; only who may read it settles it.

    What only the provider took for a keyword does: the program never noted it.
    """
    return kind is InboundKind.WORDS or (
        kind in SETTLED_KINDS and triage is not Triage.NOTED
    )
