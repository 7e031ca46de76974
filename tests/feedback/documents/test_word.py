"""Whether a Word file is what a committee clerk, a screen reader and Word need."""

import io
import json
import re
import zipfile
from datetime import UTC, date, datetime

import docx
import pytest
from docx.oxml.ns import qn
from report_counts import PERIOD, some_counts

from feedback.documents.drawing import png
from feedback.documents.word import Made, word
from feedback.domain.grading import DIMENSIONS
from feedback.domain.paper import Source
from feedback.domain.paper_boxes import drafts
from feedback.domain.paper_json import paper_of
from feedback.domain.report import Movement
from feedback.domain.report_disclosure import published
from feedback.domain.report_figures import figures
from feedback.domain.report_frozen import Frozen, frozen
from feedback.domain.report_words import sentences
from triangulation import DimensionStatus, Group, PersonStatus

MADE = Made(
    at=datetime(2027, 3, 3, 9, 30, tzinfo=UTC), version="2", mark="0123456789abcdef"
)
WORDS = drafts(PERIOD, today=date(2027, 3, 3), author="Harper Head, Head of Quality")
# Numbers that nothing else in the file comes to.
TELLING = some_counts(
    reviews=997,
    by_kind={},
    movement=Movement(raised=3, kept=10_964),
    statuses={
        one: {DimensionStatus.CONVERGENT: 994, DimensionStatus.DISSONANT: 3}
        for one in DIMENSIONS
    },
    dissonant_moved=2,
    people={
        group: {PersonStatus.ANSWERED: 881, PersonStatus.NO_REPLY: 4} for group in Group
    },
    alerts={"unsafe": 2},
    reviews_with_alerts=1,
)


def a_paper(counts=None, words=WORDS, *, opened=False):
    inside = figures(counts or some_counts())
    shown = published(inside, grades_opened=opened)
    made_of = Frozen(figures=shown, grades_opened=opened, words=words)
    return paper_of(json.loads(json.dumps(frozen(made_of))))


@pytest.fixture(scope="module")
def paper():
    return a_paper(opened=True)


@pytest.fixture(scope="module")
def document(paper):
    return docx.Document(io.BytesIO(word(paper, MADE, png)))


def parts(written):
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_headings_are_real_and_stand_in_the_papers_order(paper, document):
    found = [
        (one.text, one.style.name)
        for one in document.paragraphs
        if one.style.name.startswith("Heading")
    ]

    assert found == [(one.title, f"Heading {one.level}") for one in paper.sections]
    assert document.paragraphs[0].style.name == "Title"


def test_no_section_leaves_half_a_sheet_empty_before_it(document):
    headings = [
        one for one in document.paragraphs if one.style.name.startswith("Heading")
    ]

    assert not any(one.paragraph_format.page_break_before for one in headings)
    assert not any(one.style.paragraph_format.page_break_before for one in headings)


def test_the_table_at_the_top_has_the_name_of_each_row_as_its_header(paper, document):
    head = document.tables[0]

    assert tuple((row.cells[0].text, row.cells[1].text) for row in head.rows) == (
        paper.head
    )
    look = head._tbl.tblPr.find(qn("w:tblLook"))
    assert look.get(qn("w:firstColumn")) == "1"
    assert look.get(qn("w:firstRow")) == "0"


def test_every_table_of_figures_repeats_its_header_and_says_what_it_is(document):
    for table in document.tables[1:]:
        first, *others = table._tbl.tr_lst
        assert first.trPr.find(qn("w:tblHeader")) is not None
        assert all(one.trPr.find(qn("w:tblHeader")) is None for one in others)
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        assert table.rows[0].cells[0].text


def test_every_table_of_figures_has_a_caption_that_stays_with_it(document):
    captions = [one for one in document.paragraphs if one.style.name == "Caption"]
    pictures = len(document.inline_shapes)

    assert len(captions) == len(document.tables) - 1 + pictures
    assert document.styles["Caption"].paragraph_format.keep_with_next


def test_a_picture_leaves_room_for_words_beside_it_on_a_page(document):
    widths = [shape.width.inches for shape in document.inline_shapes]

    assert widths
    assert max(widths) < 5


def test_every_picture_says_in_words_what_it_shows(document):
    assert len(document.inline_shapes)
    for shape in document.inline_shapes:
        assert len(shape._inline.docPr.get("descr")) > 20


