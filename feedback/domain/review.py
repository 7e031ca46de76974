"""Where does a review stand, and who may take which part in it?"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from feedback.domain.errors import FeedbackError, IllegalMoveError


class ReviewError(FeedbackError):
    """Something that a review's rules refuse."""


class ReviewState(StrEnum):
    """The steps of a review's life, in order."""

    COMMISSIONED = "commissioned"
    INVITED = "invited"
    LOCKED = "locked"
    COMMENTED = "commented"
    MODERATING = "moderating"
    AGREED = "agreed"

    @property
    def label(self) -> str:
        """The state in words."""
        return STATE_LABELS[self]

    @property
    def is_locked(self) -> bool:
        """Whether the reviewer's grades are locked, so that answers may be seen."""
        return self in LOCKED_STATES

    @property
    def takes_feedback(self) -> bool:
        """Whether people may still answer: until the record is signed."""
        return self is not ReviewState.AGREED


STATE_LABELS: Final[Mapping[ReviewState, str]] = {
    ReviewState.COMMISSIONED: "Commissioned",
    ReviewState.INVITED: "Hearing people",
    ReviewState.LOCKED: "Grades locked",
    ReviewState.COMMENTED: "First comment made",
    ReviewState.MODERATING: "In moderation",
    ReviewState.AGREED: "Agreed and signed",
}

MOVES: Final[Mapping[ReviewState, frozenset[ReviewState]]] = {
    # A review may be graded before anyone could be invited safely.
    ReviewState.COMMISSIONED: frozenset({ReviewState.INVITED, ReviewState.LOCKED}),
    ReviewState.INVITED: frozenset({ReviewState.LOCKED}),
    ReviewState.LOCKED: frozenset({ReviewState.COMMENTED}),
    ReviewState.COMMENTED: frozenset({ReviewState.MODERATING}),
    ReviewState.MODERATING: frozenset({ReviewState.AGREED}),
    ReviewState.AGREED: frozenset(),
}

LOCKED_STATES: Final = frozenset(
    {
        ReviewState.LOCKED,
        ReviewState.COMMENTED,
        ReviewState.MODERATING,
        ReviewState.AGREED,
    }
)


def step(came_from: ReviewState, to: ReviewState) -> ReviewState:
    """Take a review one legal step.

    Raises:
        IllegalMoveError: If `to` does not follow.
    """
    if to not in MOVES[came_from]:
        raise IllegalMoveError(came_from, to)
    return to


class Service(StrEnum):
    """Which service worked with the child."""

    CHILDRENS_SOCIAL_CARE = "childrens_social_care"
    EARLY_HELP = "early_help"

    @property
    def label(self) -> str:
        """The service in words."""
        if self is Service.EARLY_HELP:
            return "Early help"
        return "Children's social care"


class ReviewerKind(StrEnum):
    """Whether the reviewer comes from outside the council."""

    INDEPENDENT = "independent"
    INTERNAL = "internal"

    @property
    def label(self) -> str:
        """The kind in words."""
        return self.value.capitalize()


class FeedbackSeen(StrEnum):
    """What the reviewer had heard from people before grading."""

    NONE = "none"
    CONVERSATIONS = "conversations"
    FORMS = "forms"

    @property
    def label(self) -> str:
        """The answer in words."""
        return {
            FeedbackSeen.NONE: "None",
            FeedbackSeen.CONVERSATIONS: "Conversations with people",
            FeedbackSeen.FORMS: "Their forms",
        }[self]


class Conflict(StrEnum):
    """Why a person may not review this child's case."""

    IN_LINE_OF_MANAGEMENT = "in_line_of_management"
    OWN_CHILD_AS_IRO = "own_child_as_iro"
    HAS_ROLE_IN_CASE = "has_role_in_case"

    @property
    def sentence(self) -> str:
        """What to tell the coordinator."""
        return {
            Conflict.IN_LINE_OF_MANAGEMENT: (
                "This person is in the line of management of the case. "
                "Choose another reviewer."
            ),
            Conflict.OWN_CHILD_AS_IRO: (
                "This person is the child's own Independent Reviewing Officer. "
                "Choose another reviewer."
            ),
            Conflict.HAS_ROLE_IN_CASE: (
                "This person takes part in the case themselves. "
                "Choose another reviewer."
            ),
        }[self]


class ConflictOfInterestError(ReviewError):
    """A reviewer who has a stake in the case."""

    def __init__(self, conflict: Conflict) -> None:
        super().__init__(conflict.sentence)
        self.conflict = conflict


def refuse_conflict(declared: frozenset[Conflict]) -> None:
    """Refuse a reviewer for whom a conflict of interest was declared.

    Raises:
        ConflictOfInterestError: For the first that was declared.
    """
    for conflict in Conflict:
        if conflict in declared:
            raise ConflictOfInterestError(conflict)
