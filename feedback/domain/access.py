"""Who may do what? One table; guards, navigation and tests derive from it.

What is not in the table is denied, and denied things are answered as if they
were not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final, NewType
from uuid import UUID

AccountId = NewType("AccountId", UUID)
ReviewId = NewType("ReviewId", UUID)


class Role(StrEnum):
    """What a member of staff is here for."""

    COORDINATOR = "coordinator"
    REVIEWER = "reviewer"
    HEAD_SQA = "head_sqa"
    MODERATOR = "moderator"
    DUTY = "duty"
    COMMITTEE = "committee"
    AUDITOR = "auditor"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        """The role in words."""
        return ROLE_LABELS[self]


ROLE_LABELS: Final[Mapping[Role, str]] = {
    Role.COORDINATOR: "QA coordinator",
    Role.REVIEWER: "Reviewer",
    Role.HEAD_SQA: "Head of Safeguarding and QA",
    Role.MODERATOR: "Moderator",
    Role.DUTY: "Safeguarding duty contact",
    Role.COMMITTEE: "Committee member",
    Role.AUDITOR: "Auditor",
    Role.ADMIN: "Administrator",
}


class Action(StrEnum):
    """Something that a page or command lets a person do."""

    CREATE_REVIEW = auto()
    SEE_CONTACTS = auto()
    SEE_ALERTED_CONTACT = auto()
    SEND_INVITATIONS = auto()
    SEE_COUNTS = auto()
    SEE_ANSWERS = auto()
    GRADE = auto()
    FIRST_COMMENT = auto()
    RAISE_CONCERN = auto()
    CODE_WORDS = auto()
    MODERATE = auto()
    ACT = auto()
    RAISE_ALERT = auto()
    SETTLE_ALERTS = auto()
    BUILD_REPORT = auto()
    SEE_PORTFOLIO = auto()
    READ_REPORT = auto()
    SEE_AUDIT = auto()
    MANAGE_ACCOUNTS = auto()
    SEE_DELIVERY = auto()
    SEE_INBOUND = auto()
    READ_INBOUND = auto()


class Condition(StrEnum):
    """When a role may: always at its own reviews, or only then.

    `unless_to_lock`: not while the same person has grades of the review to lock; an
    open alert goes before that.
    """

    ALWAYS = auto()
    AFTER_LOCK = auto()
    ON_OPEN_ALERT = auto()
    UNLESS_REVIEWER = auto()
    UNLESS_TO_LOCK = auto()
    WHERE_HEAD_REVIEWS = auto()


# Roles that see only the reviews at which they have a seat.
BY_MEMBERSHIP: Final = frozenset({Role.REVIEWER, Role.MODERATOR})

_ALWAYS, _LOCKED = Condition.ALWAYS, Condition.AFTER_LOCK

TABLE: Final[Mapping[Action, Mapping[Role, Condition]]] = {
    Action.CREATE_REVIEW: {Role.COORDINATOR: _ALWAYS, Role.HEAD_SQA: _ALWAYS},
    Action.SEE_CONTACTS: {Role.COORDINATOR: _ALWAYS},
    # Of the person whom the alert is about, and of nobody else at the review.
    Action.SEE_ALERTED_CONTACT: {
        Role.COORDINATOR: _ALWAYS,
        Role.DUTY: Condition.ON_OPEN_ALERT,
    },
    Action.SEND_INVITATIONS: {Role.COORDINATOR: _ALWAYS, Role.HEAD_SQA: _ALWAYS},
    Action.SEE_COUNTS: {
        Role.COORDINATOR: _ALWAYS,
        Role.REVIEWER: _ALWAYS,
        Role.HEAD_SQA: _ALWAYS,
        Role.MODERATOR: _ALWAYS,
    },
    Action.SEE_ANSWERS: {
        Role.REVIEWER: _LOCKED,
        Role.HEAD_SQA: _LOCKED,
        Role.MODERATOR: _LOCKED,
    },
    Action.GRADE: {Role.REVIEWER: _ALWAYS},
    Action.FIRST_COMMENT: {
        Role.HEAD_SQA: Condition.UNLESS_REVIEWER,
        Role.MODERATOR: Condition.WHERE_HEAD_REVIEWS,
    },
    Action.RAISE_CONCERN: {Role.REVIEWER: _ALWAYS, Role.HEAD_SQA: _ALWAYS},
    Action.CODE_WORDS: {Role.REVIEWER: _LOCKED, Role.HEAD_SQA: _LOCKED},
    Action.MODERATE: {
        Role.REVIEWER: _LOCKED,
        Role.HEAD_SQA: _LOCKED,
        Role.MODERATOR: _LOCKED,
    },
    Action.ACT: {
        Role.COORDINATOR: _ALWAYS,
        Role.HEAD_SQA: _ALWAYS,
        Role.MODERATOR: _ALWAYS,
    },
    Action.RAISE_ALERT: {Role.REVIEWER: _ALWAYS},
    Action.SETTLE_ALERTS: {Role.HEAD_SQA: _ALWAYS, Role.DUTY: _ALWAYS},
    Action.BUILD_REPORT: {Role.HEAD_SQA: _ALWAYS},
    # Every count over all reviews, unsuppressed: for nobody else.
    Action.SEE_PORTFOLIO: {Role.HEAD_SQA: _ALWAYS},
    Action.READ_REPORT: {
        Role.COORDINATOR: _ALWAYS,
        Role.REVIEWER: _ALWAYS,
        Role.HEAD_SQA: _ALWAYS,
        Role.MODERATOR: _ALWAYS,
        Role.COMMITTEE: _ALWAYS,
        Role.AUDITOR: _ALWAYS,
    },
    Action.SEE_AUDIT: {Role.HEAD_SQA: _ALWAYS, Role.AUDITOR: _ALWAYS},
    Action.MANAGE_ACCOUNTS: {Role.ADMIN: _ALWAYS},
    # Keys, states and codes only: never a name, a number or a word.
    Action.SEE_DELIVERY: {Role.ADMIN: _ALWAYS},
    # That a text waits, and of what kind: whoever sends the messages must know.
    Action.SEE_INBOUND: {
        Role.COORDINATOR: _ALWAYS,
        Role.HEAD_SQA: _ALWAYS,
        Role.DUTY: _ALWAYS,
    },
    # What somebody wrote of their own accord may be an answer, which nobody at the
    # review sees before the lock, or a disclosure in words that no list holds. So the
    # duty contact reads it, but not of a review that they are still to grade; the
    # head, only where it is an alert.
    Action.READ_INBOUND: {
        Role.DUTY: Condition.UNLESS_TO_LOCK,
        Role.HEAD_SQA: Condition.ON_OPEN_ALERT,
    },
}

# Actions at no one review: membership does not come into them.
AT_NO_REVIEW: Final = frozenset(
    {
        Action.CREATE_REVIEW,
        Action.SETTLE_ALERTS,
        Action.BUILD_REPORT,
        Action.SEE_PORTFOLIO,
        Action.READ_REPORT,
        Action.SEE_AUDIT,
        Action.MANAGE_ACCOUNTS,
        Action.SEE_DELIVERY,
        Action.SEE_INBOUND,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A signed-in member of staff, as far as access is concerned."""

    account: AccountId
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a viewer stands to one review, at the time of asking."""

    is_reviewer: bool = False
    is_moderator: bool = False
    is_locked: bool = False
    is_head_the_reviewer: bool = False
    has_open_alert: bool = False

    def is_member_as(self, role: Role) -> bool:
        """Tell whether the viewer has this role's seat at the review."""
        return {
            Role.REVIEWER: self.is_reviewer,
            Role.MODERATOR: self.is_moderator,
        }.get(role, True)


