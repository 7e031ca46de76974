"""Which link carries a person's invitation, and where does it lead?

A token is stored as a keyed digest and, sealed, on its invitation until that ends.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import ContactRow, InvitationRow, ParticipantRow, ReviewRow
from feedback.db.queries import invitation as invitations
from feedback.db.queries.invitation import Person
from feedback.db.vault import KeyName, vault_of
from feedback.domain.calendar import Calendar, parse_school_breaks
from feedback.domain.contact import Channel
from feedback.domain.delivery import Purpose
from feedback.domain.errors import FeedbackError
from feedback.domain.invitation import (
    BY_LINK,
    InvitationStatus,
    expires_at,
    is_open,
)
from feedback.domain.review import ReviewState
from feedback.domain.token import (
    Token,
    demo_token,
    new_token,
    respondent_link,
    token_digest,
)
from feedback.services import audit
from feedback.services.outbox import NewMessage

TokenMaker = Callable[[str, str, int], Token]

CHILD: Final = "child"


class NoDutyRouteError(FeedbackError):
    """A child would be asked, and nobody is set to hear if the child is not safe."""

    def __init__(self) -> None:
        super().__init__("no duty contact is set; see duty set")


class FormNotPublishedError(FeedbackError):
    """There is no published version of the form a person is to get."""

    def __init__(self, form: str) -> None:
        super().__init__(f"the form {form} is not published")
        self.form = form


class WindowClosedError(FeedbackError):
    """The review takes no answers now."""

    def __init__(self, reference: str) -> None:
        super().__init__(f"{reference} takes no answers now")
        self.reference = reference


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteRules:
    """What a deployment decided about inviting.

    Args:
        make_token: Makes the token of a review's reference, a person's key and a
            wave: random in production; derived in the demonstration, so that its
            links can be told at any time.
        takes_replies: Whether texts come from a number that can be replied to.
    """

    public_base_url: str
    calendar: Calendar
    make_token: TokenMaker = field(repr=False)
    cap_per_staff_per_hour: int
    is_demo: bool
    takes_replies: bool = False


def rules(settings: Settings) -> InviteRules:
    """Read the rules of inviting from the settings."""
    return InviteRules(
        public_base_url=settings.public_base_url,
        calendar=calendar_of(settings),
        make_token=_derived(settings) if settings.is_demo else _random,
        cap_per_staff_per_hour=settings.cap_per_staff_per_hour,
        is_demo=settings.is_demo,
        takes_replies=_takes_replies(settings),
    )


def calendar_of(settings: Settings) -> Calendar:
    """Read the days on which school is out."""
    if settings.school_breaks is None:
        return Calendar()
    return Calendar(school_breaks=parse_school_breaks(settings.school_breaks))


def make_invitation(
    session: Session,
    person: Person,
    forms: Mapping[str, UUID],
    *,
    rules: InviteRules,
    now: datetime,
) -> tuple[InvitationRow, Token]:
    """Make a person's next invitation, pinned to the newest version of their form.

    Raises:
        FormNotPublishedError: If that form has no published version.
    """
    review, participant = person.review, person.participant
    if participant.form not in forms:
        raise FormNotPublishedError(participant.form)
    wave = 0 if person.invitation is None else person.invitation.wave + 1
    token = rules.make_token(review.reference, participant.key, wave)
    vault = vault_of(session)
    row_id = new_id()
    row = InvitationRow(
        id=row_id,
        review_id=review.id,
        participant_id=participant.id,
        questionnaire_id=forms[participant.form],
        wave=wave,
        status=InvitationStatus.NOT_INVITED,
        channel=BY_LINK,
        token_digest=token_digest(vault.secret(KeyName.TOKEN_PEPPER), token),
        token_sealed=vault.seal(token_place(row_id, review.id), token),
        code_word_tries=0,
        created_at=now,
        expires_at=expires_at(review.opens_at, review.closes_at, now),
    )
    return row, token


def invitation_message(
    row: InvitationRow,
    participant: ParticipantRow,
    contact: ContactRow,
    *,
    wave: int,
    not_before: datetime,
    by: audit.Actor,
) -> NewMessage:
    """Write the message that brings an invitation's link."""
    return NewMessage(
        purpose=Purpose.INVITATION,
        channel=Channel(contact.channel),
        review=row.review_id,
        participant=participant.id,
        contact=contact.id,
        invitation=row.id,
        distinct=str(wave),
        wave=wave,
        language=participant.language,
        not_before=not_before,
        expires_at=row.expires_at,
        queued_by=by.account,
    )


def token_of(session: Session, invitation: InvitationRow) -> Token | None:
    """Open an invitation's token; None once its sealed copy was wiped."""
    place = token_place(invitation.id, invitation.review_id)
    found = vault_of(session).unseal_if_any(place, invitation.token_sealed)
    return None if found is None else Token(found)


def link(rules: InviteRules, token: Token) -> str:
    """Write the address that a person taps."""
    return respondent_link(rules.public_base_url, token)


def token_place(invitation: UUID, review: UUID) -> Where:
    """Name the place at which an invitation's token is sealed."""
    return Where(
        table="invitation", column="token_sealed", row=invitation, review=review
    )


def refuse_without_duty_route(session: Session, people: Sequence[Person]) -> None:
    """Refuse to ask a child while nobody is set to hear if the child is not safe.

    Raises:
        NoDutyRouteError: If a child is among them and no duty contact is set.
    """
    has_child = any(person.participant.group == CHILD for person in people)
    if has_child and not invitations.has_duty_route(session):
        raise NoDutyRouteError


def takes_answers(review: ReviewRow, now: datetime) -> bool:
    """Tell whether a review's window is not over yet."""
    return ReviewState(review.state).takes_feedback and now < review.closes_at


def is_within(review: ReviewRow, now: datetime) -> bool:
    """Tell whether a review takes answers at this moment."""
    return takes_answers(review, now) and review.opens_at <= now


def is_live(row: InvitationRow, review: ReviewRow, now: datetime) -> bool:
    """Tell whether answers may come in by this invitation at this moment."""
    return is_open(
        InvitationStatus(row.status),
        opens_at=review.opens_at,
        expires_at=row.expires_at,
        now=now,
    )


def _takes_replies(settings: Settings) -> bool:
    """Tell whether a text can be replied to: not one from a name, or from a pool."""
    if settings.twilio is None:
        # Nothing leaves the demonstration, and its phones have a box for replies.
        return settings.is_demo
    return (settings.twilio.sender or "").removeprefix("+").isdecimal()


def _random(reference: str, key: str, wave: int) -> Token:
    del reference, key, wave
    return new_token(secrets.token_bytes)


def _derived(settings: Settings) -> TokenMaker:
    seed = hmac.digest(settings.secret_key.encode(), b"demonstration links", sha256)

    def make(reference: str, key: str, wave: int) -> Token:
        return demo_token(seed, reference, key, wave)

    return make
