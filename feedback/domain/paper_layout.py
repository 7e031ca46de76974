"""How do figures and an officer's words come together in a committee paper?

Sentences with figures are worked out; an officer writes around them and cannot
change them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

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
    written,
)
from feedback.domain.paper_boxes import BOXES, Part
from feedback.domain.report import Figures
from feedback.domain.report_words import (
    RULE,
    SUPPRESSION,
    WITHHELD,
    Topic,
    by_topic,
    sentences,
    these,
)

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
VOICES: Final = "voices-at"
# Each picture stands before the table that holds the same facts.
PICTURE_OF: Final[Mapping[str, str]] = {"people": "funnel", "movement": "movement"}
APART: Final = (
    "Practice and outcomes are two judgements about the same work. Neither is worked "
    "out from the other and nothing averages them."
)
HOW_READ: Final = (
    "A voice agrees where what people said and the reviewer's grade stand on the same "
    "side of good and close together. It disagrees where they stand on different "
    "sides. One voice that disagrees is enough: there is no majority. Silent means "
    "that nobody who was asked gave an answer there."
)
TWO_SOURCES: Final = (
    "Sentences and tables with figures in this paper were worked out from the signed "
    "records of the reviews and cannot be edited. The other words are the officer's."
)
OF_THESE: Final = (
    "These figures speak of {these} and of no others. Nothing is inferred about work "
    "that was not reviewed."
)
DECIDED: Final = (
    "How many reviews were given each grade is shown by a recorded decision of the "
    "Head of Safeguarding and QA, for this reason:"
)
SMALL: Final = (
    "People's feedback is counted in small numbers, and somebody in the room may know "
    "a child. That is why some figures are withheld here although the council knows "
    "them."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything a paper is made from.

    Attributes:
        words: The officer's words by box.
        tables: The printed tables by id.
        pictures: Drawings by their ids.
        voices: What is said about the tables of voices.
        decision: Why the grades of the whole set are shown; None where they are not.
        beside: What is to be said about reports over some of the same reviews.
    """

    figures: Figures
    words: Mapping[str, str]
    tables: Mapping[str, Printed]
    pictures: Mapping[str, Picture]
    voices: tuple[str, ...] = ()
    decision: str | None = None
    beside: str | None = None


def paper(made_of: Material) -> Paper:
    """Lay out a paper; what is empty is left out, headings too."""
    sections = [
        *_front(made_of),
        *_main_report(made_of),
        *_appendices(made_of),
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
        sections=tuple(_numbered(_explained(_filled(sections)))),
    )


def _front(made_of: Material) -> Iterator[Section]:
    said = _said(made_of.figures)
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
    yield _section(
        "summary", "Summary", 1, (*_own(made_of, "summary"), _points(headline))
    )
    asked = written(made_of.words.get("recommendation", ""))
    several = sum(len(one.items) for one in asked if isinstance(one, Points)) > 1
    title = "Recommendations" if several else "Recommendation"
    yield _section("recommendation", title, 1, asked)


def _main_report(made_of: Material) -> Iterator[Section]:
    said = _said(made_of.figures)
    yield _section("main-report", "Main Report", 1)
    yield _section(
        "background",
        "Background",
        2,
        (
            *_own(made_of, "background"),
            *_paragraphs(said.get(Topic.REVIEWS, ()), RULE),
        ),
    )
    yield _section(
        "position",
        "Current Position",
        2,
        (
            *_paragraphs(
                [*said.get(Topic.GRADES, ()), *([APART] if said else [])],
            ),
            *_paragraphs(said.get(Topic.MOVED, ())),
            *_paragraphs(said.get(Topic.PEOPLE, ())),
            *_paragraphs(said.get(Topic.DIFFERED, ())),
            *_own(made_of, "position"),
        ),
    )
    yield _section("options", "Options", 2, _own(made_of, "options"))
    todo = [*said.get(Topic.RECOMMENDED, ()), *said.get(Topic.ACTIONS, ())]
    yield _section(
        "proposals",
        "Proposals",
        2,
        (*_paragraphs(todo), *_own(made_of, "proposals")),
    )
    yield _section(
        "key_data",
        "Key Data",
        2,
        (_points(sentences(made_of.figures)), *_own(made_of, "key_data")),
    )
    yield _section(
        "implications",
        "Corporate & Strategic Implications",
        2,
    )
    for key, topics in IMPLICATIONS.items():
        counted = [one for topic in topics for one in said.get(topic, ())]
        yield _section(
            key,
            f"{key.capitalize()} implications",
            3,
            (*_paragraphs(counted), *_own(made_of, key)),
        )
    yield _section("conclusion", "Conclusion", 2, _own(made_of, "conclusion"))


