"""Who sits at a moderation meeting, and what must stand before it can agree?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from feedback.domain.access import AccountId
from feedback.domain.errors import FeedbackError
from feedback.domain.grading import Grading, Judgement


class ModerationError(FeedbackError):
    """Something that the rules of moderation refuse."""


class Seat(StrEnum):
    """The four seats of a moderation meeting."""

    REVIEWER = "reviewer"
    HEAD_SQA = "head_sqa"
    HEAD_CSC = "head_csc"
    AD_PEOPLE = "ad_people"

    @property
    def label(self) -> str:
        """The seat in words."""
        return SEAT_LABELS[self]


SEAT_LABELS: Final[Mapping[Seat, str]] = {
    Seat.REVIEWER: "Reviewer",
    Seat.HEAD_SQA: "Head of Safeguarding and QA",
    Seat.HEAD_CSC: "Head of Children's Social Care and Early Help",
    Seat.AD_PEOPLE: "Assistant Director for People",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitter:
    """Who fills a seat; a deputy says why they are there."""

    seat: Seat
    account: AccountId
    is_holder: bool
    deputy_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """What is to be done, by whom and by when."""

    dimension: Judgement
    words: str
    owner: str
    due_on: date


class QuorumError(ModerationError):
    """The four seats are not filled by four different people."""


def check_quorum(sitters: Collection[Sitter]) -> None:
    """Refuse a meeting that is not four seats filled by four people.

    Raises:
        QuorumError: Saying which seat is empty, doubled or filled without a word.
    """
    filled = {sitter.seat: sitter for sitter in sitters}
    for seat in Seat:
        if seat not in filled:
            raise QuorumError(f"{seat.label}: this seat is empty; name a deputy")
        sitter = filled[seat]
        if not sitter.is_holder and not sitter.deputy_reason:
            raise QuorumError(f"{seat.label}: say why a deputy sits here")
    if len({sitter.account for sitter in sitters}) < len(Seat):
        raise QuorumError("Each seat needs a different person; name a deputy")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFault:
    """What still stands in the way of agreeing, at which judgement."""

    judgement: Judgement
    sentence: str


def faults_before_agreement(
    *,
    agreed: Mapping[Judgement, Grading],
    reasons: Mapping[Judgement, str],
    before: Mapping[Judgement, Grading],
    dissonant: Collection[Judgement],
    considered: Collection[Judgement],
) -> tuple[AgreementFault, ...]:
    """List what is missing before the record can be signed, in display order.

    Args:
        agreed: What the meeting has agreed so far.
        reasons: Why a grade moved, where it did.
        before: The reviewer's grades as they stood when the meeting opened.
        dissonant: Dimensions in which a voice is dissonant.
        considered: Dimensions for which "considered" is on record.
    """
    found = []
    for one in Judgement:
        grading = agreed.get(one)
        if grading is None:
            sentence = "is not agreed yet"
        elif one in dissonant and one not in considered:
            sentence = (
                "has a voice that disagrees: record what the meeting made of it "
                "before agreeing the grade"
            )
        elif grading.grade != _grade(before.get(one)) and not reasons.get(one):
            sentence = "moved: say why"
        else:
            continue
        found.append(AgreementFault(judgement=one, sentence=f"{one.label} {sentence}"))
    return tuple(found)


def _grade(grading: Grading | None) -> int | None:
    return None if grading is None else grading.grade
