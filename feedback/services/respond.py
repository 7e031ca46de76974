"""What did they answer? Each page is saved, and its alerts raised, at once."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.ids import new_opaque_id
from feedback.db.queries import kept_run as queries
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
    response = run.response or _begin(session, run)
    _keep(session, run, response, answers)
    _note(session, run, response, now=now)
    _note_offers(session, run, answers, now=now)
    said = Said(
        review=run.review,
        participant=run.participant,
        invitation=run.invitation,
        response=response,
        questionnaire=run.questionnaire,
        language=run.language,
        answers=answers,
    )
    raise_alerts(session, said, links, now=now)


def _begin(session: Session, run: Run) -> UUID:
    """Begin the run's response: it dates from the press on Start."""
    response = new_opaque_id()
    queries.add_run(
        session,
        id=response,
        review_id=run.review,
        invitation_id=run.invitation,
        questionnaire_id=run.questionnaire_id,
        submission_no=run.next_number,
        state=ResponseState.DRAFT,
        language=run.language,
        helped_by=HELPER_UNKNOWN,
        started_at=run.started_at,
    )
    return response


def _keep(
    session: Session, run: Run, response: UUID, answers: tuple[StoredAnswer, ...]
) -> None:
    """Write the answers down; those to questions that are answered again, in place."""
    first = []
    for answer in answers:
        known = run.stored.get(answer.question)
        if known is not None:
            said = _columns(session, run, known, answer)
            queries.change_answer(session, known, **said)
            continue
        row = new_opaque_id()
        said = _columns(session, run, row, answer)
        place = {"id": row, "response_id": response, "question": answer.question}
        first.append(place | said)
    queries.add_answers(session, first)


def _columns(
    session: Session, run: Run, row: UUID, answer: StoredAnswer
) -> dict[str, object]:
    """Lay out what was said, its words sealed, and which browser said it."""
    words = answer.words
    return {
        "option": answer.option,
        "is_skipped": answer.skipped,
        "words_sealed": None
        if words is None
        else vault_of(session).seal(words_place(row, run.review), words),
        "session_id": run.browser,
    }


def _note(session: Session, run: Run, response: UUID, *, now: datetime) -> None:
    deed = audit.Deed(action="page_saved", review=run.review, subject=response)
    audit.record_at_once(session, deed, by=audit.RESPONDENT, now=now)


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