def test_paragraph_numbers_in_word_are_those_of_the_page(paper, document):
    numbered = [
        one.text for one in document.paragraphs if one.style.name.startswith("Numbered")
    ]
    numbers = [
        (block.number, block.words)
        for one in paper.sections
        for block in one.blocks
        if getattr(block, "number", None)
    ]

    assert list(enumerate(numbered, 1)) == numbers


def test_what_was_worked_out_and_what_was_written_have_styles_of_their_own(
    paper, document
):
    officer = {
        one.text for one in document.paragraphs if one.style.name.endswith("officer")
    }
    written = {
        block.words
        for one in paper.sections
        for block in one.blocks
        if block.kind == "paragraph" and block.source is Source.OFFICER
    }

    assert officer == written


def test_the_document_speaks_british_english_and_says_who_wrote_it(document):
    about = document.core_properties

    assert about.language == "en-GB"
    assert about.title == WORDS["subject"]
    assert about.author == "Harper Head, Head of Quality"
    assert about.created.replace(tzinfo=UTC) == MADE.at
    languages = document.styles.element.iter(qn("w:lang"))
    assert {one.get(qn("w:val")) for one in languages} == {"en-GB"}


def test_pages_are_a4_and_numbered(document):
    section = document.sections[0]

    size = (round(section.page_width.mm), round(section.page_height.mm))
    assert size == (210, 297)
    fields = section.footer._element.iter(qn("w:fldSimple"))
    assert [one.get(qn("w:instr")) for one in fields] == ["PAGE", "NUMPAGES"]


def test_the_same_report_makes_the_same_bytes(paper):
    assert word(paper, MADE, png) == word(paper, MADE, png)


def test_nothing_of_the_template_is_left_in_the_file(paper):
    written = parts(word(paper, MADE, png))

    assert not [name for name in written if "thumbnail" in name]
    assert b"python-docx" not in b"".join(written.values())


def test_no_figure_that_is_withheld_stands_anywhere_in_the_file():
    inside = figures(TELLING)
    written = parts(word(a_paper(TELLING), MADE, png))

    everything = b"".join(
        content for name, content in written.items() if name.endswith((".xml", ".rels"))
    ).decode()
    for sentence in sentences(inside):
        if sentence not in sentences(published(inside, grades_opened=False)):
            assert sentence not in everything
    texts = re.findall(r"<w:t[^>]*>([^<]*)</w:t>", everything)
    descriptions = re.findall(r'descr="([^"]*)"', everything)
    # 4 silent, 3 dissonant and raised, 2 moved and alarmed; and what is left of wholes.
    for hidden in ("4 of 885", "881 of 885", "3 of 997", "994 of 997", "3 of 10967"):
        assert not any(hidden in text for text in (*texts, *descriptions)), hidden
    assert not any(text in set("12345") for text in texts[: texts.index("Page ")])


def test_hostile_words_are_made_visible_and_never_break_the_file():
    hostile = "A\x00\x0b\x1b\ufffe\u202eB <w:p>&amp;]]>\u200d\ud800 \U0001f469"
    words = {**WORDS, "summary": hostile, "subject": f"S{hostile}"}

    document = docx.Document(io.BytesIO(word(a_surrogate_paper(words), MADE, png)))

    text = "\n".join(one.text for one in document.paragraphs)
    assert "\u2039U+0000\u203a" in text
    assert "\u2039U+202E\u203a" in text
    assert "\u2039U+D800\u203a" in text
    assert "<w:p>&amp;]]>" in text
    assert "\U0001f469" in text


def a_surrogate_paper(words):
    shown = published(figures(some_counts()), grades_opened=True)
    return paper_of(frozen(Frozen(figures=shown, grades_opened=True, words=words)))


def test_a_report_of_the_first_version_makes_a_word_file_too():
    old = {
        "version": "1",
        "sentences": ["10 reviews were agreed."],
        "tables": [
            {
                "title": "Who answered",
                "columns": ["Answered"],
                "rows": [{"label": "Child", "cells": ["9 of 10 (90%)"]}],
            }
        ],
        "thresholds": {"words": "c: withheld."},
        "period": {"rule": "A review counts once."},
    }

    document = docx.Document(io.BytesIO(word(paper_of(old), MADE, png)))

    assert document.tables[0].rows[1].cells[1].text == "9 of 10 (90%)"
