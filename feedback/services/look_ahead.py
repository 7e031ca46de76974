"""What is coming, and what is there, for this member of staff?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from feedback.db.queries import overview as queries
from feedback.db.queries.overview import DatedReview, PublishedReport
from feedback.domain.access import Action, Role, Viewer, may
from feedback.domain.alert import AlertState
from feedback.domain.calendar import at_wall_time, london_day
from feedback.domain.duty import DutyRoute
from feedback.domain.review import ReviewState
from feedback.services import admit
from feedback.services.delivery_health import Halt, paused_channels
from feedback.services.duty import duty_route

AHEAD: Final = timedelta(days=21)
MOST_COMING: Final = 6
READERS: Final = frozenset({Role.COMMITTEE, Role.AUDITOR})
KEEPERS: Final = frozenset({Role.COORDINATOR, Role.HEAD_SQA, Role.ADMIN, Role.DUTY})


class Event(StrEnum):
    """What happens at a review on a day."""

    OPENS = "opens"
    CLOSES = "closes"
    MEETING = "meeting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """Something that happens at a review soon."""

    on: date
    event: Event
    reference: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """How much the audit trail holds, and since when."""

    deeds: int
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What is coming and what is there; None or empty where it is not theirs to see.

    Attributes:
        reviews: How many reviews stand at each step.
        alerts: How many alerts stand at each state.
        lacks_route: Whether it is theirs to know that nobody is set to be told of
            alerts.
        paused: The channels that stand still.
    """

    coming: tuple[Coming, ...] = ()
    reviews: Mapping[ReviewState, int] | None = None
    reports: tuple[PublishedReport, ...] = ()
    alerts: Mapping[AlertState, int] | None = None
    route: DutyRoute | None = None
    lacks_route: bool = False
    accounts: Mapping[Role, int] | None = None
    paused: tuple[Halt, ...] = ()
    trail: Trail | None = None


def look_ahead(session: Session, viewer: Viewer, *, now: datetime) -> Ahead:
    """Find what a viewer's home page tells beside what needs them now."""
    roles = viewer.roles
    is_admin = Role.ADMIN in roles
    knows_reviews = may(viewer, Action.SEE_COUNTS)
    is_known = admit.reviews_open_to(viewer, now=now)
    route = duty_route(session) if roles & KEEPERS else None
    return Ahead(
        coming=_coming(session, is_known, now) if knows_reviews else (),
        reviews=_reviews(session, is_known) if knows_reviews else None,
        reports=tuple(queries.published(session)) if roles & READERS else (),
        alerts=_alerts(session) if may(viewer, Action.SETTLE_ALERTS) else None,
        route=route if Role.DUTY in roles else None,
        lacks_route=bool(roles & KEEPERS) and route is None,
        accounts=_accounts(session) if is_admin else None,
        paused=paused_channels(session) if is_admin else (),
        trail=_trail(session) if Role.AUDITOR in roles else None,
    )


def days_until(day: date, now: datetime) -> int:
    """Count the London days from now until a day; below 0 once it is over."""
    return (day - london_day(now)).days


def _coming(
    session: Session, is_known: ColumnElement[bool], now: datetime
) -> tuple[Coming, ...]:
    last = london_day(now) + AHEAD
    until = at_wall_time(last + timedelta(days=1), time.min)
    found = [
        Coming(on=on, event=event, reference=one.reference, days=days)
        for one in queries.dated(session, is_known, now=now, until=until)
        for event, on in _events(one)
        if 0 <= (days := days_until(on, now)) <= AHEAD.days
    ]
    found.sort(key=lambda one: (one.on, one.reference))
    return tuple(found[:MOST_COMING])


def _events(review: DatedReview) -> Iterator[tuple[Event, date]]:
    yield Event.OPENS, london_day(review.opens_at)
    yield Event.CLOSES, london_day(review.closes_at)
    if review.moderation_on is not None:
        yield Event.MEETING, review.moderation_on


def _reviews(
    session: Session, is_known: ColumnElement[bool]
) -> Mapping[ReviewState, int]:
    found = queries.by_state(session, is_known)
    return {state: found.get(state, 0) for state in ReviewState}


def _alerts(session: Session) -> Mapping[AlertState, int]:
    found = queries.alerts_by_state(session)
    return {state: found.get(state, 0) for state in AlertState}


def _accounts(session: Session) -> Mapping[Role, int]:
    found = queries.accounts_by_role(session)
    return {role: found.get(role, 0) for role in Role}


def _trail(session: Session) -> Trail:
    deeds, since = queries.audit_notes(session)
    return Trail(deeds=deeds, since=since)
