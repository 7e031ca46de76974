"""What if an invitation needs another word, or an end? Send again, or revoke."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.db.models import (
    ContactRow,
    InvitationRow,
    MessageRow,
    ParticipantRow,
)
from feedback.db.queries import invitation as invitations
from feedback.db.queries import response as queries
from feedback.db.queries.invitation import Person
from feedback.domain.contact import HoldReason, choose_contact
from feedback.domain.delivery import MessageState, Purpose
from feedback.domain.errors import FeedbackError
from feedback.domain.invitation import OPEN_STATUSES, InvitationStatus, move
from feedback.services import audit, end_link, offer_text, reach, stop
from feedback.services.link import (
    InviteRules,
    invitation_message,
    is_live,
    make_invitation,
    refuse_without_duty_route,
    takes_answers,
)
from feedback.services.outbox import queue_all

# Whoever's link was closed or ran out may be given a new one.
RENEWABLE: Final = frozenset({InvitationStatus.REVOKED, InvitationStatus.EXPIRED})


class HeldError(FeedbackError):
    """Safe contact holds every message to this person; `reason` says why."""

    def __init__(self, reason: HoldReason) -> None:
        super().__init__(reason.words)
        self.reason = reason


class NotOpenError(FeedbackError):
    """This person is past being invited: answered, declined, withdrawn or over."""


class StoppedError(FeedbackError):
    """This person asked for no more messages."""


def resend(
    session: Session,
    participant_id: UUID,
    *,
    rules: InviteRules,
    by: audit.Actor,
    now: datetime,
) -> bool:
    """Queue a person's link once more; a new link where the old one ended.

    Returns:
        False where a message with the link is waiting already.

    Raises:
        HeldError: If safe contact holds every message.
        NotOpenError: If there is nothing to send a link for.
        StoppedError: If the person asked for no more messages.
        NoDutyRouteError: If this is a child and no duty contact is set.
    """
    # The review before its invitations and messages, as whoever closes it takes them.
    queries.hold_review(
        session,
        select(ParticipantRow.review_id).where(ParticipantRow.id == participant_id),
    )
    person = invitations.person(session, participant_id)
    if person is None or not takes_answers(person.review, now):
        raise NotOpenError
    refuse_without_duty_route(session, [person])
    contact = _contact(person, now)
    row = _renewed(session, person, rules, now)
    if row.messages_stopped_at is not None:
        raise StoppedError
    if _is_waiting(session, row.id):
        return False
    earliest = max(now, person.review.opens_at)
    at = reach.permitted_from(earliest, contact, person.participant, rules.calendar)
    row.status = (
        row.status
        if row.status != InvitationStatus.NOT_INVITED
        else move(InvitationStatus.NOT_INVITED, InvitationStatus.INVITED)
    )
    session.flush()
    wave = invitations.messages_so_far(session, participant_id, Purpose.INVITATION)
    one = offer_text.Offer(
        invitation=row, participant=person.participant, contact=contact
    )
    offer_text.offer(session, [one], rules=rules, now=now)
    message = invitation_message(
        row, person.participant, contact, wave=wave, not_before=at or now, by=by
    )
    queued = queue_all(session, [message], now=now)
    _note(session, "link_sent_again", row, by=by, now=now)
    return queued > 0


def revoke(
    session: Session, invitation_id: UUID, *, by: audit.Actor, now: datetime
) -> None:
    """Close a link at once; what waits to be sent with it is cancelled.

    Raises:
        IllegalMoveError: If the invitation has ended already.
    """
    row = session.get_one(InvitationRow, invitation_id, with_for_update=True)
    end_link.end_link(row, InvitationStatus.REVOKED, now=now)
    end_link.shut_out(session, row, now=now)
    stop.cancel_with_link(session, row.id, reason="revoked")
    _note(session, "invitation_revoked", row, by=by, now=now)


def resume_messages(
    session: Session, invitation_id: UUID, *, by: audit.Actor, now: datetime
) -> int:
    """Allow messages again, after the person said so to a member of staff.

    Only what this person asked for is lifted. Where STOP was texted from their number,
    or somebody else who is reached at it asked for no more, it stays stopped.

    Returns:
        How many of their addresses stay stopped.
    """
    row = session.get_one(InvitationRow, invitation_id, with_for_update=True)
    row.messages_stopped_at = None
    lifted = stop.take_back(session, row.participant_id, by=by.account)
    left = stop.still_stopped(session, row.participant_id)
    deed = audit.Deed(
        action="messages_resumed",
        review=row.review_id,
        subject=row.id,
        facts={"how": "told-staff", "lifted": lifted, "still_stopped": left},
    )
    audit.record(session, deed, by=by, now=now)
    return left


def _contact(person: Person, now: datetime) -> ContactRow:
    choice = choose_contact(
        [reach.safe_contact(row) for row in person.contacts],
        age_band=person.participant.age_band,
        consented_at=person.participant.consented_at,
        now=now,
    )
    if choice.index is None:
        raise HeldError(choice.verdict.reason or HoldReason.NO_CONTACT)
    return person.contacts[choice.index]


def _renewed(
    session: Session, person: Person, rules: InviteRules, now: datetime
) -> InvitationRow:
    """Find the invitation to send again, or make the next one."""
    row = person.invitation
    # A window that is still to open leaves the invitation good.
    if row is not None and (
        is_live(row, person.review, max(now, person.review.opens_at))
    ):
        return row
    if (
        row is not None
        and InvitationStatus(row.status) not in RENEWABLE | OPEN_STATUSES
    ):
        raise NotOpenError
    forms = invitations.newest_forms(session)
    made, _ = make_invitation(session, person, forms, rules=rules, now=now)
    session.add(made)
    return made


def _is_waiting(session: Session, invitation: UUID) -> bool:
    found = session.scalar(
        select(MessageRow.id).where(
            MessageRow.invitation_id == invitation,
            MessageRow.purpose == Purpose.INVITATION,
            MessageRow.state == MessageState.DUE,
        )
    )
    return found is not None


def _note(
    session: Session,
    action: str,
    row: InvitationRow,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    deed = audit.Deed(action=action, review=row.review_id, subject=row.id)
    audit.record(session, deed, by=by, now=now)
