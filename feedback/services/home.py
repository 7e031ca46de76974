"""What needs this member of staff now?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from feedback.db.queries import action as action_queries
from feedback.db.queries import desk as queries
from feedback.domain.access import Role, Viewer
from feedback.domain.calendar import london_day
from feedback.domain.review import ReviewState
from feedback.services.act import FOLLOWING
from feedback.services.look_ahead import days_until
from feedback.services.read_actions import open_to

_BEFORE_LOCK = (ReviewState.COMMISSIONED, ReviewState.INVITED)


class Work(StrEnum):
    """A kind of work that can wait for somebody; each leads to one page."""

    ALERTS = "alerts"
    TEXTS = "texts"
    REVIEWER = "reviewer"
    PEOPLE = "people"
    INVITE = "invite"
    UNDELIVERED = "undelivered"
    QUARANTINED = "quarantined"
    GRADE = "grade"
    LOCK = "lock"
    VIEW = "view"
    COMMENT = "comment"
    MEETING = "meeting"
    FINISH = "finish"
    SIGN = "sign"
    OVERDUE = "overdue"
    CONFIRM = "confirm"


# What must be done while people may still answer, and what by the meeting.
BY_CLOSE: Final = frozenset(
    {Work.REVIEWER, Work.PEOPLE, Work.INVITE, Work.UNDELIVERED, Work.QUARANTINED}
)
BY_MEETING: Final = frozenset(
    {Work.GRADE, Work.LOCK, Work.VIEW, Work.COMMENT, Work.MEETING}
)
NEVER_URGENT: Final = frozenset({Work.VIEW})
# What somebody wrote of their own accord may say that they are not safe.
ALWAYS_URGENT: Final = frozenset({Work.ALERTS, Work.TEXTS})
PRESSING_DAYS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to do, or to read.

    Args:
        reference: The review it is at; None where it is at no one review.
        count: How many there are, where that is what matters.
        due: The day that presses: the window's last, or the meeting's.
        days: How many days until then; below 0 once it is over.
    """

    work: Work
    reference: str | None = None
    count: int | None = None
    due: date | None = None
    days: int | None = None

    @property
    def is_urgent(self) -> bool:
        """Whether it presses: alerts and texts always, other work close to its day."""
        if self.work in NEVER_URGENT:
            return False
        is_close = self.days is not None and self.days <= PRESSING_DAYS
        return self.work in ALWAYS_URGENT or is_close


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What lies on somebody's desk.

    Args:
        more: How much more work waits than the items tell.
    """

    roles: tuple[Role, ...]
    items: tuple[Item, ...]
    more: int


def desk(session: Session, viewer: Viewer, *, now: datetime) -> Desk:
    """Find what needs a viewer now, in one select a kind of work."""
    items: dict[Item, None] = {}
    more = 0
    if viewer.roles & {Role.DUTY, Role.HEAD_SQA}:
        items.update(dict.fromkeys(_alerts(session)))
    if Role.DUTY in viewer.roles:
        items.update(dict.fromkeys(_texts(session)))
    if viewer.roles & FOLLOWING:
        items.update(dict.fromkeys(_actions(session, viewer, now)))
    for work, condition in _kinds(viewer, now):
        found = queries.waiting(session, condition)
        items.update(dict.fromkeys(_item(work, one, now) for one in found.reviews))
        more += found.total - len(found.reviews)
    return Desk(
        roles=tuple(sorted(viewer.roles)),
        items=tuple(sorted(items, key=lambda one: not one.is_urgent)),
        more=more,
    )


def _item(work: Work, review: queries.WaitingReview, now: datetime) -> Item:
    due = None
    if work in BY_CLOSE:
        due = london_day(review.closes_at)
    elif work in BY_MEETING:
        due = review.moderation_on
    days = None if due is None else days_until(due, now)
    return Item(work=work, reference=review.reference, due=due, days=days)


def _alerts(session: Session) -> Iterator[Item]:
    count = queries.open_alerts(session)
    if count:
        yield Item(work=Work.ALERTS, count=count)


def _texts(session: Session) -> Iterator[Item]:
    count = queries.unread_texts(session)
    if count:
        yield Item(work=Work.TEXTS, count=count)


def _actions(session: Session, viewer: Viewer, now: datetime) -> Iterator[Item]:
    """Tell of late actions, and of those that wait for a second person."""
    kinds = {
        Work.OVERDUE: action_queries.is_overdue(london_day(now)),
        Work.CONFIRM: action_queries.is_confirmable_by(viewer.account),
    }
    counts = action_queries.counted(
        session, open_to(viewer, now=now), tuple(kinds.values())
    )
    for work, count in zip(kinds, counts, strict=True):
        if count:
            yield Item(work=work, count=count)


def _kinds(viewer: Viewer, now: datetime) -> Iterator[tuple[Work, ColumnElement[bool]]]:
    """List the kinds of work a viewer's roles bring, the most pressing first."""
    if viewer.roles & {Role.REVIEWER, Role.HEAD_SQA, Role.MODERATOR}:
        is_theirs = queries.has_unsigned_seat(viewer.account)
        yield Work.SIGN, is_theirs & queries.is_all_agreed()
        yield Work.FINISH, is_theirs & ~queries.is_all_agreed()
    if Role.HEAD_SQA in viewer.roles:
        yield from _of_head(viewer, now)
    if Role.MODERATOR in viewer.roles:
        yield from _of_moderator(viewer, now)
    if Role.REVIEWER in viewer.roles:
        yield from _of_reviewer(viewer, now)
    if Role.COORDINATOR in viewer.roles:
        yield from _of_coordinator(now)


def _of_head(
    viewer: Viewer, now: datetime
) -> Iterator[tuple[Work, ColumnElement[bool]]]:
    is_own = queries.has_seat(viewer.account, Role.REVIEWER, now)
    yield Work.COMMENT, queries.in_state(ReviewState.LOCKED) & ~is_own
    yield Work.MEETING, queries.in_state(ReviewState.COMMENTED)


def _of_moderator(
    viewer: Viewer, now: datetime
) -> Iterator[tuple[Work, ColumnElement[bool]]]:
    is_seated = queries.has_seat(viewer.account, Role.MODERATOR, now)
    is_heads = queries.is_reviewed_by_role(Role.HEAD_SQA, now)
    yield Work.COMMENT, queries.in_state(ReviewState.LOCKED) & is_seated & is_heads
    yield Work.MEETING, queries.in_state(ReviewState.COMMENTED) & is_seated


def _of_reviewer(
    viewer: Viewer, now: datetime
) -> Iterator[tuple[Work, ColumnElement[bool]]]:
    is_own = queries.has_seat(viewer.account, Role.REVIEWER, now)
    is_open = queries.in_state(*_BEFORE_LOCK) & is_own
    yield Work.LOCK, is_open & queries.is_all_drafted()
    yield Work.GRADE, is_open & ~queries.is_all_drafted()
    yield (
        Work.VIEW,
        queries.in_state(ReviewState.LOCKED, ReviewState.COMMENTED) & is_own,
    )


def _of_coordinator(now: datetime) -> Iterator[tuple[Work, ColumnElement[bool]]]:
    is_open = queries.in_state(*(one for one in ReviewState if one.takes_feedback))
    yield Work.QUARANTINED, is_open & queries.has_quarantined()
    yield Work.UNDELIVERED, is_open & queries.has_undelivered(now)
    yield Work.PEOPLE, is_open & queries.lacks_people()
    yield Work.INVITE, is_open & queries.has_uninvited(now)
    yield Work.REVIEWER, queries.in_state(*_BEFORE_LOCK) & queries.lacks_reviewer(now)
