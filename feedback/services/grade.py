"""What does the reviewer judge, and when does it stand?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from feedback.db.crypto import Where
from feedback.db.ids import new_id
from feedback.db.models import DraftGradeRow, ReviewRow
from feedback.db.queries import grading as queries
from feedback.db.vault import vault_of
from feedback.domain.attention import Attention
from feedback.domain.grade_lock import (
    REVISABLE,
    LockFault,
    NotReadyToLockError,
    NotRevisableError,
    Revision,
    check_revision,
    faults_before_lock,
)
from feedback.domain.grading import GradeLayer, Grading, Judgement
from feedback.domain.review import FeedbackSeen, ReviewState
from feedback.services import attend, audit
from feedback.services.keep_evidence import refuse_after_lock, write_evidence
from feedback.services.read_grades import (
    Grades,
    KeptEvidence,
    NewGrading,
    evidence_of,
    grades_of,
    seal_if_any,
    write_grading,
)
from feedback.services.take_step import take_step


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A judgement that the reviewer is still forming; all of it may be missing."""

    judgement: Judgement
    grade: int | None = None
    not_graded_reason: str | None = None
    note: str | None = None

    @property
    def grading(self) -> Grading | None:
        """The judgement, where it is made: a grade, or why there is none."""
        if self.grade is None and not self.not_graded_reason:
            return None
        return Grading(
            judgement=self.judgement,
            grade=self.grade,
            not_graded_reason=self.not_graded_reason,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingSheet:
    """Everything the reviewer has so far, and what is missing before lock.

    Attributes:
        attention: Which aspects of identity the work paid attention to; None where
            the reviewer does not say.
    """

    state: ReviewState
    drafts: Mapping[Judgement, Draft]
    evidence: tuple[KeptEvidence, ...]
    faults: tuple[LockFault, ...]
    grades: Grades
    attention: Attention | None

    @property
    def judged(self) -> int:
        """How many of the eleven judgements are made."""
        return sum(draft.grading is not None for draft in self.drafts.values())

    def evidence_for(self, judgement: Judgement) -> tuple[KeptEvidence, ...]:
        """List what supports one judgement."""
        return tuple(one for one in self.evidence if one.item.judgement is judgement)

    @property
    def revisable(self) -> frozenset[Judgement]:
        """The judgements that may still move, before the meeting opens."""
        if self.state not in REVISABLE:
            return frozenset()
        revised = self.grades.in_layer(GradeLayer.AFTER_TRIANGULATION)
        return frozenset(self.grades.in_layer(GradeLayer.INITIAL)) - revised.keys()


def sheet(session: Session, review: UUID) -> GradingSheet:
    """Read the reviewer's judgements, their evidence, and what is missing."""
    found = {
        Judgement(row.judgement): _as_draft(session, row)
        for row in queries.drafts(session, review)
    }
    drafts = {one: found.get(one, Draft(judgement=one)) for one in Judgement}
    evidence = evidence_of(session, review)
    made = {one: draft.grading for one, draft in drafts.items()}
    return GradingSheet(
        state=ReviewState(queries.state_of(session, review)),
        drafts=drafts,
        evidence=evidence,
        faults=faults_before_lock(
            {one: grading for one, grading in made.items() if grading is not None},
            [one.item for one in evidence],
        ),
        grades=grades_of(session, review),
        attention=attend.attention_of(session, review),
    )


def locked_sheet(
    session: Session, review: UUID, *, by: audit.Actor, now: datetime
) -> GradingSheet:
    """Read the locked judgements and their evidence; the reading is noted."""
    deed = audit.Deed(action="grades_read", review=review)
    audit.record(session, deed, by=by, now=now)
    return sheet(session, review)


def save_draft(
    session: Session, review: UUID, draft: Draft, *, by: audit.Actor, now: datetime
) -> None:
    """Keep a judgement as it stands, in place of what stood there.

    Raises:
        GradesLockedError: If the grades are locked.
        GradingError: If it is both graded and explained away.
    """
    refuse_after_lock(queries.review_for_change(session, review))
    _ = draft.grading  # refuses a wrong state
    row = queries.draft(session, review, draft.judgement)
    if row is None:
        row = DraftGradeRow(id=new_id(), review_id=review, judgement=draft.judgement)
    row.grade = draft.grade
    row.not_graded_reason_sealed = seal_if_any(
        session, _place(row, "not_graded_reason_sealed"), draft.not_graded_reason
    )
    row.note_sealed = seal_if_any(session, _place(row, "note_sealed"), draft.note)
    row.changed_at = now
    # Only whole: opening the review's key would flush a half-filled row.
    session.add(row)
    # The grade stays out of the trail: nobody may learn it there before lock.
    facts = {"judgement": draft.judgement.value}
    deed = audit.Deed(action="grade_drafted", review=review, facts=facts)
    audit.record(session, deed, by=by, now=now)


def lock(
    session: Session,
    review: UUID,
    feedback_seen: FeedbackSeen,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    """Lock the eleven judgements as the first layer; people's answers open.

    Raises:
        GradesLockedError: If they are locked already.
        NotReadyToLockError: With everything that is missing.
    """
    row = queries.review_for_change(session, review)
    refuse_after_lock(row)
    found = sheet(session, review)
    if found.faults:
        raise NotReadyToLockError(found.faults)
    for draft in found.drafts.values():
        if draft.grading is not None:
            first = NewGrading(grading=draft.grading, layer=GradeLayer.INITIAL)
            write_grading(session, review, first, by=by, now=now)
    take_step(session, row, ReviewState.LOCKED, by=by, now=now)
    row.feedback_seen = feedback_seen
    row.locked_at = now
    facts = {"feedback_seen": feedback_seen.value}
    deed = audit.Deed(action="grades_locked", review=review, facts=facts)
    audit.record(session, deed, by=by, now=now)


def revise(
    session: Session,
    review: UUID,
    revision: Revision,
    *,
    by: audit.Actor,
    now: datetime,
) -> None:
    """Let a locked grade move once, for a reason; both are kept.

    Raises:
        NotRevisableError: If the grades are not locked, the meeting has opened,
            or this one was revised before.
        GradingError: If nothing moves, or a reason or evidence is missing.
    """
    one = revision.grading.judgement
    row = queries.review_for_change(session, review)
    before = _revisable(session, row, one)
    evidence = [kept.item for kept in evidence_of(session, review)]
    check_revision(revision, before=before, evidence=evidence)
    if revision.evidence is not None:
        write_evidence(session, review, revision.evidence, by=by, now=now)
    moved = NewGrading(
        grading=revision.grading,
        layer=GradeLayer.AFTER_TRIANGULATION,
        reason=revision.reason,
    )
    write_grading(session, review, moved, by=by, now=now)
    facts = {
        "judgement": one.value,
        "from": before.grade,
        "to": revision.grading.grade,
    }
    deed = audit.Deed(action="grade_revised", review=review, facts=facts)
    audit.record(session, deed, by=by, now=now)


def _revisable(session: Session, row: ReviewRow, one: Judgement) -> Grading:
    state = ReviewState(row.state)
    if not state.is_locked:
        raise NotRevisableError("The grades are not locked yet: change the draft")
    if state not in REVISABLE:
        raise NotRevisableError(
            "The moderation meeting has opened: a grade now moves only in the meeting"
        )
    given = grades_of(session, row.id)
    if one in given.in_layer(GradeLayer.AFTER_TRIANGULATION):
        raise NotRevisableError(
            f"{one.label} was revised before. Only the meeting can move it again"
        )
    first = given.in_layer(GradeLayer.INITIAL).get(one)
    if first is None:
        raise NotRevisableError(f"{one.label} has no locked grade to revise")
    return first.grading


def _as_draft(session: Session, row: DraftGradeRow) -> Draft:
    vault = vault_of(session)
    why_not = _place(row, "not_graded_reason_sealed")
    return Draft(
        judgement=Judgement(row.judgement),
        grade=row.grade,
        not_graded_reason=vault.unseal_if_any(why_not, row.not_graded_reason_sealed),
        note=vault.unseal_if_any(_place(row, "note_sealed"), row.note_sealed),
    )


def _place(row: DraftGradeRow, column: str) -> Where:
    return Where(table="draft_grade", column=column, row=row.id, review=row.review_id)
