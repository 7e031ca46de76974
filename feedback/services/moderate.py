"""What does the meeting agree about one judgement, before it signs?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import AgreedDraftRow, ConsideredRow
from feedback.db.queries import moderation as queries
from feedback.db.vault import vault_of
from feedback.domain.grading import Grading, Judgement
from feedback.domain.moderation import (
    ChangedMeanwhileError,
    ModerationError,
    check_agreement,
)
from feedback.services import audit
from feedback.services.change_record import clear_signatures, open_meeting_of
from feedback.services.read_grades import grades_of, seal_if_any
from feedback.services.record_words import (
    as_grading,
    considered_place,
    draft_place,
    reason_of,
    version_of,
    words_of,
)
from feedback.services.triangulate import dissonant_dimensions


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What the meeting says about one judgement; the words are the whole state.

    Args:
        judgement: What it is about.
        grading: The grade that is agreed; None leaves it as it is.
        reason: Why the grade moves, where it does.
        considered: What the meeting made of a disagreement.
        version: What the page showed when it was written; None where nobody
            could have written meanwhile.
    """

    judgement: Judgement
    grading: Grading | None = None
    reason: str | None = None
    considered: str | None = None
    version: str | None = None


def agree(
    session: Session, review: UUID, said: Agreement, *, by: audit.Actor, now: datetime
) -> int:
    """Keep what the meeting says about one judgement.

    Returns:
        How many signatures this cleared: what was signed is no more.

    Raises:
        ConsideredMissingError: If a voice disagrees and nothing is said about it.
        ReasonMissingError: If the grade moves without a reason.
        ChangedMeanwhileError: If somebody else saved since the page was read.
        RecordSignedError: If every seat has signed.
    """
    meeting = open_meeting_of(session, review)
    one = said.judgement
    draft = _draft(session, review, one)
    words = _considered(session, review, one)
    if said.version is not None and said.version != version_of(draft, words):
        raise ChangedMeanwhileError(
            "Somebody saved this while you were writing. Read what stands there now, "
            "then save yours again if it should replace it"
        )
    considered = _text(said.considered)
    standing = _standing_after(session, draft, said)
    if standing is not None:
        check_agreement(
            standing,
            before=_before(session, review, one),
            reason=_text(said.reason),
            must_consider=_must_consider(session, review, one, considered),
        )
    has_changed = _keep_considered(
        session, words, _Line(review, one), considered, by=by, now=now
    )
    if said.grading is not None:
        has_changed |= _keep_draft(session, draft, review, said, by=by, now=now)
    if not has_changed:
        return 0
    facts = {"judgement": one.value}
    deed = audit.Deed(action="agreement_saved", review=review, facts=facts)
    audit.record(session, deed, by=by, now=now)
    return clear_signatures(session, meeting, by=by, now=now)


@dataclass(frozen=True, slots=True)
class _Line:
    """One judgement's line in one review's record."""

    review: UUID
    judgement: Judgement


def _draft(session: Session, review: UUID, one: Judgement) -> AgreedDraftRow | None:
    found = (row for row in queries.drafts(session, review) if row.judgement == one)
    return next(found, None)


def _considered(session: Session, review: UUID, one: Judgement) -> ConsideredRow | None:
    found = (row for row in queries.considered(session, review) if row.dimension == one)
    return next(found, None)


def _person(by: audit.Actor) -> UUID:
    if by.account is None:
        raise ModerationError("Only people agree: the program never does")
    return by.account


def _text(typed: str | None) -> str | None:
    return typed if typed and typed.strip() else None


def _standing_after(
    session: Session, draft: AgreedDraftRow | None, said: Agreement
) -> Grading | None:
    """Give the grade that will stand once this is saved, whoever agreed it."""
    if said.grading is not None or draft is None:
        return said.grading
    return as_grading(session, draft)


def _before(session: Session, review: UUID, one: Judgement) -> Grading:
    return grades_of(session, review).reviewers[one].grading


def _must_consider(
    session: Session, review: UUID, one: Judgement, considered: str | None
) -> bool:
    if considered is not None or one.is_headline:
        return False
    return one in dissonant_dimensions(session, review)


def _keep_considered(
    session: Session,
    row: ConsideredRow | None,
    line: _Line,
    words: str | None,
    *,
    by: audit.Actor,
    now: datetime,
) -> bool:
    if words == (None if row is None else words_of(session, row)):
        return False
    if words is None:
        session.delete(row)
        return True
    if row is None:
        row = ConsideredRow(
            id=new_id(), review_id=line.review, dimension=line.judgement
        )
    row.words_sealed = vault_of(session).seal(
        considered_place(row.id, line.review), words
    )
    row.by = _person(by)
    row.at = now
    session.add(row)
    return True


def _keep_draft(
    session: Session,
    row: AgreedDraftRow | None,
    review: UUID,
    said: Agreement,
    *,
    by: audit.Actor,
    now: datetime,
) -> bool:
    grading, reason = said.grading, _text(said.reason)
    if grading is None:
        return False
    if row is None:
        row = AgreedDraftRow(id=new_id(), review_id=review, judgement=said.judgement)
    elif (as_grading(session, row), reason_of(session, row)) == (grading, reason):
        return False
    row.grade = grading.grade
    row.not_graded_reason_sealed = seal_if_any(
        session,
        draft_place("not_graded_reason_sealed", row.id, review),
        grading.not_graded_reason,
    )
    row.reason_sealed = seal_if_any(
        session, draft_place("reason_sealed", row.id, review), reason
    )
    row.by = _person(by)
    row.at = now
    session.add(row)
    return True
