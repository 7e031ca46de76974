"""What is kept when a report is frozen: figures, tables, pictures and the paper."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from feedback.domain.paper import Picture, Printed
from feedback.domain.paper_appendices import VOICES
from feedback.domain.paper_json import as_json, table_json, table_of
from feedback.domain.paper_layout import paper
from feedback.domain.paper_material import Material
from feedback.domain.portfolio_tables import ShownPortfolio
from feedback.domain.portfolio_words import portfolio_sentences, portfolio_tables
from feedback.domain.report import Figures
from feedback.domain.report_findings import findings
from feedback.domain.report_pictures import pictures
from feedback.domain.report_tables import tables

TOO_FEW: Final = (
    "How each group stood in each dimension was counted, and is withheld (c) as a "
    "whole: small counts in it, or in the tables above, could be worked out from it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """What a report is frozen from.

    Attributes:
        figures: What may be read.
        words: The officer's words by box.
        decision: Why the grades of the whole set are shown.
        near: Reports published over some of the same reviews: their periods in
            words, by id.
        voices: How each group stood at each dimension, as far as it may be read;
            None where that could be worked out from a report published before.
    """

    figures: Figures
    grades_opened: bool
    words: Mapping[str, str]
    decision: str | None = None
    near: Mapping[str, str] = field(default_factory=dict)
    voices: ShownPortfolio | None = None


def frozen(made_of: Frozen) -> dict[str, Any]:
    """Write everything that a report keeps as JSON."""
    found = made_of.figures
    printed = tables(found)
    voices = _voice_tables(made_of.voices) if found.reviews else []
    printed |= {one.id: one for one in voices}
    drawn = [
        Picture(drawn=one.as_json())
        for one in pictures(found, made_of.voices)
        if _shows_anything(one.data)
    ]
    laid_out = paper(
        Material(
            figures=found,
            words=made_of.words,
            tables=printed,
            pictures={one.drawn["id"]: one for one in drawn},
            voices=_voice_words(made_of.voices, voices),
            decision=made_of.decision,
            beside=beside_words(tuple(made_of.near.values())),
        )
    )
    return {
        **findings(found, grades_opened=made_of.grades_opened),
        "tables": [table_json(one) for one in printed.values()],
        "pictures": [dict(one.drawn) for one in drawn],
        "words": dict(made_of.words),
        "beside": {"reports": list(made_of.near)},
        "paper": as_json(laid_out),
    }


def beside_words(spans: Sequence[str]) -> str | None:
    """Say that earlier reports cover a part of the same reviews."""
    if not spans:
        return None
    told = " and ".join(spans)
    those = "The report" if len(spans) == 1 else "The reports"
    covers = "covers" if len(spans) == 1 else "cover"
    return (
        f"{those} {told}, published before, {covers} these reviews or a part of them. "
        "What could be worked out by taking one from the other is withheld here as "
        "well."
    )


def _shows_anything(data: Mapping[str, Any]) -> bool:
    """Tell whether a picture has a single figure in it, and is worth its place."""
    rows = data.get("rows")
    if rows is not None:
        return any(None not in row["cells"] for row in rows)
    counts = data.get("counts")
    return counts is None or None not in counts.values()


def _voice_tables(voices: ShownPortfolio | None) -> list[Printed]:
    """Give the tables of voices the ids by which a paper finds them."""
    if voices is None:
        return []
    return [
        table_of({**read, "id": f"{VOICES}-{n}", "corner": "Voice"})
        for n, read in enumerate(portfolio_tables(voices), 1)
    ]


def _voice_words(
    voices: ShownPortfolio | None, printed: Sequence[Printed]
) -> tuple[str, ...]:
    if voices is None or not voices.kept:
        return ()
    return portfolio_sentences(voices) if printed else (TOO_FEW,)
