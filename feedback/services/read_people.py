"""Who takes part in a review, and what happens to each of them next?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import (
    ContactRow,
    ConversationRow,
    MessageRow,
    ParticipantRow,
    ReviewRow,
)
from feedback.db.queries import conversation as conversations
from feedback.db.queries import invitation as invitations
from feedback.db.queries import review as queries
from feedback.db.queries.invitation import Person
from feedback.db.vault import vault_of
from feedback.domain.address import parse_address
from feedback.domain.calendar import Calendar, waits_until
from feedback.domain.contact import Channel, Verdict
from feedback.domain.delivery import MessageState
from feedback.domain.intake import NewContact, NewPerson
from feedback.domain.invitation import InvitationStatus
from feedback.domain.outlook import (
    MESSAGE_WORDS,
    Asked,
    Outlook,
    OutlookKind,
    outlook,
    window_words,
)
from feedback.domain.questionnaire import Questionnaire
from feedback.domain.review import ReviewState
from feedback.services import audit, offer_text, reach
from feedback.services.enrol import NoSuchPersonError
from feedback.services.offer import offered
from feedback.services.record_people import blocks_of, contact_place, person_place
from triangulation import AgeBand, Group, LanguageRoute

# Whoever is past these has answered, or has said that they will not.
MAY_START: Final = frozenset(
    {
        InvitationStatus.NOT_INVITED,
        InvitationStatus.INVITED,
        InvitationStatus.STARTED,
        InvitationStatus.EXPIRED,
        InvitationStatus.REVOKED,
    }
)
STATUS_WORDS: Final[Mapping[InvitationStatus, str]] = {
    InvitationStatus.STARTED: "Has started and not sent it yet.",
    InvitationStatus.ANSWERED: "Has answered.",
    InvitationStatus.DECLINED: "Did not want to answer.",
    InvitationStatus.WITHDRAWN: "Took their answers out.",
    InvitationStatus.EXPIRED: "The link ended without an answer.",
    InvitationStatus.REVOKED: "The link was closed.",
}
MESSAGE_STATE_WORDS: Final[Mapping[MessageState, str]] = {
    MessageState.CALLING: "is being sent.",
    MessageState.ACCEPTED: "is on its way.",
    MessageState.SENT: "is on its way.",
    MessageState.UNKNOWN: "may have gone; we are asking the provider.",
    MessageState.DELIVERED: "was delivered.",
    MessageState.UNCONFIRMED: "was sent; nobody confirmed that it arrived.",
    MessageState.FAILED_PERMANENT: (
        "could not be delivered. Check with them how to reach them."
    ),
    MessageState.SUPPRESSED: "was not sent: they asked for no more messages.",
    MessageState.EXPIRED: "was not sent: the time for it was over.",
    MessageState.CANCELLED: "was stopped before it went.",
    MessageState.DEAD_LETTER: "could not be sent. Ask them in person.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldContact:
    """A way to reach a person, as those may see it who may see contact details."""

    id: UUID
    contact: NewContact
    verdict: Verdict
    times: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A person at a review, with what happens next.

    Args:
        contacts: Empty for those who may not see contact details.
        invitation: Their latest invitation; None before one was made.
        sentence: Where they stand, or what happens next, in plain words.
        is_attention: Whether somebody has to act before anything happens.
        may_start_here: Whether their form may be opened on a device at hand.
        may_stop: Whether messages to them could be stopped.
        may_be_closed: Whether they have a link that could be closed.
        by_text: How far they have come with answering by text; None where they do not.
    """

    id: UUID
    key: str
    person: NewPerson
    form_title: str
    contact_count: int
    contacts: tuple[HeldContact, ...]
    invitation: UUID | None
    status: InvitationStatus
    outlook: Outlook
    sentence: str
    is_attention: bool
    messages_stopped_at: datetime | None
    may_start_here: bool
    may_stop: bool
    may_be_closed: bool
    by_text: str | None = None

    @property
    def is_to_invite(self) -> bool:
        """Whether pressing Invite would do something, or tell why it does not."""
        if self.invitation is None:
            return self.outlook.kind is not OutlookKind.NOT_ASKED
        return self.status is InvitationStatus.NOT_INVITED and self.outlook.kind in {
            OutlookKind.MESSAGE,
            OutlookKind.HELD,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How people are read.

    Args:
        shows_contacts: Whether the reader may see contact details.
    """

    calendar: Calendar
    shows_contacts: bool


def people(
    session: Session,
    review: UUID,
    reading: Reading,
    *,
    by: audit.Actor,
    now: datetime,
) -> tuple[Participant, ...]:
    """List everybody at a review; that contact details were read goes on record."""
    found = invitations.people_of(session, [review])
    messages = queries.messages_at(session, review)
    forms = {form.form: form for form in offered(session)}
    talks = conversations.at_review(session, review)
    if reading.shows_contacts and found:
        deed = audit.Deed(action="contacts_read", review=review)
        audit.record(session, deed, by=by, now=now)
    everybody = (
        _participant(
            session, one, messages.get(one.participant.id, ()), forms, reading, now=now
        )
        for one in found
    )
    return tuple(_with_talk(one, talks, forms) for one in everybody)


def participant(
    session: Session,
    review: UUID,
    person: UUID,
    reading: Reading,
    *,
    by: audit.Actor,
    now: datetime,
) -> Participant:
    """Read one person at a review.

    Raises:
        NoSuchPersonError: If nobody at this review is that person.
    """
    everybody = people(session, review, reading, by=by, now=now)
    found = next((one for one in everybody if one.id == person), None)
    if found is None:
        raise NoSuchPersonError(str(person))
    return found


def _participant(
    session: Session,
    found: Person,
    messages: Sequence[MessageRow],
    forms: Mapping[str, Questionnaire],
    reading: Reading,
    *,
    now: datetime,
) -> Participant:
    row, invitation = found.participant, found.invitation
    seen = _outlook(found, reading.calendar, now)
    status = (
        InvitationStatus.NOT_INVITED
        if invitation is None
        else InvitationStatus(invitation.status)
    )
    sentence = _sentence(status, messages, seen, now)
    form = forms.get(row.form)
    is_asked = row.not_invited_reason_sealed is None
    may_start = is_asked and status in MAY_START
    return Participant(
        id=row.id,
        key=row.key,
        person=_person(session, row),
        form_title=row.form if form is None else form.text("en").title,
        contact_count=len(found.contacts),
        contacts=_contacts(session, found, now) if reading.shows_contacts else (),
        invitation=None if invitation is None else invitation.id,
        status=status,
        outlook=seen,
        sentence=sentence,
        is_attention=(
            seen.kind is OutlookKind.HELD and status is InvitationStatus.NOT_INVITED
        ),
        messages_stopped_at=(
            None if invitation is None else invitation.messages_stopped_at
        ),
        may_start_here=may_start and _is_within(found.review, now),
        may_stop=invitation is not None
        and invitation.messages_stopped_at is None
        and status in {InvitationStatus.INVITED, InvitationStatus.STARTED},
        may_be_closed=invitation is not None
        and status
        in {
            InvitationStatus.NOT_INVITED,
            InvitationStatus.INVITED,
            InvitationStatus.STARTED,
        },
    )


def _with_talk(
    one: Participant,
    talks: Mapping[UUID, ConversationRow],
    forms: Mapping[str, Questionnaire],
) -> Participant:
    """Add how far somebody has come with answering by text."""
    talk = None if one.invitation is None else talks.get(one.invitation)
    if talk is None:
        return one
    form = forms.get(one.person.form or "")
    short = (
        None if form is None else offer_text.short_form_of(form, one.person.language)
    )
    return replace(one, by_text=offer_text.conversation_words(talk, short))


def _outlook(found: Person, calendar: Calendar, now: datetime) -> Outlook:
    review, row = found.review, found.participant
    return outlook(
        Asked(
            contacts=[reach.safe_contact(one) for one in found.contacts],
            age_band=row.age_band,
            consented_at=row.consented_at,
            is_asked=row.not_invited_reason_sealed is None,
        ),
        earliest=max(now, review.opens_at, review.invite_at or now),
        closes_at=review.closes_at,
        calendar=calendar,
        now=now,
    )


def _sentence(
    status: InvitationStatus,
    messages: Sequence[MessageRow],
    seen: Outlook,
    now: datetime,
) -> str:
    if status in STATUS_WORDS:
        return STATUS_WORDS[status]
    if status is InvitationStatus.NOT_INVITED or not messages:
        return seen.sentence
    last = messages[-1]
    channel = MESSAGE_WORDS[Channel(last.channel)]
    state = MessageState(last.state)
    if state is MessageState.DUE:
        return f"{channel} {waits_until(last.next_at, now=now)}."
    return f"{channel} {MESSAGE_STATE_WORDS[state]}"


def _person(session: Session, row: ParticipantRow) -> NewPerson:
    vault = vault_of(session)
    return NewPerson(
        group=Group(row.group),
        name=vault.unseal(person_place(row, "name_sealed"), row.name_sealed),
        language=row.language,
        key=row.key,
        age_band=None if row.age_band is None else AgeBand(row.age_band),
        form=row.form,
        blocks=blocks_of(row),
        consented_at=row.consented_at,
        must_not_be_told=vault.unseal_if_any(
            person_place(row, "must_not_be_told_sealed"), row.must_not_be_told_sealed
        ),
        language_route=LanguageRoute(row.language_route),
        not_invited_reason=vault.unseal_if_any(
            person_place(row, "not_invited_reason_sealed"),
            row.not_invited_reason_sealed,
        ),
    )


def _contacts(
    session: Session, found: Person, now: datetime
) -> tuple[HeldContact, ...]:
    return tuple(
        HeldContact(
            id=row.id,
            contact=contact_of(session, row),
            times=window_words(reach.window_of(row)),
            verdict=reach.verdict_on(
                row, among=found.contacts, participant=found.participant, now=now
            ),
        )
        for row in found.contacts
    )


def contact_of(session: Session, row: ContactRow) -> NewContact:
    """Open a contact's row."""
    vault = vault_of(session)
    value = vault.unseal(contact_place(row, "value_sealed"), row.value_sealed)
    return NewContact(
        address=parse_address(Channel(row.channel), value),
        safe=row.is_safe,
        verified_at=row.verified_at,
        shared_device=row.is_shared_device,
        high_risk=row.is_high_risk,
        window=reach.window_of(row),
        code_word=vault.unseal_if_any(
            contact_place(row, "code_word_sealed"), row.code_word_sealed
        ),
        answers_by_text=row.answers_by_text,
    )


def _is_within(review: ReviewRow, now: datetime) -> bool:
    takes = ReviewState(review.state).takes_feedback
    return takes and review.opens_at <= now < review.closes_at
