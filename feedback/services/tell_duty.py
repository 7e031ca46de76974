"""Whom is an alert told to, level by level?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import AlertRow
from feedback.db.vault import vault_of
from feedback.domain.access import Role
from feedback.domain.alert import AlertState, EscalationLevel
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.services import outbox
from feedback.services.alert_history import Happening, record_event
from feedback.services.duty import duty_route
from feedback.services.notice import StaffLinks, emails_of


def tell_second(
    session: Session, alert: UUID, links: StaffLinks, *, now: datetime
) -> int:
    """Tell the second contact of an alert at once, unless that was done already."""
    row = session.get_one(AlertRow, alert)
    is_over = row.state == AlertState.CLOSED or row.acknowledged_at is not None
    if is_over or row.level >= EscalationLevel.SECOND_CONTACT:
        return 0
    return tell(session, row, EscalationLevel.SECOND_CONTACT, links, now=now)


def tell(
    session: Session,
    row: AlertRow,
    level: EscalationLevel,
    links: StaffLinks,
    *,
    now: datetime,
) -> int:
    """Queue the content-free messages of one level; tell how many.

    Where no duty route is set, the Head of Safeguarding and QA is told at once.
    """
    to = _route(session, level)
    review = not_erased(session, row.review_id)
    purpose = Purpose.ALERT if level is EscalationLevel.DUTY else Purpose.ESCALATION
    queued = 0
    for channel, address in to:
        message = outbox.NewMessage(
            purpose=purpose,
            channel=channel,
            review=review,
            alert=row.id,
            to=address,
            values={"reference": row.reference, "link": links.alerts},
            distinct=str(row.id),
        )
        queued += outbox.queue(session, message, now=now) is not None
    row.level = max(row.level, level)
    record_event(session, row, Happening(what="told", level=level), now=now)
    return queued


def not_erased(session: Session, review: UUID | None) -> UUID | None:
    """Give a review under whose key something can be sealed; None where it is erased.

    An alert of an erased review is told of all the same, under the service's own key.
    """
    if review is None or not vault_of(session).opens(review):
        return None
    return review


def _route(session: Session, level: EscalationLevel) -> tuple[tuple[Channel, str], ...]:
    heads = tuple((Channel.EMAIL, to) for to in emails_of(session, Role.HEAD_SQA))
    duty = duty_route(session)
    match level:
        case EscalationLevel.DUTY:
            if duty is None:
                return heads
            return (Channel.SMS, duty.phone), (Channel.EMAIL, duty.email)
        case EscalationLevel.SECOND_CONTACT:
            if duty is None:
                return ()
            return (
                (Channel.SMS, duty.backup_phone),
                (Channel.EMAIL, duty.backup_email),
            )
        case EscalationLevel.HEAD_SQA:
            return heads
