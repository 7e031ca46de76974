"""Which conversations may a text belong to, and which texts wait to be read?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from feedback.db.models import (
    AttemptRow,
    ContactRow,
    ConversationRow,
    InboundRow,
    InvitationRow,
    MessageRow,
    ParticipantRow,
    ReplyStopRow,
    ReviewRow,
)
from feedback.domain.contact import Channel
from feedback.domain.delivery import AttemptState, Purpose
from feedback.domain.invitation import OPEN_STATUSES


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A conversation with everything it stands on."""

    conversation: ConversationRow
    invitation: InvitationRow
    review: ReviewRow
    participant: ParticipantRow
    contact: ContactRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Somebody a number is recorded for; `invitation` is their newest."""

    contact: ContactRow
    participant: ParticipantRow
    review: ReviewRow
    invitation: InvitationRow | None


def next_unread(session: Session, *, among: UUID | None = None) -> InboundRow | None:
    """Take the text that waits longest, unless an earlier one of its number waits.

    On PostgreSQL a text that another reader holds is passed over, and so are all
    later ones of the same number: they are read in the order in which they came.
    """
    earlier = aliased(InboundRow)
    statement = (
        select(InboundRow)
        .where(
            InboundRow.worked_at.is_(None),
            ~exists().where(
                earlier.from_hmac == InboundRow.from_hmac,
                earlier.worked_at.is_(None),
                or_(
                    earlier.received_at < InboundRow.received_at,
                    and_(
                        earlier.received_at == InboundRow.received_at,
                        earlier.id < InboundRow.id,
                    ),
                ),
            ),
        )
        .order_by(InboundRow.received_at, InboundRow.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=InboundRow)
        .execution_options(populate_existing=True)
    )
    if among is not None:
        statement = statement.where(InboundRow.id == among)
    return session.scalars(statement).one_or_none()


def known_by(session: Session, number_hmac: bytes) -> tuple[Known, ...]:
    """List everybody a number is recorded for, those asked last first."""
    newest = (
        select(InvitationRow.participant_id, func.max(InvitationRow.wave).label("wave"))
        .group_by(InvitationRow.participant_id)
        .subquery()
    )
    rows = session.execute(
        select(ContactRow, ParticipantRow, ReviewRow, InvitationRow)
        .join(ParticipantRow, ParticipantRow.id == ContactRow.participant_id)
        .join(ReviewRow, ReviewRow.id == ContactRow.review_id)
        .outerjoin(newest, newest.c.participant_id == ParticipantRow.id)
        .outerjoin(
            InvitationRow,
            and_(
                InvitationRow.participant_id == ParticipantRow.id,
                InvitationRow.wave == newest.c.wave,
            ),
        )
        .where(ContactRow.value_index == number_hmac, ContactRow.channel == Channel.SMS)
        .order_by(ContactRow.position)
    )
    return tuple(
        Known(contact=contact, participant=person, review=review, invitation=invitation)
        for contact, person, review, invitation in rows
    )


def talks_at(session: Session, number_hmac: bytes) -> tuple[Talk, ...]:
    """List every conversation that a number was offered, the newest first."""
    return tuple(
        _talks(session, ConversationRow.number_hmac == number_hmac, hold=False)
    )


def held(session: Session, conversation: UUID) -> Talk | None:
    """Take a conversation, and keep other writers from its invitation till the end.

    Its review is taken first, as whoever closes it takes it first: its record may be
    signed this very moment.
    """
    session.execute(
        select(ReviewRow)
        .join(ConversationRow, ConversationRow.review_id == ReviewRow.id)
        .where(ConversationRow.id == conversation)
        .with_for_update(of=ReviewRow, read=True)
        .execution_options(populate_existing=True)
    ).all()
    found = _talks(session, ConversationRow.id == conversation, hold=True)
    return found[0] if found else None


def of_invitation(session: Session, invitation: UUID) -> ConversationRow | None:
    """Find an invitation's conversation."""
    return session.scalars(
        select(ConversationRow).where(ConversationRow.invitation_id == invitation)
    ).one_or_none()


def of_invitations(
    session: Session, invitations: Collection[UUID]
) -> Mapping[UUID, ConversationRow]:
    """Give the conversations of these invitations, by their invitation."""
    if not invitations:
        return {}
    rows = session.scalars(
        select(ConversationRow).where(ConversationRow.invitation_id.in_(invitations))
    )
    return {row.invitation_id: row for row in rows}


