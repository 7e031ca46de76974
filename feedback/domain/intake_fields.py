"""Is this one field of an import what it must be? Strict: no guess, no conversion."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from feedback.domain.document import Node
from feedback.domain.intake import EARLIEST, LATEST, IntakeError, check_line

# A check dated tomorrow is a slip; another machine's clock may run a little ahead.
CLOCKS_DIFFER: Final = timedelta(days=1)

Value = TypeVar("Value")
Word = TypeVar("Word", bound=StrEnum)


class Given(dict[str, object]):
    """A JSON object that remembers which of its keys stood there more than once."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        counted = Counter(key for key, _ in pairs)
        self.twice = tuple(key for key, times in counted.items() if times > 1)


def fields_of(
    node: Node, required: Sequence[str], optional: Sequence[str] = ()
) -> dict[str, Node]:
    """Open an object; unknown, missing and repeated keys are faults."""
    if isinstance(node.value, Given):
        for key in node.value.twice:
            path = f"{node.path}.{key}" if node.path else key
            Node(value=None, path=path, faults=node.faults).fault("is given twice")
    return node.fields(required, optional)


def nullable(node: Node, read: Callable[[Node], Value | None]) -> Value | None:
    """Read a value that may be null."""
    return None if node.value is None else read(node)


def word(node: Node, words: type[Word]) -> Word | None:
    """Read one word of an enumeration; None where it is a fault."""
    before = len(node.faults)
    found = node.member_of(words)
    return found if node.is_given and len(node.faults) == before else None


def text_of(node: Node) -> str | None:
    """Read a text; None where it is a fault."""
    if isinstance(node.value, str):
        return node.value
    if node.is_given:
        node.fault("must be a text")
    return None


def line(node: Node, longest: int) -> str | None:
    """Read a text of one line; None where it is a fault."""
    return checked(node, lambda text: check_line("", text, longest=longest))


def checked(node: Node, check: Callable[[str], None]) -> str | None:
    """Read a text that a rule of intake accepts; None where it is a fault."""
    text = text_of(node)
    if text is None:
        return None
    try:
        check(text)
    except IntakeError as error:
        node.fault(error.sentence)
        return None
    return text


def flag(node: Node) -> bool | None:
    """Read true or false; None where it is a fault."""
    if isinstance(node.value, bool):
        return node.value
    if node.is_given:
        node.fault("must be true or false")
    return None


def instant(node: Node) -> datetime | None:
    """Read a moment that says its offset; None where it is a fault."""
    if not node.is_given:
        return None
    try:
        moment = datetime.fromisoformat(
            node.value if isinstance(node.value, str) else ""
        )
    except ValueError:
        node.fault("must be a time like 2026-11-24T15:05:00Z")
        return None
    if moment.tzinfo is None:
        node.fault("must say its offset from UTC, like 2026-11-24T15:05:00Z")
        return None
    # Judged by the year first: near the ends of time there is no UTC to convert to.
    if not EARLIEST.year <= moment.year < LATEST.year:
        node.fault(f"must lie between {EARLIEST.year} and {LATEST.year}")
        return None
    return moment.astimezone(UTC)


def past_instant(now: datetime) -> Callable[[Node], datetime | None]:
    """Make a reader of moments that have come already."""

    def read(node: Node) -> datetime | None:
        moment = instant(node)
        if moment is not None and moment > now + CLOCKS_DIFFER:
            node.fault("must not lie in the future")
            return None
        return moment

    return read
