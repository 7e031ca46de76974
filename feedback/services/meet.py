"""Who sits at the moderation meeting of a review?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import MeetingRow, SeatRow
from feedback.db.queries import grading as grading_queries
from feedback.db.queries import moderation as queries
from feedback.domain.access import AccountId, Role
from feedback.domain.moderation import (
    ModerationError,
    QuorumError,
    Seat,
    Sitter,
    check_quorum,
)
from feedback.domain.review import ReviewState
from feedback.services import admit, audit
from feedback.services.take_step import take_step

# Who may sit at a meeting at all, as a seat's holder or as a deputy.
SITTING_ROLES: Final = frozenset({Role.HEAD_SQA, Role.MODERATOR, Role.REVIEWER})
MODERATORS_SEATS: Final = frozenset({Seat.HEAD_CSC, Seat.AD_PEOPLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """Who is to fill a seat, and why where they are a deputy."""

    account: AccountId
    deputy_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMeeting:
    """A meeting to open."""

    held_on: date
    seats: Mapping[Seat, Sitting]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may sit; in the seats they hold they need no reason."""

    account: AccountId
    name: str
    job_title: str
    seats: frozenset[Seat]


def open_meeting(
    session: Session, review: UUID, new: NewMeeting, *, by: audit.Actor, now: datetime
) -> None:
    """Open the meeting with four seats filled by four people.

    A deputy who was no member of the review becomes one, as a moderator.

    Raises:
        QuorumError: Saying which seat is empty, doubled or filled without a word.
        ModerationError: If there is no first comment yet, or a meeting already.
    """
    row = grading_queries.review_for_change(session, review)
    _check_open(ReviewState(row.state))
    sitters = _sitters(candidates(session, review, now=now), new.seats)
    check_quorum(sitters)
    meeting = MeetingRow(
        id=new_id(),
        review_id=review,
        held_on=new.held_on,
        opened_by=by.account,
        opened_at=now,
    )
    session.add(meeting)
    session.flush()
    session.add_all(
        SeatRow(
            id=new_id(),
            meeting_id=meeting.id,
            seat=one.seat,
            account_id=one.account,
            deputy_reason=one.deputy_reason,
        )
        for one in sitters
    )
    members = {account for account, _ in queries.members(session, review, now=now)}
    deputies = [one.account for one in sitters if not one.is_holder]
    added = [account for account in deputies if account not in members]
    admit.seat(session, review, added, admit.MODERATOR, now=now)
    take_step(session, row, ReviewState.MODERATING, by=by, now=now)
    facts = {"deputies": len(deputies)}
    deed = audit.Deed(action="meeting_opened", review=review, facts=facts)
    audit.record(session, deed, by=by, now=now)


def candidates(
    session: Session, review: UUID, *, now: datetime
) -> tuple[Candidate, ...]:
    """List who may sit at this review's meeting, by name."""
    capacities: dict[UUID, set[str]] = {}
    for account, capacity in queries.members(session, review, now=now):
        capacities.setdefault(account, set()).add(capacity)
    roles: dict[UUID, set[str]] = {}
    people = {}
    for row, role in queries.staff_with(session, SITTING_ROLES):
        people[row.id] = row
        roles.setdefault(row.id, set()).add(role)
    return tuple(
        Candidate(
            account=AccountId(row.id),
            name=row.name,
            job_title=row.job_title,
            seats=_seats_held(roles[row.id], capacities.get(row.id, set())),
        )
        for row in people.values()
    )


def _seats_held(roles: set[str], capacities: set[str]) -> frozenset[Seat]:
    held: set[Seat] = set()
    if admit.REVIEWER in capacities:
        held.add(Seat.REVIEWER)
    if Role.HEAD_SQA in roles:
        held.add(Seat.HEAD_SQA)
    if admit.MODERATOR in capacities:
        held |= MODERATORS_SEATS
    return frozenset(held)


def _check_open(state: ReviewState) -> None:
    if not state.is_locked:
        raise ModerationError("The grades are not locked yet")
    if state is ReviewState.LOCKED:
        raise ModerationError("The first comment comes before the meeting")
    if state is not ReviewState.COMMENTED:
        raise ModerationError("The meeting was opened already")


def _sitters(
    known: tuple[Candidate, ...], seats: Mapping[Seat, Sitting]
) -> tuple[Sitter, ...]:
    people = {one.account: one for one in known}
    sitters = []
    for seat, sitting in seats.items():
        person = people.get(sitting.account)
        if person is None:
            raise QuorumError(f"{seat.label}: choose somebody from the list")
        is_holder = seat in person.seats
        reason = sitting.deputy_reason
        sitters.append(
            Sitter(
                seat=seat,
                account=person.account,
                is_holder=is_holder,
                # Whoever holds the seat deputises for nobody.
                deputy_reason=None
                if is_holder or reason is None or not reason.strip()
                else reason,
            )
        )
    return tuple(sitters)
