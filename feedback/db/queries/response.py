"""Which rows belong to a link, a respondent's browser, or one run through a form?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from feedback.db.models import (
    AnswerRow,
    ContactRow,
    ConversationRow,
    InvitationRow,
    ParticipantRow,
    QuestionnaireRow,
    RespondentSessionRow,
    ResponseRow,
    ReviewKeyRow,
    ReviewRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link's invitation and its review."""

    invitation: InvitationRow
    review: ReviewRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """A respondent's browser with everything it stands on, from one statement.

    Attributes:
        state: The review's.
        opens_at: When the review's window opens.
        language: What the person reads.
        blocks: The optional parts that were chosen for them, by commas.
        key: The review's wrapped key and its id; None where there is none.
        form_digest: What tells the version of the form that it answers.
        has_texted: Whether this person began to answer by text.
    """

    session: RespondentSessionRow
    invitation: InvitationRow
    state: str
    opens_at: datetime
    language: str
    blocks: str
    key: tuple[UUID, bytes] | None
    form_digest: str
    has_texted: bool


# Built once: to write such a statement down costs as much as to run it. Only what is
# written to comes as a row: of the others, the few columns that are looked at.
_BROWSER: Final = (
    select(
        RespondentSessionRow,
        InvitationRow,
        ReviewRow.state,
        ReviewRow.opens_at,
        ParticipantRow.language,
        ParticipantRow.blocks,
        ReviewKeyRow.id,
        ReviewKeyRow.wrapped,
        QuestionnaireRow.digest,
        exists()
        .where(
            ConversationRow.invitation_id == InvitationRow.id,
            ConversationRow.started_at.is_not(None),
        )
        .correlate(InvitationRow),
    )
    .join(InvitationRow, InvitationRow.id == RespondentSessionRow.invitation_id)
    .join(ReviewRow, ReviewRow.id == InvitationRow.review_id)
    .join(ParticipantRow, ParticipantRow.id == InvitationRow.participant_id)
    .join(QuestionnaireRow, QuestionnaireRow.id == InvitationRow.questionnaire_id)
    .outerjoin(ReviewKeyRow, ReviewKeyRow.review_id == ReviewRow.id)
    .where(RespondentSessionRow.token_digest == bindparam("digest"))
)
# What was read before it was held may have changed since.
_BROWSER_HELD: Final = _BROWSER.with_for_update(of=InvitationRow).execution_options(
    populate_existing=True
)
_REVIEW_OF_BROWSER_HELD: Final = (
    select(ReviewRow.id)
    .join(RespondentSessionRow, RespondentSessionRow.review_id == ReviewRow.id)
    .where(RespondentSessionRow.token_digest == bindparam("digest"))
    .with_for_update(of=ReviewRow, read=True)
)
_SEEN: Final = (
    update(RespondentSessionRow)
    .where(RespondentSessionRow.id == bindparam("browser"))
    .values(seen_at=bindparam("at"))
    .execution_options(synchronize_session=False)
)
_RUNS: Final = (
    select(ResponseRow)
    .where(ResponseRow.invitation_id == bindparam("invitation"))
    .order_by(ResponseRow.submission_no)
)
_RUNS_OR_SENT: Final = (
    select(ResponseRow)
    .where(
        or_(
            ResponseRow.invitation_id == bindparam("invitation"),
            ResponseRow.submission_key == bindparam("key"),
        )
    )
    .order_by(ResponseRow.submission_no)
)
_ANSWERS: Final = select(AnswerRow).where(AnswerRow.response_id == bindparam("run"))


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


def browser_of(
    session: Session, token_digest: bytes, *, hold: bool = False
) -> Browser | None:
    """Find a respondent's browser by its cookie's digest.

    Args:
        session: An open session.
        token_digest: The digest of the cookie's token.
        hold: Whether to keep other writers from this invitation until the end.
    """
    if hold:
        # The review first, as whoever closes it takes it first: its record may be
        # signed this very moment. Shared, so that people answer side by side.
        session.execute(_REVIEW_OF_BROWSER_HELD, {"digest": token_digest}).all()
    statement = _BROWSER_HELD if hold else _BROWSER
    found = session.execute(statement, {"digest": token_digest}).one_or_none()
    if found is None:
        return None
    row, invitation, state, opens_at, language, blocks, *key, digest, has_texted = found
    key_id, wrapped = key
    return Browser(
        session=row,
        invitation=invitation,
        state=state,
        opens_at=opens_at,
        language=language,
        blocks=blocks,
        key=None if wrapped is None else (key_id, wrapped),
        form_digest=digest,
        has_texted=has_texted,
    )


def note_seen(session: Session, browser: UUID, at: datetime) -> None:
    """Note when a browser was used last."""
    session.execute(_SEEN, {"browser": browser, "at": at})


def draft_of(session: Session, invitation: UUID) -> ResponseRow | None:
    """Find the run through the form that is not sent yet."""
    return session.scalars(
        select(ResponseRow).where(
            ResponseRow.invitation_id == invitation, ResponseRow.state == "draft"
        )
    ).one_or_none()


def runs_of(session: Session, invitation: UUID) -> tuple[ResponseRow, ...]:
    """List every run of one invitation, in order."""
    return tuple(session.scalars(_RUNS, {"invitation": invitation}))


def runs_or_sent(
    session: Session, invitation: UUID, submission_key: str
) -> tuple[ResponseRow, ...]:
    """List every run of one invitation, and what was sent with a key by anybody."""
    wanted = {"invitation": invitation, "key": submission_key}
    return tuple(session.scalars(_RUNS_OR_SENT, wanted))


def sent_with(session: Session, submission_key: str) -> ResponseRow | None:
    """Find what was sent with an idempotency key."""
    return session.scalars(
        select(ResponseRow).where(ResponseRow.submission_key == submission_key)
    ).one_or_none()


def answers_of(session: Session, response: UUID) -> tuple[AnswerRow, ...]:
    """List what was answered in one run."""
    return tuple(session.scalars(_ANSWERS, {"run": response}))


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
