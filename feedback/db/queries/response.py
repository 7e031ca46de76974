"""Which rows belong to a link, a respondent's browser, or one run through a form?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from feedback.db.models import (
    AnswerRow,
    ContactRow,
    InvitationRow,
    ParticipantRow,
    RespondentSessionRow,
    ResponseRow,
    ReviewRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link's invitation and its review."""

    invitation: InvitationRow
    review: ReviewRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """A respondent's browser with everything it stands on."""

    session: RespondentSessionRow
    invitation: InvitationRow
    review: ReviewRow
    participant: ParticipantRow


def link_of(session: Session, token_digest: bytes) -> Link | None:
    """Find a link by its token's digest and hold its invitation until the end."""
    found = session.execute(
        select(InvitationRow, ReviewRow)
        .join(ReviewRow, ReviewRow.id == InvitationRow.review_id)
        .where(InvitationRow.token_digest == token_digest)
        .with_for_update(of=InvitationRow)
    ).one_or_none()
    return None if found is None else Link(invitation=found[0], review=found[1])


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


def browser_of(
    session: Session, token_digest: bytes, *, hold: bool = False
) -> Browser | None:
    """Find a respondent's browser by its cookie's digest.

    Args:
        session: An open session.
        token_digest: The digest of the cookie's token.
        hold: Whether to keep other writers from this invitation until the end.
    """
    statement = (
        select(RespondentSessionRow, InvitationRow, ReviewRow, ParticipantRow)
        .join(InvitationRow, InvitationRow.id == RespondentSessionRow.invitation_id)
        .join(ReviewRow, ReviewRow.id == InvitationRow.review_id)
        .join(ParticipantRow, ParticipantRow.id == InvitationRow.participant_id)
        .where(RespondentSessionRow.token_digest == token_digest)
    )
    if hold:
        # The review first, as whoever closes it takes it first: its record may be
        # signed this very moment. Shared, so that people answer side by side.
        session.execute(
            select(ReviewRow)
            .join(RespondentSessionRow, RespondentSessionRow.review_id == ReviewRow.id)
            .where(RespondentSessionRow.token_digest == token_digest)
            .with_for_update(of=ReviewRow, read=True)
            .execution_options(populate_existing=True)
        ).all()
        statement = statement.with_for_update(of=InvitationRow)
    found = session.execute(statement).one_or_none()
    if found is None:
        return None
    return Browser(
        session=found[0], invitation=found[1], review=found[2], participant=found[3]
    )


def draft_of(session: Session, invitation: UUID) -> ResponseRow | None:
    """Find the run through the form that is not sent yet."""
    return session.scalars(
        select(ResponseRow).where(
            ResponseRow.invitation_id == invitation, ResponseRow.state == "draft"
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


def sent_with(session: Session, submission_key: str) -> ResponseRow | None:
    """Find what was sent with an idempotency key."""
    return session.scalars(
        select(ResponseRow).where(ResponseRow.submission_key == submission_key)
    ).one_or_none()


def next_submission_no(session: Session, invitation: UUID) -> int:
    """Number the next run of an invitation."""
    last = session.scalar(
        select(func.max(ResponseRow.submission_no)).where(
            ResponseRow.invitation_id == invitation
        )
    )
    return (last or 0) + 1


def answers_of(session: Session, response: UUID) -> tuple[AnswerRow, ...]:
    """List what was answered in one run."""
    return tuple(
        session.scalars(select(AnswerRow).where(AnswerRow.response_id == response))
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


def forget_who_answered(session: Session, browser: UUID) -> None:
    """Make a browser's answers earlier ones, which are no longer shown to it."""
    session.execute(
        update(AnswerRow)
        .where(AnswerRow.session_id == browser)
        .values(session_id=None)
        .execution_options(synchronize_session="fetch")
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
                ResponseRow.review_id == review, ResponseRow.state == "quarantined"
            )
        )
    )
