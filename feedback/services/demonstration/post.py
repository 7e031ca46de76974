"""What went out before today? Each message at its time, by the rules of sending.

In the demonstration nothing ever leaves: a message that is told of here was taken by
nobody, as the console takes them, and stands on the drawn phones.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.ids import new_id
from feedback.db.models import AttemptRow, MessageRow
from feedback.db.queries import message as messages
from feedback.domain.delivery import AttemptState, MessageState
from feedback.services import settle
from feedback.services.dispatch import DeliveryRules
from feedback.services.judge import judge, look_up


def catch_up(session: Session, rules: DeliveryRules, *, until: datetime) -> int:
    """Send, or let go, whatever became due by an instant; tell how many."""
    done = 0
    while (row := _next_due(session, until)) is not None:
        _take(session, row, rules)
        done += 1
    return done


def _next_due(session: Session, until: datetime) -> MessageRow | None:
    return session.scalars(
        select(MessageRow)
        .where(MessageRow.state == MessageState.DUE, MessageRow.next_at <= until)
        .order_by(MessageRow.next_at, MessageRow.id)
        .limit(1)
    ).first()


def _take(session: Session, row: MessageRow, rules: DeliveryRules) -> None:
    now = row.next_at
    subject = messages.subject_of(session, row)
    step = judge(subject, look_up(session, [subject], now), rules, now)
    settle.take(row, step)
    if step.state is not MessageState.CALLING:
        session.flush()
        return
    row.attempts += 1
    attempt = AttemptRow(
        id=new_id(),
        message_id=row.id,
        n=row.attempts,
        provider=settle.CONSOLE,
        state=AttemptState.CALLING,
        started_at=now,
    )
    session.add(attempt)
    session.flush()
    a_try = settle.Try(message=row, attempt=attempt)
    sid = f"{settle.CONSOLE}-{attempt.id}"
    settle.accepted(session, a_try, sid, rules=rules, now=now)
