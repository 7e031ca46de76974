"""Which rows belong to a link, and to the runs through its form?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from feedback.db.models import (
    ContactRow,
    InvitationRow,
    RespondentSessionRow,
    ResponseRow,
    ReviewRow,
)
from feedback.domain.response import ResponseState


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link's invitation and its review."""

    invitation: InvitationRow
    review: ReviewRow


def link_of(session: Session, token_digest: bytes) -> Link | None:
    """Find a link by its token's digest and hold its invitation until the end.

    Its review is held first, as whoever closes it takes it first: what is written for
    an invitation names its review, and would else wait for it with the invitation held.
    """
    hold_review(
        session,
        select(InvitationRow.review_id).where(
            InvitationRow.token_digest == token_digest
        ),
    )
    found = session.execute(
        select(InvitationRow, ReviewRow)
        .join(ReviewRow, ReviewRow.id == InvitationRow.review_id)
        .where(InvitationRow.token_digest == token_digest)
        .with_for_update(of=InvitationRow)
        # What was read before it was held may have changed since.
        .execution_options(populate_existing=True)
    ).one_or_none()
    return None if found is None else Link(invitation=found[0], review=found[1])


def hold_review(session: Session, which: Select[UUID]) -> None:
    """Keep a review as it stands till the end; shared, so that people act abreast."""
    session.execute(
        select(ReviewRow.id)
        .where(ReviewRow.id.in_(which))
        .with_for_update(of=ReviewRow, read=True)
    ).all()


def review_of_link(session: Session, token_digest: bytes) -> UUID | None:
    """Tell which review a link belongs to, holding nothing."""
    return session.scalars(
        select(InvitationRow.review_id).where(
            InvitationRow.token_digest == token_digest
        )
    ).one_or_none()


def review_of(session: Session, invitation: UUID) -> UUID:
    """Tell which review an invitation belongs to, holding nothing."""
    return session.scalars(
        select(InvitationRow.review_id).where(InvitationRow.id == invitation)
    ).one()


def draft_of(session: Session, invitation: UUID) -> ResponseRow | None:
    """Find the run through the form that is not sent yet."""
    return session.scalars(
        select(ResponseRow).where(
            ResponseRow.invitation_id == invitation,
            ResponseRow.state == ResponseState.DRAFT,
        )
    ).one_or_none()


def runs_of(session: Session, invitation: UUID) -> tuple[ResponseRow, ...]:
    """List every run of one invitation, in order."""
    return tuple(
        session.scalars(
            select(ResponseRow)
            .where(ResponseRow.invitation_id == invitation)
            .order_by(ResponseRow.submission_no)
        )
    )


def contacts_of(session: Session, participant: UUID) -> tuple[ContactRow, ...]:
    """List the ways to reach a participant, in their order."""
    return tuple(
        session.scalars(
            select(ContactRow)
            .where(ContactRow.participant_id == participant)
            .order_by(ContactRow.position)
        )
    )


def end_browsers(session: Session, invitation: UUID, now: datetime) -> None:
    """End every browser's session on an invitation."""
    session.execute(
        update(RespondentSessionRow)
        .where(
            RespondentSessionRow.invitation_id == invitation,
            RespondentSessionRow.ended_at.is_(None),
        )
        .values(ended_at=now)
        .execution_options(synchronize_session="fetch")
    )


def quarantined_at(session: Session, review: UUID) -> tuple[UUID, ...]:
    """List the runs at a review that wait for a person to look at them."""
    return tuple(
        session.scalars(
            select(ResponseRow.id).where(
                ResponseRow.review_id == review,
                ResponseRow.state == ResponseState.QUARANTINED,
            )
        )
    )
