"""How a committee paper is put together, and what an officer can and cannot do."""

import json
from datetime import date

import pytest
from report_counts import PERIOD, some_counts

from feedback.domain.grading import DIMENSIONS, Judgement
from feedback.domain.paper import Note, Paragraph, Points, Printed, Source
from feedback.domain.paper_boxes import (
    BOXES,
    cautions,
    drafts,
    missing,
    read_words,
)
from feedback.domain.paper_json import paper_of
from feedback.domain.report_disclosure import published
from feedback.domain.report_figures import figures
from feedback.domain.report_findings import csv_rows
from feedback.domain.report_frozen import Frozen, frozen
from feedback.domain.report_words import SUPPRESSION, sentences
from triangulation import DimensionStatus

TODAY = date(2027, 3, 3)
WORDS = drafts(PERIOD, today=TODAY, council="Stonebridge Council")


def a_paper(words=WORDS, *, opened=False, decision=None, **given):
    shown = published(figures(some_counts(**given)), grades_opened=opened)
    made_of = Frozen(
        figures=shown, grades_opened=opened, words=words, decision=decision
    )
    # Read back from text: what is kept is JSON and nothing else.
    return paper_of(json.loads(json.dumps(frozen(made_of))))


def section(paper, anchor):
    return next(one for one in paper.sections if one.anchor == anchor)


def said(paper, anchor, source):
    found = []
    for block in section(paper, anchor).blocks:
        if isinstance(block, Paragraph) and block.source is source:
            found.append(block.words)
        if isinstance(block, Points) and block.source is source:
            found.extend(block.items)
    return found


def test_a_paper_has_the_parts_of_a_councils_report_in_their_order():
    titles = [one.title for one in a_paper().sections]

    assert titles == [
        "Summary",
        "Recommendation",
        "Main Report",
        "Background",
        "Current Position",
        "Options",
        "Proposals",
        "Key Data",
        "Corporate & Strategic Implications",
        "Strategic implications",
        "Financial implications",
        "Resource implications",
        "Legal implications",
        "Risk implications",
        "Equalities implications",
        "Climate implications",
        "Security implications",
        "Conclusion",
        "Appendices",
        "Report author",
        "Appendix 1: Grades",
        "Appendix 2: Feedback and what came of it",
        "Appendix 3: Attention to identity (Social GRACES)",
        "Appendix 4: How these figures were made",
    ]


def test_the_table_at_the_top_says_whose_paper_it_is():
    head = dict(a_paper().head)

    assert head["Dated"] == "3 March 2027"
    assert head["Subject"] == (
        "Children's Services practice and impact reviews, September 2026 to "
        "February 2027"
    )
    assert head["Does it need extra revenue or capital spending?"] == "No"
    assert head["Report of"] == "Director of Children's Services"


def test_an_empty_box_prints_nothing_not_even_its_heading():
    paper = a_paper({**WORDS, "options": " \n", "climate": "", "committee": ""})

    titles = [one.title for one in paper.sections]
    assert "Options" not in titles
    assert "Climate implications" not in titles
    assert "Committee" not in dict(paper.head)


def test_sentences_with_figures_stand_whatever_the_officer_writes():
    paper = a_paper({**WORDS, "risk": "", "background": "Mine."}, opened=True)

    assert said(paper, "background", Source.OFFICER) == ["Mine."]
    assert "8 of 10 (80%)" in said(paper, "background", Source.FIGURES)[0]
    # Emptied of the officer's words, the risk section still tells of alerts.
    told = " ".join(said(paper, "risk", Source.FIGURES))
    assert told == (
        "No alert was raised in these 10 reviews. "
        "No area of significant concern in these 10 reviews."
    )


def test_lines_that_begin_with_a_hyphen_become_a_list():
    words = {**WORDS, "recommendation": "Members are asked to:\n- note\n- agree"}

    found = section(a_paper(words), "recommendation")

    assert found.title == "Recommendations"
    assert found.blocks[1] == Points(items=("note", "agree"), source=Source.OFFICER)


def test_paragraphs_of_the_main_report_are_numbered_through_and_others_are_not():
    numbers = [
        block.number
        for one in a_paper().sections
        for block in one.blocks
        if isinstance(block, Paragraph) and block.number
    ]

    assert numbers == list(range(1, len(numbers) + 1))
    assert all(block.number is None for block in section(a_paper(), "author").blocks)


def test_withheld_is_explained_right_where_it_is_first_read_and_only_there():
    paper = a_paper()

    notes = [
        (one.anchor, n)
        for one in paper.sections
        for n, block in enumerate(one.blocks)
        if isinstance(block, Note) and block.words == SUPPRESSION
    ]
    assert len(notes) == 1
    anchor, place = notes[0]
    assert anchor == "summary"
    before = section(paper, anchor).blocks[place - 1]
    assert "withheld (c)" in " ".join(before.items)


def test_nothing_is_explained_where_nothing_is_withheld():
    paper = a_paper(opened=True)

    blocks = [block for one in paper.sections for block in one.blocks]
    assert not any(isinstance(block, Note) for block in blocks)


