"""What does a council's committee read: which head, which sections, which tables?

A paper is a value. The page and the Word file print the same one; frozen, it is part
of a report's findings. What was worked out from figures and what an officer wrote are
kept apart in it, whatever they look like in print.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Final

from feedback.domain.report import MARK

BULLETS: Final = ("- ", "* ", "• ")


class Source(StrEnum):
    """Where words come from."""

    FIGURES = "figures"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Words; a paragraph of the main report has a number."""

    kind: ClassVar[str] = "paragraph"
    words: str
    source: Source
    number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """A list of short sentences."""

    kind: ClassVar[str] = "points"
    items: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A quiet word about what stands before it."""

    kind: ClassVar[str] = "note"
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a printed table."""

    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A table as it is printed: every cell is words.

    Attributes:
        corner: What heads the rows' names.
        has_sums: Whether the last line adds up the others.
    """

    kind: ClassVar[str] = "table"
    id: str
    title: str
    corner: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    has_sums: bool = False

    @property
    def withholds(self) -> bool:
        """Whether a figure in it is withheld."""
        return any(MARK in line.cells for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing of the figures in a table, told in words for who cannot see it.

    Attributes:
        drawn: What the drawing is made from: its id, kind, title, alt and data.
    """

    kind: ClassVar[str] = "picture"
    drawn: Mapping[str, Any]


Block = Paragraph | Points | Note | Printed | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it.

    Attributes:
        anchor: Where links to it lead.
        level: 1 for the parts of a paper, 2 and 3 below them.
    """

    anchor: str
    title: str
    level: int
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A report as a committee reads it.

    Attributes:
        head: The table at its top: name and words of each row.
        title: What the paper is about.
    """

    title: str
    head: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]

    def head_words(self, label: str) -> str:
        """Give the words of one row of the head; nothing where it is not there."""
        return dict(self.head).get(label, "")


def figures_said(paper: Paper) -> dict[str, tuple[str, ...]]:
    """Give the sentences with figures of each section, by its anchor."""
    return {
        section.anchor: tuple(_sentences(section.blocks)) for section in paper.sections
    }


def written(words: str) -> tuple[Paragraph | Points, ...]:
    """Sort an officer's words into paragraphs and lists; blank lines print nothing.

    A line that begins with a hyphen, a star or a bullet is a point of a list.
    """
    found: list[Paragraph | Points] = []
    points: list[str] = []
    for line in [*words.split("\n"), ""]:
        if line.startswith(BULLETS):
            points.append(line[2:])
            continue
        if points:
            found.append(Points(items=tuple(points), source=Source.OFFICER))
            points = []
        if line.strip():
            found.append(Paragraph(words=line, source=Source.OFFICER))
    return tuple(found)


def _sentences(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Points) and block.source is Source.FIGURES:
            yield from block.items
        if isinstance(block, Paragraph) and block.source is Source.FIGURES:
            yield block.words
