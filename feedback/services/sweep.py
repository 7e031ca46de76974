"""Which messages hang in the air? Every minute they are taken up again.

Each in a transaction of its own: one that breaks, or many at once, hold up nothing.
"""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.models import MessageRow
from feedback.domain.delivery import MessageState
from feedback.messaging.sender import Unknown
from feedback.services import receive, settle
from feedback.services.ask_around import ask_around
from feedback.services.claim import ReadNow
from feedback.services.dispatch import Dispatch

log = logging.getLogger(__name__)

# What is left over has its turn in a minute.
MOST: Final = 500
LEASE_RAN_OUT: Final = "lease-ran-out"


def sweep(dispatch: Dispatch, *, read_now: ReadNow) -> int:
    """Take up what hangs in the air; return how many messages that were."""
    database, rules = dispatch.database, dispatch.rules
    with database.reading() as session:
        cut_off = _cut_off(session, read_now)
    lapsed = _each(dispatch, cut_off, partial(_lapse, dispatch, read_now))
    # What came by itself first: about that nobody needs to ask.
    with database.reading() as session:
        late = receive.late_attempts(session, most=MOST)
    _each(
        dispatch,
        late,
        lambda session, attempt: receive.apply_late(
            session, attempt, rules=rules, now=read_now()
        ),
    )
    _kept_apart(
        dispatch,
        "what came for nobody",
        lambda session: receive.tell_orphans(session, now=read_now()),
    )
    return lapsed + ask_around(dispatch, read_now=read_now)


def _each(
    dispatch: Dispatch, found: Sequence[UUID], do: Callable[[Session, UUID], object]
) -> int:
    """Do something with each; tell how many it was done with."""

    def do_with(one: UUID) -> bool:
        return _kept_apart(dispatch, one, lambda session: do(session, one))

    return sum(do_with(one) for one in found)


def _kept_apart(
    dispatch: Dispatch, what: object, do: Callable[[Session], object]
) -> bool:
    """Do one thing in a transaction of its own; tell whether there was anything to."""
    try:
        with dispatch.database.transaction() as session:
            return bool(do(session))
    except Exception as error:  # noqa: BLE001 - one must not hold up the others
        # The class only: the message may hold what somebody typed.
        log.error(  # noqa: TRY400 - a traceback may hold it too
            "%s is not swept: %s", what, type(error).__name__
        )
        return False


def _cut_off(session: Session, read_now: ReadNow) -> Sequence[UUID]:
    """List the messages whose call was not answered within its lease."""
    return session.scalars(
        select(MessageRow.id)
        .where(
            MessageRow.state == MessageState.CALLING,
            MessageRow.lease_until <= read_now(),
        )
        .order_by(MessageRow.priority, MessageRow.lease_until)
        .limit(MOST)
    ).all()


def _lapse(
    dispatch: Dispatch, read_now: ReadNow, session: Session, message: UUID
) -> bool:
    """Turn a call whose lease ran out into an unknown outcome, never a new call."""
    now = read_now()
    row = session.scalars(
        select(MessageRow)
        .where(
            MessageRow.id == message,
            MessageRow.state == MessageState.CALLING,
            MessageRow.lease_until <= now,
        )
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return False
    a_try = settle.last_try(session, row)
    # Whoever comes back late with an answer finds that the message moved on.
    row.lease_epoch += 1
    outcome = Unknown(detail=LEASE_RAN_OUT)
    settle.unknown(session, a_try, outcome, rules=dispatch.rules, now=now)
    return True
