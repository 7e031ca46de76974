"""Which links and sign-ins does the demonstration hold? Never told in production."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from feedback.config import Settings
from feedback.db.models import ResponseRow, ReviewRow
from feedback.db.queries import invitation as invitations
from feedback.db.queries.invitation import Person
from feedback.db.vault import Vault, vault_of
from feedback.domain.contact import choose_contact
from feedback.domain.invitation import IN_PERSON, InvitationStatus
from feedback.services import demonstration, link, reach
from feedback.services.link import InviteRules
from feedback.services.record_people import contact_place

# Counted as stored: a draft is not sent yet, and a quarantined run not taken.
STORED: Final = ("submitted",)


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentLink:
    """One person's link and how far they came."""

    review: str
    key: str
    group: str
    age_band: str | None
    form: str
    language: str
    status: str
    channel: str | None
    to: str | None
    link: str | None
    code_word: str | None
    responses: int

    def as_json(self) -> dict[str, object]:
        """Say it for machines."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSignIn:
    """One account's sign-in."""

    email: str
    role: str
    password: str
    totp_secret: str

    def as_json(self) -> dict[str, object]:
        """Say it for machines."""
        return asdict(self)


def respondents(session: Session, settings: Settings) -> tuple[RespondentLink, ...]:
    """Tell every participant's link, in all reviews, in a few questions."""
    rules = link.rules(settings)
    reviews = session.scalars(select(ReviewRow.id)).all()
    people = invitations.people_of(session, reviews)
    vault = vault_of(session)
    vault.open_review_keys(set(reviews))
    counts = Counter(
        session.scalars(
            select(ResponseRow.invitation_id).where(ResponseRow.state.in_(STORED))
        )
    )
    told = (_tell(person, rules, vault, counts) for person in people)
    # Whoever looks for a link to try finds those that are made for it first.
    return tuple(sorted(told, key=lambda one: one.review != demonstration.REFERENCE))


def staff(settings: Settings) -> tuple[StaffSignIn, ...]:
    """Tell every demonstration account's sign-in."""
    return tuple(
        StaffSignIn(
            email=one.email,
            role=one.role,
            password=one.secrets.password,
            totp_secret=one.secrets.totp_secret,
        )
        for one in demonstration.accounts(settings)
    )


def _tell(
    person: Person,
    rules: InviteRules,
    vault: Vault,
    counts: Mapping[UUID, int],
) -> RespondentLink:
    row, participant = person.invitation, person.participant
    is_in_person = row is not None and row.channel == IN_PERSON
    channel, to, code_word = _contact(person, vault)
    return RespondentLink(
        review=person.review.reference,
        key=participant.key,
        group=participant.group,
        age_band=participant.age_band,
        form=participant.form,
        language=participant.language,
        status=InvitationStatus.NOT_INVITED if row is None else row.status,
        channel=IN_PERSON if is_in_person else channel,
        to=None if is_in_person else to,
        link=None
        if row is None
        else link.link(
            rules, rules.make_token(person.review.reference, participant.key, row.wave)
        ),
        code_word=None if is_in_person else code_word,
        responses=0 if row is None else counts[row.id],
    )


def _contact(person: Person, vault: Vault) -> tuple[str | None, str | None, str | None]:
    """Find the contact that is used: the first that may be, or the first there is."""
    if not person.contacts:
        return None, None, None
    choice = choose_contact(
        [reach.safe_contact(one) for one in person.contacts],
        age_band=person.participant.age_band,
        consented_at=person.participant.consented_at,
        now=person.participant.created_at,
    )
    row = person.contacts[choice.index or 0]
    value, code_word = (
        vault.unseal_if_any(
            contact_place(row, column),
            sealed,
        )
        for column, sealed in (
            ("value_sealed", row.value_sealed),
            ("code_word_sealed", row.code_word_sealed),
        )
    )
    return row.channel, value, code_word
