"""Who must hear of this now? What was said becomes an alert in the same transaction."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import AlertRow, MessageRow
from feedback.db.queries import alert as queries
from feedback.db.vault import vault_of
from feedback.domain.alert import (
    AlertKind,
    AlertState,
    EscalationLevel,
    OutcomeMissingError,
)
from feedback.services import audit
from feedback.services.alert_history import Happening, record_event, words_place
from feedback.services.notice import StaffLinks
from feedback.services.tell_duty import not_erased, tell

REFERENCE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
REFERENCE_LENGTH: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """An alert to raise.

    Args:
        words: What was said, for duty and head_sqa only; sealed.
        key: Names the thing said, so that saving it again raises nothing.
    """

    review: UUID | None
    kind: AlertKind
    key: str
    participant: UUID | None = None
    response: UUID | None = None
    question: str | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Texted:
    """What somebody wrote in a text of their own accord.

    Args:
        key: Names the text, so that reading it again raises nothing.
        review: Whose it can only be; None where nobody, or several, could have
            sent it.
    """

    key: str
    kind: AlertKind
    words: str = field(repr=False)
    review: UUID | None = None
    participant: UUID | None = None


def raise_by_text(
    session: Session, texted: Texted, links: StaffLinks, *, now: datetime
) -> UUID | None:
    """Raise what a text gives cause for, whoever sent it.

    Returns:
        The alert's id; None where it was raised before.
    """
    if queries.known_as(session, texted.key):
        return None
    new = NewAlert(
        review=texted.review,
        kind=texted.kind,
        key=texted.key,
        participant=texted.participant,
        words=texted.words,
    )
    return raise_alert(session, new, links, by=audit.RESPONDENT, now=now).id


def raise_by_staff(
    session: Session,
    review: UUID,
    words: str,
    links: StaffLinks,
    *,
    by: audit.Actor,
    now: datetime,
) -> str:
    """Raise what a reviewer has come upon; give the alert's reference.

    Raises:
        OutcomeMissingError: If the words say nothing.
    """
    if not words.strip():
        raise OutcomeMissingError
    new = NewAlert(
        review=review,
        kind=AlertKind.RAISED_BY_STAFF,
        key=f"staff|{new_id()}",
        words=words,
    )
    return raise_alert(session, new, links, by=by, now=now).reference


def delivery_failed(
    session: Session, message: UUID, links: StaffLinks, *, now: datetime
) -> None:
    """Raise an alert where a message about an alert could not be delivered.

    That such an alert's own message fails raises no other: everybody on the
    route is told at once, and the escalation goes on.
    """
    failed = session.get_one(MessageRow, message)
    if failed.alert_id is None:
        return
    about = session.get_one(AlertRow, failed.alert_id)
    if about.kind == AlertKind.DELIVERY_FAILED:
        return
    key = fresh_key(session, f"delivery|{failed.id}")
    if key is None:
        return
    new = NewAlert(
        review=not_erased(session, about.review_id),
        kind=AlertKind.DELIVERY_FAILED,
        key=key,
        participant=about.participant_id,
        words=f"{failed.channel} {about.reference}",
    )
    row = raise_alert(session, new, links, by=audit.SYSTEM, now=now)
    for level in (EscalationLevel.SECOND_CONTACT, EscalationLevel.HEAD_SQA):
        tell(session, row, level, links, now=now)


def raise_alert(
    session: Session,
    new: NewAlert,
    links: StaffLinks,
    *,
    by: audit.Actor,
    now: datetime,
) -> AlertRow:
    """Raise an alert, on record, and tell the first on the route of it."""
    row = AlertRow(
        id=new_id(),
        reference=_new_reference(session),
        review_id=new.review,
        participant_id=new.participant,
        response_id=new.response,
        kind=new.kind,
        question=new.question,
        state=AlertState.RAISED,
        level=EscalationLevel.DUTY,
        raised_at=now,
        dedupe_key=new.key,
    )
    if new.words is not None:
        row.words_sealed = vault_of(session).seal(words_place(row), new.words)
    session.add(row)
    session.flush()
    record_event(session, row, Happening(what="raised", by=by.account), now=now)
    deed = audit.Deed(
        action="alert_raised",
        review=new.review,
        subject=row.id,
        facts={"kind": new.kind, "reference": row.reference},
    )
    audit.record(session, deed, by=by, now=now)
    tell(session, row, EscalationLevel.DUTY, links, now=now)
    return row


def fresh_key(session: Session, key: str) -> str | None:
    """Give the key to raise under; None where an alert for it is open already."""
    earlier = queries.known_as(session, key)
    if any(row.state != AlertState.CLOSED for row in earlier):
        return None
    return key if not earlier else f"{key}|{len(earlier) + 1}"


def _new_reference(session: Session) -> str:
    while True:
        letters = (secrets.choice(REFERENCE_LETTERS) for _ in range(REFERENCE_LENGTH))
        reference = f"A-{''.join(letters)}"
        if not queries.has_reference(session, reference):
            return reference
