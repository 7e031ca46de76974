"""How do many reviews come in at once? From a file: all of it, or every fault told."""

import codecs
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import ParticipantRow, ReviewRow
from feedback.db.queries import review as queries
from feedback.db.vault import KeyName, vault_of
from feedback.documents import sheet
from feedback.domain.intake import NewContact, NewPerson
from feedback.domain.intake_columns import COLUMNS
from feedback.domain.intake_file import (
    Circumstances,
    Entry,
    Intake,
    NotReadableError,
    load_json,
    read_file,
)
from feedback.domain.intake_sheet import Given, read_sheet
from feedback.services import audit, invite
from feedback.services.commission import begin, review_row
from feedback.services.duty import duty_route
from feedback.services.offer import offered
from feedback.services.record_people import Joining, contact_rows, person_row

OTHER_CONTENT: Final = "exists already with other content"
# So that an import of many shows how far it has come.
INVITED_AT_ONCE: Final = 100
# Where JSON begins, after the space that may stand before it.
JSON_BEGINS: Final = (b"{", b"[")
SEEN_FIRST: Final = 1024
# What is left of a file in which nothing was written.
EMPTY: Final = codecs.BOM_UTF8 + b" \t\r\n\x0b\x0c"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which terms a file is taken.

    Args:
        is_partial: Whether sound reviews are taken although others have faults.
        is_held: Whether nobody is invited yet: each review is looked at first.
    """

    rules: invite.InviteRules
    is_partial: bool = False
    is_held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What came of a file. With faults and nothing taken, nothing is stored."""

    reviews: int = 0
    people: int = 0
    messages: int = 0
    unchanged: int = 0
    faults: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the file changed nothing and told nothing that was known."""
        return not self.reviews and not self.unchanged

    def as_json(self) -> Mapping[str, int]:
        """Count what was stored, for machines."""
        return {
            "reviews": self.reviews,
            "people": self.people,
            "messages": self.messages,
            "unchanged": self.unchanged,
        }


class Progress(Protocol):
    """Shows how far an import has come."""

    def begin(self, steps: int) -> None:
        """Tell of how many steps it is."""
        ...

    def step(self, steps: int) -> None:
        """Tell that so many more are done."""
        ...


class _Unseen:
    def begin(self, steps: int) -> None:
        pass

    def step(self, steps: int) -> None:
        pass


UNSEEN: Final[Progress] = _Unseen()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sorted:
    """The sound reviews of a file, by whether they are known already."""

    new: tuple[tuple[Intake, bytes], ...]
    unchanged: int
    faults: tuple[str, ...]


def load(raw: bytes) -> Given:
    """Read a file, JSON or a sheet of people, before a transaction is opened.

    Raises:
        NotReadableError: If it is none of these, with the place at which it breaks.
    """
    begins = raw[:SEEN_FIRST].removeprefix(codecs.BOM_UTF8).lstrip()
    if not raw.strip(EMPTY):
        raise NotReadableError("is empty")
    if begins.startswith(JSON_BEGINS):
        return Given(document=load_json(raw))
    try:
        return read_sheet(sheet.rows_of(raw))
    except sheet.SheetError as error:
        raise NotReadableError(str(error)) from None


def empty_csv() -> bytes:
    """Write a CSV file to fill in."""
    return sheet.empty_csv(COLUMNS)


def empty_workbook() -> bytes:
    """Write an Excel workbook to fill in."""
    return sheet.empty_workbook(COLUMNS)


def bring_in(
    session: Session,
    given: Given,
    terms: Terms,
    *,
    by: audit.Actor,
    now: datetime,
    progress: Progress = UNSEEN,
) -> Brought:
    """Commission and invite every review of a file, in the caller's transaction.

    What the file holds was read by `load`, before a transaction was opened.

    A reference that is known with equal content is passed over; with other
    content it is a fault. Faults are returned, each with its path.

    Raises:
        NotReadableError: If it is no JSON object.
        InviteCapError: If a member of staff would queue too many messages.
    """
    if given.faults:
        return Brought(faults=given.faults)
    queries.hold_references(session)
    reading = read_file(
        given.document,
        Circumstances(
            forms=offered(session),
            has_duty_route=duty_route(session) is not None,
            now=now,
        ),
    )
    found = _sort(session, [_judged(one, given) for one in reading.entries])
    faults = tuple(map(given.told, (*reading.faults, *found.faults)))
    if reading.faults or (faults and not terms.is_partial):
        return Brought(faults=faults)
    progress.begin(len(found.new) * (1 if terms.is_held else 2))
    ids = _store(session, found.new, progress, by=by, now=now)
    messages = 0
    for start in range(0, 0 if terms.is_held else len(ids), INVITED_AT_ONCE):
        some = ids[start : start + INVITED_AT_ONCE]
        results = invite.invite_many(session, some, rules=terms.rules, by=by, now=now)
        messages += sum(result.queued for result in results.values())
        progress.step(len(some))
    return Brought(
        reviews=len(ids),
        people=sum(len(intake.people) for intake, _ in found.new),
        messages=messages,
        unchanged=found.unchanged,
        faults=faults,
    )


def _judged(entry: Entry, given: Given) -> Entry:
    """Refuse a review whose rows contradict each other."""
    faults = given.by_review.get(entry.path, ())
    if not faults:
        return entry
    return Entry(path=entry.path, intake=None, faults=(*faults, *entry.faults))


def _sort(session: Session, entries: Sequence[Entry]) -> _Sorted:
    sound = [entry for entry in entries if entry.intake is not None]
    known = queries.digests_of(
        session,
        [one.intake.review.reference for one in sound if one.intake is not None],
    )
    new: list[tuple[Intake, bytes]] = []
    faults: list[str] = []
    unchanged = 0
    for entry in entries:
        faults.extend(entry.faults)
        if entry.intake is None:
            continue
        digest = vault_of(session).fingerprint(
            KeyName.BLIND_INDEX, _canonical(entry.intake)
        )
        reference = entry.intake.review.reference
        if reference not in known:
            new.append((entry.intake, digest))
        elif known[reference] == digest:
            unchanged += 1
        else:
            faults.append(f"{entry.path}.reference: {reference} {OTHER_CONTENT}")
    return _Sorted(new=tuple(new), unchanged=unchanged, faults=tuple(faults))


def _store(
    session: Session,
    found: Sequence[tuple[Intake, bytes]],
    progress: Progress,
    *,
    by: audit.Actor,
    now: datetime,
) -> Sequence[UUID]:
    """Write reviews, then people, then contacts: a statement a table, not a row."""
    reviews = [_row_of(intake, digest, by, now) for intake, digest in found]
    session.add_all(reviews)
    session.flush()
    begin(session, reviews, by=by, now=now)
    session.flush()
    people: list[tuple[ParticipantRow, NewPerson]] = []
    for review, (intake, _) in zip(reviews, found, strict=True):
        people.extend(_people_of(session, review, intake, now))
        progress.step(1)
    session.add_all(row for row, _ in people)
    session.flush()
    for row, person in people:
        session.add_all(contact_rows(session, row, person.contacts))
    for review in reviews:
        deed = audit.Deed(action="review_imported", review=review.id)
        audit.record(session, deed, by=by, now=now)
    session.flush()
    return [review.id for review in reviews]


def _row_of(intake: Intake, digest: bytes, by: audit.Actor, now: datetime) -> ReviewRow:
    row = review_row(intake.review, now=now)
    row.commissioned_by = by.account
    row.import_digest = digest
    return row


def _people_of(
    session: Session, review: ReviewRow, intake: Intake, now: datetime
) -> Sequence[tuple[ParticipantRow, NewPerson]]:
    return [
        (
            person_row(
                session,
                Joining(
                    review=review.id,
                    position=position,
                    key=person.key or f"p{position + 1}",
                    person=person,
                ),
                now=now,
            ),
            person,
        )
        for position, person in enumerate(intake.people)
    ]


def _canonical(intake: Intake) -> str:
    """Write a review one way, however its file spelled times and numbers."""
    review = intake.review
    return json.dumps(
        {
            "service": review.service,
            "opens_at": _moment(review.opens_at),
            "closes_at": _moment(review.closes_at),
            "invite_at": _moment(review.invite_at),
            "reference": review.reference,
            "people": [_canonical_person(person) for person in intake.people],
        },
        sort_keys=True,
    )


def _canonical_person(person: NewPerson) -> Mapping[str, object]:
    return {
        "key": person.key,
        "group": person.group.value,
        "name": person.name,
        "age_band": None if person.age_band is None else person.age_band.value,
        "language": person.language,
        "consented_at": _moment(person.consented_at),
        "contacts": [_canonical_contact(contact) for contact in person.contacts],
    }


def _canonical_contact(contact: NewContact) -> Mapping[str, object]:
    return {
        "channel": contact.channel,
        "value": contact.address.canonical,
        "safe": contact.safe,
        "verified_at": _moment(contact.verified_at),
        "shared_device": contact.shared_device,
        "high_risk": contact.high_risk,
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
