"""How does somebody take their answers out, or say that a link is not theirs?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.queries import response as queries
from feedback.domain.invitation import InvitationStatus, may_move
from feedback.domain.response import MOVES, ResponseState, move_response
from feedback.domain.review import ReviewState
from feedback.services import audit, stop
from feedback.services.end_link import end_link, shut_out
from feedback.services.enter import find, find_held
from feedback.services.notice import StaffLinks, tell_coordinators


def take_out(session: Session, token: str, links: StaffLinks, *, now: datetime) -> bool:
    """Take what was answered by a link out of the view, until grades are locked.

    After that the request is noted and the coordinator told, nothing more. The
    respondent reads the same sentence either way.

    Returns:
        Whether there is such a link, which is nobody's business but the throttle's.
    """
    link = find_held(session, token)
    if link is None:
        return False
    invitation = link.invitation
    if ReviewState(link.review.state).is_locked:
        _note(session, link, "withdrawal_asked_after_lock", now=now)
    else:
        _withdraw(session, link, now=now)
    about = f"withdrawn:{invitation.id}"
    tell_coordinators(session, invitation.review_id, about, links, now=now)
    return True


def stop_by_link(session: Session, token: str, *, now: datetime) -> bool:
    """Stop all messages to the person whose link this is; tell whether it is one."""
    link = find(session, token)
    if link is None:
        return False
    stop.stop_messages(session, link.invitation.id, reason="link", now=now)
    return True


def not_me(session: Session, token: str, links: StaffLinks, *, now: datetime) -> bool:
    """Shut a link that reached somebody else, and write there no more.

    Only where our messages went is written off: the person's other contacts may
    well be theirs.

    Returns:
        Whether there is such a link.
    """
    link = find(session, token)
    if link is None:
        return False
    invitation = link.invitation
    if may_move(InvitationStatus(invitation.status), InvitationStatus.REVOKED):
        end_link(invitation, InvitationStatus.REVOKED, now=now)
        shut_out(session, invitation, now=now)
    reached = stop.reached_by(session, invitation.participant_id)
    stop.suppress(session, reached, reason="not_me", now=now)
    stop.cancel_due(session, invitation.participant_id, reason="not for this person")
    _note(session, link, "link_not_for_them", now=now)
    about = f"not-me:{invitation.id}"
    tell_coordinators(session, invitation.review_id, about, links, now=now)
    return True


def withdraw_runs(session: Session, invitation: UUID) -> None:
    """Take every run of an invitation out of the view."""
    for run in queries.runs_of(session, invitation):
        state = ResponseState(run.state)
        if ResponseState.WITHDRAWN in MOVES[state]:
            run.state = move_response(state, ResponseState.WITHDRAWN)


def _withdraw(session: Session, link: queries.Link, *, now: datetime) -> None:
    withdraw_runs(session, link.invitation.id)
    status = InvitationStatus(link.invitation.status)
    if may_move(status, InvitationStatus.WITHDRAWN):
        end_link(link.invitation, InvitationStatus.WITHDRAWN, now=now)
        shut_out(session, link.invitation, now=now)
        stop.cancel_due(session, link.invitation.participant_id, reason="withdrawn")
    _note(session, link, "response_withdrawn", now=now)


def _note(session: Session, link: queries.Link, action: str, *, now: datetime) -> None:
    deed = audit.Deed(
        action=action, review=link.invitation.review_id, subject=link.invitation.id
    )
    audit.record(session, deed, by=audit.RESPONDENT, now=now)
