"""Does the person at the screen know the word that was agreed in person?"""

import hmac
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import InvitationRow, RespondentSessionRow
from feedback.db.queries import response as queries
from feedback.db.vault import vault_of
from feedback.domain.delivery import Purpose
from feedback.domain.invitation import InvitationStatus
from feedback.services import audit
from feedback.services.end_link import end_link, shut_out
from feedback.services.notice import StaffLinks, tell_coordinators
from feedback.services.record_people import contact_place
from feedback.services.resume import Run

MOST_TRIES: Final = 5


class WordVerdict(StrEnum):
    """What came of a try."""

    FITS = "fits"
    WRONG = "wrong"
    LOCKED = "locked"


def check_code_word(
    session: Session, run: Run, offered: str, links: StaffLinks, *, now: datetime
) -> WordVerdict:
    """Compare a word with the agreed one; the fifth wrong try shuts the link.

    Tries count on the link, so that a new browser does not start afresh.
    """
    if any(_fits(word, offered) for word in _agreed(session, run.participant)):
        session.get_one(RespondentSessionRow, run.browser).has_code_word = True
        return WordVerdict.FITS
    invitation = session.get_one(InvitationRow, run.invitation)
    invitation.code_word_tries += 1
    if invitation.code_word_tries < MOST_TRIES:
        return WordVerdict.WRONG
    end_link(invitation, InvitationStatus.REVOKED, now=now)
    shut_out(session, invitation, now=now)
    tell_coordinators(
        session,
        run.review,
        f"code-word:{invitation.id}",
        links,
        purpose=Purpose.CODE_WORD_LOCKED,
        now=now,
    )
    deed = audit.Deed(
        action="link_shut_by_code_word", review=run.review, subject=invitation.id
    )
    audit.record(session, deed, by=audit.SYSTEM, now=now)
    return WordVerdict.LOCKED


def _agreed(session: Session, participant: UUID) -> tuple[str, ...]:
    vault = vault_of(session)
    return tuple(
        vault.unseal(
            contact_place(contact, "code_word_sealed"), contact.code_word_sealed
        )
        for contact in queries.contacts_of(session, participant)
        if contact.code_word_sealed is not None
    )


def _fits(agreed: str, offered: str) -> bool:
    return hmac.compare_digest(_plain(agreed), _plain(offered))


def _plain(word: str) -> bytes:
    """Leave out what a phone adds: capitals and spaces."""
    return "".join(word.split()).casefold().encode("utf-8", "surrogatepass")
