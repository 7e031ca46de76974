"""What do we text back to somebody who wrote? Rows of the outbox, each with a bound."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import ContactRow, ConversationRow, ParticipantRow
from feedback.db.queries import conversation as conversations
from feedback.db.queries.conversation import Talk
from feedback.domain.contact import Channel
from feedback.domain.conversation import BETWEEN_REPLIES, MOST_TEXTS, QUESTION_LASTS
from feedback.domain.delivery import Purpose
from feedback.domain.short_form import ShortForm, TextQuestion
from feedback.services import help_lines, outbox
from feedback.services.link import CHILD

EMERGENCY: Final = "emergency"
# Told by their numbers alone: a name would tell who the texts are about.
FOR_CHILDREN: Final = "childline"
FOR_ADULTS: Final = "samaritans"
REPLY_LASTS: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A question of a short form, and why it is asked now."""

    purpose: Purpose
    question: TextQuestion
    form: ShortForm


def ask(
    session: Session,
    talk: Talk,
    asking: Asking,
    *,
    not_before: datetime,
    now: datetime,
) -> bool:
    """Queue the text that asks a question; tell whether one more may be sent."""
    question = asking.question
    values = {"question": question.wording, "choices": asking.form.legend}
    asked_by = _queue(
        session, talk, asking.purpose, values, not_before=not_before, now=now
    )
    if asked_by is None:
        return False
    talk.conversation.question = question.code
    talk.conversation.asked_by = asked_by
    return True


def send_link(session: Session, talk: Talk, *, now: datetime) -> None:
    """Queue the text that brings a person's link once more."""
    _queue(session, talk, Purpose.TEXT_LINK, {}, now=now)


def end(session: Session, talk: Talk, *, now: datetime) -> None:
    """Queue the text after the last answer: without it people wait, and ask."""
    _queue(session, talk, Purpose.TEXT_END, {}, now=now)


def received(
    session: Session,
    contact: ContactRow,
    participant: ParticipantRow,
    text: UUID,
    *,
    now: datetime,
) -> bool:
    """Queue the one reply that a person will read it, with numbers to call.

    At most one a day to a number, and none where two machines have been talking.
    """
    number = contact.value_index
    if conversations.is_looping(session, number):
        return False
    if conversations.replied_since(session, number, now - BETWEEN_REPLIES):
        return False
    line = FOR_CHILDREN if participant.group == CHILD else FOR_ADULTS
    emergency, other = help_lines.help_lines((EMERGENCY, line), participant.language)
    message = outbox.NewMessage(
        purpose=Purpose.TEXT_RECEIVED,
        channel=Channel.SMS,
        review=participant.review_id,
        participant=participant.id,
        contact=contact.id,
        values={"emergency": emergency.number, "line": other.number},
        distinct=str(text),
        language=participant.language,
        expires_at=now + REPLY_LASTS,
    )
    return outbox.queue(session, message, now=now) is not None


def _queue(
    session: Session,
    talk: Talk,
    purpose: Purpose,
    values: dict[str, str],
    *,
    now: datetime,
    not_before: datetime | None = None,
) -> UUID | None:
    row: ConversationRow = talk.conversation
    if row.texts >= MOST_TEXTS or conversations.is_looping(session, row.number_hmac):
        return None
    row.texts += 1
    return outbox.queue(
        session,
        outbox.NewMessage(
            purpose=purpose,
            channel=Channel.SMS,
            review=row.review_id,
            participant=row.participant_id,
            contact=row.contact_id,
            # After the last answer the link has ended, and the end still goes.
            invitation=None if purpose is Purpose.TEXT_END else row.invitation_id,
            values=values,
            distinct=f"{row.id}:{row.texts}",
            wave=row.texts,
            language=talk.participant.language,
            not_before=not_before,
            expires_at=now + QUESTION_LASTS,
        ),
        now=now,
    )
