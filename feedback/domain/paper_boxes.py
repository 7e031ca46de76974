"""Which boxes does an officer fill in a committee paper, and with what to begin?

What stands in a box is printed for the public, word for word. An empty box prints
nothing; three must not be empty.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from feedback.domain.answering import LONGEST_WORDS
from feedback.domain.report import Period
from feedback.domain.spoken_time import day_words

PERIOD_MONTHS: Final = "{:%B %Y}"
# No database keeps a NUL, and half a character is none.
NEVER_KEPT: Final = re.compile("[\0\ud800-\udfff]")
# A reference as reviews carry them, like H-000001.
REFERENCE: Final = re.compile(r"\b[A-Z]{1,4}-\d{4,}\b")
# A few of somebody: such a number is withheld everywhere else.
FEW: Final = re.compile(
    r"\b(?:one|two|three|four|five|[1-5])\s+(?:of\s+(?:the|these|our)\s+)?"
    r"(?:child(?:ren)?|girls?|boys?|young\s+(?:people|person|m[ae]n|wom[ae]n)|"
    r"mothers?|fathers?|parents?|carers?|famil(?:y|ies)|siblings?|brothers?|sisters?|"
    r"people|persons?|social\s+workers?|practitioners?|managers?|partners?)\b",
    re.IGNORECASE,
)


class Part(StrEnum):
    """Where a box stands in the form."""

    HEAD = "head"
    MAIN = "main"
    IMPLICATIONS = "implications"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One box for an officer's words.

    Attributes:
        key: Its name in forms, files and frozen reports.
        hint: What belongs into it, where the label does not tell.
        rows: How high it is; 1 is a line.
    """

    key: str
    label: str
    part: Part
    hint: str = ""
    rows: int = 5
    is_required: bool = False


def _line(key: str, label: str, hint: str = "", *, is_required: bool = False) -> Box:
    return Box(
        key=key,
        label=label,
        part=Part.HEAD,
        hint=hint,
        rows=1,
        is_required=is_required,
    )


def _implication(key: str, label: str, hint: str = "") -> Box:
    return Box(key=key, label=label, part=Part.IMPLICATIONS, hint=hint, rows=4)


def _main(key: str, label: str, hint: str = "", *, is_required: bool = False) -> Box:
    return Box(key=key, label=label, part=Part.MAIN, hint=hint, is_required=is_required)


BOXES: Final[tuple[Box, ...]] = (
    _line("committee", "Committee"),
    _line("dated", "Dated", "The day on which the committee meets."),
    _line("subject", "Subject", "The title of the paper.", is_required=True),
    _line(
        "public", "Public report", "For information, for discussion or for decision."
    ),
    _line("outcome", "Corporate plan outcome that it delivers"),
    _line(
        "spending",
        "Does it need extra revenue or capital spending?",
        "Yes or no. If yes, fill the next three.",
    ),
    _line("how_much", "If so, how much?"),
    _line("funding", "What is the source of funding?"),
    _line("finance", "Has this source been agreed with finance?"),
    _line("report_of", "Report of", "The chief officer.", is_required=True),
    _line("author", "Report author", "Name and post."),
    _main("summary", "Summary", "The figures' sentences follow your words."),
    _main(
        "recommendation",
        "Recommendation",
        "What you ask the committee to do. Begin a line with a hyphen to make a list.",
        is_required=True,
    ),
    Box(
        key="background",
        label="Background",
        part=Part.MAIN,
        hint="Why and how practice is reviewed.",
        rows=10,
    ),
    _main("position", "Current position", "What you make of the figures."),
    _main("options", "Options"),
    _main("proposals", "Proposals", "What is going to be done."),
    _main(
        "key_data", "A word about the key data", "The figures themselves are listed."
    ),
    _implication("strategic", "Strategic implications"),
    _implication("financial", "Financial implications"),
    _implication("resource", "Resource implications"),
    _implication("legal", "Legal implications"),
    _implication("risk", "Risk implications"),
    _implication("equalities", "Equalities implications"),
    _implication("climate", "Climate implications"),
    _implication("security", "Security implications"),
    Box(key="conclusion", label="Conclusion", part=Part.END),
    Box(
        key="contact",
        label="Who can be asked about this report",
        part=Part.END,
        hint="Post, telephone and email of an office, a line each.",
        rows=3,
    ),
)
BY_KEY: Final[Mapping[str, Box]] = {one.key: one for one in BOXES}


def drafts(
    period: Period, *, today: date, council: str = "the council", author: str = ""
) -> dict[str, str]:
    """Draft every box, with no figure in it: those stand in sentences of their own."""
    office = author or "Head of Safeguarding and Quality Assurance"
    return {**_DRAFTS, **_own_drafts(period, today, council), "author": office}


