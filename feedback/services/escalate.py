"""Who hears of an alert next, while nobody has acknowledged it?"""

import logging
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.queries import alert as queries
from feedback.db.session import Database
from feedback.domain.access import Role
from feedback.domain.alert import (
    ESCALATES_AFTER,
    AlertState,
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

log = logging.getLogger(__name__)

FIRST_STEP: Final = ESCALATES_AFTER[EscalationLevel.SECOND_CONTACT]


def escalate(database: Database, links: StaffLinks, *, now: datetime) -> int:
    """Tell whoever is next about every alert that nobody took on; tell how many.

    A late tick catches up, a repeated one changes nothing. Each alert has a
    transaction of its own: one that breaks holds up no other.
    """
    with database.reading() as session:
        waiting = queries.unacknowledged(
            session, before=now - FIRST_STEP, below=EscalationLevel.HEAD_SQA
        )
    told = 0
    for alert in waiting:
        try:
            with database.transaction() as session:
                told += _tell_next(session, alert, links, now)
        except Exception as error:  # noqa: BLE001 - one must not hold up the others
            # The class only: the message may hold what somebody typed.
            log.error(  # noqa: TRY400 - a traceback may hold it too
                "alert %s is not handed on: %s", alert, type(error).__name__
            )
    return told


def _tell_next(session: Session, alert: UUID, links: StaffLinks, now: datetime) -> int:
    row = queries.held(session, alert)
    if row is None or row.state != AlertState.RAISED:
        return 0
    due = escalations_due(
        raised_at=row.raised_at, acknowledged_at=row.acknowledged_at, now=now
    )
    levels = [level for level in due if level > row.level]
    for level in levels:
        tell(session, row, level, links, now=now)
    return len(levels)


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
