"""Who hears of an alert next, while nobody has acknowledged it?"""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from feedback.db.queries import alert as queries
from feedback.domain.access import Role
from feedback.domain.alert import (
    ESCALATES_AFTER,
    EscalationLevel,
    escalations_due,
)
from feedback.domain.calendar import london_day
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.services import outbox
from feedback.services.duty import duty_route
from feedback.services.notice import StaffLinks, emails_of
from feedback.services.tell_duty import tell

FIRST_STEP: Final = ESCALATES_AFTER[EscalationLevel.SECOND_CONTACT]


def escalate(session: Session, links: StaffLinks, *, now: datetime) -> int:
    """Tell whoever is next about every alert that nobody took on; tell how many.

    A late tick catches up, a repeated one changes nothing.
    """
    told = 0
    for row in queries.unacknowledged(session, before=now - FIRST_STEP):
        due = escalations_due(
            raised_at=row.raised_at, acknowledged_at=row.acknowledged_at, now=now
        )
        for level in due:
            if level > row.level:
                tell(session, row, level, links, now=now)
                told += 1
    return told


def queue_daily_list(session: Session, links: StaffLinks, *, now: datetime) -> int:
    """Remind, once a day in London, of the alerts that are still open.

    Returns:
        How many messages were queued: none where nothing is open.
    """
    if not queries.open_ones(session):
        return 0
    duty = duty_route(session)
    emails = set(emails_of(session, Role.HEAD_SQA))
    if duty is not None:
        emails.add(duty.email)
    queued = 0
    for email in sorted(emails):
        message = outbox.NewMessage(
            purpose=Purpose.STAFF_NOTICE,
            channel=Channel.EMAIL,
            to=email,
            values={"reference": "open alerts", "link": links.alerts},
            distinct=f"open-alerts:{london_day(now).isoformat()}",
        )
        queued += outbox.queue(session, message, now=now) is not None
    return queued
