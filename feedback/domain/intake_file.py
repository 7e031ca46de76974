"""Does this file say what an import needs, and if not, where exactly?"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NoReturn

from feedback.domain.address import (
    Channel,
    ContactError,
    EmailAddress,
    PhoneNumber,
    parse_address,
)
from feedback.domain.document import Node
from feedback.domain.errors import FeedbackError
from feedback.domain.intake import (
    LONGEST_KEY,
    LONGEST_NAME,
    IntakeError,
    NewContact,
    NewPerson,
    NewReview,
    check_reference,
    with_form,
)
from feedback.domain.intake_fields import (
    Given,
    checked,
    fields_of,
    flag,
    instant,
    line,
    nullable,
    past_instant,
    text_of,
    word,
)
from feedback.domain.questionnaire import Questionnaire
from feedback.domain.review import Service
from triangulation import AgeBand, Group

VERSION: Final = 1
LONGEST_LINE: Final = 500
NO_DUTY: Final = "no duty contact is set; see duty set"

REVIEW_KEYS: Final = ("reference", "opens_at", "closes_at", "invite_at", "people")
PERSON_KEYS: Final = (
    "key",
    "group",
    "name",
    "age_band",
    "language",
    "consented_at",
    "contacts",
)
CONTACT_KEYS: Final = (
    "channel",
    "value",
    "safe",
    "verified_at",
    "shared_device",
    "high_risk",
)


class NotReadableError(FeedbackError):
    """A file that is not JSON as it must be; the sentence says where it breaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What decides, apart from the file, whether its reviews can be taken."""

    forms: Sequence[Questionnaire]
    has_duty_route: bool
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """A sound review of a file, with its people."""

    review: NewReview
    people: tuple[NewPerson, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One review of a file: sound, or with faults."""

    path: str
    intake: Intake | None
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """What a file says: faults of the whole, and its reviews in order."""

    faults: tuple[str, ...]
    entries: tuple[Entry, ...]


