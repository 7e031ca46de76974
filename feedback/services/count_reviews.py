"""What is there to count over the reviews of a period?"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session

from feedback.db.queries import report as queries
from feedback.db.queries.attention import attention_counts
from feedback.domain.alert import AlertKind
from feedback.domain.calendar import at_wall_time
from feedback.domain.grading import Judgement
from feedback.domain.invitation import IN_PERSON, InvitationStatus
from feedback.domain.report import Counts, Movement, Period
from feedback.domain.review import ReviewerKind
from feedback.domain.voice import Trace, how_far
from feedback.services.count_actions import action_counts
from triangulation import DimensionStatus, Group, PersonStatus

# A message that failed says nothing about anybody's safety.
NO_ALARM: Final = (AlertKind.DELIVERY_FAILED.value,)
SOME_REASON: Final = "on record"


def within(period: Period, *, until: datetime | None = None) -> Select[UUID]:
    """Select the reviews of a period, by London days; agreed by `until`, if given."""
    start, after = period.first, period.last + timedelta(days=1)
    first, end = (at_wall_time(day, time.min) for day in (start, after))
    return queries.agreed_between(first, end, until=until)


def count(session: Session, period: Period, *, until: datetime | None = None) -> Counts:
    """Count what stands still once a review is agreed, in seven statements."""
    return counted(session, period, until=until)[0]


def counted(
    session: Session, period: Period, *, until: datetime | None = None
) -> tuple[Counts, frozenset[UUID]]:
    """Count, and name the reviews that were counted; in seven statements."""
    chosen = within(period, until=until)
    attention = attention_counts(session, chosen)
    reviews = queries.reviews(session, chosen)
    alerts = queries.alerts(session, chosen, NO_ALARM)
    concerns = queries.concerns(session, chosen)
    kinds: Counter[str] = Counter()
    for _, kind, number in alerts:
        kinds[kind] += number
    judged = _Judged(queries.grades(session, chosen))
    counts = Counts(
        period=period,
        reviews=len(reviews),
        by_kind=Counter(ReviewerKind(kind) for _, kind in reviews if kind is not None),
        grades=judged.grades,
        movement=judged.movement,
        moves=judged.moves,
        statuses=judged.statuses,
        dissonant_moved=judged.dissonant_moved,
        people=_people(session, chosen),
        alerts=kinds,
        reviews_with_alerts=len({review for review, _, _ in alerts}),
        concerns=sum(number for _, number in concerns),
        reviews_with_concerns=len(concerns),
        recommendations={
            Judgement(dimension): number
            for dimension, number in queries.recommendations(session, chosen)
        },
        attention=attention.by_aspect,
        attention_said=attention.said,
    )
    return counts, frozenset(review for review, _ in reviews)


def count_actions(
    session: Session, period: Period, *, today: date
) -> dict[Judgement | None, dict[str, int]]:
    """Count how far actions have come on a day, by the codes of ACTION_COLUMNS."""
    return {
        about: {
            "open": tally.open - tally.overdue,
            "overdue": tally.overdue,
            "done": tally.done,
            "confirmed": tally.confirmed,
            "dropped": tally.dropped,
        }
        for about, tally in action_counts(session, within(period), today).items()
    }


def reviews_of(
    session: Session, period: Period, *, until: datetime | None = None
) -> frozenset[UUID]:
    """Name the reviews of a period, as far as they were agreed by an instant."""
    chosen = within(period, until=until)
    return frozenset(review for review, _ in queries.reviews(session, chosen))


class _Judged:
    """What the lines of counted judgements add up to."""

    def __init__(self, lines: Iterable[queries.JudgedLine]) -> None:
        self.grades: dict[Judgement, Counter[int | None]] = {}
        self.statuses: dict[Judgement, Counter[DimensionStatus]] = {}
        self.moves: Counter[tuple[int | None, int | None]] = Counter()
        self.dissonant_moved = 0
        for line in lines:
            self._add(line)

    @property
    def movement(self) -> Movement:
        """How grades moved from the first to the agreed."""
        found: Counter[str] = Counter()
        for (first, agreed), number in self.moves.items():
            found[_move(first, agreed)] += number
        return Movement(**found)

    def _add(self, line: queries.JudgedLine) -> None:
        one = Judgement(line.judgement)
        agreed = line.agreed or None
        self.grades.setdefault(one, Counter())[agreed] += line.number
        self.moves[line.first or None, agreed] += line.number
        if line.status is None:
            return
        status = DimensionStatus(line.status)
        self.statuses.setdefault(one, Counter())[status] += line.number
        if status is DimensionStatus.DISSONANT and agreed != (line.standing or None):
            self.dissonant_moved += line.number


def _move(first: int | None, agreed: int | None) -> str:
    if first == agreed:
        return "kept"
    if first is None or agreed is None:
        return "other"
    return "raised" if agreed > first else "lowered"


def _people(
    session: Session, chosen: Select[UUID]
) -> dict[Group, Counter[PersonStatus]]:
    people: dict[Group, Counter[PersonStatus]] = {}
    for line in queries.people(session, chosen):
        trace = Trace(
            has_submitted=bool(line.submitted),
            has_withdrawn=bool(line.withdrawn),
            not_invited_reason=SOME_REASON if line.has_reason else None,
            invitation=None if line.status is None else InvitationStatus(line.status),
            is_in_person=line.channel == IN_PERSON,
        )
        found = people.setdefault(Group(line.group), Counter())
        found[how_far(trace).status] += line.number
    return people
