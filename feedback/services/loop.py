"""Which numbers get no automatic reply? Those whose replies went round in circles."""

from datetime import datetime
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from feedback.db.models import ContactRow, ReplyStopRow
from feedback.db.queries import message as messages

LOOP: Final = "30039"


def stop_replies(session: Session, contact: ContactRow, *, now: datetime) -> None:
    """Answer this number by ourselves no more: the provider saw a loop."""
    messages.add_once(
        session, ReplyStopRow, contact_hmac=contact.value_index, code=LOOP, since=now
    )


def may_reply(session: Session, sender: bytes) -> bool:
    """Tell whether a number, by its digest, may be answered automatically."""
    return not session.scalar(
        select(exists().where(ReplyStopRow.contact_hmac == sender))
    )
