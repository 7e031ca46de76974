"""Whose is a text that several people may have sent? Somebody who knows says so."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import InboundRow
from feedback.db.queries import conversation as conversations
from feedback.db.vault import vault_of
from feedback.domain.conversation import ConversationState
from feedback.domain.errors import FeedbackError
from feedback.domain.triage import Triage
from feedback.services import audit, converse
from feedback.services.dispatch import DeliveryRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may have sent a text, as staff who sort texts see it."""

    conversation: UUID
    participant: UUID
    review: UUID
    reference: str
    key: str
    state: ConversationState


class NoSuchConversationError(FeedbackError):
    """There is no such conversation, or it was erased with its review."""


class NotTheirsError(FeedbackError):
    """That text cannot be this person's: it is read already, or another number's."""


def candidates(session: Session, text: UUID) -> tuple[Candidate, ...]:
    """List the conversations that a text could belong to, for a person to choose."""
    row = session.get_one(InboundRow, text)
    talks = conversations.talks_at(session, row.from_hmac)
    vault = vault_of(session)
    vault.open_review_keys({talk.review.id for talk in talks})
    return tuple(
        Candidate(
            conversation=talk.conversation.id,
            participant=talk.participant.id,
            review=talk.review.id,
            reference=talk.review.reference,
            key=talk.participant.key,
            state=ConversationState(talk.conversation.state),
        )
        for talk in talks
        if ConversationState(talk.conversation.state).is_live
        and vault.opens(talk.review.id)
    )


def attribute(
    session: Session,
    text: UUID,
    conversation: UUID,
    *,
    rules: DeliveryRules,
    by: audit.Actor,
    now: datetime,
) -> None:
    """Take a text as what one person wrote, because somebody says that it is.

    Raises:
        NoSuchConversationError: If there is none, or nothing can be kept of it.
        NotTheirsError: If it is taken or dealt with already, or came from another
            number.
    """
    row = session.get_one(InboundRow, text, with_for_update=True)
    talk = conversations.held(session, conversation)
    if talk is None or not vault_of(session).opens(talk.review.id):
        raise NoSuchConversationError
    is_theirs = row.from_hmac == talk.conversation.number_hmac
    waits = row.worked_at is not None and row.triage_state == Triage.WAITING
    if not is_theirs or row.conversation_id is not None or not waits:
        raise NotTheirsError
    deed = audit.Deed(
        action="text_attributed",
        review=talk.review.id,
        subject=row.id,
        facts={"participant": str(talk.participant.id)},
    )
    audit.record(session, deed, by=by, now=now)
    words = converse.words_of(session, row)
    converse.take_as(session, row, talk, words, rules, now=now)
