"""Are these answers sent? Once, whatever is pressed twice."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.models import InvitationRow
from feedback.db.queries import kept_run as queries
from feedback.db.queries.browser import Browser, end_browser
from feedback.db.queries.kept_run import KeptRun
from feedback.db.vault import KeyName, vault_of
from feedback.domain.answering import next_page
from feedback.domain.errors import FeedbackError
from feedback.domain.invitation import InvitationStatus
from feedback.domain.response import ResponseState, move_response
from feedback.services import audit, resume
from feedback.services.end_link import end_held, end_link, shut_out
from feedback.services.resume import EndReason, Run, RunEndedError

LONGEST_KEY: Final = 100


class Outcome(StrEnum):
    """What the person is told in the end."""

    SENT = "sent"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a press on Send, and in which form's words to say so."""

    outcome: Outcome
    questionnaire: UUID
    language: str


class OtherBodyError(FeedbackError):
    """Something else was sent before with the same key."""


class UnansweredError(FeedbackError):
    """A page is neither answered nor skipped yet."""


class NothingSaidError(FeedbackError):
    """Nothing was answered: that is not a submission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What came with the press on Send.

    Args:
        key: The form's idempotency key.
        body: Everything else that was sent with it, in a fixed order.
    """

    key: str
    body: str

    @property
    def stored_key(self) -> str | None:
        """The key as far as it can be kept; None where there is none."""
        return self.key.replace("\0", "")[:LONGEST_KEY] or None


def submit(
    session: Session,
    token: str | None,
    sending: Sending,
    *,
    quarantine: timedelta,
    now: datetime,
) -> Receipt:
    """Send the run's answers.

    Args:
        session: The caller's transaction.
        token: The browser's cookie token.
        sending: The key and fingerprint of this press.
        quarantine: A run shorter than this is set aside for a person to look at;
            the respondent sees no difference.
        now: When Send was pressed.

    Raises:
        OtherBodyError: If something else was sent with this key.
        RunEndedError: If this browser may not send.
        UnansweredError: If a page is left.
        NothingSaidError: If every question was passed over.
    """
    browser = resume.browser_of(session, token, hold=True)
    if browser is None:
        return _of_nobody(session, sending)
    runs, same = _runs(session, browser.invitation, sending)
    earlier = _again(session, sending, same, browser.invitation)
    earlier = earlier or _sent_by(browser, runs)
    if earlier is not None:
        return earlier
    run = resume.run_of(session, browser, runs, now=now)
    if run.needs_code_word:
        raise RunEndedError(EndReason.OVER)
    if next_page(run.questionnaire, run.answered) is not None:
        raise UnansweredError
    draft = next((one for one in runs if one.id == run.response), None)
    if draft is None or not run.is_real:
        raise NothingSaidError
    is_hasty = now - draft.started_at < quarantine
    to = ResponseState.QUARANTINED if is_hasty else ResponseState.SUBMITTED
    _replace_quarantined(session, runs)
    _move(
        session,
        draft,
        to,
        submitted_at=now,
        submission_key=sending.stored_key,
        fingerprint=_fingerprint(session, sending, run.invitation),
        helped_by=run.helped_by,
    )
    _end(session, browser, to, now=now)
    _note(session, run, f"response_{to}", now=now)
    return _receipt(draft)


def send_by_text(session: Session, run: Run, *, now: datetime) -> bool:
    """Send what was answered by text, once the last question is answered.

    Nobody is quarantined: a person who replies to each text has read it.

    Returns:
        False where every question was passed over: that is not a submission.
    """
    if run.response is None or not run.is_real:
        return False
    runs = queries.runs_of(session, run.invitation)
    _replace_quarantined(session, runs)
    for one in runs:
        if one.id == run.response:
            sent = ResponseState.SUBMITTED
            _move(session, one, sent, submitted_at=now, helped_by=run.helped_by)
    invitation = session.get_one(InvitationRow, run.invitation)
    end_link(invitation, InvitationStatus.ANSWERED, now=now)
    shut_out(session, invitation, now=now)
    _note(session, run, f"response_{ResponseState.SUBMITTED}", now=now)
    return True


