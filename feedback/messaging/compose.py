"""Which words does a message carry? Small text files, filled and checked."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    meta,
)

from feedback.domain.errors import FeedbackError
from feedback.domain.sms import MAX_PARTS, Segments, count_segments

# All that a message may be told. A name, a number or a person's own words never
# get in, because there is no place for them.
VARIABLES: Final[Mapping[str, frozenset[str]]] = {
    "invitation": frozenset({"link"}),
    "reminder": frozenset({"link"}),
    "alert": frozenset({"reference", "link"}),
    "escalation": frozenset({"reference", "link"}),
    "staff-notice": frozenset({"reference", "link"}),
    "code-word-locked": frozenset({"reference", "link"}),
    "text-first": frozenset({"question", "choices"}),
    "text-question": frozenset({"question", "choices"}),
    "text-again": frozenset({"question", "choices"}),
    "text-link": frozenset({"link"}),
    "text-end": frozenset(),
    "text-received": frozenset({"emergency", "line"}),
}
# The texts that respondents get, on phones that others may read.
FOR_RESPONDENTS: Final = frozenset({"invitation", "reminder"})
# Replies to somebody who wrote a text: there is no email of them.
REPLIES: Final = frozenset(
    {
        "text-first",
        "text-question",
        "text-again",
        "text-link",
        "text-end",
        "text-received",
    }
)
# The text of a message that may be answered by text itself.
BY_TEXT: Final = "sms-by-text.txt"
_ANY_SPACE: Final = re.compile(r"\s")
_LINE_BREAK: Final = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_UNSENDABLE: Final = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


class ComposeError(FeedbackError):
    """A message that cannot be written as it stands."""


class UnknownTemplateError(ComposeError):
    """No such message, or a file of it is missing."""


class WrongValuesError(ComposeError):
    """Values or template variables that are not the agreed ones."""


class UnsendableTextError(ComposeError):
    """Characters that no phone would show as they are.

    Args:
        offending: Their Unicode names or numbers, each once.
    """

    def __init__(self, offending: tuple[str, ...]) -> None:
        super().__init__(f"cannot be sent: {', '.join(offending)}")
        self.offending = offending


class TooLongError(ComposeError):
    """A text of more parts than one message may take."""

    def __init__(self, segments: Segments) -> None:
        super().__init__(f"{segments.parts} parts; at most {MAX_PARTS} may be sent")
        self.segments = segments


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A message as a text, and what it costs; its representation shows no words."""

    words: str = field(repr=False)
    segments: Segments


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A message in all its forms; its representation shows no words.

    Args:
        segments: What the text costs.
    """

    subject: str = field(repr=False)
    body: str = field(repr=False)
    sms: str = field(repr=False)
    segments: Segments


class Composer:
    """Fill the message files of one template directory.

    Args:
        templates: The directory that holds `messages/<name>/…`.
    """

    def __init__(self, templates: Path) -> None:
        self._loader = FileSystemLoader(templates / "messages")
        self._known: dict[str, Template | None] = {}
        self._environment = Environment(
            loader=self._loader,
            # Plain text on a phone: an escaped sign would arrive as "&amp;".
            autoescape=False,  # noqa: S701
            undefined=StrictUndefined,
            keep_trailing_newline=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def compose(
        self,
        name: str,
        *,
        values: Mapping[str, str],
        language: str = "en",
        by_text: bool = False,
    ) -> Composed:
        """Write a message in a language, or in English where that has no file.

        Args:
            name: Which message.
            values: Exactly the values agreed for it.
            language: The reader's.
            by_text: Whether its text offers to answer by text.

        Raises:
            UnknownTemplateError: If there is no such message.
            WrongValuesError: If the values are not exactly those agreed.
            UnsendableTextError: If a character would not arrive as it is.
            TooLongError: If the text takes more than three parts.
        """
        text = self.text(name, values=values, language=language, by_text=by_text)
        if name in REPLIES:
            return Composed(subject="", body="", sms=text.words, segments=text.segments)
        return Composed(
            subject=_one_line(self._rendered(name, "subject.txt", language, values)),
            body=self._rendered(name, "body.txt", language, values) + "\n",
            sms=text.words,
            segments=text.segments,
        )

    def text(
        self,
        name: str,
        *,
        values: Mapping[str, str],
        language: str = "en",
        by_text: bool = False,
    ) -> Text:
        """Write a message's text alone; takes and raises what `compose` does."""
        allowed = VARIABLES.get(name)
        if allowed is None:
            raise UnknownTemplateError(name)
        _check_values(values, allowed)
        file = BY_TEXT if by_text else "sms.txt"
        words = self._rendered(name, file, language, values)
        segments = count_segments(words)
        if segments.parts > MAX_PARTS:
            raise TooLongError(segments)
        return Text(words=words, segments=segments)

    def speaks(self, name: str, language: str) -> bool:
        """Tell whether a message is written in a language, or falls back to English."""
        base = language.partition("-")[0]
        return base == "en" or any(
            self._template(f"{name}/{place}/sms.txt", allowed=VARIABLES[name])
            for place in dict.fromkeys((language, base))
        )

    def _rendered(
        self, name: str, file: str, language: str, values: Mapping[str, str]
    ) -> str:
        base = language.partition("-")[0]
        places = (f"{name}/{language}", f"{name}/{base}", name)
        for path in dict.fromkeys(f"{place}/{file}" for place in places):
            if (template := self._template(path, allowed=VARIABLES[name])) is not None:
                text = template.render(**values).strip()
                _refuse_unsendable(text)
                return text
        raise UnknownTemplateError(f"{name}/{file}")

    def _template(self, path: str, *, allowed: frozenset[str]) -> Template | None:
        """Give a file, looked at once and then remembered."""
        if path not in self._known:
            self._known[path] = self._load(path, allowed)
        return self._known[path]

    def _load(self, path: str, allowed: frozenset[str]) -> Template | None:
        """Load a file, if there is one and it asks for agreed values only."""
        try:
            source, _, _ = self._loader.get_source(self._environment, path)
        except TemplateNotFound:
            return None
        asked = meta.find_undeclared_variables(self._environment.parse(source))
        if not asked <= allowed:
            raise WrongValuesError(f"{path} asks for {sorted(asked - allowed)}")
        return self._environment.get_template(path)


def _check_values(values: Mapping[str, str], allowed: frozenset[str]) -> None:
    """Refuse missing and foreign values, and those that would break a line."""
    if values.keys() != allowed:
        raise WrongValuesError(f"takes {sorted(allowed)}, got {sorted(values)}")
    for name, value in values.items():
        # A line break could smuggle in a header, a space a second sentence.
        breaks = _ANY_SPACE if name == "link" else _LINE_BREAK
        if not value.strip() or breaks.search(value):
            raise WrongValuesError(f"{name} must be one line, a link one word")


def _refuse_unsendable(text: str) -> None:
    """Refuse what a provider would drop, or show as a question mark."""
    if text.replace("\n", "").isprintable():
        return  # As nearly all are: nobody looks at each character of those.
    offending = tuple(
        dict.fromkeys(
            unicodedata.name(character, f"U+{ord(character):04X}")
            for character in text
            if unicodedata.category(character) in _UNSENDABLE and character != "\n"
        )
    )
    if offending:
        raise UnsendableTextError(offending)


def _one_line(text: str) -> str:
    return " ".join(text.split())
