"""What needs this member of staff now?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from feedback.db.queries import desk as queries
from feedback.domain.access import Role, Viewer
from feedback.domain.review import ReviewState

_BEFORE_LOCK = (ReviewState.COMMISSIONED, ReviewState.INVITED)


class Work(StrEnum):
    """A kind of work that can wait for somebody; each leads to one page."""

    ALERTS = "alerts"
    REVIEWER = "reviewer"
    PEOPLE = "people"
    INVITE = "invite"
    UNDELIVERED = "undelivered"
    QUARANTINED = "quarantined"
    GRADE = "grade"
    VIEW = "view"
    COMMENT = "comment"
    MEETING = "meeting"
    SIGN = "sign"
    REPORTS = "reports"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to do, or to read.

    Args:
        reference: The review it is at; None where it is at no one review.
        count: How many there are, where that is what matters.
        period: The days a report is about.
    """

    work: Work
    reference: str | None = None
    count: int | None = None
    period: tuple[date, date] | None = None

    @property
    def is_urgent(self) -> bool:
        """Whether it must not wait until tomorrow."""
        return self.work is Work.ALERTS


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
    for work, condition in _kinds(viewer, now):
        found = queries.waiting(session, condition)
        new = [Item(work=work, reference=one) for one in found.references]
        items.update(dict.fromkeys(new))
        more += found.total - len(found.references)
    if viewer.roles & {Role.COMMITTEE, Role.AUDITOR}:
        periods = queries.published_reports(session)
        items.update(
            dict.fromkeys(Item(work=Work.REPORTS, period=one) for one in periods)
        )
    return Desk(roles=tuple(sorted(viewer.roles)), items=tuple(items), more=more)


def _alerts(session: Session) -> Iterator[Item]:
    count = queries.open_alerts(session, ("raised", "acknowledged"))
    if count:
        yield Item(work=Work.ALERTS, count=count)


def _kinds(viewer: Viewer, now: datetime) -> Iterator[tuple[Work, ColumnElement[bool]]]:
    """List the kinds of work a viewer's roles bring, the most pressing first."""
    if viewer.roles & {Role.REVIEWER, Role.HEAD_SQA, Role.MODERATOR}:
        yield Work.SIGN, queries.has_unsigned_seat(viewer.account)
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
    yield Work.GRADE, queries.in_state(*_BEFORE_LOCK) & is_own
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
