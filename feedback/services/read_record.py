"""What stands in the moderation record of a review, signed or not yet?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.models import AccountRow, AgreedDraftRow, ConsideredRow, SeatRow
from feedback.db.queries import moderation as queries
from feedback.db.vault import KeyName, vault_of
from feedback.domain.access import AccountId
from feedback.domain.grading import GradeLayer, Grading, Judgement
from feedback.domain.moderation import (
    ModerationError,
    Recommendation,
    Seat,
    faults_before_agreement,
)
from feedback.domain.review import ReviewState
from feedback.services import audit
from feedback.services.comment import first_comment
from feedback.services.minutes import (
    KeptRecommendation,
    Point,
    Record,
    SeatView,
    Voice,
)
from feedback.services.read_grades import GivenGrade, Grades, grades_of
from feedback.services.triangulate import current_synthesis
from triangulation import Cell, CellStatus, DimensionFinding, DimensionStatus

NEVER_SAVED: Final = "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reached:
    """What the meeting reached on one judgement."""

    agreed: Grading | None = None
    reason: str | None = None
    version: str = NEVER_SAVED


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
    grades = grades_of(session, review)
    considered = queries.considered(session, review)
    reached = (
        _signed(grades) if is_signed else _drafted(session, review, considered)
    )
    findings = _seen(session, review) if is_signed else _current(session, review)
    words = {
        Judgement(one.dimension): vault_of(session).unseal(
            considered_place(one.id, review), one.words_sealed
        )
        for one in considered
    }
    record = Record(
        reference=row.reference,
        state=ReviewState(row.state),
        held_on=meeting.held_on,
        signed_at=meeting.signed_at,
        comment=first_comment(session, review),
        seats=(),
        points=tuple(
            replace(
                _point(one, grades, reached.get(one, _Reached())),
                considered=words.get(one),
                **findings.get(one, {}),
            )
            for one in Judgement
        ),
        recommendations=_recommendations(session, review),
        faults=(),
        digest="",
        withdrawn=queries.contributions_withdrawn(session, review),
    )
    return _complete(
        session, record, queries.seats(session, meeting.id), meeting.record_digest
    )
