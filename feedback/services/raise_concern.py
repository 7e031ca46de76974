"""What serious or repeated weakness must somebody own and mend?"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import ConcernRow
from feedback.db.queries import grading as queries
from feedback.db.vault import vault_of
from feedback.domain.access import Role
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.services import act, audit, outbox
from feedback.services.notice import emails_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConcern:
    """An area of significant concern to raise.

    Args:
        link: Where the Head of Safeguarding and QA reads it, once signed in.
    """

    words: str
    owner: str
    due_on: date
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """An area of significant concern, with its owner and due date."""

    id: UUID
    words: str
    owner: str
    due_on: date
    raised_at: datetime


def raise_concern(
    session: Session,
    review: UUID,
    concern: NewConcern,
    *,
    by: audit.Actor,
    now: datetime,
) -> UUID:
    """Record a concern, open its action, and tell the Head at once.

    The message says that something waits, and nothing of what it is.
    """
    row_id = new_id()
    row = ConcernRow(
        id=row_id,
        review_id=review,
        words_sealed=vault_of(session).seal(
            concern_place(row_id, review), concern.words
        ),
        owner=concern.owner,
        due_on=concern.due_on,
        raised_by=by.account,
        raised_at=now,
    )
    session.add(row)
    # The action points to the concern: it must be there before.
    session.flush()
    act.open_concern(session, row, by=by, now=now)
    _tell_head(session, review, row_id, concern.link, now=now)
    deed = audit.Deed(action="concern_raised", review=review, subject=row_id)
    audit.record(session, deed, by=by, now=now)
    return row_id


def concerns_of(
    session: Session, review: UUID, *, by: audit.Actor, now: datetime
) -> tuple[Concern, ...]:
    """List a review's areas of significant concern; the reading is noted."""
    found = tuple(as_concern(session, row) for row in queries.concerns(session, review))
    facts = {"count": len(found)}
    deed = audit.Deed(action="concerns_read", review=review, facts=facts)
    audit.record(session, deed, by=by, now=now)
    return found


def as_concern(session: Session, row: ConcernRow) -> Concern:
    """Make the value from a row, its words opened."""
    return Concern(
        id=row.id,
        words=vault_of(session).unseal(
            concern_place(row.id, row.review_id), row.words_sealed
        ),
        owner=row.owner,
        due_on=row.due_on,
        raised_at=row.raised_at,
    )


def _tell_head(
    session: Session, review: UUID, concern: UUID, link: str, *, now: datetime
) -> None:
    reference = queries.reference_of(session, review)
    for address in emails_of(session, Role.HEAD_SQA):
        message = outbox.NewMessage(
            purpose=Purpose.STAFF_NOTICE,
            channel=Channel.EMAIL,
            review=review,
            to=address,
            values={"reference": reference, "link": link},
            distinct=str(concern),
        )
        outbox.queue(session, message, now=now)


def concern_place(concern: UUID, review: UUID) -> Where:
    """Say where a concern's words are sealed."""
    return Where(table="concern", column="words_sealed", row=concern, review=review)
