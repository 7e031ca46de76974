"""What if somebody who reads a text finds in it what no list of words could?

Whoever sorts the texts raises the alert by hand. It goes the way of every alert.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import ConversationRow, InboundRow
from feedback.db.queries import conversation as conversations
from feedback.db.vault import vault_of
from feedback.domain.alert import AlertKind
from feedback.domain.errors import FeedbackError
from feedback.services import alert, audit, converse, settle_alert
from feedback.services.inbound import body_place
from feedback.services.notice import StaffLinks


class AlreadyRaisedError(FeedbackError):
    """An alert for this text is open already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What somebody found in a text.

    Args:
        reason: Why it worries them; may be empty.
    """

    text: UUID
    reason: str = field(default="", repr=False)


def raise_from_text(
    session: Session,
    finding: Finding,
    links: StaffLinks,
    *,
    by: audit.Actor,
    now: datetime,
) -> UUID:
    """Raise an alert for a text, with its words; the reason is its first note.

    Returns:
        The alert's id.

    Raises:
        AlreadyRaisedError: If one is open for it.
    """
    row = session.get_one(InboundRow, finding.text, with_for_update=True)
    key = alert.fresh_key(session, f"text|{row.id}")
    if key is None:
        raise AlreadyRaisedError
    review, participant = _about(session, row)
    new = alert.NewAlert(
        review=review,
        kind=AlertKind.RAISED_BY_STAFF,
        key=key,
        participant=participant,
        words=vault_of(session).unseal(body_place(row.id), row.body_sealed) or None,
    )
    raised = alert.raise_alert(session, new, links, by=by, now=now)
    row.alert_id = raised.id
    reason = finding.reason.strip()
    deed = audit.Deed(
        action="text_raised",
        review=review,
        subject=row.id,
        facts={"reference": raised.reference, "has_reason": bool(reason)},
    )
    audit.record(session, deed, by=by, now=now)
    if reason and by.account is not None:
        settle_alert.add_note(
            session, raised.id, finding.reason, by=by.account, now=now
        )
    return raised.id


def _about(session: Session, row: InboundRow) -> tuple[UUID | None, UUID | None]:
    """Tell the review and the person it is about, where that is known."""
    if row.conversation_id is None:
        people = conversations.known_by(session, row.from_hmac)
        return converse.who_it_is_about(session, people)
    # Somebody, or the program, took it as one person's.
    talk = session.get_one(ConversationRow, row.conversation_id)
    if not vault_of(session).opens(talk.review_id):
        return None, None
    return talk.review_id, talk.participant_id
