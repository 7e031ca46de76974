"""What stands in the appendices of a committee paper?"""

from collections.abc import Iterator
from typing import Final

from feedback.domain.paper import Block, Section, written
from feedback.domain.paper_material import (
    Material,
    drawn,
    own_words,
    paragraph,
    points,
    said_of,
    section,
    tables,
)
from feedback.domain.report_words import RULE, SUPPRESSION, Topic, these

VOICES: Final = "voices-at"
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


def appendices_of(made_of: Material) -> Iterator[Section]:
    """Lay out the list of appendices, the author, and each appendix with something."""
    appendices = [
        ("grades", "Grades", tables(made_of, "grades", APART)),
        ("feedback", "Feedback and what came of it", _feedback(made_of)),
        ("voices", "Each voice beside the grades", _voices(made_of)),
        ("identity", "Attention to identity (Social GRACES)", _identity(made_of)),
        (
            "actions",
            "Recommendations and actions",
            tables(made_of, "recommendations", "actions"),
        ),
        ("method", "How these figures were made", _method(made_of)),
    ]
    kept = [(anchor, title, blocks) for anchor, title, blocks in appendices if blocks]
    names = [f"Appendix {n}: {title}" for n, (_, title, _) in enumerate(kept, 1)]
    yield section("appendices", "Appendices", 1, (points(names),))
    yield section(
        "author",
        "Report author",
        1,
        (*own_words(made_of, "author"), *own_words(made_of, "contact")),
    )
    for name, (anchor, _, blocks) in zip(names, kept, strict=True):
        yield Section(
            anchor=f"appendix-{anchor}",
            title=name,
            level=1,
            blocks=tuple(blocks),
        )


def _feedback(made_of: Material) -> list[Block]:
    said = said_of(made_of.figures)
    if not said:
        return []
    return [
        *paragraph(said[Topic.PEOPLE]),
        *tables(made_of, "people"),
        *paragraph([*said[Topic.DIFFERED], HOW_READ]),
        *tables(made_of, "voices"),
        *paragraph(said[Topic.MOVED]),
        *tables(made_of, "movement"),
    ]


def _voices(made_of: Material) -> list[Block]:
    """Give what is known of each group at each dimension; often too little to tell."""
    keys = [key for key in made_of.tables if key.startswith(f"{VOICES}-")]
    if not keys and not made_of.voices:
        return []
    return [
        *paragraph(made_of.voices),
        *drawn(made_of, "small-multiples"),
        *(block for key in keys for block in tables(made_of, key)),
    ]


def _identity(made_of: Material) -> list[Block]:
    said = said_of(made_of.figures)
    if not said:
        return []
    return [*paragraph(said[Topic.ATTENTION]), *tables(made_of, "attention")]


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
        *(block for one in paragraphs if one for block in paragraph([one])),
        *written(made_of.decision or ""),
    ]
