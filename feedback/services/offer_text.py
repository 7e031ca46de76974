"""Who is offered to answer by text, and by which short form?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback import questionnaires as bundled
from feedback.db.ids import new_id
from feedback.db.models import (
    ContactRow,
    ConversationRow,
    InvitationRow,
    MessageRow,
    ParticipantRow,
)
from feedback.db.queries import conversation as conversations
from feedback.db.queries.message import Subject
from feedback.domain.contact import Channel
from feedback.domain.conversation import (
    ConversationState,
    NotByText,
    TextFacts,
    why_not_by_text,
)
from feedback.domain.questionnaire import Questionnaire
from feedback.domain.short_form import ShortForm, short_form
from feedback.messaging.compose import FOR_RESPONDENTS
from feedback.services import reach
from feedback.services.link import InviteRules
from feedback.services.publish import questionnaire_of

# No invitation has this id.
_NOBODY: Final = UUID(int=0)
# Of an offer that came to nothing before it was taken up.
UNTAKEN: Final = frozenset({ConversationState.CLOSED})
STATE_WORDS: Final[Mapping[ConversationState, str]] = {
    ConversationState.OFFERED: "They may answer by text, and have not begun.",
    ConversationState.ASKING: "They are answering by text.",
    ConversationState.UNCLEAR: "They are answering by text; this was asked twice.",
    ConversationState.WAITING: "They were answering by text; a person has to read "
    "what they wrote.",
    ConversationState.ON_WEB: "They asked by text for the link to go on with.",
    ConversationState.DONE: "They answered by text.",
    ConversationState.STOPPED: "They stopped messages by text.",
    ConversationState.CLOSED: "They can no longer answer by text.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Somebody whose invitation's message goes to a contact."""

    invitation: InvitationRow
    participant: ParticipantRow
    contact: ContactRow


def offer(
    session: Session, offers: Iterable[Offer], *, rules: InviteRules, now: datetime
) -> int:
    """Let invitations offer to answer by text, where that is wished and safe.

    Written with the invitations' messages, in the caller's transaction, with a fixed
    number of questions; what is sent is judged once more. Repeating it is harmless.

    Returns:
        How many are offered it now that were not before.
    """
    wished = [one for one in offers if one.contact.answers_by_text]
    if not wished:
        return 0
    there = conversations.of_invitations(session, [one.invitation.id for one in wished])
    shared = conversations.shared_numbers(
        session, [one.contact.value_index for one in wished]
    )
    rows = [
        _row(one, now)
        for one in wished
        if one.invitation.id not in there
        and _against(session, one, rules, shared=one.contact.value_index in shared)
        is None
    ]
    session.add_all(rows)
    session.flush()
    return len(rows)


def _row(one: Offer, now: datetime) -> ConversationRow:
    return ConversationRow(
        id=new_id(),
        review_id=one.invitation.review_id,
        participant_id=one.participant.id,
        contact_id=one.contact.id,
        invitation_id=one.invitation.id,
        number_hmac=one.contact.value_index,
        state=ConversationState.OFFERED,
        texts=0,
        offered_at=now,
    )


def why_not(
    session: Session,
    one: Offer,
    *,
    among: Sequence[ContactRow],
    rules: InviteRules,
) -> NotByText | None:
    """Tell what speaks against answering by text at this moment; None for nothing."""
    if any(other.is_high_risk for other in among):
        return NotByText.HIGH_RISK
    number = one.contact.value_index
    is_shared = bool(conversations.shared_numbers(session, [number]))
    return _against(session, one, rules, shared=is_shared)


def may_offer(
    participant: ParticipantRow,
    contact: ContactRow,
    form: Questionnaire | None,
    *,
    rules: InviteRules,
    shared: bool,
) -> bool:
    """Foresee whether an invitation by this form would offer to answer by text."""
    short = None if form is None else short_form_of(form, participant.language)
    facts = _facts(participant, contact, short, rules, shared=shared)
    return why_not_by_text(facts) is None


def _against(
    session: Session, one: Offer, rules: InviteRules, *, shared: bool
) -> NotByText | None:
    form = form_of(session, one.invitation, one.participant.language)
    facts = _facts(one.participant, one.contact, form, rules, shared=shared)
    return why_not_by_text(facts)


