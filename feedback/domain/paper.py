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
        starts_page: Whether it begins on a new sheet of paper.
    """

    anchor: str
    title: str
    level: int
    blocks: tuple[Block, ...] = ()
    starts_page: bool = False


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


def as_json(paper: Paper) -> dict[str, Any]:
    """Write a paper as JSON; its tables and pictures by their ids."""
    return {
        "title": paper.title,
        "head": [{"label": label, "words": words} for label, words in paper.head],
        "sections": [
            {
                "anchor": one.anchor,
                "title": one.title,
                "level": one.level,
                "starts_page": one.starts_page,
                "blocks": [_block_json(block) for block in one.blocks],
            }
            for one in paper.sections
        ],
    }


def table_json(table: Printed) -> dict[str, Any]:
    """Write a printed table as JSON."""
    return {
        "id": table.id,
        "title": table.title,
        "corner": table.corner,
        "columns": list(table.columns),
        "has_sums": table.has_sums,
        "rows": [{"label": one.label, "cells": list(one.cells)} for one in table.lines],
    }


def table_of(read: Mapping[str, Any], place: int = 0) -> Printed:
    """Read a table back; those of the first version had no id and no corner."""
    return Printed(
        id=read.get("id", f"table-{place}"),
        title=read["title"],
        corner=read.get("corner", ""),
        columns=tuple(read["columns"]),
        has_sums=read.get("has_sums", False),
        lines=tuple(
            Line(label=row["label"], cells=tuple(row["cells"])) for row in read["rows"]
        ),
    )


def paper_of(findings: Mapping[str, Any]) -> Paper:
    """Read back the paper of a frozen report, whatever its version."""
    tables = {
        one.id: one
        for one in (table_of(read, n) for n, read in enumerate(findings["tables"]))
    }
    read = findings.get("paper")
    if read is None:
        return _plain_paper(findings, tuple(tables.values()))
    pictures = {one["id"]: Picture(drawn=one) for one in findings["pictures"]}
    return Paper(
        title=read["title"],
        head=tuple((row["label"], row["words"]) for row in read["head"]),
        sections=tuple(_section_of(one, tables, pictures) for one in read["sections"]),
    )


def _sentences(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Points) and block.source is Source.FIGURES:
            yield from block.items
        if isinstance(block, Paragraph) and block.source is Source.FIGURES:
            yield block.words


def _block_json(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {
                "kind": block.kind,
                "words": block.words,
                "source": block.source.value,
                "number": block.number,
            }
        case Points():
            return {
                "kind": block.kind,
                "items": list(block.items),
                "source": block.source.value,
            }
        case Note():
            return {"kind": block.kind, "words": block.words}
        case Printed():
            return {"kind": block.kind, "id": block.id}
        case Picture():
            return {"kind": block.kind, "id": block.drawn["id"]}


def _section_of(
    read: Mapping[str, Any],
    tables: Mapping[str, Printed],
    pictures: Mapping[str, Picture],
) -> Section:
    return Section(
        anchor=read["anchor"],
        title=read["title"],
        level=read["level"],
        starts_page=read["starts_page"],
        blocks=tuple(_block_of(one, tables, pictures) for one in read["blocks"]),
    )


def _block_of(
    read: Mapping[str, Any],
    tables: Mapping[str, Printed],
    pictures: Mapping[str, Picture],
) -> Block:
    match read["kind"]:
        case "paragraph":
            return Paragraph(
                words=read["words"],
                source=Source(read["source"]),
                number=read["number"],
            )
        case "points":
            return Points(items=tuple(read["items"]), source=Source(read["source"]))
        case "note":
            return Note(words=read["words"])
        case "table":
            return tables[read["id"]]
        case _:
            return pictures[read["id"]]


def _plain_paper(findings: Mapping[str, Any], tables: Sequence[Printed]) -> Paper:
    """Set out a report that was frozen before reports were papers."""
    said = tuple(findings["sentences"])
    notes = (findings["thresholds"]["words"], findings["period"]["rule"])
    return Paper(
        title="Practice and impact reviews",
        head=(),
        sections=(
            Section(
                anchor="key_data",
                title="Key Data",
                level=1,
                blocks=(Points(items=said, source=Source.FIGURES),),
            ),
            Section(
                anchor="tables",
                title="Tables",
                level=1,
                blocks=(*tables, *(Note(words=one) for one in notes)),
            ),
        ),
    )
