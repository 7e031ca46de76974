"""Which texts came in, which of them wait for a person, and who may read them?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import AlertRow, InboundRow
from feedback.db.queries import inbound as queries
from feedback.domain.access import Action, Standing, Viewer, may
from feedback.domain.alert import AlertState
from feedback.domain.errors import FeedbackError
from feedback.domain.sms import InboundKind
from feedback.domain.triage import Triage, has_words

MOST_SHOWN: Final = 200


class NoSuchTextError(FeedbackError):
    """There is no such text, or this person may not read it."""


class StillToLockError(FeedbackError):
    """A text may be an answer at a review that its reader has not graded yet."""


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

    @property
    def has_words(self) -> bool:
        """Whether it says more than a keyword."""
        return has_words(self.kind, self.triage)

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
class Texts:
    """What one viewer sees of the texts that came in.

    Args:
        waiting: Those that wait for a person, open alerts first.
        waiting_count: How many wait, the ones that are not listed included.
        pressing_count: On how many of those an open alert stands.
        settled: Those that were dealt with, the newest first.
        readable: Those whose words the viewer may read.
        barred: Those that the viewer could read but for grades to be locked first.
    """

    waiting: tuple[Text, ...]
    waiting_count: int
    pressing_count: int
    settled: tuple[Text, ...]
    readable: frozenset[UUID]
    barred: frozenset[UUID]


def every_text(session: Session) -> Iterator[Text]:
    """List every text in the order in which they came."""
    for row, alert in queries.every_text(session):
        yield text_of(row, alert)


def texts_for(session: Session, viewer: Viewer, *, now: datetime) -> Texts:
    """List the texts that wait, and the newest that were dealt with."""
    waiting = _with_people(session, queries.waiting(session, most=MOST_SHOWN))
    settled = _with_people(session, queries.settled(session, most=MOST_SHOWN))
    shown = (*waiting, *settled)
    to_lock = queries.at_reviews_to_lock(
        session, [one.id for one in shown], viewer.account, now=now
    )
    readable = {
        one.id for one in shown if _may_read(one, viewer, is_to_lock=one.id in to_lock)
    }
    counted = queries.count_waiting(session)
    return Texts(
        waiting=waiting,
        waiting_count=counted.all,
        pressing_count=counted.on_open_alert,
        settled=settled,
        readable=frozenset(readable),
        barred=frozenset(one.id for one in shown if _may_read(one, viewer)) - readable,
    )


def hold_for_reader(
    session: Session, text: UUID, viewer: Viewer, *, now: datetime
) -> None:
    """Take a text for a change, by somebody who may read it.

    Raises:
        NoSuchTextError: If there is none, or the viewer may not.
        StillToLockError: If they may, once they have locked their grades.
    """
    found = queries.held(session, text)
    if found is None:
        raise NoSuchTextError
    refuse_unless_reader(session, text_of(*found), viewer, now=now)


def refuse_unless_reader(
    session: Session, text: Text, viewer: Viewer, *, now: datetime
) -> None:
    """Refuse whoever may not read this text.

    Raises:
        NoSuchTextError: If the viewer may not.
        StillToLockError: If they may, once they have locked their grades.
    """
    to_lock = queries.at_reviews_to_lock(session, [text.id], viewer.account, now=now)
    if _may_read(text, viewer, is_to_lock=bool(to_lock)):
        return
    if _may_read(text, viewer):
        raise StillToLockError
    raise NoSuchTextError


def text_of(
    row: InboundRow, alert: AlertRow | None, people: tuple[tuple[str, str], ...] = ()
) -> Text:
    """Tell of a row what may be told without opening it."""
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


def _may_read(text: Text, viewer: Viewer, *, is_to_lock: bool = False) -> bool:
    """Tell from the access table whether a viewer may read a text's words.

    Args:
        text: The text.
        viewer: Who asks.
        is_to_lock: Whether it may come from somebody at a review that the viewer
            grades, and whose grades are not locked.
    """
    at = Standing(
        is_reviewer=is_to_lock, is_locked=False, has_open_alert=text.is_alert_open
    )
    return may(viewer, Action.READ_INBOUND, at)


def _with_people(session: Session, found: Sequence[queries.Found]) -> tuple[Text, ...]:
    """Say whose numbers texts came from, in one question."""
    people = queries.people_at(session, {row.from_hmac for row, _ in found})
    return tuple(
        text_of(row, alert, people.get(row.from_hmac, ())) for row, alert in found
    )
