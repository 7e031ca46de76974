"""What did they answer? Each page is saved, and its alerts raised, at once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.ids import new_opaque_id
from feedback.db.models import AnswerRow, ResponseRow
from feedback.db.queries import response as queries
from feedback.db.vault import vault_of
from feedback.domain.answering import HELPER_UNKNOWN, StoredAnswer, offers
from feedback.domain.response import ResponseState
from feedback.services import audit, resume
from feedback.services.notice import StaffLinks
from feedback.services.raise_alerts import Said, raise_alerts
from feedback.services.resume import Run, words_place


def save_page(
    session: Session,
    run: Run,
    answers: tuple[StoredAnswer, ...],
    links: StaffLinks,
    *,
    now: datetime,
) -> None:
    """Keep the answers of one page, and raise what they give cause for.

    The run was opened with `hold` in this same transaction, so that a link shut
    in between, or a second browser, cannot slip past.
    """
    resume.note(session, run, now=now)
    response = _draft(session, run)
    known = _known(session, run, answers)
    for answer in answers:
        row = known.get(answer.question) or AnswerRow(
            id=new_opaque_id(), response_id=response.id, question=answer.question
        )
        row.option = answer.option
        row.is_skipped = answer.skipped
        row.words_sealed = _sealed(session, row, answer, run.review)
        row.session_id = run.browser
        session.add(row)
    _note(session, run, response.id, now=now)
    _note_offers(session, run, answers, now=now)
    said = Said(
        review=run.review,
        participant=run.participant,
        invitation=run.invitation,
        response=response.id,
        questionnaire=run.questionnaire,
        language=run.language,
        answers=answers,
    )
    raise_alerts(session, said, links, now=now)


def _known(
    session: Session, run: Run, answers: tuple[StoredAnswer, ...]
) -> dict[str, AnswerRow]:
    """Find the rows of questions that are answered again; mostly there are none."""
    if run.response is None or run.stored.isdisjoint(one.question for one in answers):
        return {}
    return {row.question: row for row in queries.answers_of(session, run.response)}


def _draft(session: Session, run: Run) -> ResponseRow:
    """Find the run's response, or begin it: it dates from the press on Start."""
    if run.response is not None:
        return session.get_one(ResponseRow, run.response)
    row = ResponseRow(
        id=new_opaque_id(),
        review_id=run.review,
        invitation_id=run.invitation,
        questionnaire_id=run.questionnaire_id,
        submission_no=run.next_number,
        state=ResponseState.DRAFT,
        language=run.language,
        helped_by=HELPER_UNKNOWN,
        started_at=run.started_at,
    )
    session.add(row)
    session.flush()
    return row


def _sealed(
    session: Session, row: AnswerRow, answer: StoredAnswer, review: UUID
) -> bytes | None:
    if answer.words is None:
        return None
    return vault_of(session).seal(words_place(row.id, review), answer.words)


def _note(session: Session, run: Run, response: UUID, *, now: datetime) -> None:
    deed = audit.Deed(action="page_saved", review=run.review, subject=response)
    audit.record(session, deed, by=audit.RESPONDENT, now=now)


def _note_offers(
    session: Session,
    run: Run,
    answers: tuple[StoredAnswer, ...],
    *,
    now: datetime,
) -> None:
    """Flag an answer about unfair treatment: that it was given, not what it says."""
    for question in offers(run.questionnaire, answers):
        deed = audit.Deed(
            action="equality_flag",
            review=run.review,
            facts={"question": question.code},
        )
        audit.record(session, deed, by=audit.RESPONDENT, now=now)