def _facts(
    participant: ParticipantRow,
    contact: ContactRow,
    form: ShortForm | None,
    rules: InviteRules,
    *,
    shared: bool,
) -> TextFacts:
    return TextFacts(
        contact=reach.safe_contact(contact),
        age_band=participant.age_band,
        is_wished=contact.answers_by_text,
        is_two_way=rules.takes_replies,
        has_short_form=form is not None,
        shares_number=shared,
    )


def form_of(
    session: Session, invitation: InvitationRow, language: str
) -> ShortForm | None:
    """Give the short form of the version an invitation is pinned to."""
    form = questionnaire_of(session, invitation.questionnaire_id)
    return short_form_of(form, language)


def short_form_of(form: Questionnaire, language: str) -> ShortForm | None:
    """Give a form's short form in the language its reader gets it in."""
    spoken = language if language in form.languages else form.languages[0]
    return short_form(_by_text(), form, spoken)


def codes_by_text(
    session: Session, invitation: InvitationRow, language: str
) -> frozenset[str]:
    """Name the questions that a person may have answered by text so far."""
    found = conversations.of_invitation(session, invitation.id)
    if found is None or found.started_at is None:
        return frozenset()
    form = form_of(session, invitation, language)
    return frozenset() if form is None else form.codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Talks:
    """Conversations by their invitation, and the numbers that several people share."""

    by_invitation: Mapping[UUID, ConversationRow]
    shared: frozenset[bytes]


def talks_of(session: Session, subjects: Sequence[Subject]) -> Talks:
    """Look up the conversations of many messages with two questions at most."""
    asked = [one.invitation.id for one in subjects if one.invitation is not None]
    found = conversations.of_invitations(session, asked)
    numbers = {row.number_hmac for row in found.values()}
    return Talks(
        by_invitation=found, shared=conversations.shared_numbers(session, numbers)
    )


def is_offered(
    session: Session,
    subject: Subject,
    rules: InviteRules,
    talks: Talks | None = None,
) -> bool:
    """Tell whether a message that goes out now offers to answer by text."""
    talks = talks or talks_of(session, [subject])
    found = _theirs(
        subject, talks.by_invitation.get(subject.message.invitation_id or _NOBODY)
    )
    if found is None or found.state != ConversationState.OFFERED:
        return False
    row, person, contact = subject.invitation, subject.participant, subject.contact
    if row is None or person is None or contact is None:
        return False
    if contact.value_index != found.number_hmac:
        return False
    one = Offer(invitation=row, participant=person, contact=contact)
    if any(other.is_high_risk for other in subject.contacts):
        return False
    is_shared = contact.value_index in talks.shared
    return _against(session, one, rules, shared=is_shared) is None


def were_offered(session: Session, rows: Iterable[MessageRow]) -> frozenset[UUID]:
    """Tell which messages that went out offered to answer by text, in one question."""
    carrying = {row.id: row for row in rows if _may_carry(row)}
    there = conversations.of_invitations(
        session, {row.invitation_id for row in carrying.values() if row.invitation_id}
    )
    return frozenset(
        row.id
        for row in carrying.values()
        if row.invitation_id is not None
        and (found := there.get(row.invitation_id)) is not None
        and found.contact_id == row.contact_id
        and (found.state not in UNTAKEN or found.started_at is not None)
    )


def _theirs(subject: Subject, found: ConversationRow | None) -> ConversationRow | None:
    """Give an invitation's conversation, where this message may speak of it."""
    row = subject.message
    if not _may_carry(row):
        return None
    if found is None or found.contact_id != row.contact_id:
        return None
    return found


def _may_carry(row: MessageRow) -> bool:
    return row.purpose in FOR_RESPONDENTS and row.channel == Channel.SMS


def conversation_words(row: ConversationRow, form: ShortForm | None) -> str:
    """Say to staff how far somebody's answering by text has come."""
    place = 0 if form is None else form.place(row.question)
    where = f" Question {place} of {len(form.questions)}." if form and place else ""
    return STATE_WORDS[ConversationState(row.state)] + where


@cache
def _by_text() -> dict[str, object]:
    return bundled.by_text()
