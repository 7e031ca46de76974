"""How is a person asked in person? Their form starts on the device at hand."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.queries import invitation as invitations
from feedback.domain.invitation import IN_PERSON
from feedback.domain.review import ReviewState
from feedback.domain.token import Token
from feedback.services import audit
from feedback.services.link import (
    InviteRules,
    WindowClosedError,
    is_live,
    is_within,
    make_invitation,
    refuse_without_duty_route,
    token_of,
)
from feedback.services.take_step import take_step


def open_here(
    session: Session,
    participant_id: UUID,
    *,
    rules: InviteRules,
    by: audit.Actor,
    now: datetime,
) -> Token:
    """Give the token that starts a person's form on the device at hand.

    Raises:
        WindowClosedError: If the review takes no answers now.
        NoDutyRouteError: If this is a child and no duty contact is set.
        FormNotPublishedError: If the person's form has no published version.
    """
    person = invitations.person(session, participant_id)
    if person is None or not is_within(person.review, now):
        raise WindowClosedError("" if person is None else person.review.reference)
    refuse_without_duty_route(session, [person])
    row = person.invitation
    token = None
    if row is not None and is_live(row, person.review, now):
        token = token_of(session, row)
    if row is None or token is None:
        row, token = make_invitation(
            session, person, invitations.newest_forms(session), rules=rules, now=now
        )
        row.channel = IN_PERSON
        session.add(row)
        session.flush()
    if person.review.state == ReviewState.COMMISSIONED:
        # Whoever is asked in person is heard as well as whoever has a message.
        take_step(session, person.review, ReviewState.INVITED, by=by, now=now)
    deed = audit.Deed(
        action="opened_in_person", review=row.review_id, subject=participant_id
    )
    audit.record(session, deed, by=by, now=now)
    return token
