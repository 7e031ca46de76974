"""How do figures and an officer's words come together in a committee paper?

Sentences with figures are worked out; an officer writes around them and cannot
change them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from feedback.domain.paper import Block, Paper, Points, Section, written
from feedback.domain.paper_appendices import APART, appendices_of
from feedback.domain.paper_boxes import BOXES, Part
from feedback.domain.paper_finish import explained, filled, numbered
from feedback.domain.paper_material import (
    Material,
    own_words,
    paragraph,
    points,
    said_of,
    section,
)
from feedback.domain.report_words import RULE, Topic, sentences

IMPLICATIONS: Final[Mapping[str, tuple[Topic, ...]]] = {
    "strategic": (),
    "financial": (),
    "resource": (),
    "legal": (),
    "risk": (Topic.ALERTS, Topic.CONCERNS),
    "equalities": (Topic.ATTENTION,),
    "climate": (),
    "security": (),
}


def paper(made_of: Material) -> Paper:
    """Lay out a paper; what is empty is left out, headings too."""
    sections = [
        *_front(made_of),
        *_main_report(made_of),
        *appendices_of(made_of),
    ]
    return Paper(
        title=made_of.words.get("subject", ""),
        head=tuple(
            (box.label, words)
            for box in BOXES
            if box.part is Part.HEAD
            for words in [made_of.words.get(box.key, "")]
            if words.strip()
        ),
        sections=tuple(numbered(explained(filled(sections)))),
    )


def _front(made_of: Material) -> Iterator[Section]:
    said = said_of(made_of.figures)
    headline = [
        one
        for topic in (
            Topic.REVIEWS,
            Topic.GRADES,
            Topic.CONCERNS,
            Topic.PEOPLE,
            Topic.DIFFERED,
        )
        for one in said.get(topic, ())[:2]
    ] or list(sentences(made_of.figures))
    yield section(
        "summary", "Summary", 1, (*own_words(made_of, "summary"), points(headline))
    )
    asked = written(made_of.words.get("recommendation", ""))
    several = sum(len(one.items) for one in asked if isinstance(one, Points)) > 1
    title = "Recommendations" if several else "Recommendation"
    yield section("recommendation", title, 1, asked)


def _main_report(made_of: Material) -> Iterator[Section]:
    said = said_of(made_of.figures)
    todo = [*said.get(Topic.RECOMMENDED, ()), *said.get(Topic.ACTIONS, ())]
    counted = [points(sentences(made_of.figures))]
    yield section("main-report", "Main Report", 1)
    # The officer says first why reviews are done at all.
    own = own_words(made_of, "background")
    reviewed = paragraph(said.get(Topic.REVIEWS, ()), RULE)
    yield section("background", "Background", 2, (*own, *reviewed))
    yield _part(made_of, "position", "Current Position", _position(said))
    yield _part(made_of, "options", "Options")
    yield _part(made_of, "proposals", "Proposals", paragraph(todo))
    yield _part(made_of, "key_data", "Key Data", counted)
    yield section("implications", "Corporate & Strategic Implications", 2)
    for key, topics in IMPLICATIONS.items():
        told = paragraph(one for topic in topics for one in said.get(topic, ()))
        blocks = (*told, *own_words(made_of, key))
        yield section(key, f"{key.capitalize()} implications", 3, blocks)
    yield _part(made_of, "conclusion", "Conclusion")


def _part(
    made_of: Material, key: str, title: str, figures: Iterable[Block] = ()
) -> Section:
    """Make a part of the main report: what was worked out, then the officer's words."""
    return section(key, title, 2, (*figures, *own_words(made_of, key)))


def _position(said: Mapping[Topic, tuple[str, ...]]) -> Iterator[Block]:
    apart = [APART] if said else []
    yield from paragraph([*said.get(Topic.GRADES, ()), *apart])
    for topic in (Topic.MOVED, Topic.PEOPLE, Topic.DIFFERED):
        yield from paragraph(said.get(topic, ()))
