"""Who is asked? An invitation with its link, and the row of the message that brings it.

Everybody at a review gets an invitation. Whom safe contact allows to be messaged
also gets a message row; a child under 13 and anyone at high risk is asked in person.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import ContactRow, ReviewRow
from feedback.db.queries import invitation as invitations
from feedback.db.queries.invitation import Person
from feedback.db.vault import vault_of
from feedback.domain.contact import choose_contact, in_person_only
from feedback.domain.errors import FeedbackError
from feedback.domain.invitation import BY_LINK, IN_PERSON, InvitationStatus, move
from feedback.domain.review import ReviewState
from feedback.services import audit, offer_text, reach
from feedback.services.link import (
    FormNotPublishedError,
    InviteRules,
    NoDutyRouteError,
    TokenMaker,
    WindowClosedError,
    invitation_message,
    link,
    make_invitation,
    refuse_without_duty_route,
    rules,
    takes_answers,
    token_of,
)
from feedback.services.open_here import open_here
from feedback.services.outbox import queue_all
from feedback.services.take_step import take_step

__all__ = [
    "FormNotPublishedError",
    "InviteCapError",
    "InviteResult",
    "InviteRules",
    "NoDutyRouteError",
    "TokenMaker",
    "WindowClosedError",
    "invite",
    "invite_many",
    "link",
    "open_here",
    "rules",
    "token_of",
]

CAP_WINDOW: Final = timedelta(hours=1)
# So many reviews are asked about at once: databases limit a question's length.
REVIEWS_AT_ONCE: Final = 1_000


class InviteCapError(FeedbackError):
    """One member of staff queues more messages in an hour than is allowed."""

    def __init__(self, cap: int) -> None:
        super().__init__(f"at most {cap} messages an hour may be queued by one person")
        self.cap = cap


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteResult:
    """How many were messaged, are to be asked in person, and wait for a check."""

    queued: int = 0
    in_person: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What inviting means for one person."""

    person: Person
    contact: ContactRow | None = None
    not_before: datetime | None = None
    is_in_person: bool = False


def invite(
    session: Session,
    review_id: UUID,
    *,
    rules: InviteRules,
    by: audit.Actor,
    now: datetime,
) -> InviteResult:
    """Invite everybody at a review who was not invited yet.

    Raises:
        WindowClosedError: If the review takes no more answers.
        NoDutyRouteError: If a child is among them and no duty contact is set.
        FormNotPublishedError: If a person's form has no published version.
        InviteCapError: If this member of staff queued too many within the hour.
    """
    review = session.get_one(ReviewRow, review_id)
    if not takes_answers(review, now):
        raise WindowClosedError(review.reference)
    return invite_many(session, [review_id], rules=rules, by=by, now=now)[review_id]


def invite_many(
    session: Session,
    review_ids: Collection[UUID],
    *,
    rules: InviteRules,
    by: audit.Actor,
    now: datetime,
) -> Mapping[UUID, InviteResult]:
    """Invite everybody at many reviews, with no question to the database per person.

    A review whose window is over is left as it is.

    Raises:
        NoDutyRouteError: If a child is among them and no duty contact is set.
        FormNotPublishedError: If a person's form has no published version.
        InviteCapError: If this member of staff queued too many within the hour.
    """
    results: dict[UUID, InviteResult] = {}
    for ids in _slices(tuple(review_ids)):
        plans = [
            _plan(person, rules, now)
            for person in invitations.people_of(session, ids)
            if _is_to_be_asked(person, now)
        ]
        refuse_without_duty_route(session, [plan.person for plan in plans])
        _refuse_flood(session, plans, rules, by, now)
        _carry_out(session, plans, rules, by, now)
        results |= _counted(plans, ids)
        _note(session, plans, results, by, now)
    return results


def _is_to_be_asked(person: Person, now: datetime) -> bool:
    if person.participant.not_invited_reason_sealed is not None:
        return False
    row = person.invitation
    if row is None:
        return takes_answers(person.review, now)
    # Held until somebody checked: pressing Invite again may send it now.
    return (
        row.status == InvitationStatus.NOT_INVITED
        and row.channel == BY_LINK
        and now < row.expires_at
    )


