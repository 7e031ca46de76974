"""What decides the next step of a review?"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from feedback.db.models import AccountRoleRow, AccountRow, ReviewRow
from feedback.db.queries import desk
from feedback.db.queries.review import Turnout
from feedback.domain.access import AccountId, Role
from feedback.domain.journey import Facts
from feedback.domain.review import ReviewState
from feedback.services.read_team import Seated, Team

SEATS_TO_FILL: Final = 2


def facts_of(
    row: ReviewRow,
    team: Team,
    turnouts: Sequence[Turnout],
    heads: Collection[AccountId],
    *,
    graded: Collection[UUID],
    now: datetime,
) -> Facts:
    """Gather what the journey of a review is judged by."""
    return Facts(
        state=ReviewState(row.state),
        has_reviewer=team.reviewer is not None,
        has_moderators=len(team.moderators) >= SEATS_TO_FILL,
        has_people=bool(turnouts),
        uninvited=sum(one.uninvited for one in turnouts),
        awaited=sum(one.awaited for one in turnouts),
        takes_answers=now < row.closes_at,
        is_head_the_reviewer=(
            team.reviewer is not None and team.reviewer.account in heads
        ),
        is_graded=row.id in graded,
    )


def graded_among(session: Session, reviews: Collection[UUID]) -> Collection[UUID]:
    """Tell at which of these reviews every grade is given."""
    rows = session.scalars(
        select(ReviewRow.id).where(ReviewRow.id.in_(reviews), desk.is_all_drafted())
    )
    return frozenset(rows)


def heads_among(
    session: Session, reviewers: Collection[Seated | None]
) -> Collection[AccountId]:
    """Tell which of these reviewers are Heads of Safeguarding and QA themselves."""
    accounts = {one.account for one in reviewers if one is not None}
    if not accounts:
        return frozenset()
    rows = session.scalars(
        select(AccountRow.id).where(
            AccountRow.id.in_(accounts),
            exists().where(
                AccountRoleRow.account_id == AccountRow.id,
                AccountRoleRow.role == Role.HEAD_SQA,
            ),
        )
    )
    return frozenset(AccountId(one) for one in rows)
