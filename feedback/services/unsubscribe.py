"""How does a mail program stop somebody's messages with one click?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import InvitationRow
from feedback.db.vault import KeyName, vault_of
from feedback.domain.token import (
    read_unsubscribe_token,
    unsubscribe_link,
    unsubscribe_token,
)
from feedback.services import stop

BY_MAIL = "unsubscribe"


def link(session: Session, invitation: UUID, *, base_url: str) -> str:
    """Write the address that an email about an invitation carries in its head."""
    key = vault_of(session).secret(KeyName.TOKEN_PEPPER)
    return unsubscribe_link(base_url, unsubscribe_token(key, invitation))


def unsubscribe(session: Session, token: str, *, now: datetime) -> bool:
    """Write to this person no more, by none of their contacts.

    It works as long as the record lasts, also once the answering link has ended.

    Returns:
        False where the token is none of ours: nobody outside is told.
    """
    key = vault_of(session).secret(KeyName.TOKEN_PEPPER)
    invitation = read_unsubscribe_token(key, token)
    if invitation is None or session.get(InvitationRow, invitation) is None:
        return False
    stop.stop_messages(session, invitation, reason=BY_MAIL, now=now)
    return True
