"""Which messages hang in the air? Every minute they are taken up again."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.models import MessageRow
from feedback.domain.delivery import MessageState
from feedback.messaging.sender import Unknown
from feedback.services import receive, reconcile, settle
from feedback.services.dispatch import Dispatch

log = logging.getLogger(__name__)

ReadNow = Callable[[], datetime]

ROUND: Final = 50
LEASE_RAN_OUT: Final = "lease-ran-out"


def sweep(dispatch: Dispatch, *, read_now: ReadNow) -> int:
    """Take up what hangs in the air; return how many messages that were."""
    with dispatch.database.transaction() as session:
        lapsed = _lapse(session, dispatch, read_now())
    with dispatch.database.reading() as session:
        questions = reconcile.questions(session, most=ROUND, now=read_now())
    for question in questions:
        try:
            reconcile.settle_one(dispatch, question, read_now)
        except Exception as error:  # noqa: BLE001 - one message must not hold up the others
            # The class only: the message may hold what somebody typed.
            log.error(  # noqa: TRY400 - a traceback may hold it too
                "message %s stays in the air: %s",
                question.message,
                type(error).__name__,
            )
    with dispatch.database.transaction() as session:
        receive.apply_late(session, rules=dispatch.rules, now=read_now())
        receive.tell_orphans(session, now=read_now())
    return lapsed + len(questions)


def _lapse(session: Session, dispatch: Dispatch, now: datetime) -> int:
    """Turn calls whose lease ran out into unknown outcomes: never into new calls."""
    rows = session.scalars(
        select(MessageRow)
        .where(MessageRow.state == MessageState.CALLING, MessageRow.lease_until <= now)
        .limit(ROUND)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        a_try = settle.last_try(session, row)
        # Whoever comes back late with an answer finds that the message moved on.
        row.lease_epoch += 1
        outcome = Unknown(detail=LEASE_RAN_OUT)
        settle.unknown(session, a_try, outcome, rules=dispatch.rules, now=now)
    return len(rows)