def may(viewer: Viewer, action: Action, at: Standing | None = None) -> bool:
    """Decide from the table whether a viewer may do this, at this review.

    Args:
        viewer: Who asks.
        action: What they ask to do.
        at: How they stand to the review; None where no one review is meant, and
            then whether they may at some review.
    """
    roles = viewer.roles
    if at is not None and at.is_moderator and roles & BY_MEMBERSHIP:
        # Whoever deputises at a meeting acts there as a moderator.
        roles |= {Role.MODERATOR}
    return any(
        _holds(condition, role, action, at)
        for role, condition in TABLE[action].items()
        if role in roles
    )


def _holds(
    condition: Condition, role: Role, action: Action, at: Standing | None
) -> bool:
    if at is None or action in AT_NO_REVIEW:
        return True
    if role in BY_MEMBERSHIP and not at.is_member_as(role):
        return False
    return {
        Condition.ALWAYS: True,
        Condition.AFTER_LOCK: at.is_locked,
        Condition.ON_OPEN_ALERT: at.has_open_alert,
        Condition.UNLESS_REVIEWER: not at.is_reviewer,
        Condition.UNLESS_TO_LOCK: (
            at.is_locked or at.has_open_alert or not at.is_reviewer
        ),
        Condition.WHERE_HEAD_REVIEWS: at.is_head_the_reviewer,
    }[condition]
