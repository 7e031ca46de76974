"""Who takes part, and how can each be reached? People join, change and leave."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from feedback.db.models import (
    AccountRow,
    ContactRow,
    InvitationRow,
    MemberRow,
    ParticipantRow,
    ReviewRow,
)
from feedback.db.queries import review as queries
from feedback.domain.conversation import TextFacts, why_not_by_text
from feedback.domain.intake import IntakeError, NewContact, NewPerson, with_form
from feedback.domain.review import ReviewError, ReviewState
from feedback.services import admit, audit, offer_text
from feedback.services.offer import offered
from feedback.services.publish import newest_published
from feedback.services.record_people import (
    Joining,
    contact_rows,
    person_row,
    pinned,
    write_contact,
    write_person,
)


class NoSuchPersonError(ReviewError):
    """There is no such person, or contact of theirs, at the review."""


class InvitedError(ReviewError):
    """Something that can be done only before the person is invited."""


def enrol(
    session: Session,
    review_id: UUID,
    person: NewPerson,
    *,
    by: audit.Actor,
    now: datetime,
) -> UUID:
    """Add a person to a review, with the ways to reach them.

    Raises:
        IntakeError: If no form fits, the key is taken, or a contact is the
            reviewer's own.
        ReviewError: If the record is signed.
    """
    _open_review(session, review_id)
    settled = with_form(person, offered(session))
    for contact in settled.contacts:
        refuse_reviewers_address(session, review_id, contact, now=now)
    last = session.scalar(
        select(func.max(ParticipantRow.position)).where(
            ParticipantRow.review_id == review_id
        )
    )
    joining = Joining(
        review=review_id,
        position=0 if last is None else last + 1,
        key=_free_key(session, review_id, settled.key),
        person=settled,
    )
    row = person_row(session, joining, now=now)
    session.add(row)
    session.flush()
    session.add_all(contact_rows(session, row, settled.contacts))
    _note(session, "person_added", row, by=by, now=now)
    return row.id


def change(
    session: Session,
    participant: UUID,
    person: NewPerson,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    """Change what is known of a person; their contacts stay as they are.

    Once they are invited their group, age band, form and language stay: the
    invitation is pinned to them.

    Raises:
        IntakeError: If no form fits.
        InvitedError: If an invitation is pinned to what would change.
    """
    row = session.get_one(ParticipantRow, participant)
    _open_review(session, row.review_id)
    settled = with_form(person, offered(session))
    kept = (row.group, row.age_band, row.form, row.language, row.blocks)
    if _is_invited(session, participant) and kept != pinned(settled):
        raise InvitedError(
            "An invitation was made already: group, age band, form and its parts, "
            "and language stay."
        )
    write_person(session, row, settled)
    _note(session, "person_changed", row, by=by, now=now)


def remove(
    session: Session, participant: UUID, *, by: audit.Actor, now: datetime
) -> None:
    """Take a person out again, before an invitation was made.

    Raises:
        InvitedError: If there is one.
    """
    row = session.get_one(ParticipantRow, participant)
    if _is_invited(session, participant):
        raise InvitedError("An invitation was made already: stop it instead.")
    session.execute(delete(ContactRow).where(ContactRow.participant_id == participant))
    session.delete(row)
    _note(session, "person_removed", row, by=by, now=now)


def add_contact(
    session: Session,
    participant: UUID,
    contact: NewContact,
    *,
    by: audit.Actor,
    now: datetime,
) -> UUID:
    """Add a way to reach a person, after those that are there.

    Raises:
        IntakeError: If it is the reviewer's own, or not fit to answer by text.
    """
    row = session.get_one(ParticipantRow, participant)
    refuse_reviewers_address(session, row.review_id, contact, now=now)
    _refuse_text(session, row, contact)
    last = session.scalar(
        select(func.max(ContactRow.position)).where(
            ContactRow.participant_id == participant
        )
    )
    first_free = 0 if last is None else last + 1
    (added,) = contact_rows(session, row, [contact], first=first_free)
    session.add(added)
    _note(session, "contact_added", row, by=by, now=now)
    return added.id


def change_contact(
    session: Session,
    contact_id: UUID,
    contact: NewContact,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    """Record what a person says now about a way to reach them.

    Raises:
        IntakeError: If it is the reviewer's own, or not fit to answer by text.
    """
    row = session.get_one(ContactRow, contact_id)
    refuse_reviewers_address(session, row.review_id, contact, now=now)
    person = session.get_one(ParticipantRow, row.participant_id)
    _refuse_text(session, person, contact)
    write_contact(session, row, contact)
    _note(session, "contact_changed", person, by=by, now=now)


def remove_contact(
    session: Session, contact_id: UUID, *, by: audit.Actor, now: datetime
) -> None:
    """Take a way to reach a person out again, unless a message was made for it.

    Raises:
        InvitedError: If there is an invitation already.
    """
    row = session.get_one(ContactRow, contact_id)
    if _is_invited(session, row.participant_id):
        raise InvitedError(
            "An invitation was made already: record that this contact is not safe "
            "instead."
        )
    person = session.get_one(ParticipantRow, row.participant_id)
    session.delete(row)
    _note(session, "contact_removed", person, by=by, now=now)


def refuse_reviewers_address(
    session: Session, review_id: UUID, contact: NewContact, *, now: datetime
) -> None:
    """Refuse a contact that is the reviewer's own: they would take part themselves.

    Raises:
        IntakeError: If it is.
    """
    is_reviewers = session.scalar(
        select(
            exists().where(
                MemberRow.review_id == review_id,
                MemberRow.capacity == admit.REVIEWER,
                queries.is_current(now),
                MemberRow.account_id == AccountRow.id,
                AccountRow.email == contact.address.canonical,
            )
        )
    )
    if is_reviewers:
        raise IntakeError(
            "address", "this is the reviewer's own address; they cannot take part"
        )


def _refuse_text(session: Session, row: ParticipantRow, contact: NewContact) -> None:
    """Refuse to record that somebody answers by text, where they will not be asked."""
    if not contact.answers_by_text:
        return
    form = newest_published(session, row.form)
    short = form and offer_text.short_form_of(form.questionnaire, row.language)
    facts = TextFacts(
        contact=contact.profile,
        age_band=row.age_band,
        is_wished=True,
        has_short_form=short is not None,
    )
    against = why_not_by_text(facts)
    if against is not None:
        raise IntakeError("answers_by_text", against.words)


def _free_key(session: Session, review_id: UUID, wished: str | None) -> str:
    keys = set(
        session.scalars(
            select(ParticipantRow.key).where(ParticipantRow.review_id == review_id)
        )
    )
    if wished is None:
        return next(
            key for n in range(1, len(keys) + 2) if (key := f"p{n}") not in keys
        )
    if wished in keys:
        raise IntakeError("key", "is the key of another person of this review")
    return wished


def _open_review(session: Session, review_id: UUID) -> None:
    # Held until the end: two additions at once must not take the same place.
    row = session.get_one(ReviewRow, review_id, with_for_update=True)
    if not ReviewState(row.state).takes_feedback:
        raise ReviewError("The record is signed: nobody joins or changes any more.")


def _is_invited(session: Session, participant: UUID) -> bool:
    return bool(
        session.scalar(
            select(exists().where(InvitationRow.participant_id == participant))
        )
    )


def _note(
    session: Session,
    action: str,
    row: ParticipantRow,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    audit.record(
        session,
        audit.Deed(action=action, review=row.review_id, subject=row.id),
        by=by,
        now=now,
    )
