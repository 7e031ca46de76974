"""What does the first commenter say on a locked review, and who may that be?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import FirstCommentRow, ReviewRow
from feedback.db.queries import grading as grading_queries
from feedback.db.queries import moderation as queries
from feedback.db.vault import vault_of
from feedback.domain.access import AccountId, Role, Viewer
from feedback.domain.grading import GradeLayer, Grading
from feedback.domain.moderation import ModerationError, check_first_commenter
from feedback.domain.review import ReviewState
from feedback.services import audit
from feedback.services.admit import standing_at
from feedback.services.read_grades import NewGrading, write_grading
from feedback.services.take_step import take_step


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Another grade than the reviewer's, and why."""

    grading: Grading
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewComment:
    """What the first commenter has to say."""

    words: str
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstComment:
    """The first comment as it is kept."""

    words: str
    by_name: str
    at: datetime


def comment(
    session: Session, review: UUID, new: NewComment, *, by: audit.Actor, now: datetime
) -> None:
    """Record the first comment, once and for ever; the review is ready to moderate.

    Raises:
        NotFirstCommenterError: Naming the role that comments first here.
        ModerationError: If the grades are not locked, a comment is there, or
            something is missing.
    """
    row = grading_queries.review_for_change(session, review)
    _check_commenter(session, row, by, now=now)
    _check_comment(row, new)
    kept = FirstCommentRow(
        id=new_id(), review_id=review, words_sealed=b"", by=by.account, at=now
    )
    kept.words_sealed = vault_of(session).seal(_place(kept.id, review), new.words)
    session.add(kept)
    for one in new.proposals:
        proposed = NewGrading(
            grading=one.grading, layer=GradeLayer.PROPOSED, reason=one.reason
        )
        write_grading(session, review, proposed, by=by, now=now)
    take_step(session, row, ReviewState.COMMENTED, by=by, now=now)
    facts = {"proposals": len(new.proposals)}
    deed = audit.Deed(action="first_comment_made", review=review, facts=facts)
    audit.record(session, deed, by=by, now=now)


def first_comment(session: Session, review: UUID) -> FirstComment | None:
    """Read the first comment; None where there is none yet."""
    found = queries.first_comment(session, review)
    if found is None:
        return None
    row, author = found
    words = vault_of(session).unseal(_place(row.id, review), row.words_sealed)
    return FirstComment(words=words, by_name=author.name, at=row.at)


def read_first_comment(
    session: Session, review: UUID, *, by: audit.Actor, now: datetime
) -> FirstComment | None:
    """Read the first comment; the reading is noted."""
    found = first_comment(session, review)
    if found is not None:
        deed = audit.Deed(action="first_comment_read", review=review)
        audit.record(session, deed, by=by, now=now)
    return found


def _check_commenter(
    session: Session, row: ReviewRow, by: audit.Actor, *, now: datetime
) -> None:
    if by.account is None:
        raise ModerationError("A first comment is made by a person")
    account = AccountId(by.account)
    _, standing = standing_at(session, row.reference, account, now=now)
    roles = frozenset(Role(one) for one in queries.roles_of(session, account))
    check_first_commenter(Viewer(account=account, roles=roles), standing)


def _check_comment(row: ReviewRow, new: NewComment) -> None:
    state = ReviewState(row.state)
    if not state.is_locked:
        raise ModerationError("The grades are not locked yet")
    if state is not ReviewState.LOCKED:
        raise ModerationError("The first comment was made already, and stands as it is")
    if not new.words.strip():
        raise ModerationError("Write what you make of this review")
    for one in new.proposals:
        if not one.reason.strip():
            label = one.grading.judgement.label
            raise ModerationError(f"{label}: say why you propose another grade")


def _place(comment: UUID, review: UUID) -> Where:
    return Where(
        table="first_comment", column="words_sealed", row=comment, review=review
    )
