"""Who sits at a moderation meeting, and what must stand before it can agree?"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from feedback.domain.access import AccountId, Action, Role, Standing, Viewer, may
from feedback.domain.errors import FeedbackError
from feedback.domain.grading import Grading, Judgement


class ModerationError(FeedbackError):
    """Something that the rules of moderation refuse."""


class NotFirstCommenterError(ModerationError):
    """Somebody who may not comment first here; the sentence names who does."""


class NoSeatError(ModerationError):
    """Somebody who has no seat at this meeting."""

    def __init__(self) -> None:
        super().__init__("You have no seat at this meeting: each seat signs for itself")


class RecordSignedError(ModerationError):
    """A record that was signed: nothing in it changes any more."""

    def __init__(self) -> None:
        super().__init__(
            "The record was signed and stands as it is. What comes later goes into "
            "an addendum"
        )


class ChangedMeanwhileError(ModerationError):
    """Something that somebody else changed since it was read."""


class ConsideredMissingError(ModerationError):
    """A grade to be agreed although a dissonance was not considered."""

    def __init__(self, judgement: Judgement) -> None:
        super().__init__(
            "A voice disagrees here. Write what the meeting made of it before "
            "agreeing the grade"
        )
        self.judgement = judgement


class ReasonMissingError(ModerationError):
    """A grade that moved without a word."""

    def __init__(self, judgement: Judgement) -> None:
        super().__init__("The grade moves: say why")
        self.judgement = judgement


def check_first_commenter(viewer: Viewer, at: Standing) -> None:
    """Refuse a first comment by whoever carried out the review.

    Raises:
        NotFirstCommenterError: Naming the role that comments here.
    """
    if may(viewer, Action.FIRST_COMMENT, at):
        return
    who = who_comments_first(at)
    if at.is_reviewer:
        raise NotFirstCommenterError(
            "You carried out this review, so you cannot be the first to comment on "
            f"it. {who} comments first"
        )
    raise NotFirstCommenterError(f"{who} comments first on this review")


def who_comments_first(at: Standing) -> str:
    """Name the role that comments first on a review."""
    if at.is_head_the_reviewer:
        return "A moderator of this review"
    return f"The {Role.HEAD_SQA.label}"


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


class NotReadyToSignError(ModerationError):
    """A record that cannot be signed yet."""

    def __init__(self, faults: "tuple[AgreementFault, ...]") -> None:
        super().__init__("Something is missing before the record can be signed")
        self.faults = faults


def check_agreement(
    grading: Grading,
    *,
    before: Grading | None,
    reason: str | None,
    must_consider: bool,
) -> None:
    """Refuse to agree a grade over an unheard voice, or to move it without a word.

    Args:
        grading: What the meeting agrees.
        before: The reviewer's grade as it stands.
        reason: Why it moves, where it does.
        must_consider: A voice disagrees here and nothing is on record about it.

    Raises:
        ConsideredMissingError: If the disagreement was not considered.
        ReasonMissingError: If the grade moves without a reason.
    """
    if must_consider:
        raise ConsideredMissingError(grading.judgement)
    if grading.grade != _grade(before) and not reason:
        raise ReasonMissingError(grading.judgement)


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
