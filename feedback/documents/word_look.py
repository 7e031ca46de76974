"""What does a paper look like in Word? Real styles, which others can change."""

from typing import Final

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

FONT: Final = "Arial"
INK: Final = RGBColor(0x0F, 0x1A, 0x1C)
QUIET: Final = RGBColor(0x47, 0x56, 0x5A)
TEAL: Final = RGBColor(0x0B, 0x5A, 0x5E)
PAGE: Final = (Cm(21), Cm(29.7))
MARGIN: Final = Cm(2.3)
NUMBERS: Final = 90
FIGURES: Final = "Paragraph from figures"
OFFICER: Final = "Paragraph by the officer"
NUMBERED_FIGURES: Final = "Numbered paragraph from figures"
NUMBERED_OFFICER: Final = "Numbered paragraph by the officer"
POINT: Final = "List Bullet"
NOTE: Final = "Note"
CELL: Final = "Table text"
TABLE: Final = "Committee table"
HEAD: Final = "Committee head"
# Small type under a heading, then a little air: sizes in points.
HEADINGS: Final = {1: (15, 20, 6), 2: (12.5, 14, 4), 3: (11, 10, 3)}


def blank_paper() -> Document:
    """Open an empty A4 document with our styles, in British English."""
    document = docx.Document()
    _speak_british(document)
    _prune(document)
    section = document.sections[0]
    section.page_width, section.page_height = PAGE
    section.left_margin = section.right_margin = MARGIN
    section.top_margin = MARGIN
    # The foot has two lines; the text ends well above it.
    section.bottom_margin, section.footer_distance = Cm(2.8), Cm(1.2)
    _paragraphs(document)
    _headings(document)
    _numbers(document)
    for name in (TABLE, HEAD):
        document.styles.element.append(parse_xml(_table_style(name)))
    return document


def _paragraphs(document: Document) -> None:
    normal = _style(document, "Normal")
    # Not light, not bold: tables make their own heads bold.
    _font(normal, 11, bold=None)
    normal.paragraph_format.space_after = Pt(7)
    normal.paragraph_format.line_spacing = 1.15
    title = _style(document, "Title")
    _font(title, 21, bold=True, colour=TEAL)
    title.paragraph_format.space_before = Pt(14)
    title.paragraph_format.space_after = Pt(4)
    border = title.element.find(f".//{qn('w:pBdr')}")
    if border is not None:
        border.getparent().remove(border)
    caption = _style(document, "Caption")
    _font(caption, 10.5, bold=True, colour=INK)
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before = Pt(12)
    caption.paragraph_format.space_after = Pt(4)
    for name in (FIGURES, OFFICER, NUMBERED_FIGURES, NUMBERED_OFFICER):
        _new(document, name, "Normal")
    note = _new(document, NOTE, "Normal")
    _font(note, 9.5, colour=QUIET)
    cell = _new(document, CELL, "Normal")
    # A table's own style says what is bold in it.
    _font(cell, 9.5, bold=None)
    cell.paragraph_format.space_before = cell.paragraph_format.space_after = Pt(2)
    cell.paragraph_format.line_spacing = 1.0
    point = _style(document, POINT)
    point.paragraph_format.space_after = Pt(4)
    foot = _style(document, "Footer")
    _font(foot, 9, colour=QUIET)
    stops = foot.element.find(f".//{qn('w:tabs')}")
    if stops is not None:
        stops.getparent().remove(stops)


def _headings(document: Document) -> None:
    for level, (size, before, after) in HEADINGS.items():
        style = _style(document, f"Heading {level}")
        _font(style, size, bold=True, colour=TEAL if level == 1 else INK)
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(after)
        style.paragraph_format.keep_with_next = True


def _numbers(document: Document) -> None:
    """Number the paragraphs of the main report through, as councils do."""
    numbering = document.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{NUMBERS}">'
            '<w:multiLevelType w:val="singleLevel"/>'
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
            '<w:lvlText w:val="%1."/><w:lvlJc w:val="left"/>'
            '<w:pPr><w:ind w:left="567" w:hanging="567"/></w:pPr></w:lvl>'
            "</w:abstractNum>"
        ),
    )
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{NUMBERS}">'
            f'<w:abstractNumId w:val="{NUMBERS}"/></w:num>'
        )
    )
    for name in (NUMBERED_FIGURES, NUMBERED_OFFICER):
        properties = _style(document, name).element.get_or_add_pPr()
        numbered = properties.get_or_add_numPr()
        numbered.get_or_add_numId().val = NUMBERS


def _table_style(name: str) -> str:
    """Draw a calm table: rules across, the head shaded and bold, names bold."""
    rule = '<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"/>'
    sides = "".join(
        rule.format(side=side, size=size, colour=colour)
        for side, size, colour in (
            ("top", 8, "0B5A5E"),
            ("bottom", 8, "0B5A5E"),
            ("insideH", 4, "B9B4A6"),
        )
    )
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="E6F0EF"/>'
    first_column = (
        '<w:tblStylePr w:type="firstCol"><w:rPr><w:b/></w:rPr>'
        f"<w:tcPr>{shade}</w:tcPr></w:tblStylePr>"
        if name == HEAD
        else ""
    )
    rows = (
        '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr>'
        f"<w:tcPr>{shade}</w:tcPr></w:tblStylePr>"
        '<w:tblStylePr w:type="lastRow"><w:rPr><w:b/></w:rPr></w:tblStylePr>'
        if name == TABLE
        else ""
    )
    return (
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" '
        f'w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
        '<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="1"/><w:qFormat/>'
        f"<w:tblPr><w:tblBorders>{sides}</w:tblBorders><w:tblCellMar>"
        '<w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr>{rows}{first_column}</w:style>"
    )


def _speak_british(document: Document) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")
    for language in document.settings.element.iter(qn("w:themeFontLang")):
        language.set(qn("w:val"), "en-GB")


def _prune(document: Document) -> None:
    """Take out the template's many table styles: a clerk looks for ours."""
    styles = document.styles.element
    for style in list(styles):
        is_table = style.get(qn("w:type")) == "table"
        if is_table and style.get(qn("w:styleId")) != "TableNormal":
            styles.remove(style)


def _style(document: Document, name: str) -> ParagraphStyle:
    style = document.styles[name]
    if not isinstance(style, ParagraphStyle):
        raise TypeError(name)
    return style


def _new(document: Document, name: str, base: str) -> ParagraphStyle:
    document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style = _style(document, name)
    style.base_style = _style(document, base)
    style.quick_style = True
    return style


def _font(
    style: ParagraphStyle,
    size: float,
    *,
    bold: bool | None = False,
    colour: RGBColor = INK,
) -> None:
    """Set one font for all scripts: the theme's would win otherwise."""
    style.font.size = Pt(size)
    style.font.bold = bold
    style.font.italic = None if bold is None else False
    style.font.color.rgb = colour
    style.font.name = FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    for kind in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{kind}"), FONT)
