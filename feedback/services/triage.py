"""Which texts wait for a person, and who deals with them?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import AlertRow, InboundRow
from feedback.db.queries import inbound as queries
from feedback.db.vault import vault_of
from feedback.domain.access import Action, Standing, Viewer, may
from feedback.domain.alert import AlertState
from feedback.domain.errors import FeedbackError
from feedback.domain.sms import InboundKind
from feedback.services import audit, converse
from feedback.services.inbound import Triage, body_place, sender_place

MOST_SHOWN: Final = 200


class NoSuchTextError(FeedbackError):
    """There is no such text, or this person may not read it."""


class AlreadySettledError(FeedbackError):
    """Somebody, or the program, has dealt with this text already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text without its words and without its number.

    Args:
        alert: The reference of the alert that was raised for it.
        people: Whose number it came from, each as a review's reference and a person's
            key; several may share one.
    """

    id: UUID
    sid: str
    received_at: datetime
    kind: InboundKind
    triage: Triage
    alert: str | None
    alert_id: UUID | None
    is_alert_open: bool
    people: tuple[tuple[str, str], ...] = ()

    @property
    def is_waiting(self) -> bool:
        """Whether a person must look at it."""
        return self.triage is Triage.WAITING

    def as_json(self) -> Mapping[str, object]:
        """Say it for machines."""
        return {
            "sid": self.sid,
            "received_at": self.received_at.isoformat(),
            "kind": self.kind.value,
            "triage": self.triage.value,
            "alert": self.alert,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedText:
    """A text with its words.

    Args:
        number: Where it came from, for whoever must ring; while an alert is open.
        candidates: The conversations it could belong to.
    """

    text: Text
    words: str = field(repr=False)
    number: str | None = field(repr=False)
    candidates: tuple[converse.Candidate, ...]


def all_texts(session: Session) -> Iterator[Text]:
    """List every text in the order in which they came."""
    for row, alert in queries.every_text(session):
        yield _text(row, alert, ())


def waiting_texts(session: Session) -> tuple[Text, ...]:
    """List the texts that wait for a person, the oldest first."""
    return _with_people(session, queries.waiting(session, most=MOST_SHOWN))


def settled_texts(session: Session) -> tuple[Text, ...]:
    """List the newest texts that were dealt with."""
    return _with_people(session, queries.settled(session, most=MOST_SHOWN))


def one_text(session: Session, text: UUID) -> Text:
    """Find one text, without its words.

    Raises:
        NoSuchTextError: If there is none.
    """
    row, alert = _found(session, text)
    return _text(row, alert, ())


def open_text(
    session: Session, text: UUID, viewer: Viewer, *, by: audit.Actor, now: datetime
) -> OpenedText:
    """Open a text for whoever may read it; that it was read goes on record.

    Raises:
        NoSuchTextError: If there is none, or this person may not read it.
    """
    row, alert = _found(session, text)
    people = queries.people_at(session, [row.from_hmac])
    found = _text(row, alert, people.get(row.from_hmac, ()))
    refuse_unless_reader(found, viewer)
    deed = audit.Deed(action="text_read", subject=row.id)
    audit.record(session, deed, by=by, now=now)
    vault = vault_of(session)
    number = None
    if found.is_alert_open:
        number = vault.unseal_if_any(sender_place(row.id), row.from_sealed)
    return OpenedText(
        text=found,
        words=vault.unseal(body_place(row.id), row.body_sealed),
        number=number,
        candidates=converse.candidates(session, row.id) if found.is_waiting else (),
    )


def settle(
    session: Session, text: UUID, viewer: Viewer, *, by: audit.Actor, now: datetime
) -> None:
    """Note that a person has dealt with a text.

    Words are settled by somebody who may read them; a keyword by anybody who sees it.

    Raises:
        NoSuchTextError: If there is none, or it is not this person's to settle.
        AlreadySettledError: If it waits no more.
    """
    row, alert = _found(session, text)
    found = _text(row, alert, ())
    if found.kind is InboundKind.WORDS:
        refuse_unless_reader(found, viewer)
    if not found.is_waiting:
        raise AlreadySettledError
    row.triage_state = Triage.DONE
    row.triaged_at = now
    row.triaged_by = viewer.account
    deed = audit.Deed(
        action="text_settled", subject=row.id, facts={"kind": found.kind.value}
    )
    audit.record(session, deed, by=by, now=now)


def refuse_unless_reader(text: Text, viewer: Viewer) -> None:
    """Refuse whoever may not read this text.

    Raises:
        NoSuchTextError: If the viewer may not.
    """
    if not may_read(text, viewer):
        raise NoSuchTextError


def may_read(text: Text, viewer: Viewer) -> bool:
    """Tell from the access table whether a viewer may read this text's words."""
    at = Standing(has_open_alert=text.is_alert_open)
    return may(viewer, Action.READ_INBOUND, at)


def _found(session: Session, text: UUID) -> queries.Found:
    found = queries.held(session, text)
    if found is None:
        raise NoSuchTextError
    return found


def _with_people(session: Session, found: Sequence[queries.Found]) -> tuple[Text, ...]:
    """Say whose numbers texts came from, in one question."""
    people = queries.people_at(session, {row.from_hmac for row, _ in found})
    return tuple(
        _text(row, alert, people.get(row.from_hmac, ())) for row, alert in found
    )


def _text(
    row: InboundRow, alert: AlertRow | None, people: tuple[tuple[str, str], ...]
) -> Text:
    return Text(
        id=row.id,
        sid=row.sid,
        received_at=row.received_at,
        kind=InboundKind(row.kind),
        triage=Triage(row.triage_state),
        alert=None if alert is None else alert.reference,
        alert_id=None if alert is None else alert.id,
        is_alert_open=alert is not None and alert.state != AlertState.CLOSED,
        people=people,
    )
