"""Whose is a respondent's browser, on what does it stand, and what becomes of both?

This is asked and written at every press of a button. So the statements are built once
(to write one down costs as much as to run it), and they work on plain columns, straight
on the connection: for one person's few rows, keeping track of objects would cost more
than all else together.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, exists, select, update
from sqlalchemy.orm import Session

from feedback.db.models import (
    AnswerRow,
    ConversationRow,
    InvitationRow,
    ParticipantRow,
    QuestionnaireRow,
    RespondentSessionRow,
    ReviewKeyRow,
    ReviewRow,
)
from feedback.db.models.base import Base

_TABLES: Final = Base.metadata.tables
_BROWSER: Final = _TABLES[RespondentSessionRow.__tablename__]
_INVITATION: Final = _TABLES[InvitationRow.__tablename__]
_REVIEW: Final = _TABLES[ReviewRow.__tablename__]
_PERSON: Final = _TABLES[ParticipantRow.__tablename__]
_KEY: Final = _TABLES[ReviewKeyRow.__tablename__]
_FORM: Final = _TABLES[QuestionnaireRow.__tablename__]
_TALK: Final = _TABLES[ConversationRow.__tablename__]
_ANSWER: Final = _TABLES[AnswerRow.__tablename__]


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """A respondent's browser with everything it stands on, from one statement.

    Attributes:
        status: The invitation's.
        expires_at: When the invitation opens nothing any more.
        state: The review's.
        opens_at: When the review's window opens.
        language: What the person reads.
        blocks: The optional parts that were chosen for them, by commas.
        key: The review's key and how it is wrapped; None where there is none.
        form_digest: What tells the version of the form that it answers.
        has_texted: Whether this person began to answer by text.
    """

    id: UUID
    has_code_word: bool
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    invitation: UUID
    review: UUID
    participant: UUID
    questionnaire: UUID
    status: str
    expires_at: datetime
    state: str
    opens_at: datetime
    language: str
    blocks: str
    key: tuple[UUID, bytes] | None
    form_digest: str
    has_texted: bool


def _finding(*, hold: bool) -> Select[*tuple[object, ...]]:
    """Write down how a browser is found, and what is kept from others meanwhile.

    The review comes first, inside, as whoever closes it takes it first: its record may
    be signed this very moment. It is shared, so that people answer side by side. Of
    what was waited for, the newest is read: so all that decides whether somebody may
    go on stands in the three tables that are held, or is asked for afterwards.
    """
    review = (
        select(_BROWSER.c.id.label("browser"), _REVIEW.c.state, _REVIEW.c.opens_at)
        .join(_REVIEW, _REVIEW.c.id == _BROWSER.c.review_id)
        .where(_BROWSER.c.token_digest == bindparam("digest"))
    )
    if hold:
        review = review.with_for_update(of=_REVIEW, read=True)
    held = review.subquery("held")
    found = (
        select(
            _BROWSER.c.id,
            _BROWSER.c.has_code_word,
            _BROWSER.c.started_at,
            _BROWSER.c.seen_at,
            _BROWSER.c.ended_at,
            _INVITATION.c.id.label("invitation"),
            _INVITATION.c.review_id.label("review"),
            _INVITATION.c.participant_id.label("participant"),
            _INVITATION.c.questionnaire_id.label("questionnaire"),
            _INVITATION.c.status,
            _INVITATION.c.expires_at,
            held.c.state,
            held.c.opens_at,
            _PERSON.c.language,
            _PERSON.c.blocks,
            _KEY.c.id.label("key_id"),
            _KEY.c.wrapped,
            _FORM.c.digest,
            exists()
            .where(
                _TALK.c.invitation_id == _INVITATION.c.id,
                _TALK.c.started_at.is_not(None),
            )
            .correlate(_INVITATION)
            .label("has_texted"),
        )
        .select_from(held)
        .join(_BROWSER, _BROWSER.c.id == held.c.browser)
        .join(_INVITATION, _INVITATION.c.id == _BROWSER.c.invitation_id)
        .join(_PERSON, _PERSON.c.id == _INVITATION.c.participant_id)
        .join(_FORM, _FORM.c.id == _INVITATION.c.questionnaire_id)
        .outerjoin(_KEY, _KEY.c.review_id == _INVITATION.c.review_id)
    )
    return found.with_for_update(of=(_INVITATION, _BROWSER)) if hold else found


_FOUND: Final = _finding(hold=False)
_FOUND_AND_HELD: Final = _finding(hold=True)
_CHANGE_BROWSER: Final = update(_BROWSER).where(_BROWSER.c.id == bindparam("which"))
_CHANGE_INVITATION: Final = update(_INVITATION).where(
    _INVITATION.c.id == bindparam("which")
)
_FORGET: Final = (
    update(_ANSWER)
    .where(_ANSWER.c.session_id == bindparam("browser"))
    .values(session_id=None)
)


def browser_of(
    session: Session, token_digest: bytes, *, hold: bool = False
) -> Browser | None:
    """Find a respondent's browser by its cookie's digest.

    Args:
        session: An open session.
        token_digest: The digest of the cookie's token.
        hold: Whether to keep other writers from this invitation until the end.
    """
    session.flush()  # a statement on plain columns would not see what waits
    statement = _FOUND_AND_HELD if hold else _FOUND
    found = (
        session.connection().execute(statement, {"digest": token_digest}).one_or_none()
    )
    return None if found is None else _browser(found)


def note_seen(session: Session, browser: UUID, at: datetime) -> None:
    """Note when a browser was used last."""
    session.connection().execute(_CHANGE_BROWSER, {"which": browser, "seen_at": at})


def end_browser(session: Session, browser: UUID, at: datetime) -> None:
    """End a browser's session."""
    session.connection().execute(_CHANGE_BROWSER, {"which": browser, "ended_at": at})


def forget_who_answered(session: Session, browser: UUID) -> None:
    """Make a browser's answers earlier ones, which are no longer shown to it."""
    session.connection().execute(_FORGET, {"browser": browser})


def change_invitation(session: Session, invitation: UUID, **columns: object) -> None:
    """Write down what became of an invitation that is held."""
    session.connection().execute(_CHANGE_INVITATION, {"which": invitation, **columns})


def _browser(found: Row[*tuple[object, ...]]) -> Browser:
    return Browser(
        id=found.id,
        has_code_word=found.has_code_word,
        started_at=found.started_at,
        seen_at=found.seen_at,
        ended_at=found.ended_at,
        invitation=found.invitation,
        review=found.review,
        participant=found.participant,
        questionnaire=found.questionnaire,
        status=found.status,
        expires_at=found.expires_at,
        state=found.state,
        opens_at=found.opens_at,
        language=found.language,
        blocks=found.blocks,
        key=None if found.wrapped is None else (found.key_id, found.wrapped),
        form_digest=found.digest,
        has_texted=found.has_texted,
    )
