"""Which numbers get no automatic reply? Those whose replies went round in circles."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from feedback.db.models import ContactRow, ReplyStopRow
from feedback.db.queries import message as messages

LOOP: Final = "30039"


def stop_replies(session: Session, contact: ContactRow, *, now: datetime) -> None:
    """Answer this number by ourselves no more: the provider saw a loop."""
    messages.add_once(
        session, ReplyStopRow, contact_hmac=contact.value_index, code=LOOP, since=now
    )