def missing(words: Mapping[str, str]) -> tuple[Box, ...]:
    """List the boxes that must not be empty, and are."""
    return tuple(
        one for one in BOXES if one.is_required and not words.get(one.key, "").strip()
    )


def cautions(words: Mapping[str, str]) -> tuple[tuple[Box, str], ...]:
    """Find what in an officer's words could point to somebody; none of it is certain.

    Returns:
        Each box with the words in it that are worth a second look.
    """
    return tuple(
        (box, found.group())
        for box in BOXES
        for pattern in (REFERENCE, FEW)
        for found in pattern.finditer(words.get(box.key, ""))
    )


def read_words(read: Any) -> dict[str, str]:  # noqa: ANN401 - whatever a file held
    """Take the words of some boxes from a file.

    Raises:
        ValueError: Saying what is wrong, in a line.
    """
    if not isinstance(read, dict):
        raise ValueError("it must be one JSON object: a box's name and its words")  # noqa: TRY004
    for key, words in read.items():
        if key not in BY_KEY:
            raise ValueError(f"{key!r} is no box; they are {', '.join(BY_KEY)}")
        if not isinstance(words, str):
            raise ValueError(f"{key}: its words must be text")  # noqa: TRY004
        if NEVER_KEPT.search(words):
            raise ValueError(f"{key}: it holds a character that cannot be kept")
        if len(words) > LONGEST_WORDS:
            raise ValueError(f"{key}: write at most {LONGEST_WORDS:,} characters")
    return dict(read)


def _own_drafts(period: Period, today: date, council: str) -> dict[str, str]:
    first, last = (PERIOD_MONTHS.format(day) for day in (period.first, period.last))
    months = first if first == last else f"{first} to {last}"
    return {
        "dated": day_words(today),
        "subject": f"Children's Services practice and impact reviews, {months}",
        "background": _BACKGROUND.format(council=council),
    }


_BACKGROUND: Final = (
    "A practice and impact review looks closely at the work done with a child and "
    "their family. Most are carried out by reviewers who are independent of "
    "{council}, so that members can rely on a view from outside.\n"
    "A reviewer reads the record, speaks with those involved and grades the work in "
    "nine dimensions. Practice and outcomes are judged apart, and neither is worked "
    "out from the other.\n"
    "Children, families, partner agencies, practitioners and their managers are asked "
    "for their own view, in a way that is safe for them. Nobody has to answer. The "
    "reviewer's grades are locked before any answer is seen. Then the voices are held "
    "beside the grades, and a meeting of senior officers and the reviewer agrees each "
    "grade. Where a voice disagreed, the meeting must record how it considered that."
)
_DRAFTS: Final[Mapping[str, str]] = {
    "committee": "Children's Safeguarding Committee",
    "public": "For information",
    "outcome": "Children and young people are safe, are heard and do well",
    "spending": "No",
    "how_much": "Not applicable",
    "funding": "Not applicable",
    "finance": "Not applicable",
    "report_of": "Director of Children's Services",
    "summary": (
        "This report tells members what reviews of practice found, what children, "
        "families and the people who work with them said about it, and what is being "
        "done as a result."
    ),
    "recommendation": "Members are asked to:\n- Note the report.",
    "position": (
        "What people said is held beside the grades and never averaged with them. "
        "Where views differ, that is a finding: it shows where practice looks "
        "different to those who live with it."
    ),
    "options": "This report is for information: there is nothing to choose between.",
    "proposals": (
        "Each recommendation became an action with an owner and a day by which it is "
        "due. An action counts as done only when a second person has confirmed it."
    ),
    "key_data": "",
    "strategic": (
        "Reviewing practice from outside, and hearing those it is for, supports the "
        "council's aim that children and families get the right help early."
    ),
    "financial": "None. Reviews are paid for from the existing budget.",
    "resource": "None beyond the time of those who take part.",
    "legal": (
        "Reviews help the council to show how it meets its duties to safeguard and "
        "promote the welfare of children under the Children Act 1989 and the Children "
        "Act 2004. Small numbers are withheld so that nobody can be recognised."
    ),
    "risk": (
        "Anybody who may be unsafe is followed up at once and apart from a review: "
        "nothing waits for a grade or for this report."
    ),
    "equalities": (
        "Reviews ask whether the work took account of who a child and family are. "
        "This report has regard to the public sector equality duty. It gives no "
        "figures about the characteristics of those reviewed, because the numbers are "
        "so small that people could be recognised."
    ),
    "climate": "None.",
    "security": "None.",
    "conclusion": (
        "The reviews give an independent view of practice and of the difference it "
        "makes. What they found is being acted on, and the next report will tell "
        "members how far that has come."
    ),
    "contact": "",
}
