"""Reviews that were answered and graded: a test names only what matters to it."""

from datetime import date

from builders import a_participant, an_invitation
from sqlalchemy import select

from feedback.db.crypto import Where
from feedback.db.ids import new_opaque_id
from feedback.db.models import AnswerRow, QuestionnaireRow, ResponseRow
from feedback.db.vault import vault_of
from feedback.domain.grading import EvidenceItem, Judgement, SourceType
from feedback.domain.review import FeedbackSeen
from feedback.services import audit, grade, keep_evidence
from feedback.services.grade import Draft
from feedback.services.publish import publish_bundled

ALL_GOOD = dict.fromkeys(Judgement, 3)


def published(session, form, *, now):
    """The newest published version of a form, published first where needed."""
    publish_bundled(session, now=now)
    return session.scalars(
        select(QuestionnaireRow)
        .where(QuestionnaireRow.form == form)
        .order_by(QuestionnaireRow.version.desc())
    ).first()


def a_response(session, invitation, chosen=None, *, now, **given):
    """A run through a form: options by question, and words; returns the row."""
    row = ResponseRow(
        id=new_opaque_id(),
        review_id=invitation.review_id,
        invitation_id=invitation.id,
        questionnaire_id=invitation.questionnaire_id,
        submission_no=given.get("submission_no", 0),
        state=given.get("state", "submitted"),
        language=given.get("language", "en"),
        helped_by=given.get("helped_by", "nobody"),
        started_at=now,
        submitted_at=now,
    )
    session.add(row)
    session.flush()
    session.add_all(
        AnswerRow(
            id=new_opaque_id(),
            response_id=row.id,
            question=question,
            option=option,
            is_skipped=False,
        )
        for question, option in (chosen or {}).items()
    )
    for question, text in given.get("words", {}).items():
        some_words(session, row, question, text)
    session.flush()
    return row


def some_words(session, response, question, text):
    """What somebody wrote in one box; returns the answer's id."""
    answer = new_opaque_id()
    place = Where(
        table="answer", column="words_sealed", row=answer, review=response.review_id
    )
    session.add(
        AnswerRow(
            id=answer,
            response_id=response.id,
            question=question,
            words_sealed=vault_of(session).seal(place, text),
            is_skipped=False,
        )
    )
    session.flush()
    return answer


def a_voice(session, review, group, chosen=None, *, now, **given):
    """Somebody who was asked and answered; returns (participant, response)."""
    person = a_participant(
        session,
        review,
        now=now,
        group=group,
        **{key: given[key] for key in ("form", "age_band", "language") if key in given},
    )
    form = published(session, person.form, now=now)
    invitation, _ = an_invitation(session, person, form, now=now, status="answered")
    run = {
        key: given[key]
        for key in ("state", "language", "helped_by", "words")
        if key in given
    }
    return person, a_response(session, invitation, chosen, now=now, **run)


def some_evidence(session, review, judgement, *, by, now, source=SourceType.RECORD):
    """One piece of evidence for a judgement; returns its id."""
    item = EvidenceItem(
        judgement=judgement,
        source_type=source,
        observed_on=date(2026, 11, 3),
        statement="Six visits in six weeks, each written up.",
        so_what="The child knew who would come and when.",
    )
    return keep_evidence.add_evidence(session, review.id, item, by=by, now=now)


def graded(session, review, grades, *, by, now):
    """Drafts with enough evidence for each, not locked yet."""
    for judgement, value in grades.items():
        reason = None if value is not None else "new case"
        draft = Draft(judgement=judgement, grade=value, not_graded_reason=reason)
        grade.save_draft(session, review.id, draft, by=by, now=now)
        if value is not None and not judgement.is_headline:
            for source in (SourceType.RECORD, SourceType.OBSERVATION):
                some_evidence(session, review, judgement, by=by, now=now, source=source)


def locked(session, review, reviewer, *, now, seen=FeedbackSeen.NONE, **changed):
    """All graded Good but those that are named, and locked."""
    by = audit.staff(reviewer)
    grades = {**ALL_GOOD, **{Judgement(code): value for code, value in changed.items()}}
    graded(session, review, grades, by=by, now=now)
    grade.lock(session, review.id, seen, by=by, now=now)
