"""What does a message say, and where does it go? Opened only to send or show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from feedback.db.models import InvitationRow
from feedback.db.queries.message import Subject
from feedback.domain.errors import FeedbackError
from feedback.messaging.compose import VARIABLES
from feedback.services import link, offer_text, outbox, reach


class NothingToSendError(FeedbackError):
    """The link's token was wiped: the invitation ended before its message went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message opened: where it goes, and what its template is filled with.

    Args:
        by_text: Whether it offers to answer by text.
    """

    to: str = field(repr=False)
    values: Mapping[str, str] = field(repr=False)
    by_text: bool = False


def letter(
    session: Session,
    subject: Subject,
    *,
    rules: link.InviteRules,
    talks: offer_text.Talks | None = None,
) -> Letter:
    """Open a message's address and values.

    Args:
        session: The session.
        subject: The message, and what it is about.
        rules: What the deployment decided about inviting.
        talks: The conversations that were looked up for many messages, if any were.

    Raises:
        NothingToSendError: If its link's token was wiped.
    """
    params = outbox.params_of(session, subject.message)
    values = dict(params.values)
    if subject.invitation is not None and takes_link(subject.message.purpose):
        values["link"] = _link(session, subject.invitation, rules)
    to = params.to
    if subject.contact is not None:
        to = reach.address_of(session, subject.contact)
    if to is None:
        raise NothingToSendError
    is_by_text = offer_text.is_offered(session, subject, rules, talks)
    return Letter(to=to, values=values, by_text=is_by_text)


def takes_link(purpose: str) -> bool:
    """Tell whether a message carries its reader's link."""
    return "link" in VARIABLES.get(purpose, ())


def _link(session: Session, row: InvitationRow, rules: link.InviteRules) -> str:
    token = link.token_of(session, row)
    if token is None:
        raise NothingToSendError
    return link.link(rules, token)
