"""What can go wrong with what we are given, and how is it told in one line?"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import inf
from types import MappingProxyType
from typing import Final, Self

_SHOWN_CHARACTERS: Final = 60
_SHOWN_DIGITS: Final = 20
_LITERALS: Final[Mapping[object, str]] = MappingProxyType(
    {None: "null", True: "true", False: "false"}
)


class TriangulationError(Exception):
    """Base of every error that this package raises on purpose."""


class InputError(TriangulationError):
    """A value that the rules do not allow, and where it stands.

    Attributes:
        path: Where the value stands, such as ``people[0].key``; empty for the
            whole input.
        problem: What is wrong with it, on one line.
    """

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}" if path else problem)
        self.path = path
        self.problem = problem

    def under(self, parent: str) -> Self:
        """Return the same fault as seen from one level further out."""
        return type(self)(joined(parent, self.path), self.problem)


class EvidenceError(InputError):
    """Evidence that cannot be triangulated as it stands."""


class RatingsError(InputError):
    """Ratings from which no agreement can be computed as they stand."""


@contextmanager
def at(path: str) -> Iterator[None]:
    """Place every input error that is raised inside under a path."""
    try:
        yield
    except InputError as fault:
        raise fault.under(path) from None


def joined(parent: str, child: str) -> str:
    """Join two paths: ``people[0]`` and ``key`` make ``people[0].key``."""
    if not parent or not child or child.startswith("["):
        return parent + child
    return f"{parent}.{child}"


def plain(text: str, *, longest: int = _SHOWN_CHARACTERS) -> str:
    """Write a text on one line: what cannot be printed safely is escaped.

    Line ends, control characters, half surrogates and signs that turn the
    direction of writing become escapes; a text of more than `longest`
    characters is cut.
    """
    cut = text[:longest]
    safe = "".join(
        sign
        if sign.isprintable()
        else sign.encode("unicode_escape", "surrogatepass").decode("ascii")
        for sign in cut
    )
    return safe if cut == text else f"{safe}…"


def shown(value: object) -> str:
    """Name a value in an error message: short, harmless and on one line."""
    match value:
        case str():
            return f"'{plain(value)}'"
        case None | bool():
            return _LITERALS[value]
        case int() | float():
            return _shown_number(value)
        case Mapping():
            return "an object"
        case _:
            return "a list" if isinstance(value, Sequence) else plain(str(value))


def _shown_number(value: float) -> str:
    if value in (inf, -inf):
        return "a number beyond all bounds"
    # Writing out a very large integer is refused by Python, and helps nobody.
    if abs(value) >= 10**_SHOWN_DIGITS:
        return f"a number of more than {_SHOWN_DIGITS} digits"
    return str(value)
