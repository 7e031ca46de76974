"""Who takes part in a review, and what happens to each of them next?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import ConversationRow, MessageRow, ReviewRow
from feedback.db.queries import conversation as conversations
from feedback.db.queries import invitation as invitations
from feedback.db.queries import review as queries
from feedback.db.queries.invitation import Person
from feedback.domain.calendar import Calendar
from feedback.domain.contact import Channel
from feedback.domain.delivery import MessageState
from feedback.domain.intake import NewPerson
from feedback.domain.invitation import InvitationStatus
from feedback.domain.outlook import Asked, Outlook, OutlookKind, outlook
from feedback.domain.questionnaire import Questionnaire
from feedback.domain.review import ReviewState
from feedback.domain.standing import LastMessage, standing_words
from feedback.services import audit, offer_text, reach
from feedback.services.enrol import NoSuchPersonError
from feedback.services.offer import offered
from feedback.services.open_person import HeldContact, contacts_of, person_of

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
# Whoever was invited, and may answer still.
MAY_STOP: Final = frozenset({InvitationStatus.INVITED, InvitationStatus.STARTED})
MAY_BE_CLOSED: Final = MAY_STOP | {InvitationStatus.NOT_INVITED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A person at a review, with what happens next.

    Args:
        contacts: Empty for those who may not see contact details.
        invitation: Their latest invitation; None before one was made.
        sentence: Where they stand, or what happens next, in plain words.
        may_start_here: Whether their form may be opened on a device at hand.
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
    messages_stopped_at: datetime | None
    may_start_here: bool
    by_text: str | None = None

    @property
    def may_stop(self) -> bool:
        """Whether messages to them could be stopped."""
        return self.messages_stopped_at is None and self.status in MAY_STOP

    @property
    def may_be_closed(self) -> bool:
        """Whether they have a link that could be closed."""
        return self.invitation is not None and self.status in MAY_BE_CLOSED

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
    form = forms.get(row.form)
    is_asked = row.not_invited_reason_sealed is None
    may_start = is_asked and status in MAY_START
    return Participant(
        id=row.id,
        key=row.key,
        person=person_of(session, row),
        form_title=row.form if form is None else form.text("en").title,
        contact_count=len(found.contacts),
        contacts=contacts_of(session, found, now) if reading.shows_contacts else (),
        invitation=None if invitation is None else invitation.id,
        status=status,
        outlook=seen,
        sentence=standing_words(
            status, _last(messages), foreseen=seen.sentence, now=now
        ),
        messages_stopped_at=(
            None if invitation is None else invitation.messages_stopped_at
        ),
        may_start_here=may_start and _is_within(found.review, now),
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


def _last(messages: Sequence[MessageRow]) -> LastMessage | None:
    if not messages:
        return None
    row = messages[-1]
    return LastMessage(
        channel=Channel(row.channel), state=MessageState(row.state), next_at=row.next_at
    )


def _is_within(review: ReviewRow, now: datetime) -> bool:
    takes = ReviewState(review.state).takes_feedback
    return takes and review.opens_at <= now < review.closes_at