def test_key_data_is_never_none():
    for given in ({}, {"reviews": 0, "by_kind": {}, "grades": {}, "statuses": {}}):
        assert said(a_paper(**given), "key_data", Source.FIGURES)


def test_a_period_without_a_review_makes_a_paper_that_says_so():
    nothing = {"reviews": 0, "by_kind": {}, "grades": {}, "statuses": {}, "people": {}}

    paper = a_paper(**nothing)

    assert said(paper, "summary", Source.FIGURES)[0].startswith("No review was agreed")
    assert not any(one.title.startswith("Appendix 2") for one in paper.sections)


def test_the_reason_for_showing_grades_is_printed_as_the_officers_words():
    paper = a_paper(opened=True, decision="The whole set, discussed in public.")

    words = said(paper, "appendix-method", Source.OFFICER)
    assert words == ["The whole set, discussed in public."]


def test_no_small_count_of_people_stands_anywhere_in_a_frozen_report():
    statuses = {
        one: {DimensionStatus.CONVERGENT: 7, DimensionStatus.DISSONANT: 3}
        for one in DIMENSIONS[:2]
    }
    shown = published(
        figures(
            some_counts(
                statuses=statuses,
                recommendations={Judgement.D2: 9},
                actions={Judgement.D2: {"confirmed": 9}},
            )
        ),
        grades_opened=False,
    )

    found = frozen(Frozen(figures=shown, grades_opened=False, words=WORDS))

    sections = {"people", "voices", "attention"}
    counts = [
        count
        for section, _, _, count, *_ in list(csv_rows(found))[2:]
        if section in sections
    ]
    assert "c" in counts
    assert not any(count in range(1, 6) for count in counts if count != "c")
    cells = [
        cell
        for table in found["tables"]
        for row in table["rows"]
        for cell in row["cells"]
    ]
    assert not any(cell.split(" ")[0] in list("12345") for cell in cells)


def test_a_report_of_the_first_version_still_reads():
    old = {
        "version": "1",
        "sentences": ["10 reviews were agreed.", "Practice: withheld (c)."],
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

    paper = paper_of(old)

    assert said(paper, "key_data", Source.FIGURES)[0] == "10 reviews were agreed."
    tables = section(paper, "tables").blocks
    assert isinstance(tables[0], Printed)
    assert tables[0].lines[0].cells == ("9 of 10 (90%)",)


def test_three_boxes_must_not_be_empty():
    found = missing({**WORDS, "subject": " ", "recommendation": "", "report_of": "\n"})

    assert [box.key for box in found] == ["subject", "report_of", "recommendation"]
    assert missing(WORDS) == ()


def test_drafted_words_hold_no_figure_and_raise_no_doubt():
    assert cautions(WORDS) == ()
    for key, words in WORDS.items():
        if key not in {"subject", "dated", "legal"}:
            assert not any(one.isdigit() for one in words), key


@pytest.mark.parametrize(
    ("words", "doubt"),
    [
        ("As we saw in H-000123.", "H-000123"),
        ("Two children said so.", "Two children"),
        ("3 of the parents were glad", "3 of the parents"),
        ("one father", "one father"),
    ],
)
def test_words_that_could_point_to_somebody_are_named(words, doubt):
    found = cautions({"conclusion": words})

    assert [(box.key, seen) for box, seen in found] == [("conclusion", doubt)]


@pytest.mark.parametrize(
    "words", ["Children told us much.", "26 parents answered", "COVID-19", "one plan"]
)
def test_ordinary_words_raise_no_doubt(words):
    assert cautions({"conclusion": words}) == ()


@pytest.mark.parametrize(
    ("read", "sentence"),
    [
        ([], "one JSON object"),
        ({"sumary": "x"}, "is no box"),
        ({"summary": 3}, "must be text"),
        ({"summary": "a\0b"}, "cannot be kept"),
        ({"summary": "\ud800"}, "cannot be kept"),
        ({"summary": "x" * 10_001}, "at most 10,000"),
    ],
)
def test_a_file_of_words_that_does_not_fit_is_refused_in_a_sentence(read, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_words(read)


def test_every_box_has_a_draft():
    assert set(WORDS) == {box.key for box in BOXES}


def test_an_action_is_told_with_how_far_it_came():
    inside = figures(
        some_counts(actions={Judgement.D3: {"confirmed": 6, "overdue": 2, "open": 4}})
    )

    assert (
        "12 actions follow from these reviews: 6 of 12 (50%) confirmed done by a "
        "second person, 2 of 12 (17%) overdue." in sentences(inside)
    )


def test_what_was_done_is_told_in_full_for_it_is_the_services_own_work():
    counted = {"confirmed": 18, "overdue": 2, "open": 3, "done": 1}
    shown = published(
        figures(some_counts(actions={Judgement.D3: counted})), grades_opened=False
    )

    assert sentences(shown)[-1] == (
        "24 actions follow from these reviews: 18 of 24 (75%) confirmed done by a "
        "second person, 2 of 24 (8%) overdue."
    )
