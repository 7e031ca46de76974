"""How is a paper kept in a frozen report, and read again?"""

from collections.abc import Mapping, Sequence
from typing import Any

from feedback.domain.paper import (
    Block,
    Line,
    Note,
    Paper,
    Paragraph,
    Picture,
    Points,
    Printed,
    Section,
    Source,
)


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
