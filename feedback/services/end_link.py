"""What ends with a link? Its token is wiped, and it opens nothing any more."""

from datetime import datetime

from sqlalchemy.orm import Session

from feedback.db.models import InvitationRow
from feedback.db.queries import browser as browsers
from feedback.db.queries import response as queries
from feedback.domain.invitation import InvitationStatus, move


def end_held(
    session: Session,
    browser: browsers.Browser,
    to: InvitationStatus,
    *,
    now: datetime,
) -> None:
    """Take a browser's invitation, which it holds, to one of its ends, and end both.

    Raises:
        IllegalMoveError: If the invitation cannot end like that.
    """
    browsers.change_invitation(
        session,
        browser.invitation,
        status=move(InvitationStatus(browser.status), to),
        token_sealed=None,
        ended_at=now,
    )
    browsers.end_browser(session, browser.id, now)


def end_link(invitation: InvitationRow, to: InvitationStatus, *, now: datetime) -> None:
    """Take an invitation to one of its ends.

    The digest stays, so that whoever holds the link can still take answers out.

    Raises:
        IllegalMoveError: If the invitation cannot end like that.
    """
    invitation.status = move(InvitationStatus(invitation.status), to)
    invitation.token_sealed = None
    invitation.ended_at = now


def shut_out(session: Session, invitation: InvitationRow, *, now: datetime) -> None:
    """End every browser that has this invitation open."""
    queries.end_browsers(session, invitation.id, now)
