"""What does a message say, and where does it go? Opened only to send or show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from feedback.db.models import InvitationRow
from feedback.db.queries.message import Subject
from feedback.domain.errors import FeedbackError
from feedback.services import link, outbox, reach


class NothingToSendError(FeedbackError):
    """The link's token was wiped: the invitation ended before its message went."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message opened: where it goes, and what its template is filled with."""

    to: str = field(repr=False)
    values: Mapping[str, str] = field(repr=False)


def letter(session: Session, subject: Subject, *, rules: link.InviteRules) -> Letter:
    """Open a message's address and values.

    Raises:
        NothingToSendError: If its link's token was wiped.
    """
    params = outbox.params_of(session, subject.message)
    values = dict(params.values)
    if subject.invitation is not None:
        values["link"] = _link(session, subject.invitation, rules)
    to = params.to
    if subject.contact is not None:
        to = reach.address_of(session, subject.contact)
    if to is None:
        raise NothingToSendError
    return Letter(to=to, values=values)


def _link(session: Session, row: InvitationRow, rules: link.InviteRules) -> str:
    token = link.token_of(session, row)
    if token is None:
        raise NothingToSendError
    return link.link(rules, token)
