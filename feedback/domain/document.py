"""Where in a document that people wrote does something not fit?"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

_ABSENT: Final = object()

_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One value of a parsed document with its path.

    A fault is noted and reading goes on with a harmless stand-in, so that a
    person who checks a document is told everything at once. An absent optional
    value reads as that stand-in, without a fault.
    """

    value: object
    path: str
    faults: list[str]

    @property
    def is_given(self) -> bool:
        """Whether the document holds this value at all."""
        return self.value is not _ABSENT

    def fault(self, sentence: str) -> None:
        """Note what does not fit here."""
        self.faults.append(f"{self.path}: {sentence}" if self.path else sentence)

    def fields(
        self, required: Collection[str], optional: Collection[str] = ()
    ) -> "dict[str, Node]":
        """Open a mapping; every named key is there, perhaps as absent."""
        given: Mapping[object, object] = {}
        if isinstance(self.value, Mapping):
            given = self.value
            for key in given:
                if key not in required and key not in optional:
                    self._child(str(key), None).fault("is not known here")
            for key in required:
                if key not in given:
                    self._child(key, None).fault("is missing")
        elif self.is_given:
            self.fault("must be a mapping")
        return {
            key: self._child(key, given.get(key, _ABSENT))
            for key in (*required, *optional)
        }

    def entries(self) -> "dict[str, Node]":
        """Open a mapping whose keys are free, such as languages."""
        if isinstance(self.value, Mapping):
            return {
                str(key): self._child(str(key), value)
                for key, value in self.value.items()
            }
        if self.is_given:
            self.fault("must be a mapping")
        return {}

    def items(self) -> "Iterator[Node]":
        """Go through a list."""
        if isinstance(self.value, Sequence) and not isinstance(self.value, str):
            for index, value in enumerate(self.value):
                yield Node(
                    value=value, path=f"{self.path}[{index}]", faults=self.faults
                )
        elif self.is_given:
            self.fault("must be a list")

    def text(self) -> str:
        """Read a text that says something."""
        if isinstance(self.value, str) and self.value.strip():
            return self.value
        if self.is_given:
            self.fault("must be a text that is not empty")
        return ""

    def paragraphs(self) -> tuple[str, ...]:
        """Read a list of texts that has at least one."""
        before = len(self.faults)
        texts = tuple(item.text() for item in self.items())
        if self.is_given and not texts and len(self.faults) == before:
            self.fault("must hold at least one text")
        return texts

    def one_of(self, allowed: Collection[str]) -> str:
        """Read one of a few words; the first of them stands in for a fault."""
        if isinstance(self.value, str) and self.value in allowed:
            return self.value
        if self.is_given:
            self.fault(f"must be one of {', '.join(allowed)}")
        return next(iter(allowed))

    def member_of(self, words: type[_Word]) -> _Word:
        """Read one word of an enumeration; its first stands in for a fault."""
        return words(self.one_of([word.value for word in words]))

    def some_of(self, allowed: Collection[str]) -> tuple[str, ...]:
        """Read a list of words without repetition, each of them allowed."""
        words = tuple(item.one_of(allowed) for item in self.items())
        if len(frozenset(words)) != len(words):
            self.fault("must not say anything twice")
        return words

    def whole_number(self, *, least: int) -> int:
        """Read a whole number that is not below the least."""
        # In Python True is a whole number; in a form it is a slip.
        if (
            isinstance(self.value, int)
            and not isinstance(self.value, bool)
            and self.value >= least
        ):
            return self.value
        if self.is_given:
            self.fault(f"must be a whole number of {least} or more")
        return least

    def flag(self) -> bool:
        """Read true or false; absent is false."""
        if isinstance(self.value, bool):
            return self.value
        if self.is_given:
            self.fault("must be true or false")
        return False

    def _child(self, key: str, value: object) -> "Node":
        path = f"{self.path}.{key}" if self.path else key
        return Node(value=value, path=path, faults=self.faults)