def load_json(raw: bytes) -> object:
    """Parse JSON strictly: UTF-8, no NaN, not nested without end.

    Raises:
        NotReadableError: With the place at which it breaks.
    """
    try:
        return json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=Given,
            parse_constant=_refuse_constant,
        )
    except UnicodeDecodeError as error:
        raise NotReadableError(f"is not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise NotReadableError(
            f"is not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        ) from None
    except RecursionError:
        raise NotReadableError("is nested too deeply") from None
    except ValueError:
        raise NotReadableError("holds a number that is too long") from None


def read_file(document: object, circumstances: Circumstances) -> FileReading:
    """Read a parsed file; every fault is noted with its path.

    Raises:
        NotReadableError: If it is no JSON object.
    """
    faults: list[str] = []
    root = Node(value=document, path="", faults=faults)
    if not isinstance(document, dict):
        raise NotReadableError("must hold one JSON object")
    fields = fields_of(root, ("version", "reviews"))
    if fields["version"].is_given and _not_version(fields["version"].value):
        fields["version"].fault(f"must be {VERSION}")
    entries = tuple(_entry(node, circumstances) for node in fields["reviews"].items())
    return FileReading(
        faults=tuple(map(_printable, faults)), entries=_without_twins(entries)
    )


def _refuse_constant(name: str) -> NoReturn:
    raise NotReadableError(f"holds {name}, which is not JSON")


def _not_version(value: object) -> bool:
    return isinstance(value, bool) or not isinstance(value, int) or value != VERSION


def _entry(shared: Node, circumstances: Circumstances) -> Entry:
    # Faults are kept by review: --partial takes the reviews that have none.
    node = Node(value=shared.value, path=shared.path, faults=[])
    intake = _review(node, circumstances)
    return Entry(
        path=node.path,
        intake=None if node.faults else intake,
        faults=tuple(map(_printable, node.faults)),
    )


def _review(node: Node, circumstances: Circumstances) -> Intake | None:
    fields = fields_of(node, REVIEW_KEYS, ("service",))
    service = Service.CHILDRENS_SOCIAL_CARE
    if fields["service"].is_given:
        service = fields["service"].member_of(Service)
    reference = checked(fields["reference"], check_reference)
    opens_at = instant(fields["opens_at"])
    closes_at = instant(fields["closes_at"])
    invite_at = nullable(fields["invite_at"], instant)
    people = _people(fields["people"], circumstances)
    if reference is None or opens_at is None or closes_at is None:
        return None
    try:
        review = NewReview(
            reference=reference,
            service=service,
            opens_at=opens_at,
            closes_at=closes_at,
            invite_at=invite_at,
        )
    except IntakeError as error:
        fields[error.field].fault(error.sentence)
        return None
    return Intake(review=review, people=people)


def _people(node: Node, circumstances: Circumstances) -> tuple[NewPerson, ...]:
    people = []
    keys: set[str] = set()
    for item in node.items():
        fields = fields_of(item, PERSON_KEYS)
        key = line(fields["key"], LONGEST_KEY)
        if key is not None and key in keys:
            fields["key"].fault("is the key of another person of this review")
        person = _person(item, fields, key, circumstances)
        if key is not None:
            keys.add(key)
        if person is not None:
            people.append(person)
    return tuple(people)


def _person(
    node: Node, fields: dict[str, Node], key: str | None, circumstances: Circumstances
) -> NewPerson | None:
    group = word(fields["group"], Group)
    name = line(fields["name"], LONGEST_NAME)
    age_band = nullable(fields["age_band"], lambda band: word(band, AgeBand))
    language = text_of(fields["language"])
    consented_at = nullable(fields["consented_at"], past_instant(circumstances.now))
    contacts = tuple(
        contact
        for item in fields["contacts"].items()
        if (contact := _contact(item, circumstances)) is not None
    )
    if group is Group.CHILD and not circumstances.has_duty_route:
        node.fault(NO_DUTY)
    if group is None or key is None or name is None or language is None:
        return None
    if fields["age_band"].value is not None and age_band is None:
        return None
    try:
        return with_form(
            NewPerson(
                key=key,
                group=group,
                name=name,
                age_band=age_band,
                language=language,
                consented_at=consented_at,
                contacts=contacts,
            ),
            circumstances.forms,
        )
    except IntakeError as error:
        # One that the file cannot name is about the person as a whole.
        fields.get(error.field, node).fault(error.sentence)
        return None


def _contact(node: Node, circumstances: Circumstances) -> NewContact | None:
    fields = fields_of(node, CONTACT_KEYS)
    channel = word(fields["channel"], Channel)
    written = text_of(fields["value"])
    safe = nullable(fields["safe"], flag)
    verified_at = nullable(fields["verified_at"], past_instant(circumstances.now))
    shared_device = flag(fields["shared_device"])
    high_risk = flag(fields["high_risk"])
    address: PhoneNumber | EmailAddress | None = None
    if channel is not None and written is not None:
        try:
            address = parse_address(channel, written)
        except ContactError as error:
            fields["value"].fault(str(error))
    if address is None:
        return None
    return NewContact(
        address=address,
        safe=safe,
        verified_at=verified_at,
        # Where the file does not say, the careful reading stands in; it is a fault.
        shared_device=shared_device is not False,
        high_risk=high_risk is not False,
    )


def _without_twins(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Refuse a reference that stands in the file a second time."""
    seen: set[str] = set()
    kept = []
    for entry in entries:
        reference = None if entry.intake is None else entry.intake.review.reference
        if reference is not None and reference in seen:
            fault = f"{entry.path}.reference: is in this file twice"
            kept.append(Entry(path=entry.path, intake=None, faults=(fault,)))
            continue
        if reference is not None:
            seen.add(reference)
        kept.append(entry)
    return tuple(kept)


def _printable(line: str) -> str:
    """Keep a fault on one line, whatever its path holds."""
    shown = "".join(
        sign if sign.isprintable() else f"\\u{ord(sign):04x}"
        for sign in line[:LONGEST_LINE]
    )
    return shown if len(line) <= LONGEST_LINE else f"{shown}…"
