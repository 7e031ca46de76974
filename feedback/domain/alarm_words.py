"""Does a text hold words after which a person should look at it at once?

A word list may only ever raise an alert. That it stays silent says nothing, and
nothing is decided from it.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# Phones write straight, curly and borrowed apostrophes, and people none at all.
_APOSTROPHES: Final = re.compile("['`\u00b4\u02bc\u2018\u2019\uff07]")
_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")
_COMMENT: Final = "#"
_ANY_ENDING: Final = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordList:
    """The phrases of every language held, ready to be looked for."""

    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, *texts: str) -> "WordList":
        """Read lists with a phrase a line; `*` ends a word in any way.

        Empty lines and what follows `#` are left out.
        """
        phrases = {
            phrase
            for text in texts
            for line in text.splitlines()
            if (phrase := _as_pattern(line.partition(_COMMENT)[0]))
        }
        if not phrases:
            return cls(pattern=None)
        return cls(pattern=re.compile(f" (?:{'|'.join(sorted(phrases))}) "))

    def is_in(self, words: str) -> bool:
        """Tell whether any phrase stands in the words, however they are written."""
        return (
            self.pattern is not None
            and self.pattern.search(f" {_plain(words)} ") is not None
        )


def _plain(words: str) -> str:
    """Write a text in one way: no case, no marks, one space between words."""
    spelled = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", words).casefold())
    letters = "".join(
        letter
        for letter in spelled.casefold()
        # Marks and invisible characters can hide a word from a search.
        if unicodedata.category(letter) not in {"Mn", "Me", "Cf"}
    )
    return _BETWEEN_WORDS.sub(" ", letters).strip()


def _as_pattern(phrase: str) -> str:
    parts = []
    for word in phrase.split():
        plain = re.escape(_plain(word))
        if plain:
            parts.append(plain + (r"\w*" if word.endswith(_ANY_ENDING) else ""))
    return " ".join(parts)
