"""Has every seat signed the record? Then grades stand, and actions are opened."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import MeetingRow, ModeratedFindingRow
from feedback.db.queries import moderation as queries
from feedback.domain.grading import GradeLayer
from feedback.domain.moderation import (
    ChangedMeanwhileError,
    NoSeatError,
    NotReadyToSignError,
)
from feedback.domain.review import ReviewState
from feedback.services import act, audit
from feedback.services.change_record import open_meeting_of
from feedback.services.keep_voices import keep_voices
from feedback.services.minutes import Record
from feedback.services.read_grades import NewGrading, write_grading
from feedback.services.read_record import read_record, record_of
from feedback.services.take_step import take_step

__all__ = ["record_of", "sign"]

CHANGED: Final = (
    "The record changed while you were reading it. Read it again before you sign"
)


def sign(
    session: Session, review: UUID, digest: str, *, by: audit.Actor, now: datetime
) -> bool:
    """Sign the record for the signer's own seat; the fourth signature agrees it.

    Args:
        session: The caller's transaction.
        review: Whose record is signed.
        digest: Of the record that the signer read.
        by: Who signs.
        now: When.

    Returns:
        Whether every seat has now signed this very record.

    Raises:
        NoSeatError: If the signer has no seat at this meeting.
        ChangedMeanwhileError: If the record is no more what the signer read.
        NotReadyToSignError: With everything that is missing.
        RecordSignedError: If every seat has signed already.
    """
    meeting = open_meeting_of(session, review)
    record = read_record(session, review)
    mine = record.seat_of(by.account)
    if mine is None:
        raise NoSeatError
    if digest != record.digest:
        raise ChangedMeanwhileError(CHANGED)
    if record.faults:
        raise NotReadyToSignError(record.faults)
    signed = bytes.fromhex(digest)
    _sign_seat(session, meeting, signed, by=by, now=now)
    facts = {"seat": mine.seat.value}
    deed = audit.Deed(action="record_signed", review=review, facts=facts)
    audit.record(session, deed, by=by, now=now)
    # The seats are written while the record is still open: signed, it refuses.
    session.flush()
    lines = queries.seats(session, meeting.id)
    if any(seat.signed_digest != signed for seat, _ in lines):
        return False
    _complete(session, meeting, record, by=by, now=now)
    return True


def _sign_seat(
    session: Session,
    meeting: MeetingRow,
    digest: bytes,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    for seat, _ in queries.seats(session, meeting.id):
        if seat.account_id == by.account:
            seat.signed_digest = digest
            seat.signed_at = now
        elif seat.signed_digest != digest:
            # An answer that came in meanwhile changed what this seat had signed.
            seat.signed_digest = None
            seat.signed_at = None


def _complete(
    session: Session,
    meeting: MeetingRow,
    record: Record,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    review = meeting.review_id
    for point in record.points:
        if point.agreed is not None:
            agreed = NewGrading(
                grading=point.agreed, layer=GradeLayer.AGREED, reason=point.reason
            )
            write_grading(session, review, agreed, by=by, now=now)
    session.add_all(
        ModeratedFindingRow(
            id=new_id(),
            review_id=review,
            dimension=point.judgement,
            status=point.heard.status,
        )
        for point in record.points
        if point.heard is not None
    )
    keep_voices(session, review, record)
    meeting.record_digest = bytes.fromhex(record.digest)
    meeting.signed_at = now
    row = queries.review(session, review)
    row.agreed_at = now
    take_step(session, row, ReviewState.AGREED, by=by, now=now)
    act.open_recommended(session, review, by=by, now=now)
    facts = {"recommendations": len(record.recommendations)}
    deed = audit.Deed(action="grades_agreed", review=review, facts=facts)
    audit.record(session, deed, by=by, now=now)
