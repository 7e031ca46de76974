"""How does a frozen report become a Word file that a committee clerk can use?"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shape import InlineShape
from docx.shared import Cm, Inches, Length
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph as WordParagraph

from feedback.documents import word_look as look
from feedback.documents.drawing import png_width
from feedback.documents.word_file import describe, visible, write
from feedback.domain.paper import (
    Block,
    Note,
    Paper,
    Paragraph,
    Picture,
    Points,
    Printed,
    Section,
    Source,
)

SHORT_LIST: Final = 6
WIDE: Final = Cm(21 - 2 * 2.3)
HIGH: Final = Cm(21)
# A picture that fills the page shouts; its words stay readable at this size.
CALM: Final = 0.75
# How a file says which parts of a table's style apply: as bits, and as words.
LOOKS: Final = {"firstRow": 0x20, "lastRow": 0x40, "firstColumn": 0x80}
NO_BANDS: Final = 0x600
NAMES: Final = Cm(4.2)
HEAD_NAMES: Final = Cm(6.2)
STYLES: Final[Mapping[tuple[Source, bool], str]] = {
    (Source.FIGURES, False): look.FIGURES,
    (Source.OFFICER, False): look.OFFICER,
    (Source.FIGURES, True): look.NUMBERED_FIGURES,
    (Source.OFFICER, True): look.NUMBERED_OFFICER,
}
Draw = Callable[[Mapping[str, Any]], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """When and from what a paper was frozen.

    Attributes:
        mark: The beginning of its input's fingerprint.
    """

    at: datetime
    version: str
    mark: str


def word(paper: Paper, made: Made, draw: Draw) -> bytes:
    """Write a paper as a Word file: the same bytes for the same paper.

    Args:
        paper: What to print.
        made: What its foot tells.
        draw: Makes a PNG of a picture.
    """
    document = look.blank_paper()
    describe(
        document,
        title=paper.title,
        author=paper.head_words("Report author"),
        subject=paper.head_words("Committee"),
        at=made.at,
    )
    _foot(document, paper, made)
    document.add_paragraph(visible(paper.title), style="Title")
    if paper.head:
        _head(document, paper)
    for section in paper.sections:
        _section(document, section, draw)
    return write(document)


def _head(document: Document, paper: Paper) -> None:
    """Print the table at the top: each row's name is its header."""
    table = document.add_table(rows=0, cols=2, style=look.HEAD)
    _say(table, "About this paper", first_row=False)
    for label, words in paper.head:
        row = _new_row(table)
        for cell, text in zip(row.cells, (label, words), strict=True):
            cell.paragraphs[0].style = look.CELL
            cell.paragraphs[0].add_run(visible(text))
        _keep_whole(row)
    _widths(table, (HEAD_NAMES, Length(WIDE - HEAD_NAMES)))


def _section(document: Document, section: Section, draw: Draw) -> None:
    # No section is sent to a new sheet: the one before would stay half empty.
    document.add_heading(visible(section.title), level=section.level)
    for n, block in enumerate(section.blocks):
        follows = section.blocks[n + 1] if n + 1 < len(section.blocks) else None
        _block(document, block, follows, draw)


def _block(document: Document, block: Block, follows: Block | None, draw: Draw) -> None:
    match block:
        case Paragraph():
            style = STYLES[block.source, block.number is not None]
            paragraph = document.add_paragraph(visible(block.words), style=style)
            paragraph.paragraph_format.keep_with_next = isinstance(follows, Points)
        case Points():
            _points(document, block)
        case Note():
            document.add_paragraph(visible(block.words), style=look.NOTE)
        case Printed():
            _table(document, block)
        case Picture():
            _picture(document, block, draw)


def _points(document: Document, points: Points) -> None:
    last = len(points.items) - 1
    for n, item in enumerate(points.items):
        paragraph = document.add_paragraph(visible(item), style=look.POINT)
        # A short list stays on one page.
        paragraph.paragraph_format.keep_with_next = n < last <= SHORT_LIST


