"""What does a laid-out paper still need: numbers, and what withheld means?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from feedback.domain.paper import (
    Block,
    Note,
    Paragraph,
    Points,
    Printed,
    Section,
    Source,
)
from feedback.domain.report_words import SUPPRESSION, WITHHELD


def filled(sections: Sequence[Section]) -> Iterator[Section]:
    """Leave out sections with nothing in them and nothing below them."""
    for n, one in enumerate(sections):
        below = sections[n + 1] if n + 1 < len(sections) else None
        holds_others = below is not None and below.level > one.level
        if one.blocks or holds_others:
            yield one


def explained(sections: Iterable[Section]) -> Iterator[Section]:
    """Say what "withheld" means right where it is first read."""
    is_told = False
    for one in sections:
        blocks: list[Block] = []
        for block in one.blocks:
            blocks.append(block)
            if not is_told and _withholds(block):
                blocks.append(Note(words=SUPPRESSION))
                is_told = True
        yield replace(one, blocks=tuple(blocks))


def _withholds(block: Block) -> bool:
    match block:
        case Paragraph(source=Source.FIGURES):
            return WITHHELD in block.words
        case Points(source=Source.FIGURES):
            return any(WITHHELD in one for one in block.items)
        case Printed():
            return block.withholds
        case _:
            return False


def numbered(sections: Iterable[Section]) -> Iterator[Section]:
    """Number the paragraphs of the main report through all of its sections."""
    number = 0
    is_main = False
    for one in sections:
        if one.level == 1:
            is_main = one.anchor == "main-report"
        blocks: list[Block] = []
        for block in one.blocks:
            if is_main and isinstance(block, Paragraph):
                number += 1
                blocks.append(replace(block, number=number))
            else:
                blocks.append(block)
        yield replace(one, blocks=tuple(blocks))
