"""What is a moderation record, as its pages and its signers know it?"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from feedback.domain.access import AccountId
from feedback.domain.attention import Attention
from feedback.domain.grading import Grading, Judgement
from feedback.domain.moderation import AgreementFault, Recommendation, Seat
from feedback.domain.review import ReviewState
from feedback.services.comment import FirstComment
from triangulation import Cell, DimensionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A group that disagrees: wholly on the other side of good from the grade."""

    group: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How voices and grade stand together at one dimension.

    Attributes:
        voices: The groups that disagree; empty once the record is signed.
        speaking: How many groups speak to it at all; 0 once it is signed.
        sources_differ: One group is wholly positive, another wholly negative.
        cells: Every group beside the grade; empty once the record is signed.
    """

    status: DimensionStatus
    voices: tuple[Voice, ...] = ()
    speaking: int = 0
    sources_differ: bool = False
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One judgement in the record, from the reviewer's first grade to the agreed.

    Attributes:
        heard: What people's answers say beside it; None for the headlines.
        first: The reviewer's grade as it was locked.
        standing: The reviewer's grade as it stood when the meeting opened.
        reason: Why the agreed grade is what it is.
        version: What a page must give back, so that nobody overwrites unseen.
    """

    judgement: Judgement
    heard: Heard | None
    first: Grading
    standing: Grading
    standing_reason: str | None
    proposed: Grading | None
    proposed_reason: str | None
    agreed: Grading | None
    reason: str | None
    considered: str | None
    version: str

    @property
    def is_dissonant(self) -> bool:
        """Whether a voice disagrees, so that "considered" must be on record."""
        return self.heard is not None and self.heard.status is DimensionStatus.DISSONANT

    @property
    def has_moved(self) -> bool:
        """Whether the meeting agreed another grade than the reviewer's."""
        return self.agreed is not None and self.agreed.grade != self.standing.grade

    @property
    def rank(self) -> int:
        """Where it stands in the walk: disagreements first, headlines last."""
        if self.heard is None:
            return 3
        if self.is_dissonant:
            return 0
        is_contested = (
            self.proposed is not None
            or self.heard.sources_differ
            or self.heard.status is not DimensionStatus.CONVERGENT
        )
        return 1 if is_contested else 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatView:
    """A seat, who fills it, and whether their signature stands."""

    seat: Seat
    account: AccountId
    name: str
    job_title: str
    deputy_reason: str | None
    signed_at: datetime | None
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecommendation:
    """A recommendation as it is kept."""

    id: UUID
    recommendation: Recommendation


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The moderation record of one review.

    Attributes:
        points: All eleven, disagreements first.
        attention: Which aspects of identity the work paid attention to, as the
            reviewer said before lock; None where nothing was said.
        digest: What each seat signs: it changes with anything in the record.
        withdrawn: How many contributions were taken out, or asked to be.
    """

    reference: str
    state: ReviewState
    held_on: date
    signed_at: datetime | None
    comment: FirstComment | None
    seats: tuple[SeatView, ...]
    points: tuple[Point, ...]
    recommendations: tuple[KeptRecommendation, ...]
    faults: tuple[AgreementFault, ...]
    digest: str
    withdrawn: int
    attention: Attention | None = None

    @property
    def is_signed(self) -> bool:
        """Whether every seat has signed, so that nothing changes any more."""
        return self.signed_at is not None

    @property
    def agreed(self) -> int:
        """How many of the eleven judgements are agreed so far."""
        return sum(point.agreed is not None for point in self.points)

    @property
    def in_order(self) -> tuple[Point, ...]:
        """The points as a record is read: headlines, then D1 to D9."""
        order = tuple(Judgement)
        return tuple(
            sorted(
                self.points,
                key=lambda one: (
                    not one.judgement.is_headline,
                    order.index(one.judgement),
                ),
            )
        )

    @property
    def next_up(self) -> Point | None:
        """The first in the walk at which something is missing; None at the end."""
        missing = {fault.judgement for fault in self.faults}
        return next((one for one in self.points if one.judgement in missing), None)

    def point(self, judgement: Judgement) -> Point:
        """Give one judgement's line."""
        return next(one for one in self.points if one.judgement is judgement)

    def seat_of(self, account: UUID | None) -> SeatView | None:
        """Give the seat that somebody fills; None where they have none."""
        return next((one for one in self.seats if one.account == account), None)