def _table(document: Document, printed: Printed) -> None:
    document.add_paragraph(visible(printed.title), style="Caption")
    columns = len(printed.columns) + 1
    table = document.add_table(rows=0, cols=columns, style=look.TABLE)
    _say(table, printed.title, first_row=True, last_row=printed.has_sums)
    _row(table, (printed.corner, *printed.columns), is_head=True)
    for line in printed.lines:
        _row(table, (line.label, *line.cells))
    share = Length((WIDE - NAMES) // (columns - 1))
    _widths(table, (NAMES, *[share] * (columns - 1)))
    document.add_paragraph(style=look.NOTE)


def _row(table: Table, words: tuple[str, ...], *, is_head: bool = False) -> None:
    row = _new_row(table)
    for cell, text in zip(row.cells, words, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.style = look.CELL
        paragraph.add_run(visible(text))
        paragraph.paragraph_format.keep_with_next = is_head
    _keep_whole(row)
    if is_head:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - no public way


def _picture(document: Document, picture: Picture, draw: Draw) -> None:
    drawn = picture.drawn
    document.add_paragraph(visible(drawn["title"]), style="Caption")
    # Its table may stand overleaf: held together they leave half a page empty.
    paragraph = document.add_paragraph()
    # The file does not say how wide it is to stand: without this it fills the page.
    shape = paragraph.add_run().add_picture(
        io.BytesIO(draw(drawn)), width=Inches(png_width(drawn))
    )
    _fit(shape)
    about = shape._inline.docPr  # noqa: SLF001 - no public way
    about.set("descr", visible(drawn["alt"]))
    about.set("title", visible(drawn["title"]))


def _fit(shape: InlineShape) -> None:
    """Shrink a picture that is wider than the text, or higher than a page holds."""
    width, height = int(shape.width), int(shape.height)
    share = min(CALM, WIDE / width, HIGH / height)
    shape.width, shape.height = Length(int(width * share)), Length(int(height * share))


def _say(table: Table, title: str, *, first_row: bool, last_row: bool = False) -> None:
    """Tell a screen reader what a table is, and which cells are its headers."""
    properties = table._tbl.tblPr  # noqa: SLF001 - no public way
    for name in ("w:tblCaption", "w:tblDescription"):
        words = OxmlElement(name)
        words.set(qn("w:val"), visible(title))
        properties.append(words)
    seen = properties.find(qn("w:tblLook"))
    if seen is not None:
        properties.remove(seen)
    seen = OxmlElement("w:tblLook")
    marks = {"firstRow": first_row, "lastRow": last_row, "firstColumn": True}
    bits = sum(LOOKS[mark] for mark, is_set in marks.items() if is_set) | NO_BANDS
    seen.set(qn("w:val"), f"{bits:04X}")
    for mark in LOOKS:
        seen.set(qn(f"w:{mark}"), "1" if marks[mark] else "0")
    for mark in ("noHBand", "noVBand"):
        seen.set(qn(f"w:{mark}"), "1")
    # Word reads the parts of a table's properties in one order only.
    properties.insert(len(properties) - 2, seen)


def _new_row(table: Table) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]  # it says no types
    return row


def _keep_whole(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - no public way


def _widths(table: Table, widths: tuple[Length, ...]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def _foot(document: Document, paper: Paper, made: Made) -> None:
    foot = document.sections[0].footer.paragraphs[0]
    foot.paragraph_format.tab_stops.add_tab_stop(WIDE, WD_TAB_ALIGNMENT.RIGHT)
    day = f"{made.at.day} {made.at:%B %Y}"
    foot.add_run(visible(paper.title) + "\tPage ")
    _field(foot, "PAGE")
    foot.add_run(" of ")
    _field(foot, "NUMPAGES")
    foot.add_run(f"\nFrozen {day}. Version {made.version}, input {made.mark}.")


def _field(paragraph: WordParagraph, name: str) -> None:
    """Put in a number that Word works out itself."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001 - no public way