def at_review(session: Session, review: UUID) -> Mapping[UUID, ConversationRow]:
    """List a review's conversations by their invitation."""
    rows = session.scalars(
        select(ConversationRow).where(ConversationRow.review_id == review)
    )
    return {row.invitation_id: row for row in rows}


def shared_numbers(session: Session, numbers: Collection[bytes]) -> frozenset[bytes]:
    """Tell which of these numbers are recorded for more than one person at hand.

    Somebody whose invitation has ended is not at hand: another wave, or another
    year, makes no second person.
    """
    if not numbers:
        return frozenset()
    at_hand = select(ContactRow.value_index).where(
        ContactRow.value_index.in_(numbers),
        or_(
            ~exists().where(InvitationRow.participant_id == ContactRow.participant_id),
            exists().where(
                InvitationRow.participant_id == ContactRow.participant_id,
                InvitationRow.status.in_(OPEN_STATUSES),
            ),
        ),
    )
    people = func.count(ContactRow.participant_id.distinct())
    return frozenset(
        session.scalars(at_hand.group_by(ContactRow.value_index).having(people > 1))
    )


def went_out_at(session: Session, message: UUID) -> datetime | None:
    """Tell when a text of ours first went out, or may have; None for not yet."""
    return session.scalar(
        select(func.min(AttemptRow.started_at)).where(
            AttemptRow.message_id == message,
            AttemptRow.state.in_([AttemptState.ACCEPTED, AttemptState.UNKNOWN]),
        )
    )


def heard_just_before(
    session: Session, number_hmac: bytes, text: UUID, at: datetime, *, within: timedelta
) -> bool:
    """Tell whether a number sent another text shortly before this one."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    InboundRow.from_hmac == number_hmac,
                    InboundRow.id != text,
                    InboundRow.received_at > at - within,
                    InboundRow.received_at <= at,
                    InboundRow.worked_at.is_not(None),
                )
            )
        )
    )


def offer_went_out_at(session: Session, invitation: UUID) -> datetime | None:
    """Tell when an invitation's first message went out, or may have."""
    return session.scalar(
        select(func.min(AttemptRow.started_at))
        .join(MessageRow)
        .where(
            MessageRow.invitation_id == invitation,
            MessageRow.purpose.in_([Purpose.INVITATION, Purpose.REMINDER]),
            MessageRow.channel == Channel.SMS,
            AttemptRow.state.in_([AttemptState.ACCEPTED, AttemptState.UNKNOWN]),
        )
    )


def replied_since(session: Session, number_hmac: bytes, since: datetime) -> bool:
    """Tell whether a number was given an automatic reply since an instant."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    MessageRow.contact_id == ContactRow.id,
                    ContactRow.value_index == number_hmac,
                    MessageRow.purpose == Purpose.TEXT_RECEIVED,
                    MessageRow.created_at > since,
                )
            )
        )
    )


def is_looping(session: Session, number_hmac: bytes) -> bool:
    """Tell whether a number gets no automatic reply, since two machines talked."""
    return session.get(ReplyStopRow, number_hmac) is not None


def _talks(session: Session, condition: object, *, hold: bool) -> Sequence[Talk]:
    statement = (
        select(ConversationRow, InvitationRow, ReviewRow, ParticipantRow, ContactRow)
        .join(InvitationRow, InvitationRow.id == ConversationRow.invitation_id)
        .join(ReviewRow, ReviewRow.id == ConversationRow.review_id)
        .join(ParticipantRow, ParticipantRow.id == ConversationRow.participant_id)
        .join(ContactRow, ContactRow.id == ConversationRow.contact_id)
        .where(condition)  # type: ignore[arg-type]  # a condition on ConversationRow
        .order_by(ConversationRow.offered_at.desc(), ConversationRow.id.desc())
    )
    if hold:
        statement = statement.with_for_update(
            of=[InvitationRow, ConversationRow]
        ).execution_options(populate_existing=True)
    return [
        Talk(
            conversation=row[0],
            invitation=row[1],
            review=row[2],
            participant=row[3],
            contact=row[4],
        )
        for row in session.execute(statement)
    ]
