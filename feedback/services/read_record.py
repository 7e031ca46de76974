"""What stands in the moderation record of a review, signed or not yet?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import AccountRow, SeatRow
from feedback.db.queries import moderation as queries
from feedback.db.vault import KeyName, vault_of
from feedback.domain.access import AccountId
from feedback.domain.moderation import (
    AgreementFault,
    ModerationError,
    Seat,
    faults_before_agreement,
)
from feedback.domain.review import ReviewState
from feedback.services import attend, audit
from feedback.services.comment import first_comment
from feedback.services.minutes import KeptRecommendation, Point, Record, SeatView
from feedback.services.read_points import points_of
from feedback.services.record_content import content_of
from feedback.services.record_words import as_recommendation

BEFORE_COMMENT: Final = frozenset(
    {ReviewState.COMMISSIONED, ReviewState.INVITED, ReviewState.LOCKED}
)
SINCE_MEETING: Final = frozenset({ReviewState.MODERATING, ReviewState.AGREED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """How far moderation came."""

    has_comment: bool
    is_open: bool


def record_of(
    session: Session, review: UUID, *, by: audit.Actor, now: datetime
) -> Record:
    """Read the record, people's words and all; the reading is noted.

    Raises:
        ModerationError: If no meeting was opened yet.
    """
    found = read_record(session, review)
    deed = audit.Deed(action="moderation_record_read", review=review)
    audit.record(session, deed, by=by, now=now)
    return found


def stage_of(session: Session, review: UUID) -> Stage:
    """Tell how far moderation came, without a word of what was said."""
    state = ReviewState(queries.review(session, review).state)
    return Stage(
        has_comment=state not in BEFORE_COMMENT, is_open=state in SINCE_MEETING
    )


def read_record(session: Session, review: UUID) -> Record:
    """Read the record without a note, for a deed that leaves its own.

    Raises:
        ModerationError: If no meeting was opened yet.
    """
    row = queries.review(session, review)
    meeting = queries.meeting(session, review)
    if meeting is None:
        raise ModerationError("The moderation meeting was not opened yet")
    is_signed = meeting.signed_at is not None
    points = points_of(session, review, is_signed=is_signed)
    faults = () if is_signed else _faults(points)
    recommendations = _recommendations(session, review)
    seats = sorted(queries.seats(session, meeting.id), key=_in_order)
    attention = attend.attention_of(session, review)
    digest = meeting.record_digest or vault_of(session).fingerprint(
        KeyName.AUDIT,
        content_of(row.reference, meeting, seats, points, recommendations, attention),
    )
    return Record(
        reference=row.reference,
        state=ReviewState(row.state),
        held_on=meeting.held_on,
        signed_at=meeting.signed_at,
        comment=first_comment(session, review),
        seats=tuple(_as_seat(seat, account, digest) for seat, account in seats),
        points=tuple(sorted(points, key=lambda point: point.rank)),
        recommendations=recommendations,
        faults=faults,
        digest=digest.hex(),
        withdrawn=queries.contributions_withdrawn(session, review),
        attention=attention,
    )


def _recommendations(session: Session, review: UUID) -> tuple[KeptRecommendation, ...]:
    return tuple(
        KeptRecommendation(id=row.id, recommendation=as_recommendation(session, row))
        for row in queries.recommendations(session, review)
    )


def _faults(points: Iterable[Point]) -> tuple[AgreementFault, ...]:
    lines = {point.judgement: point for point in points}
    return faults_before_agreement(
        agreed={
            one: point.agreed
            for one, point in lines.items()
            if point.agreed is not None
        },
        reasons={one: point.reason for one, point in lines.items() if point.reason},
        before={one: point.standing for one, point in lines.items()},
        dissonant={one for one, point in lines.items() if point.is_dissonant},
        considered={one for one, point in lines.items() if point.considered},
    )


def _in_order(line: tuple[SeatRow, AccountRow]) -> int:
    return tuple(Seat).index(Seat(line[0].seat))


def _as_seat(seat: SeatRow, account: AccountRow, digest: bytes) -> SeatView:
    return SeatView(
        seat=Seat(seat.seat),
        account=AccountId(account.id),
        name=account.name,
        job_title=account.job_title,
        deputy_reason=seat.deputy_reason,
        signed_at=seat.signed_at,
        stands=seat.signed_digest == digest,
    )