def _plan(person: Person, rules: InviteRules, now: datetime) -> _Plan:
    """Decide by the rules alone what inviting means for a person."""
    contacts = [reach.safe_contact(row) for row in person.contacts]
    participant = person.participant
    if in_person_only(contacts, age_band=participant.age_band):
        return _Plan(person=person, is_in_person=True)
    choice = choose_contact(
        contacts,
        age_band=participant.age_band,
        consented_at=participant.consented_at,
        now=now,
    )
    if choice.index is None:
        return _Plan(person=person)
    contact = person.contacts[choice.index]
    review = person.review
    earliest = max(now, review.opens_at, review.invite_at or now)
    at = reach.permitted_from(earliest, contact, participant, rules.calendar)
    return _Plan(person=person, contact=None if at is None else contact, not_before=at)


def _carry_out(
    session: Session,
    plans: Sequence[_Plan],
    rules: InviteRules,
    by: audit.Actor,
    now: datetime,
) -> None:
    forms = invitations.newest_forms(session)
    vault_of(session).open_review_keys({plan.person.review.id for plan in plans})
    messages = []
    offers = []
    for plan in plans:
        row = plan.person.invitation
        if row is None:
            row, _ = make_invitation(session, plan.person, forms, rules=rules, now=now)
            session.add(row)
        if plan.is_in_person:
            row.channel = IN_PERSON
        if plan.contact is not None and plan.not_before is not None:
            row.status = move(InvitationStatus(row.status), InvitationStatus.INVITED)
            messages.append(
                invitation_message(
                    row,
                    plan.person.participant,
                    plan.contact,
                    wave=0,
                    not_before=plan.not_before,
                    by=by,
                )
            )
            person = plan.person.participant
            offers.append(
                offer_text.Offer(
                    invitation=row, participant=person, contact=plan.contact
                )
            )
    session.flush()
    offer_text.offer(session, offers, rules=rules, now=now)
    queue_all(session, messages, now=now)


def _note(
    session: Session,
    plans: Sequence[_Plan],
    results: Mapping[UUID, InviteResult],
    by: audit.Actor,
    now: datetime,
) -> None:
    """Move each review on, and write down what was done."""
    for review in {
        plan.person.review.id: plan.person.review for plan in plans
    }.values():
        result = results[review.id]
        asked = result.queued + result.in_person
        if asked and review.state == ReviewState.COMMISSIONED:
            take_step(session, review, ReviewState.INVITED, by=by, now=now)
        deed = audit.Deed(
            action="invited",
            review=review.id,
            facts={
                "queued": result.queued,
                "in_person": result.in_person,
                "held": result.held,
            },
        )
        audit.record(session, deed, by=by, now=now)
    session.flush()


def _counted(
    plans: Sequence[_Plan], reviews: Sequence[UUID]
) -> Mapping[UUID, InviteResult]:
    queued = Counter(one.person.review.id for one in plans if one.contact is not None)
    in_person = Counter(one.person.review.id for one in plans if one.is_in_person)
    everybody = Counter(one.person.review.id for one in plans)
    return {
        one: InviteResult(
            queued=queued[one],
            in_person=in_person[one],
            held=everybody[one] - queued[one] - in_person[one],
        )
        for one in reviews
    }


def _refuse_flood(
    session: Session,
    plans: Sequence[_Plan],
    rules: InviteRules,
    by: audit.Actor,
    now: datetime,
) -> None:
    if by.account is None:
        return
    new = sum(plan.contact is not None for plan in plans)
    so_far = invitations.queued_since(session, by.account, now - CAP_WINDOW)
    if new and so_far + new > rules.cap_per_staff_per_hour:
        raise InviteCapError(rules.cap_per_staff_per_hour)


def _slices(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), REVIEWS_AT_ONCE):
        yield ids[start : start + REVIEWS_AT_ONCE]
