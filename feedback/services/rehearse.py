"""What would each person still receive if nobody answered?

Before a review goes live everything is foreseen; after that, what is still to come.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db.models import ContactRow, MessageRow, ReviewRow
from feedback.db.queries import conversation as conversations
from feedback.db.queries import invitation as invitations
from feedback.db.queries import review as reviews
from feedback.db.queries import round as rounds
from feedback.db.queries.invitation import Person
from feedback.domain.contact import Channel, choose_contact
from feedback.domain.delivery import Purpose
from feedback.domain.invitation import InvitationStatus, expires_at
from feedback.domain.neutral import telling_words
from feedback.domain.outlook import Asked, Outlook, OutlookKind, outlook
from feedback.domain.rehearsal import (
    Danger,
    PlannedMessage,
    Reached,
    Rehearsal,
    RehearsedPerson,
    dangers_of,
    dangers_of_review,
    foreseen,
)
from feedback.domain.token import LENGTH, Token
from feedback.messaging.build import composer
from feedback.messaging.compose import ComposeError, Composer
from feedback.services import audit, duty, link, offer_text, reach
from feedback.services.offer import offered
from feedback.services.still_to_come import StillToCome, still_to_come
from triangulation import Group

# As long as a token, so that the parts are counted as they will be.
NO_TOKEN: Final = Token("x" * LENGTH)
STOPPED: Final = (
    "Somebody at this number or address asked for no more messages: nothing goes "
    "there. Ask in person, or at another contact."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """With what a rehearsal is played: the rules, the words, the price."""

    rules: link.InviteRules
    composer: Composer
    pence_per_part: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cast:
    """What is known of everybody together.

    Args:
        at_address: Whose keys stand behind which address.
        by_text: Contacts that are offered to answer by text.
        messages: What was queued for each person, the oldest first.
        suppressed: Addresses that asked for no more, each with its channel.
    """

    at_address: Mapping[bytes, Sequence[str]]
    by_text: frozenset[UUID]
    messages: Mapping[UUID, Sequence[MessageRow]]
    suppressed: frozenset[tuple[bytes, str]]


def stage(settings: Settings) -> Stage:
    """Read from the settings what a rehearsal needs."""
    return Stage(
        rules=link.rules(settings),
        composer=composer(),
        pence_per_part=settings.sms_pence_per_part,
    )


def find(session: Session, reference: str) -> UUID | None:
    """Find a review by its reference; None where there is none."""
    return reviews.id_of(session, reference)


def rehearse(
    session: Session, review: UUID, stage: Stage, *, by: audit.Actor, now: datetime
) -> Rehearsal:
    """Foresee every message of a review, with what about it is not safe.

    Nothing is sent or planned; that names were read goes on record.
    """
    row = session.get_one(ReviewRow, review)
    found = invitations.people_of(session, [review])
    cast = _Cast(
        at_address=_by_address(found),
        by_text=_by_text(session, found, stage.rules),
        messages=reviews.messages_at(session, review),
        suppressed=rounds.suppressed(
            session, [contact for one in found for contact in one.contacts]
        ),
    )
    people = tuple(_person(session, one, stage, cast, now=now) for one in found)
    deed = audit.Deed(action="rehearsed", review=review, facts={"people": len(people)})
    audit.record(session, deed, by=by, now=now)
    host = urlsplit(stage.rules.public_base_url).netloc
    return Rehearsal(
        reference=row.reference,
        people=people,
        dangers=dangers_of_review(
            people,
            has_duty_route=duty.duty_route(session) is not None,
            has_reviewer=row.reviewer_kind is not None,
            telling=telling_words(host),
        ),
        pence_per_part=stage.pence_per_part,
    )


def _by_address(found: Sequence[Person]) -> Mapping[bytes, Sequence[str]]:
    """Tell who is reached where, by the blind index: no address is opened."""
    keys: dict[bytes, list[str]] = defaultdict(list)
    for person in found:
        for index in {contact.value_index for contact in person.contacts}:
            keys[index].append(person.participant.key)
    return keys


def _by_text(
    session: Session, found: Sequence[Person], rules: link.InviteRules
) -> frozenset[UUID]:
    """Find the contacts that would be offered to answer by text."""
    forms = {form.form: form for form in offered(session)}
    wished = [
        (person, contact)
        for person in found
        for contact in person.contacts
        if contact.answers_by_text
    ]
    shared = conversations.shared_numbers(
        session, [contact.value_index for _, contact in wished]
    )
    return frozenset(
        contact.id
        for person, contact in wished
        if offer_text.may_offer(
            person.participant,
            contact,
            forms.get(person.participant.form),
            rules=rules,
            shared=contact.value_index in shared,
        )
    )


def _person(
    session: Session,
    found: Person,
    stage: Stage,
    cast: _Cast,
    *,
    now: datetime,
) -> RehearsedPerson:
    participant = found.participant
    coming = _coming(found, stage, cast, now)
    seen, contact = coming.outlook, coming.contact
    messages: tuple[PlannedMessage, ...] = ()
    dangers: tuple[Danger, ...] = ()
    if contact is not None and coming.times:
        reached = _reached(found, contact, stage, cast)
        messages, faults = _messages(stage, reached, coming.times)
        dangers = (
            *faults,
            *dangers_of(
                reached,
                [at for _, at in coming.times],
                is_from_the_start=coming.times[0][0] is Purpose.INVITATION,
            ),
        )
        if (contact.value_index, contact.channel) in cast.suppressed:
            dangers = (Danger(sentence=STOPPED), *dangers)
    elif seen.kind is OutlookKind.HELD:
        dangers = (Danger(sentence=seen.sentence, is_red=not _is_invited(found)),)
    if coming.held is not None:
        dangers = (Danger(sentence=coming.held), *dangers)
    return RehearsedPerson(
        id=participant.id,
        key=participant.key,
        name=reach.name_of(session, participant),
        group=Group(participant.group),
        outlook=seen,
        language=participant.language,
        is_invited=_is_invited(found),
        messages=messages,
        dangers=dangers,
    )


def _is_invited(found: Person) -> bool:
    one = found.invitation
    return one is not None and one.status != InvitationStatus.NOT_INVITED


def _reached(found: Person, contact: ContactRow, stage: Stage, cast: _Cast) -> Reached:
    participant = found.participant
    others = cast.at_address[contact.value_index]
    return Reached(
        contact=reach.safe_contact(contact),
        age_band=participant.age_band,
        language=participant.language,
        shares_with=tuple(one for one in others if one != participant.key),
        must_not_be_told=participant.must_not_be_told_sealed is not None,
        has_words=stage.composer.speaks(Purpose.INVITATION, participant.language),
        is_by_text=contact.id in cast.by_text,
    )


def _coming(found: Person, stage: Stage, cast: _Cast, now: datetime) -> StillToCome:
    """Foresee what is still to come: all of it, or what follows the invitation."""
    calendar = stage.rules.calendar
    if _is_invited(found):
        queued = cast.messages.get(found.participant.id, ())
        return still_to_come(found, queued, calendar, now=now)
    seen, contact = _outlook(found, stage, now)
    if contact is None or seen.at is None:
        return StillToCome(outlook=seen)
    times = foreseen(
        seen.at,
        _reached(found, contact, stage, cast),
        expires_at=expires_at(found.review.opens_at, found.review.closes_at, now),
        calendar=calendar,
    )
    return StillToCome(
        outlook=seen,
        contact=contact,
        times=tuple(
            (Purpose.REMINDER if place else Purpose.INVITATION, at)
            for place, at in enumerate(times)
        ),
    )


def _outlook(
    found: Person, stage: Stage, now: datetime
) -> tuple[Outlook, ContactRow | None]:
    """Foresee what inviting does for a person, and at which contact."""
    participant, review = found.participant, found.review
    asked = Asked(
        contacts=[reach.safe_contact(one) for one in found.contacts],
        age_band=participant.age_band,
        consented_at=participant.consented_at,
        is_asked=participant.not_invited_reason_sealed is None,
    )
    seen = outlook(
        asked,
        earliest=max(now, review.opens_at, review.invite_at or now),
        closes_at=review.closes_at,
        calendar=stage.rules.calendar,
        now=now,
    )
    if seen.at is None:
        return seen, None
    choice = choose_contact(
        asked.contacts,
        age_band=asked.age_band,
        consented_at=asked.consented_at,
        now=now,
    )
    return seen, None if choice.index is None else found.contacts[choice.index]


def _messages(
    stage: Stage, reached: Reached, times: Sequence[tuple[Purpose, datetime]]
) -> tuple[tuple[PlannedMessage, ...], tuple[Danger, ...]]:
    planned = []
    for purpose, at in times:
        try:
            planned.append(_message(stage, reached, purpose, at))
        except ComposeError as error:
            fault = f"The {purpose} cannot be written in {reached.language}: {error}."
            return (), (Danger(sentence=fault),)
    return tuple(planned), ()


def _message(
    stage: Stage, reached: Reached, purpose: Purpose, at: datetime
) -> PlannedMessage:
    address = link.link(stage.rules, NO_TOKEN)
    written = stage.composer.compose(
        purpose,
        values={"link": address},
        language=reached.language,
        by_text=reached.is_by_text,
    )
    is_text = reached.contact.channel is Channel.SMS
    words = written.sms if is_text else written.body
    return PlannedMessage(
        purpose=purpose,
        channel=reached.contact.channel,
        at=at,
        language=reached.language if reached.has_words else "en",
        subject=None if is_text else written.subject,
        words=words.replace(NO_TOKEN, "…"),
        segments=written.segments if is_text else None,
    )
