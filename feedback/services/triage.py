"""What does a text say, and who has dealt with it?"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.queries import inbound as queries
from feedback.db.vault import vault_of
from feedback.domain.access import Action, Standing, Viewer, may
from feedback.domain.errors import FeedbackError
from feedback.domain.triage import Triage
from feedback.services import alerted_contact, audit
from feedback.services.attribute import Candidate, candidates
from feedback.services.inbound import body_place
from feedback.services.list_texts import (
    NoSuchTextError,
    Text,
    refuse_unless_reader,
    text_of,
)


class AlreadySettledError(FeedbackError):
    """Somebody, or the program, has dealt with this text already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedText:
    """A text with its words.

    Args:
        may_ring: Whether this viewer is shown numbers, which open alerts have.
        number: Where it came from, for whoever must ring; None where it was not kept
            or no alert is open.
        candidates: The conversations it could belong to.
    """

    text: Text
    words: str = field(repr=False)
    may_ring: bool
    number: str | None = field(repr=False)
    candidates: tuple[Candidate, ...]


def open_text(
    session: Session, text: UUID, viewer: Viewer, *, by: audit.Actor, now: datetime
) -> OpenedText:
    """Open a text for whoever may read it; that it was read goes on record.

    Raises:
        NoSuchTextError: If there is none, or this person may not read it.
        StillToLockError: If they may, once they have locked their grades.
    """
    row, alert = _found(session, text)
    people = queries.people_at(session, [row.from_hmac])
    found = text_of(row, alert, people.get(row.from_hmac, ()))
    refuse_unless_reader(session, found, viewer, now=now)
    deed = audit.Deed(action="text_read", subject=row.id)
    audit.record(session, deed, by=by, now=now)
    at = Standing(has_open_alert=found.is_alert_open)
    may_ring = may(viewer, Action.SEE_ALERTED_CONTACT, at)
    number = None
    if may_ring and found.alert_id is not None:
        number = alerted_contact.number_of(
            session, found.alert_id, by=viewer.account, now=now
        )
    return OpenedText(
        text=found,
        words=vault_of(session).unseal(body_place(row.id), row.body_sealed),
        may_ring=may_ring,
        number=number,
        candidates=candidates(session, row.id) if found.is_waiting else (),
    )


def settle(
    session: Session, text: UUID, viewer: Viewer, *, by: audit.Actor, now: datetime
) -> None:
    """Note that a person has dealt with a text.

    Words are settled by somebody who may read them; a keyword by anybody who sees it.

    Raises:
        NoSuchTextError: If there is none, or it is not this person's to settle.
        StillToLockError: If it is theirs, once they have locked their grades.
        AlreadySettledError: If it waits no more.
    """
    row, alert = _found(session, text)
    found = text_of(row, alert)
    if found.has_words:
        refuse_unless_reader(session, found, viewer, now=now)
    if not found.is_waiting:
        raise AlreadySettledError
    row.triage_state = Triage.DONE
    row.triaged_at = now
    row.triaged_by = viewer.account
    deed = audit.Deed(
        action="text_settled", subject=row.id, facts={"kind": found.kind.value}
    )
    audit.record(session, deed, by=by, now=now)


def _found(session: Session, text: UUID) -> queries.Found:
    found = queries.held(session, text)
    if found is None:
        raise NoSuchTextError
    return found
