"""How does a review begin? With a reference, a window, a reviewer and moderators."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import AccountRow, MemberRow, ReviewRow, ReviewStepRow
from feedback.db.queries import review as queries
from feedback.db.vault import KeyName, vault_of
from feedback.domain.access import AccountId, ReviewId, Role
from feedback.domain.intake import NewReview
from feedback.domain.review import (
    Conflict,
    ReviewerKind,
    ReviewError,
    ReviewState,
    refuse_conflict,
)
from feedback.services import admit, audit, staff


class ReferenceTakenError(ReviewError):
    """There is a review of this reference already."""


class TeamError(ReviewError):
    """People who cannot take these parts at a review.

    Args:
        part: reviewer or moderators.
        sentence: What to do about it.
    """

    def __init__(self, part: str, sentence: str) -> None:
        super().__init__(sentence)
        self.part = part
        self.sentence = sentence


class TooLateError(ReviewError):
    """Something that could be changed only at an earlier step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Who reviews and who moderates.

    Args:
        reviewer: None where nobody is assigned yet.
        conflicts: What was declared of the reviewer; any of it refuses them.
        moderators: The Head of Children's Social Care and Early Help, and the
            Assistant Director for People, so far as they are named yet.
    """

    reviewer: AccountId | None = None
    conflicts: frozenset[Conflict] = frozenset()
    moderators: tuple[AccountId, ...] = ()


class Place(NamedTuple):
    """One capacity at one review."""

    review: UUID
    capacity: str


def commission(
    session: Session, review: NewReview, team: Team, *, by: audit.Actor, now: datetime
) -> ReviewId:
    """Begin a review, with a key of its own for everything said at it.

    Raises:
        ReferenceTakenError: If the reference is another review's.
        ConflictOfInterestError: If one was declared of the reviewer.
        TeamError: If somebody cannot take their part.
    """
    queries.hold_references(session)
    if queries.digests_of(session, [review.reference]):
        raise ReferenceTakenError(review.reference)
    row = review_row(review, now=now)
    row.commissioned_by = by.account
    session.add(row)
    session.flush()
    begin(session, [row], by=by, now=now)
    if team != Team():
        assign(session, row.id, team, by=by, now=now)
    audit.record(
        session, audit.Deed(action="commissioned", review=row.id), by=by, now=now
    )
    return ReviewId(row.id)


def review_row(review: NewReview, *, now: datetime) -> ReviewRow:
    """Make the row of a review that begins."""
    return ReviewRow(
        id=new_id(),
        reference=review.reference,
        service=review.service,
        state=ReviewState.COMMISSIONED,
        opens_at=review.opens_at,
        closes_at=review.closes_at,
        invite_at=review.invite_at,
        moderation_on=review.moderation_on,
        created_at=now,
    )


def begin(
    session: Session, rows: Iterable[ReviewRow], *, by: audit.Actor, now: datetime
) -> None:
    """Give reviews that are stored their keys, and note their first step."""
    for row in rows:
        vault_of(session).make_review_key(row.id, now)
        session.add(
            ReviewStepRow(
                id=new_id(),
                review_id=row.id,
                came_to=ReviewState.COMMISSIONED,
                by=by.account,
                at=now,
            )
        )


def assign(
    session: Session, review_id: UUID, team: Team, *, by: audit.Actor, now: datetime
) -> None:
    """Say who reviews and who moderates from now on.

    Raises:
        ConflictOfInterestError: If one was declared of the reviewer.
        TeamError: If somebody cannot take their part.
        TooLateError: If the grades are locked and the reviewer would change, or
            the record is signed.
    """
    row = session.get_one(ReviewRow, review_id, with_for_update=True)
    before = _team_of(session, review_id, now)
    _refuse_late(row, before, team)
    if team.reviewer is not None:
        refuse_conflict(team.conflicts)
    _check_parts(session, row, team)
    for capacity, was, is_now in (
        (admit.REVIEWER, _some(before.reviewer), _some(team.reviewer)),
        (admit.MODERATOR, before.moderators, team.moderators),
    ):
        _reseat(session, Place(review_id, capacity), was, is_now, now=now)
    row.reviewer_kind = _kind_of(session, team.reviewer)
    audit.record(
        session,
        audit.Deed(
            action="team_assigned",
            review=review_id,
            facts={"has_reviewer": team.reviewer is not None},
        ),
        by=by,
        now=now,
    )


def _refuse_late(row: ReviewRow, before: Team, team: Team) -> None:
    state = ReviewState(row.state)
    if not state.takes_feedback:
        raise TooLateError("The record is signed: nobody's part changes any more.")
    if state.is_locked and before.reviewer != team.reviewer:
        raise TooLateError("The grades are locked: the reviewer stays who they are.")


def _check_parts(session: Session, row: ReviewRow, team: Team) -> None:
    reviewers = {one.account for one in staff.colleagues(session, Role.REVIEWER)}
    moderators = {one.account for one in staff.colleagues(session, Role.MODERATOR)}
    if team.reviewer is not None and team.reviewer not in reviewers:
        raise TeamError("reviewer", "Choose somebody who may review.")
    if not set(team.moderators) <= moderators:
        raise TeamError("moderators", "Choose people who may moderate.")
    if len(set(team.moderators)) != len(team.moderators):
        raise TeamError("moderators", "Choose two different people.")
    if team.reviewer in team.moderators:
        raise TeamError(
            "moderators", "The reviewer cannot fill a second seat. Choose someone else."
        )
    if team.reviewer is not None and _takes_part(session, row.id, team.reviewer):
        raise TeamError(
            "reviewer",
            "This person's email address is the contact of somebody at this review. "
            "Choose another reviewer.",
        )


def _takes_part(session: Session, review_id: UUID, account: AccountId) -> bool:
    email = session.get_one(AccountRow, account).email
    index = vault_of(session).fingerprint(KeyName.BLIND_INDEX, email)
    return queries.is_address_at(session, review_id, index)


def _team_of(session: Session, review_id: UUID, now: datetime) -> Team:
    seats = [member for member, _ in queries.seats_at(session, [review_id], now=now)]
    reviewers = [one for one in seats if one.capacity == admit.REVIEWER]
    return Team(
        reviewer=AccountId(reviewers[0].account_id) if reviewers else None,
        moderators=tuple(
            AccountId(one.account_id)
            for one in seats
            if one.capacity == admit.MODERATOR
        ),
    )


def _reseat(
    session: Session,
    place: Place,
    was: tuple[AccountId, ...],
    is_now: tuple[AccountId, ...],
    *,
    now: datetime,
) -> None:
    session.execute(
        update(MemberRow)
        .where(
            MemberRow.review_id == place.review,
            MemberRow.capacity == place.capacity,
            MemberRow.account_id.in_(set(was) - set(is_now)),
            MemberRow.until.is_(None),
        )
        .values(until=now)
    )
    newcomers = [one for one in is_now if one not in was]
    admit.seat(session, place.review, newcomers, place.capacity, now=now)


def _kind_of(session: Session, reviewer: AccountId | None) -> ReviewerKind | None:
    if reviewer is None:
        return None
    is_independent = session.scalar(
        select(AccountRow.is_independent).where(AccountRow.id == reviewer)
    )
    return ReviewerKind.INDEPENDENT if is_independent else ReviewerKind.INTERNAL


def _some(account: AccountId | None) -> tuple[AccountId, ...]:
    return () if account is None else (account,)
