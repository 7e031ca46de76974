"""How far has this respondent's browser come, and may it go on?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.models import InvitationRow, ParticipantRow
from feedback.db.queries import browser as queries
from feedback.db.queries.browser import Browser
from feedback.db.queries.kept_run import KeptAnswer, KeptRun, runs_of
from feedback.db.queries.response import Link
from feedback.db.vault import KeyName, vault_of
from feedback.domain.answering import (
    StoredAnswer,
    answered_codes,
    helped_by,
    is_real_submission,
)
from feedback.domain.errors import FeedbackError
from feedback.domain.question import QuestionKind
from feedback.domain.questionnaire import Questionnaire
from feedback.domain.response import ResponseState
from feedback.services import offer_text
from feedback.services.enter import link_opens_form, opens_form
from feedback.services.publish import form_of_digest, questionnaire_of
from feedback.services.record_people import blocks_in

IDLE: Final = timedelta(minutes=30)
LASTS: Final = timedelta(hours=24)
# How exactly use is noted: not every page view needs a write.
SEEN_STEP: Final = timedelta(minutes=1)


class EndReason(StrEnum):
    """Why a browser cannot go on."""

    # No cookie, an unknown one, left, or 24 hours after Start.
    OVER = "over"
    # Sent, revoked, expired, or the review is signed.
    CLOSED = "closed"


class RunEndedError(FeedbackError):
    """This browser's run through the form has ended."""

    def __init__(self, reason: EndReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A browser's run through a form: what it may show, and where it goes on.

    Attributes:
        browser: None where the person answers by text.
        given: The answers of this browser, by question: the only ones that it
            may show again.
        stored: The ids of all stored answers by question, whoever gave them.
        answered: The questions that are not asked again.
        is_real: Whether anything was said yet, by any browser.
        helped_by: Who helped, as far as it was told.
        next_number: The number that a response gets which is begun now.
        has_begun: Whether more was answered here than whether it is safe to go on.
        is_idle: Whether it lay untouched for so long that its earlier answers
            are no longer shown.
    """

    browser: UUID | None
    invitation: UUID
    participant: UUID
    review: UUID
    questionnaire_id: UUID
    questionnaire: Questionnaire
    response: UUID | None
    language: str
    started_at: datetime
    needs_code_word: bool
    given: Mapping[str, StoredAnswer]
    stored: Mapping[str, UUID]
    answered: frozenset[str]
    is_real: bool
    helped_by: str
    next_number: int
    has_begun: bool
    is_idle: bool
    is_due_to_be_noted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drafted:
    """What was answered so far by an invitation, whichever way."""

    response: UUID | None
    kept: tuple[KeptAnswer, ...]
    answers: Mapping[str, StoredAnswer]
    next_number: int


def open_run(
    session: Session, token: str | None, *, now: datetime, hold: bool = False
) -> Run:
    """Find the run of a browser's cookie.

    Args:
        session: An open session.
        token: The cookie's token, if any.
        now: When it is asked.
        hold: Whether to keep other writers from this invitation until the end.

    Raises:
        RunEndedError: If there is none, or it may not go on.
    """
    browser = browser_of(session, token, hold=hold)
    if browser is None:
        raise RunEndedError(EndReason.OVER)
    return run_of(session, browser, now=now)


def run_of(
    session: Session,
    browser: Browser,
    runs: Sequence[KeptRun] | None = None,
    *,
    now: datetime,
) -> Run:
    """Find the run of a browser that was found already.

    Args:
        session: The session it was found in.
        browser: The browser.
        runs: Every run of its invitation, where the caller has asked for them.
        now: When it is asked.

    Raises:
        RunEndedError: If it may not go on.
    """
    if has_ended(browser, now):
        raise RunEndedError(EndReason.OVER)
    window = (browser.opens_at, browser.expires_at)
    if not opens_form(browser.status, browser.state, window, now):
        raise RunEndedError(EndReason.CLOSED)
    if runs is None:
        runs = runs_of(session, browser.invitation)
    return _run(session, browser, runs, now)


def run_by_text(
    session: Session,
    link: Link,
    participant: ParticipantRow,
    *,
    started_at: datetime,
    now: datetime,
) -> Run:
    """Find the run of somebody who answers by text; the same one as by their link.

    The caller holds the invitation, and has heard from the person itself.

    Raises:
        RunEndedError: If no answer may come in any more.
    """
    if not link_opens_form(link, now):
        raise RunEndedError(EndReason.CLOSED)
    form = _with_blocks(
        questionnaire_of(session, link.invitation.questionnaire_id), participant.blocks
    )
    runs = runs_of(session, link.invitation.id)
    found = _drafted(session, link.invitation.review_id, runs)
    answers = found.answers
    return Run(
        browser=None,
        invitation=link.invitation.id,
        participant=participant.id,
        review=link.invitation.review_id,
        questionnaire_id=link.invitation.questionnaire_id,
        questionnaire=form,
        response=found.response,
        language=language_of(form, participant.language),
        started_at=started_at,
        needs_code_word=False,
        given={},
        stored={one.question: one.id for one in found.kept},
        answered=answered_codes(form, answers.values()),
        is_real=is_real_submission(form, answers.values()),
        helped_by=helped_by(form, answers.values()),
        next_number=found.next_number,
        has_begun=True,
        is_idle=False,
        is_due_to_be_noted=False,
    )


def browser_of(
    session: Session, token: str | None, *, hold: bool = False
) -> Browser | None:
    """Find a browser by its cookie's token, whether or not it may go on."""
    if not token:
        return None
    vault = vault_of(session)
    digest = vault.fingerprint(KeyName.SESSION, token)
    found = queries.browser_of(session, digest, hold=hold)
    if found is not None and found.key is not None:
        vault.know(found.review, *found.key)
    return found


def has_ended(browser: Browser, now: datetime) -> bool:
    """Tell whether a browser's session was ended or is a day old."""
    return browser.ended_at is not None or now - browser.started_at >= LASTS


def note(session: Session, run: Run, *, now: datetime) -> None:
    """Note that a browser was used; after a long pause, stop showing its answers."""
    if run.browser is None or not run.is_due_to_be_noted:
        return
    # The browser before its answers: whoever saves a page holds it in this order.
    queries.note_seen(session, run.browser, now)
    if run.is_idle:
        queries.forget_who_answered(session, run.browser)


def leave(session: Session, token: str | None, *, now: datetime) -> None:
    """End a browser's session, if it has one."""
    browser = browser_of(session, token)
    if browser is not None and browser.ended_at is None:
        queries.end_browser(session, browser.id, now)


def words_place(answer: UUID, review: UUID) -> Where:
    """Name the place at which an answer's words are sealed."""
    return Where(table="answer", column="words_sealed", row=answer, review=review)


def _run(
    session: Session,
    browser: Browser,
    runs: Sequence[KeptRun],
    now: datetime,
) -> Run:
    form = _with_blocks(
        form_of_digest(session, browser.questionnaire, browser.form_digest),
        browser.blocks,
    )
    found = _drafted(session, browser.review, runs)
    answers = found.answers
    # Whoever answered by text has not read here who sees the answers.
    by_text = (
        _codes_by_text(session, browser)
        if answers and browser.has_texted
        else frozenset()
    )
    is_idle = now - browser.seen_at > IDLE
    own = {one.question for one in found.kept if one.browser == browser.id}
    return Run(
        browser=browser.id,
        invitation=browser.invitation,
        participant=browser.participant,
        review=browser.review,
        questionnaire_id=browser.questionnaire,
        questionnaire=form,
        response=found.response,
        language=language_of(form, browser.language),
        started_at=browser.started_at,
        needs_code_word=not browser.has_code_word,
        given={
            code: answer
            for code, answer in answers.items()
            if code in own and not is_idle
        },
        stored={one.question: one.id for one in found.kept},
        answered=answered_codes(form, answers.values()),
        is_real=is_real_submission(form, answers.values()),
        helped_by=helped_by(form, answers.values()),
        next_number=found.next_number,
        has_begun=any(
            not _is_safe_now(form, code) and code not in by_text for code in answers
        ),
        is_idle=is_idle,
        is_due_to_be_noted=now - browser.seen_at >= SEEN_STEP,
    )


def _codes_by_text(session: Session, browser: Browser) -> frozenset[str]:
    invitation = session.get_one(InvitationRow, browser.invitation)
    return offer_text.codes_by_text(session, invitation, browser.language)


def _with_blocks(form: Questionnaire, chosen: str) -> Questionnaire:
    """Give the form with the optional parts that were chosen for this person."""
    return form.with_blocks(blocks_in(chosen) & form.blocks)


def language_of(form: Questionnaire, wanted: str) -> str:
    """Give the wanted language where the form speaks it, otherwise its first."""
    return wanted if wanted in form.languages else form.languages[0]


def _drafted(session: Session, review: UUID, runs: Sequence[KeptRun]) -> _Drafted:
    draft = next((one for one in runs if one.state == ResponseState.DRAFT), None)
    kept = () if draft is None else draft.answers
    return _Drafted(
        response=None if draft is None else draft.id,
        kept=kept,
        answers={one.question: _as_answer(session, one, review) for one in kept},
        next_number=1 + max((one.number for one in runs), default=0),
    )


def _as_answer(session: Session, kept: KeptAnswer, review: UUID) -> StoredAnswer:
    return StoredAnswer(
        question=kept.question,
        option=kept.option,
        words=vault_of(session).unseal_if_any(
            words_place(kept.id, review), kept.words_sealed
        ),
        skipped=kept.is_skipped,
    )


def _is_safe_now(form: Questionnaire, code: str) -> bool:
    question = form.question(code)
    return question is not None and question.kind is QuestionKind.SAFE_NOW