def decline(session: Session, token: str | None, *, now: datetime) -> Receipt:
    """Record that the person does not want to answer.

    Raises:
        RunEndedError: If this browser may not say so.
        UnansweredError: If something was answered: then it is sent, or left.
    """
    browser = resume.browser_of(session, token, hold=True)
    if browser is None:
        raise RunEndedError(EndReason.OVER)
    if browser.status == InvitationStatus.DECLINED:
        return _declined(browser, browser.language)
    runs = queries.runs_of(session, browser.invitation)
    run = resume.run_of(session, browser, runs, now=now)
    if run.needs_code_word or run.is_real:
        raise UnansweredError
    for one in runs:
        if one.id == run.response:
            _move(session, one, ResponseState.DISCARDED)
    end_held(session, browser, InvitationStatus.DECLINED, now=now)
    _note(session, run, "declined", now=now)
    return _declined(browser, run.language)


def receipt_for(
    session: Session, sending: Sending, invitation: UUID | None = None
) -> Receipt | None:
    """Give the receipt again where exactly this was sent before.

    Args:
        session: An open session.
        sending: What was sent now.
        invitation: Whose form it is, where a cookie says so; a browser that
            lost its cookie on sending may still press twice.

    Raises:
        OtherBodyError: If something else was sent with this key.
    """
    if sending.stored_key is None:
        return None
    earlier = queries.sent_with(session, sending.stored_key)
    return _again(session, sending, earlier, invitation)


def _of_nobody(session: Session, sending: Sending) -> Receipt:
    """Give the receipt again to a browser that lost its cookie on sending."""
    earlier = receipt_for(session, sending)
    if earlier is None:
        raise RunEndedError(EndReason.OVER)
    return earlier


def _runs(
    session: Session, invitation: UUID, sending: Sending
) -> tuple[tuple[KeptRun, ...], KeptRun | None]:
    """List an invitation's runs, and beside them what was sent with this key."""
    key = sending.stored_key
    if key is None:
        return queries.runs_of(session, invitation), None
    found = queries.runs_or_sent(session, invitation, key)
    same = next((one for one in found if one.key == key), None)
    return tuple(one for one in found if one.invitation == invitation), same


def _again(
    session: Session,
    sending: Sending,
    earlier: KeptRun | None,
    invitation: UUID | None,
) -> Receipt | None:
    if earlier is None:
        return None
    now_sent = _fingerprint(session, sending, invitation or earlier.invitation)
    if not hmac.compare_digest(earlier.fingerprint or b"", now_sent):
        raise OtherBodyError
    return _receipt(earlier)


def _sent_by(browser: Browser, runs: Sequence[KeptRun]) -> Receipt | None:
    """Give the receipt where this browser's answers are with us already."""
    is_answered = browser.status == InvitationStatus.ANSWERED
    for run in runs:
        is_own = run.submitted_at == browser.ended_at
        if is_answered and run.state == ResponseState.SUBMITTED:
            return _receipt(run)
        if is_own and run.state == ResponseState.QUARANTINED:
            return _receipt(run)
    return None


def _receipt(sent: KeptRun) -> Receipt:
    return Receipt(
        outcome=Outcome.SENT,
        questionnaire=sent.questionnaire,
        language=sent.language,
    )


def _declined(browser: Browser, language: str) -> Receipt:
    return Receipt(
        outcome=Outcome.DECLINED,
        questionnaire=browser.questionnaire,
        language=language,
    )


def _replace_quarantined(session: Session, runs: Sequence[KeptRun]) -> None:
    for earlier in runs:
        if earlier.state == ResponseState.QUARANTINED:
            _move(session, earlier, ResponseState.REPLACED)


def _end(
    session: Session, browser: Browser, to: ResponseState, *, now: datetime
) -> None:
    """End the browser's session; its link too, unless a person looks at it first."""
    if to is ResponseState.SUBMITTED:
        end_held(session, browser, InvitationStatus.ANSWERED, now=now)
    else:
        end_browser(session, browser.id, now)


def _move(session: Session, run: KeptRun, to: ResponseState, **columns: object) -> None:
    state = move_response(ResponseState(run.state), to)
    queries.change_run(session, run.id, state=state, **columns)


def _fingerprint(session: Session, sending: Sending, invitation: UUID) -> bytes:
    return vault_of(session).fingerprint(
        KeyName.SESSION, f"{invitation}|{sending.body}"
    )


def _note(session: Session, run: Run, action: str, *, now: datetime) -> None:
    deed = audit.Deed(action=action, review=run.review, subject=run.response)
    audit.record_at_once(session, deed, by=audit.RESPONDENT, now=now)