def _appendices(made_of: Material) -> Iterator[Section]:
    appendices = [
        ("grades", "Grades", _table(made_of, "grades", APART)),
        ("feedback", "Feedback and what came of it", _feedback(made_of)),
        ("voices", "Each voice beside the grades", _voices(made_of)),
        ("identity", "Attention to identity (Social GRACES)", _identity(made_of)),
        (
            "actions",
            "Recommendations and actions",
            _table(made_of, "recommendations", "actions"),
        ),
        ("method", "How these figures were made", _method(made_of)),
    ]
    kept = [(anchor, title, blocks) for anchor, title, blocks in appendices if blocks]
    names = [f"Appendix {n}: {title}" for n, (_, title, _) in enumerate(kept, 1)]
    yield _section("appendices", "Appendices", 1, (_points(names),))
    yield _section(
        "author",
        "Report author",
        1,
        (*_own(made_of, "author"), *_own(made_of, "contact")),
    )
    for n, (anchor, _, blocks) in enumerate(kept):
        yield Section(
            anchor=f"appendix-{anchor}",
            title=names[n],
            level=1,
            blocks=tuple(blocks),
            starts_page=n == 0,
        )


def _feedback(made_of: Material) -> list[Block]:
    said = _said(made_of.figures)
    if not said:
        return []
    return [
        *_plain(said[Topic.PEOPLE]),
        *_table(made_of, "people"),
        *_plain([*said[Topic.DIFFERED], HOW_READ]),
        *_table(made_of, "voices"),
        *_plain(said[Topic.MOVED]),
        *_table(made_of, "movement"),
    ]


def _voices(made_of: Material) -> list[Block]:
    """Give what is known of each group at each dimension; often too little to tell."""
    keys = [key for key in made_of.tables if key.startswith(f"{VOICES}-")]
    if not keys and not made_of.voices:
        return []
    return [
        *_plain(made_of.voices),
        *_drawn(made_of, "small-multiples"),
        *(block for key in keys for block in _table(made_of, key)),
    ]


def _identity(made_of: Material) -> list[Block]:
    said = _said(made_of.figures)
    if not said:
        return []
    return [*_plain(said[Topic.ATTENTION]), *_table(made_of, "attention")]


def _method(made_of: Material) -> list[Block]:
    reviews = made_of.figures.reviews
    paragraphs = [
        f"{TWO_SOURCES} {RULE}",
        OF_THESE.format(these=these(reviews)) if reviews else "",
        f"{SMALL} {SUPPRESSION}",
        made_of.beside or "",
        "" if made_of.decision is None else DECIDED,
    ]
    return [
        *(block for one in paragraphs if one for block in _plain([one])),
        *written(made_of.decision or ""),
    ]


def _said(figures: Figures) -> Mapping[Topic, tuple[str, ...]]:
    return by_topic(figures) if figures.reviews else {}


def _table(made_of: Material, *keys: str) -> list[Block]:
    """Give tables by their ids, each with its pictures; other words as they are."""
    found: list[Block] = []
    for key in keys:
        if " " in key:
            found += _plain([key] if made_of.figures.reviews else [])
        elif key in made_of.tables:
            picture = PICTURE_OF.get(key, "")
            found += [*_drawn(made_of, picture), made_of.tables[key]]
    return found


def _drawn(made_of: Material, key: str) -> list[Block]:
    return [made_of.pictures[key]] if key in made_of.pictures else []


def _own(made_of: Material, box: str) -> tuple[Block, ...]:
    return written(made_of.words.get(box, ""))


def _paragraphs(words: Iterable[str], *more: str) -> list[Block]:
    """Say sentences in one numbered paragraph; nothing where there is none."""
    told = " ".join([*words, *more])
    return [Paragraph(words=told, source=Source.FIGURES)] if told else []


def _plain(words: Iterable[str]) -> list[Block]:
    told = " ".join(words)
    return [Paragraph(words=told, source=Source.FIGURES)] if told else []


def _points(words: Sequence[str]) -> Points:
    return Points(items=tuple(words), source=Source.FIGURES)


def _section(
    anchor: str, title: str, level: int, blocks: Iterable[Block] = ()
) -> Section:
    return Section(anchor=anchor, title=title, level=level, blocks=tuple(blocks))


def _filled(sections: Sequence[Section]) -> Iterator[Section]:
    """Leave out sections with nothing in them and nothing below them."""
    for n, one in enumerate(sections):
        below = sections[n + 1] if n + 1 < len(sections) else None
        holds_others = below is not None and below.level > one.level
        if one.blocks or holds_others:
            yield one


def _explained(sections: Iterable[Section]) -> Iterator[Section]:
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


def _numbered(sections: Iterable[Section]) -> Iterator[Section]:
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
