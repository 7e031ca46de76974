"""Does this link open a form? The exchange of a link for a respondent's session."""

import logging
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from feedback.db.ids import new_id, new_opaque_id
from feedback.db.models import FailureRow, InvitationRow, RespondentSessionRow
from feedback.db.queries import grading
from feedback.db.queries import response as queries
from feedback.db.vault import KeyName, vault_of
from feedback.domain.invitation import IN_PERSON, InvitationStatus, is_open, move
from feedback.domain.review import ReviewState
from feedback.domain.token import token_digest
from feedback.services import arrive, audit

FAILURE_MEMORY: Final = timedelta(minutes=10)
MOST_FAILURES: Final = 20
LINK: Final = "link"
log = logging.getLogger(__name__)


def start(session: Session, token: str, *, now: datetime) -> str | None:
    """Open a link; give the token of the new session's cookie.

    Returns:
        None for every link that does not open, whatever the reason: the caller
        shows one and the same page.
    """
    found = find(session, token)
    if found is None or not link_opens_form(found, now):
        return None
    invitation = found.invitation
    status = InvitationStatus(invitation.status)
    if status is not InvitationStatus.STARTED:
        invitation.status = move(status, InvitationStatus.STARTED)
        invitation.started_at = now
    if invitation.channel != IN_PERSON:
        arrive.by_link(session, invitation.id, now=now)
    cookie = secrets.token_urlsafe(32)
    row = RespondentSessionRow(
        id=new_opaque_id(),
        token_digest=vault_of(session).fingerprint(KeyName.SESSION, cookie),
        review_id=invitation.review_id,
        invitation_id=invitation.id,
        has_code_word=not _asks_code_word(session, invitation),
        started_at=now,
        seen_at=now,
    )
    session.add(row)
    deed = audit.Deed(
        action="link_opened", review=invitation.review_id, subject=invitation.id
    )
    audit.record(session, deed, by=audit.RESPONDENT, now=now)
    return cookie


def find(session: Session, token: str) -> queries.Link | None:
    """Look a link up by its digest, so that every token takes as long."""
    return queries.link_of(session, _digest(session, token))


def find_held(session: Session, token: str) -> queries.Link | None:
    """Look a link up, its review held first: nobody locks its grades meanwhile.

    In this order, because whoever closes a review takes it before its invitations.
    """
    review = queries.review_of_link(session, _digest(session, token))
    if review is None:
        return None
    grading.review_for_change(session, review)
    return find(session, token)


def link_opens_form(link: queries.Link, now: datetime) -> bool:
    """Tell whether answers may come in by a link now."""
    window = (link.review.opens_at, link.invitation.expires_at)
    return opens_form(link.invitation.status, link.review.state, window, now)


def opens_form(
    status: str, state: str, window: tuple[datetime, datetime], now: datetime
) -> bool:
    """Tell whether answers may come in by an invitation now.

    Args:
        status: How the invitation stands.
        state: The state of its review.
        window: When its review opens, and when the invitation ends.
        now: When it is asked.
    """
    opens_at, expires_at = window
    return ReviewState(state).takes_feedback and is_open(
        InvitationStatus(status), opens_at=opens_at, expires_at=expires_at, now=now
    )


def note_failure(session: Session, address: str, *, now: datetime) -> bool:
    """Count a try with a dead link against an address; tell whether it is too many.

    The address is kept as a digest that changes every day, for ten minutes.
    """
    session.execute(
        delete(FailureRow).where(
            FailureRow.kind == LINK, FailureRow.at <= now - FAILURE_MEMORY
        )
    )
    source = vault_of(session).fingerprint(
        KeyName.SESSION, f"link|{now.date().isoformat()}|{address}"
    )
    failures = session.scalar(
        select(func.count())
        .select_from(FailureRow)
        .where(FailureRow.kind == LINK, FailureRow.source_digest == source)
    )
    if (failures or 0) >= MOST_FAILURES:
        log.warning("links are being tried out")
        return True
    session.add(FailureRow(id=new_id(), kind=LINK, source_digest=source, at=now))
    return False


def _digest(session: Session, token: str) -> bytes:
    pepper = vault_of(session).secret(KeyName.TOKEN_PEPPER)
    return token_digest(pepper, token)


def _asks_code_word(session: Session, invitation: InvitationRow) -> bool:
    if invitation.channel == IN_PERSON:
        return False
    contacts = queries.contacts_of(session, invitation.participant_id)
    return any(contact.code_word_sealed is not None for contact in contacts)
