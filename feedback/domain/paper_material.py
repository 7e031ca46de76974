"""What is a paper made from, and how does a piece of it become blocks?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from feedback.domain.paper import (
    Block,
    Paragraph,
    Picture,
    Points,
    Printed,
    Section,
    Source,
    written,
)
from feedback.domain.report import Figures
from feedback.domain.report_words import Topic, by_topic

# Each picture stands before the table that holds the same facts.
PICTURE_OF: Final[Mapping[str, str]] = {"people": "funnel", "movement": "movement"}


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


def said_of(figures: Figures) -> Mapping[Topic, tuple[str, ...]]:
    """Sort what the figures say by topic; nothing where no review was counted."""
    return by_topic(figures) if figures.reviews else {}


def tables(made_of: Material, *keys: str) -> list[Block]:
    """Give tables by their ids, each with its pictures; other words as they are."""
    found: list[Block] = []
    for key in keys:
        if " " in key:
            found += paragraph([key] if made_of.figures.reviews else [])
        elif key in made_of.tables:
            picture = PICTURE_OF.get(key, "")
            found += [*drawn(made_of, picture), made_of.tables[key]]
    return found


def drawn(made_of: Material, key: str) -> list[Block]:
    """Give a drawing by its id, where there is one."""
    return [made_of.pictures[key]] if key in made_of.pictures else []


def own_words(made_of: Material, box: str) -> tuple[Block, ...]:
    """Give what the officer wrote in a box."""
    return written(made_of.words.get(box, ""))


def paragraph(words: Iterable[str], *more: str) -> list[Block]:
    """Say sentences in one numbered paragraph; nothing where there is none."""
    told = " ".join([*words, *more])
    return [Paragraph(words=told, source=Source.FIGURES)] if told else []


def points(words: Sequence[str]) -> Points:
    """Say sentences with figures one below the other."""
    return Points(items=tuple(words), source=Source.FIGURES)


def section(
    anchor: str, title: str, level: int, blocks: Iterable[Block] = ()
) -> Section:
    """Make a section of blocks from wherever they come."""
    return Section(anchor=anchor, title=title, level=level, blocks=tuple(blocks))
